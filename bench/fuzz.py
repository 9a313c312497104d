"""make fuzz: every reader on damaged files; nothing but Unreadable may come out, and nothing may hang."""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from posture.model.errors import Unreadable
from posture.settings import DEFAULTS
from posture.sources import jsonc, registry, yaml_safe
from posture.sources.ahead import read_bytes
from posture.sources.contract import Page, Place, Rows
from posture.sources.walk import walk
from tests.sources.agents.documents import DOCUMENTS
from tests.sources.agents.documents import page as page_of

SAMPLES = (Path("sample_inventory"), Path("tests/sample/nasty"))
ANSWERS = Path(__file__).with_name("fuzz_answers.json")
"""Invented answers of clouds that the samples lack, by source, so that every reader is fuzzed."""
SLOW = 2.0
"""Seconds of CPU after which one small file counts as a hang."""

_PIECES = (
    b"null", b"[]", b"{}", b'""', b"-1", b"1e999", b"\\ud800", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"{" * 300, b"[" * 300, b'"' + b"A" * 5000 + b'"', b"&a [*a]", b"<<: *a", b"!!python/object:x {}",
    b"\r\n", b"---\n", b"${X:-y}", b"\xe2\x80\xae", b"9" * 20, b"true", b"2026-13-45T99:99:99Z",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, -1, 1e308, 10**30, "", "\x00", "\u202egnp", "A" * 3000, "arn:aws:iam::x:role/", "${A:-",
    "%7B%22", "https://u:p@[::1", [], [[]], {}, {"": {}}, ["a", 1, None], "2026-02-30T00:00:00Z", "\ud800",
)  # fmt: skip
_ODD = tuple(msgspec.Raw(json.dumps(value).encode()) for value in _VALUES)
_FEW, _LONG, _ROUND = 3, 4096, 64
"""Entries kept of a list, bytes above which an example is thinned, and inputs made of one thinned example."""


def odd(data: bytes, dice: random.Random) -> bytes:
    """JSON `data` with one to four values replaced by odd ones; any other text as `damaged` leaves it."""
    document = _parsed(data)
    if document is None:
        return damaged(data, dice)
    undo: list[tuple[Any, Any, Any]] = []
    for _ in range(dice.randint(1, 4)):
        holder: Any = document
        while isinstance(holder, (dict, list)) and holder:
            key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            inner = holder[key]
            if not isinstance(inner, (dict, list)) or not inner or dice.random() < 0.2:
                undo.append((holder, key, inner))
                holder[key] = dice.choice(_ODD)
                break
            holder = inner
    made = msgspec.json.encode(document)
    # The document is kept for the next input: parsing it each time cost more than most readers take.
    for holder, key, inner in reversed(undo):
        holder[key] = inner
    return made


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> Any:
    """The document of `data`; none where it is no JSON, or holds what cannot be written again."""
    try:
        document = json.loads(data)
        msgspec.json.encode(document)
    except (ValueError, OverflowError):
        return None
    return document


def thinned(data: bytes, dice: random.Random) -> bytes:
    """JSON `data` with a few entries of each long list, so that most of an input is what was damaged."""

    def few(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: few(inner) for key, inner in value.items()}
        if isinstance(value, list):
            kept = sorted(dice.sample(range(len(value)), min(_FEW, len(value))))
            return [few(value[at]) for at in kept]
        return value

    document = _parsed(data)
    return data if document is None else msgspec.json.encode(few(document))


def damaged(data: bytes, dice: random.Random) -> bytes:
    """`data` with one to four injuries: bytes flipped, cut, doubled, moved, or foreign pieces put in."""
    made = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(made) + 1)
        to = min(len(made), at + dice.randint(1, 40))
        match dice.randrange(5):
            case 0:
                made[at:to] = bytes(dice.randrange(256) for _ in range(to - at))
            case 1:
                del made[at:to]
            case 2:
                made[at:at] = made[at:to] * dice.randint(1, 3)
            case 3:
                made[at:to] = dice.choice(_PIECES)
            case _:
                del made[at:]
    return bytes(made)


