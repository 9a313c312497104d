"""A snapshot folder while it is being written: whole files, and a manifest that knows what is done."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from posture.sources.places import JOURNAL, MANIFEST, manifest
from posture.sources.times import moment
from posture.sources.unanswered import may_pass

GOES_ON = timedelta(hours=1)
"""For so long the same command asks only for what failed; later answers would be too far apart."""
_SAFE = " +=,.@_-"
_LONGEST_PART = 100
_ENABLED = "enabled_regions"
_BESIDE = re.compile(r"\.\d+-\d+\Z")


class Store:
    """One scope's folder. Every file appears whole or not at all, and its entry after it.

    While the run lasts an entry is a line of the journal, so that a snapshot of many files is not listed
    anew for each of them.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        scope: str,
        started: datetime,
        regions: Sequence[str] = (),
        since: str = "",
    ) -> None:
        """`since`: when a run began that is still going on, so that what it finished by now is kept."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        before = manifest(folder / MANIFEST) or {}
        # A finished snapshot is collected anew; one that was cut off goes on, and so does, for a while, one
        # that lacks what the provider failed to answer.
        of_this_run = bool(since) and str(before.get("collected_at", "")) >= since
        cut_off = before.get("complete") is False or (_has_failures(before) and _is_recent(before, started))
        resumed = (cut_off or of_this_run) and before.get("scope") == scope
        self._lock = threading.Lock()
        self._entries: dict[str, dict[str, dict[str, Any]]] = {"files": {}, "none": {}}
        self._errors: list[dict[str, Any]] = []
        self._head: dict[str, Any] = {
            "source": source,
            "scope": scope,
            "collected_at": before["collected_at"] if resumed else _stamp(started),
        }
        if resumed and _ENABLED in before:
            self._head[_ENABLED] = before[_ENABLED]
        if regions:
            self._head["regions"] = list(regions)
        # Kept in the manifest until the end, since the run that began anew may not be the one that ends.
        self._stale = set(_paths(before, "earlier" if resumed else "files"))
        for left in folder.glob(".*"):
            # A run that was killed may leave a file that it had not yet put in its place.
            if _BESIDE.search(left.name):
                left.unlink(missing_ok=True)
        if resumed:
            for name, kept in self._entries.items():
                for entry in _entries(before, name):
                    if name == "none" or self._is_whole(entry):
                        kept[entry["path"]] = entry
        self._save(complete=False)
        self._journal = (folder / JOURNAL).open("wb")

    @property
    def began(self) -> str:
        """When the run began to collect this scope, be it before a stop."""
        return str(self._head["collected_at"])

    def done(self, path: str) -> bool:
        """Whether the answer that belongs in `path` was given before, be it that there is none."""
        return path in self._entries["files"] or path in self._entries["none"]

    def answers(self, call: str) -> list[Mapping[str, Any]]:
        """The entries of every answer to `call` that was written, by path."""
        with self._lock:
            kept = [entry for entry in self._entries["files"].values() if entry["call"] == call]
        return sorted(kept, key=lambda entry: str(entry["path"]))

    def write(
        self,
        path: str,
        call: str,
        answer: Mapping[str, Any],
        when: datetime,
        region: str = "",
        request: Mapping[str, Any] | None = None,
    ) -> None:
        """Writes one answer as the provider's command line prints it, and notes it with its request."""
        data = (json.dumps(answer, indent=4, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(target, data)
        entry = _entry(path, call, when, region, request)
        entry |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        self._note("files", entry)

    def none(
        self,
        path: str,
        call: str,
        when: datetime,
        region: str = "",
        request: Mapping[str, Any] | None = None,
    ) -> None:
        """Notes that there is nothing of what the call asks for."""
        self._note("none", _entry(path, call, when, region, request))

    def read(self, path: str) -> Any:
        """An answer that was written before."""
        return json.loads((self.folder / path).read_bytes())

    def refused(self, error: Mapping[str, str]) -> None:
        """Notes a call that was refused or failed."""
        with self._lock:
            self._errors.append({name: value for name, value in error.items() if value})
            self._line("errors", self._errors[-1])

    @property
    def enabled_regions(self) -> tuple[str, ...]:
        """What this run, or the one that it goes on with, found out about the account; empty before."""
        found = self._head.get(_ENABLED)
        return tuple(map(str, found)) if isinstance(found, list) else ()

    def enabled(self, regions: Sequence[str]) -> None:
        """Notes which regions the account uses."""
        with self._lock:
            self._head[_ENABLED] = list(regions)
            self._save(complete=False)

    def finish(self) -> None:
        """Marks the snapshot as finished, and takes away what an earlier one held and this one does not."""
        with self._lock:
            self._save(complete=True)
            self._journal.close()
            (self.folder / JOURNAL).unlink(missing_ok=True)
            for path in sorted(self._stale - self._entries["files"].keys()):
                (self.folder / path).unlink(missing_ok=True)

    def stop(self) -> None:
        """Leaves the snapshot as one that goes on later."""
        with self._lock:
            self._journal.close()

    @property
    def errors(self) -> tuple[Mapping[str, Any], ...]:
        """Refused and failed calls of this run."""
        return tuple(self._errors)

    def _note(self, name: str, entry: dict[str, Any]) -> None:
        with self._lock:
            self._entries[name][entry["path"]] = entry
            self._line(name, entry)

    def _line(self, name: str, entry: Mapping[str, Any]) -> None:
        self._journal.write(json.dumps({name: entry}).encode() + b"\n")
        self._journal.flush()

    def _is_whole(self, entry: Mapping[str, Any]) -> bool:
        try:
            data = (self.folder / entry["path"]).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).hexdigest() == entry.get("sha256")

    def _save(self, complete: bool) -> None:
        listed = {
            name: [kept[path] for path in sorted(kept)]
            for name, kept in self._entries.items()
            if kept or name == "files"
        }
        errors = sorted(self._errors, key=lambda error: json.dumps(error, sort_keys=True))
        earlier = [{"path": path, "call": ""} for path in sorted(self._stale)]
        whole = {**self._head, "complete": complete, **listed, "errors": errors}
        if earlier and not complete:
            whole["earlier"] = earlier
        replace_whole(self.folder / MANIFEST, (json.dumps(whole, indent=2) + "\n").encode())


def _entry(
    path: str, call: str, when: datetime, region: str, request: Mapping[str, Any] | None
) -> dict[str, Any]:
    entry: dict[str, Any] = {"path": path, "call": call, "collected_at": _stamp(when)}
    if region:
        entry["region"] = region
    if request:
        entry["request"] = dict(request)
    return entry


def _has_failures(before: Mapping[str, Any]) -> bool:
    errors = before.get("errors")
    return isinstance(errors, list) and any(isinstance(one, dict) and may_pass(one) for one in errors)


def _is_recent(before: Mapping[str, Any], now: datetime) -> bool:
    began = moment(before.get("collected_at"))
    return began is not None and began + GOES_ON > now


def _entries(before: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    given = before.get(name)
    for entry in given if isinstance(given, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("path"), str) and "call" in entry:
            yield entry


def _paths(before: Mapping[str, Any], name: str) -> Iterator[str]:
    """The files that an earlier manifest lists; a manifest from elsewhere cannot point out of its folder."""
    for entry in _entries(before, name):
        path = Path(entry["path"])
        if not path.is_absolute() and ".." not in path.parts:
            yield entry["path"]


def replace_whole(path: Path, data: bytes) -> None:
    """Puts `data` at `path` in one step, so that nobody ever sees half of it."""
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}-{threading.get_ident()}")
    try:
        beside.write_bytes(data)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def file_part(text: str) -> str:
    """`text` as part of a file name: other characters are written as %XX, and a long one ends in a digest."""
    part = quote(text, safe=_SAFE).lstrip(".") or "%"
    if len(part) <= _LONGEST_PART:
        return part
    return f"{part[-_LONGEST_PART:].lstrip('.')}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
