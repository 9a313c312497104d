"""Reads everything that was named: every source that claims a file reads it, and what fails is said."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.inputs import Input
from posture.settings import DEFAULTS, Settings
from posture.sources import registry, snapshot, unclaimed
from posture.sources.ahead import heads, read_bytes
from posture.sources.aws.accounts import stated_account
from posture.sources.contract import Page, Place, Rows
from posture.sources.paged import join_pages
from posture.sources.walk import File, walk

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and the label of the file at hand."""

_HEAD = 64 * 1024
_DATA = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".toml", ".yaml", ".yml"})


class Gathered(Struct, frozen=True):
    """Rows as the sources gave them, and how every path that was looked at ended."""

    rows: Rows
    inputs: tuple[Input, ...]
    places: tuple[Place, ...]
    used_sources: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """One line for each path that was not read whole, with what to do about it."""
        return tuple(
            f"{item.file}: {item.why}" + (f"; {item.do}" if item.do else "")
            for item in self.inputs
            if item.why and item.outcome != "skipped"
        )

    @property
    def anything(self) -> bool:
        """Whether at least one file could be read."""
        return any(item.source and item.outcome in ("read", "partial") for item in self.inputs)


class _Run(Struct):
    settings: Settings
    collected_at: datetime | None
    fingerprint: Callable[[str], str]
    rows: Rows = field(default_factory=Rows)
    inputs: list[Input] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    uncounted: Counter[str] = field(default_factory=Counter)
    """Files that no source knows and that look like no export, by root."""


