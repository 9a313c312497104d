"""The log of decisions: one line each, only ever added to, written whole by one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from pydantic import ValidationError

from posture.model.decided import Decided
from posture.model.errors import InputError
from posture.workspace import atomic
from posture.workspace.holding import heads

LOG = "decisions.jsonl"
TORN = "decisions.torn"
"""Where a last line that was cut off in the middle is kept, beside the log."""

_ATTRIBUTES = f"{LOG} merge=union\n"
_IGNORED = f"/runs/\n/latest\n/{TORN}\n.*\n!.git*\n"


class Log(Struct, frozen=True):
    """The records of a workspace, each once, in the order of the file; and what could not be taken as one."""

    records: tuple[Decided, ...] = ()
    problems: tuple[str, ...] = ()
    sha256: str = ""
    bytes: int = 0


def read(workspace: Path) -> Log:
    """Every decision so far; an empty log where nobody decided anything.

    A line that is no record, was changed by hand or is cut off is set aside, and said.
    """
    path = workspace / LOG
    if not path.is_file():
        return Log()
    with _opened(path, os.O_RDONLY, fcntl.LOCK_SH) as handle:
        data = _all(handle)
    records, problems = _parsed(data)
    torn = workspace / TORN
    if torn.is_file():
        problems = (
            *problems,
            f"{TORN}: holds a decision that was cut off; make it again, then delete the file",
        )
    return Log(records, problems, hashlib.sha256(data).hexdigest(), len(data))


def append(workspace: Path, drafts: Sequence[Decided]) -> tuple[Decided, ...]:
    """Adds `drafts`, one write and one fsync each; what is returned is on the disk.

    A record that is there already is not added again, so an interrupted caller may simply repeat itself.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitattributes", _ATTRIBUTES), (".gitignore", _IGNORED)):
        if not (workspace / name).exists():
            atomic.write(workspace / name, text.encode())
    with _opened(workspace / LOG, os.O_RDWR | os.O_CREAT | os.O_APPEND, fcntl.LOCK_EX) as handle:
        _set_aside(handle, workspace)
        records = list(_parsed(_all(handle))[0])
        known = {record.id: record for record in records}
        made: list[Decided] = []
        for draft in drafts:
            record = draft.identified()
            if record.id in known:
                made.append(known[record.id])
                continue
            if record.kind == "undo" and record.undoes not in known:
                raise InputError(f"decision {record.undoes}: is not in this workspace; list them with --list")
            record = draft.identified(heads(records, record))
            _write(handle, record.line())
            os.fsync(handle)
            known[record.id] = record
            records.append(record)
            made.append(record)
    return tuple(made)


@contextmanager
def _opened(path: Path, flags: int, lock: int) -> Iterator[int]:
    """The file at `path`, locked; opened anew where somebody replaced it while we waited for the lock."""
    while True:
        handle = os.open(path, flags, 0o644)
        try:
            fcntl.flock(handle, lock)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                yield handle
                return
        finally:
            os.close(handle)


def _all(handle: int) -> bytes:
    parts, at = [], 0
    while part := os.pread(handle, 1 << 20, at):
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _write(handle: int, line: bytes) -> None:
    if os.write(handle, line) != len(line):
        # What was written of it is a torn line: the next writer sets it aside.
        raise InputError("the disk took only a part of the decision; make room, then decide again")


def _set_aside(handle: int, workspace: Path) -> None:
    """Takes a last line without an end out of the log: kept beside it first, cut off then."""
    data = _all(handle)
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return
    kept = os.open(workspace / TORN, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(kept, data[whole:] + b"\n")
        os.fsync(kept)
    finally:
        os.close(kept)
    os.ftruncate(handle, whole)
    os.fsync(handle)


def _parsed(data: bytes) -> tuple[tuple[Decided, ...], tuple[str, ...]]:
    """Records, each once, and one sentence for each line that is none."""
    lines = data.split(b"\n")
    problems: list[str] = []
    if lines[-1]:
        problems.append(f"{LOG}: line {len(lines)}: is cut off and set aside; make that decision again")
    records: dict[str, Decided] = {}
    for number, line in enumerate(lines[:-1], 1):
        if not line.strip():
            continue
        try:
            record = Decided.model_validate(json.loads(line))
        except (ValueError, ValidationError, RecursionError):
            problems.append(f"{LOG}: line {number}: is no decision and is set aside; correct or remove it")
            continue
        if not record.genuine:
            problems.append(
                f"{LOG}: line {number}: was changed after it was decided and is set aside; decide again"
            )
            continue
        records.setdefault(record.id, record)
    return tuple(records.values()), tuple(problems)
