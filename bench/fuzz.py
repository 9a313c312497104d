"""make fuzz: every reader on damaged files; nothing but Unreadable may come out, and nothing may hang."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path, PurePosixPath
from typing import Any

from posture.model.errors import Unreadable
from posture.settings import Settings
from posture.sources import registry
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
_ODD: tuple[Any, ...] = (
    None, True, -1, 1e308, 10**30, "", "\x00", "\u202egnp", "A" * 3000, "arn:aws:iam::x:role/", "${A:-",
    "https://u:p@[::1", [], [[]], {}, {"": {}}, ["a", 1, None], "2026-02-30T00:00:00Z", "%7B%22",
)  # fmt: skip


def odd(data: bytes, dice: random.Random) -> bytes:
    """JSON `data` with one to four values replaced by odd ones; any other text as `damaged` leaves it."""
    try:
        document = json.loads(data)
    except ValueError:
        return damaged(data, dice)
    for _ in range(dice.randint(1, 4)):
        holder: Any = document
        while isinstance(holder, (dict, list)) and holder:
            key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            inner = holder[key]
            if not isinstance(inner, (dict, list)) or not inner or dice.random() < 0.2:
                holder[key] = deepcopy(dice.choice(_ODD))
                break
            holder = inner
    return json.dumps(document).encode()


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


def pages() -> Iterator[tuple[registry.Reader, Page]]:
    """Every file of the samples with each reader that claims it."""
    settings = Settings()
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


def main() -> int:
    """Prints a line per reader; exit 1 where one crashed or hung."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--inputs", type=int, default=2000, help="damaged files per reader")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--reader", default="", help="one reader by its id")
    asked = words.parse_args()
    seeds: dict[str, list[tuple[registry.Reader, Page]]] = {}
    for reader, page in pages():
        if asked.reader in ("", reader.SOURCE.id):
            seeds.setdefault(reader.SOURCE.id, []).append((reader, page))
    bad = 0
    for name, examples in sorted(seeds.items()):
        dice = random.Random(f"{asked.seed} {name}")
        crashes: dict[str, int] = {}
        slowest, refused = 0.0, 0
        for _ in range(asked.inputs):
            reader, page = dice.choice(examples)
            hurting = dice.choice((damaged, odd))
            hurt = Page(page.place, page.path, hurting(page.data, dice), page.settings)
            into = Rows()
            into.reading(name, hurt)
            started = time.process_time()
            try:
                reader.read(hurt, into)
            except Unreadable:
                refused += 1
            except Exception as error:  # noqa: BLE001 - what comes out is what is looked for
                crashes[type(error).__name__] = crashes.get(type(error).__name__, 0) + 1
            slowest = max(slowest, time.process_time() - started)
        bad += sum(crashes.values()) + (slowest > SLOW)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(crashes.items())) or "none"
        ended = f"{refused:>7} refused  slowest {slowest:6.3f} s  crashes {told}"
        print(f"{name:<26} {asked.inputs:>7} inputs {ended}")
    missing = sorted({reader.SOURCE.id for reader in registry.every()} - set(seeds))
    if missing and not asked.reader:
        print(f"no example in the samples for: {', '.join(missing)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