def gather(
    paths: Sequence[Path],
    homes: Sequence[Path] = (),
    repositories: Sequence[Path] = (),
    settings: Settings | None = None,
    collected_at: datetime | None = None,
    fingerprint_key: bytes | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """Rows of all files below `paths`, one file in memory at a time.

    `collected_at` stands for files that say no time themselves; the fingerprint key is random unless given.
    """
    using = settings or DEFAULTS
    key = fingerprint_key or secrets.token_bytes(32)
    run = _Run(using, collected_at, lambda value: _fingerprint(key, value))
    found = walk(paths, homes, repositories, using.reading)
    run.inputs += found.inputs
    for place in found.snapshots:
        run.inputs += snapshot.checked(place, found.files, run.rows)
    total = sum(file.size for file in found.files)
    done = 0
    # Whoever is stopped in between, by a person or by an error, leaves no file open.
    with closing(heads([file.path for file in found.files], _HEAD)) as openings:
        for file, head in zip(found.files, openings, strict=True):
            if progress is not None:
                progress(done, total, file.shown)
            _read(file, head, run)
            run.rows.settle()
            done += file.size
    if progress is not None:
        progress(done, total, "")
    for root, count in run.uncounted.items():
        others = "1 other file: no source knows its shape"
        if count > 1:
            others = f"{count:,} other files: no source knows their shape"
        run.inputs.append(Input(file=root, outcome="skipped", why=others))
    run.inputs = _told_twice(run.rows, join_pages(run.rows, run.inputs))

    run.inputs.sort(key=lambda item: (item.file, item.source, item.outcome, item.why))
    return Gathered(run.rows, tuple(run.inputs), found.places, tuple(sorted(run.used)))


def _fingerprint(key: bytes, value: str) -> str:
    return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _read(file: File, head: bytes | Unreadable, run: _Run) -> None:
    try:
        if isinstance(head, Unreadable):
            raise head
        if not head:
            _unknown(file, "is empty", "export it again", run, failed=True)
            return
        if b"\0" in head[:4096] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            _unknown(file, "is no text", "", run)
            return
        page = _page(file, head, run)
        claiming = registry.claiming(page)
        if not claiming:
            if not _is_broken(file, page, run):
                _unknown(file, "no source knows this shape", "`posture sources` lists what is read", run)
            return
        limit = _limit(claiming, run.settings)
        if len(head) == _HEAD or file.size > limit:
            data = read_bytes(file.path, limit + 1) if file.size <= limit else b""
            if not data or len(data) > limit:
                why = f"is larger than {limit // (1024 * 1024)} MiB"
                _ended(file, run, outcome="skipped", why=why, do="raise the limit in settings.reading")
                for reader in claiming:
                    _not_read(reader, page, why, run)
                return
            page = _page(file, data, run)
    except Unreadable as error:
        _ended(file, run, outcome="failed", why=error.reason)
        return
    _read_page(file, page, claiming, run)


def _ended(file: File, run: _Run, **how: Any) -> None:
    run.inputs.append(Input(file=file.shown, bytes=file.size, **how))


def _limit(claiming: Sequence[registry.Reader], settings: Settings) -> int:
    # Only exports of a provider grow with the estate; a configuration file that large is a mistake.
    local = all(reader.SOURCE.provider == "local" for reader in claiming)
    return settings.reading.file_bytes if local else settings.reading.export_bytes


def _page(file: File, data: bytes, run: _Run) -> Page:
    when = snapshot.collected_at(file.place, file.inside) or run.collected_at
    return Page(file.place, file.inside, data, run.settings, when, run.fingerprint, file.label)


def _read_page(file: File, page: Page, claiming: Sequence[registry.Reader], run: _Run) -> None:
    told: list[Input] = []
    idle: list[Input] = []
    coverage = run.rows.tables.setdefault("coverage", [])
    for reader in claiming:
        before, said_before = _count(run.rows), len(coverage)
        outcome: Literal["read", "partial", "failed"] = "read"
        why, do = "", ""
        run.rows.reading(reader.SOURCE.id, page)
        page.problems.clear()
        page.stopped = ""
        try:
            reader.read(page, run.rows)
        except Unreadable as error:
            outcome, why = "failed", str(error)
        except Exception as error:  # noqa: BLE001 - a reader's mistake must cost one file and not the run
            # The text of an unforeseen error may quote the file, so only its kind is told.
            outcome, why = "failed", f"{reader.SOURCE.id} stopped at {type(error).__name__}"
            do = "report this with the shape of the file"
        if outcome == "failed":
            _not_read(reader, page, why, run)
        else:
            said = [row["why"] for row in coverage[said_before:] if row["state"] == "partial" and row["why"]]
            said = list(dict.fromkeys([*said, *(reason for _at, reason in page.problems)]))
            if page.stopped:
                _not_read(reader, page, page.stopped, run, "partial")
                said, do = [page.stopped, *said], "correct the file there: what follows is unknown"
            if said:
                outcome, why = "partial", said[0] + (f" (and {len(said) - 1} more)" if len(said) > 1 else "")
        ended = Input(
            file=file.shown,
            source=reader.SOURCE.id,
            outcome=outcome,
            why=why or _linked(file),
            do=do,
            sha256=hashlib.sha256(page.data).hexdigest(),
            bytes=len(page.data),
            collected_at=page.collected_at,
        )
        if outcome == "read" and _count(run.rows) == before:
            idle.append(ended)
        else:
            told.append(ended)
    # A list of recorded answers is offered to every source; those that found nothing of theirs are not told.
    run.inputs += told or idle[:1]
    run.used.update(item.source for item in told if item.outcome != "failed")


def _count(rows: Rows) -> int:
    """Rows of the file at hand and of those before it; only whether it grows is asked."""
    return sum(map(len, rows.tables.values()))


def _linked(file: File) -> str:
    return "" if file.label == file.shown else f"is a link to {file.label}"


def _is_broken(file: File, page: Page, run: _Run) -> bool:
    """Whether the file may be an export that broke off; then that is said, and what is missing so."""
    reader = unclaimed.meant(page.parts[-1])
    limit = run.settings.reading.file_bytes
    if not (reader or (_is_telling(file) and page.path.suffix.lower() == ".json")) or file.size > limit:
        return False
    whole = page if file.size <= _HEAD else _page(file, read_bytes(file.path, limit), run)
    why = unclaimed.breaks_off(whole)
    if not why:
        return False
    _ended(file, run, outcome="failed", why=why, do="export it again; if it is no export, leave it out")
    if reader is not None:
        _not_read(reader, page, why, run)
    else:
        run.rows.reading("files", page)
        run.rows.covered(
            scope_of_page(page), *unclaimed.HELD, state="unread", why=f"{page.label}: {why}",
            would_help="the same export, whole",
        )  # fmt: skip
    return True


def _is_telling(file: File) -> bool:
    """Whether a file that nobody knows deserves a line of its own: named, or data among exports."""
    return file.named or (
        file.inside.suffix.lower() in _DATA and file.place.kind not in ("home", "repository")
    )


def _unknown(file: File, why: str, do: str, run: _Run, failed: bool = False) -> None:
    if _is_telling(file):
        _ended(file, run, outcome="failed" if failed else "skipped", why=why, do=do)
    else:
        run.uncounted[file.above] += 1


def _not_read(
    reader: registry.Reader,
    page: Page,
    why: str,
    run: _Run,
    state: Literal["partial", "unread"] = "unread",
) -> None:
    run.rows.reading(reader.SOURCE.id, page)
    run.rows.covered(
        scope_of_page(page),
        *(reader.SOURCE.needs or reader.SOURCE.feeds),
        state=state,
        why=f"{page.label}: {why}",
        would_help=reader.SOURCE.by_hand,
    )


def scope_of_place(place: Place) -> str:
    """Key of the scope that a place stands for; empty for a plain folder."""
    if place.kind == "home":
        return keys.home_scope(place.root)
    if place.kind == "repository":
        return keys.repo_scope(place.root)
    return snapshot.scope(place)


def scope_of_page(page: Page) -> str:
    """The same for a page; in a plain folder the account that the folders around it are named for."""
    account = stated_account(page) if page.place.kind == "folder" else ""
    return scope_of_place(page.place) or (keys.aws_scope(account) if account else "")


def _told_twice(rows: Rows, inputs: list[Input]) -> list[Input]:
    """Says which file repeats a whole account that another file holds already."""
    needs = {reader.SOURCE.id: reader.SOURCE.needs for reader in registry.every()}
    first: dict[tuple[str, str, str], str] = {}
    repeated: dict[tuple[str, str], str] = {}
    for row in rows.tables.get("coverage", ()):
        if row["state"] != "complete" or row["table"] not in needs.get(row["source"], ()):
            continue
        key = (row["source"], row["scope"], row["table"])
        before = first.setdefault(key, row["file"])
        if before != row["file"]:
            repeated.setdefault(
                (row["file"], row["source"]),
                f"{row['scope']} was read from {before} as well: the newer answer counts",
            )
    return [
        item if item.why else item.model_copy(update={"why": repeated.get((item.file, item.source), "")})
        for item in inputs
    ]