def _as_json(page: Page) -> bytes | None:
    """YAML, or JSON with comments, as plain JSON, which is both: its values can be replaced one by one."""
    reading = {".yaml": yaml_safe, ".yml": yaml_safe, ".json": jsonc, ".jsonc": jsonc}.get(page.path.suffix)
    if reading is None or _parsed(page.data) is not None:
        return None
    try:
        value = reading.read(page.data, page.settings.reading.nesting).value
        return json.dumps(value, default=str).encode()
    except (Unreadable, TypeError):
        return None


def pages() -> Iterator[tuple[registry.Reader, Page]]:
    """Every file of the samples with each reader that claims it."""
    settings = DEFAULTS
    for file in walk(SAMPLES, (), (), settings.reading).files:
        page = Page(file.place, file.inside, read_bytes(file.path, 1 << 20), settings)
        for reader in registry.claiming(page):
            yield reader, page
    by_id = {reader.SOURCE.id: reader for reader in registry.every()}
    for document in DOCUMENTS:
        yield by_id[document.source], page_of(document, document.text.encode())
    for source, body in json.loads(ANSWERS.read_text(encoding="utf-8")).items():
        path = PurePosixPath("mill-prod/answers.json")
        yield by_id[source], Page(Place("plant"), path, json.dumps(body).encode(), settings)


def _inputs(
    examples: list[tuple[registry.Reader, Page]], count: int, dice: random.Random
) -> Iterator[tuple[registry.Reader, Page]]:
    """So many damaged pages; of a long example now the whole is damaged and now some of its entries."""
    examples = examples + [
        (reader, Page(page.place, page.path, made, page.settings))
        for reader, page in examples
        if (made := _as_json(page)) is not None
    ]
    for n in range(count):
        if n % _ROUND == 0:
            few = [thinned(page.data, dice) if len(page.data) > _LONG else page.data for _, page in examples]
        at = dice.randrange(len(examples))
        reader, page = examples[at]
        data = page.data if dice.random() < 0.1 else few[at]
        hurting = dice.choice((damaged, odd))
        yield reader, Page(page.place, page.path, hurting(data, dice), page.settings)


def _fuzzed(name: str, examples: list[tuple[registry.Reader, Page]], count: int, dice: random.Random) -> int:
    """Prints what became of the inputs; how many crashed the reader or kept it too long."""
    crashes: dict[str, int] = {}
    slowest, refused, slow = 0.0, 0, 0
    began = time.process_time()
    for reader, hurt in _inputs(examples, count, dice):
        into = Rows()
        into.reading(name, hurt)
        started = time.process_time()
        try:
            reader.read(hurt, into)
        except Unreadable:
            refused += 1
        except Exception as error:  # noqa: BLE001 - what comes out is what is looked for
            crashes[type(error).__name__] = crashes.get(type(error).__name__, 0) + 1
        took = time.process_time() - started
        slowest, slow = max(slowest, took), slow + (took > SLOW)
    told = ", ".join(f"{many} {kind}" for kind, many in sorted(crashes.items())) or "none"
    ended = f"{refused:>7} refused  slowest {slowest:6.3f} s  crashes {told}"
    print(f"{name:<26} {count:>7} inputs {ended}  in {time.process_time() - began:.0f} CPU s", flush=True)
    return sum(crashes.values()) + slow


def main() -> int:
    """Prints a line per reader; exit 1 where one crashed or hung."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--inputs", type=int, default=2000, help="damaged files per reader")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument(
        "--reader", action="append", help="a reader by its id, in the order given; default all"
    )
    asked = words.parse_args()
    seeds: dict[str, list[tuple[registry.Reader, Page]]] = {}
    for reader, page in pages():
        seeds.setdefault(reader.SOURCE.id, []).append((reader, page))
    # What was loaded stays: the collector need not walk it again for every input.
    gc.freeze()
    bad = 0
    for name in asked.reader or sorted(seeds):
        bad += _fuzzed(name, seeds[name], asked.inputs, random.Random(f"{asked.seed} {name}"))
    missing = sorted({reader.SOURCE.id for reader in registry.every()} - set(seeds))
    if missing and not asked.reader:
        print(f"no example in the samples for: {', '.join(missing)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
