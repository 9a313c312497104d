"""A snapshot folder while it is being written: whole files, and a manifest that knows what is done."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from posture.sources.places import MANIFEST, manifest

_SAFE = " +=,.@_-"


class Store:
    """One scope's folder. Every file appears whole or not at all, and the manifest after it."""

    def __init__(self, folder: Path, source: str, scope: str, started: datetime) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        before = manifest(folder / MANIFEST) or {}
        # A finished snapshot is collected anew; one that was cut off goes on.
        resumed = before.get("complete") is False and before.get("scope") == scope
        self._lock = threading.Lock()
        self._files: dict[str, dict[str, Any]] = {}
        self._errors: list[dict[str, Any]] = []
        self._head: dict[str, Any] = {
            "source": source,
            "scope": scope,
            "collected_at": before["collected_at"] if resumed else _stamp(started),
        }
        if resumed:
            entries = before.get("files")
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and self._is_whole(entry):
                    self._files[entry["path"]] = entry

    def done(self, path: str) -> bool:
        """Whether the answer in `path` was written before."""
        return path in self._files

    def write(
        self, path: str, call: str, answer: Mapping[str, Any], when: datetime, region: str = ""
    ) -> None:
        """Writes one answer as the provider's command line prints it, and notes it in the manifest."""
        data = (json.dumps(answer, indent=4, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(target, data)
        entry = {
            "path": path,
            "call": call,
            "collected_at": _stamp(when),
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        if region:
            entry["region"] = region
        with self._lock:
            self._files[path] = entry
            self._save(complete=False)

    def read(self, path: str) -> Any:
        """An answer that was written before."""
        return json.loads((self.folder / path).read_bytes())

    def refused(self, error: Mapping[str, str]) -> None:
        """Notes a call that was refused or failed."""
        with self._lock:
            self._errors.append({name: value for name, value in error.items() if value})
            self._save(complete=False)

    def finish(self) -> None:
        """Marks the snapshot as finished."""
        with self._lock:
            self._save(complete=True)

    @property
    def errors(self) -> tuple[Mapping[str, Any], ...]:
        """Refused and failed calls of this run."""
        return tuple(self._errors)

    def _is_whole(self, entry: Mapping[str, Any]) -> bool:
        path = entry.get("path")
        if not isinstance(path, str):
            return False
        try:
            data = (self.folder / path).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).hexdigest() == entry.get("sha256")

    def _save(self, complete: bool) -> None:
        files = [self._files[path] for path in sorted(self._files)]
        errors = sorted(self._errors, key=lambda error: json.dumps(error, sort_keys=True))
        whole = {**self._head, "complete": complete, "files": files, "errors": errors}
        replace_whole(self.folder / MANIFEST, (json.dumps(whole, indent=2) + "\n").encode())


def replace_whole(path: Path, data: bytes) -> None:
    """Puts `data` at `path` in one step, so that nobody ever sees half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        beside.write_bytes(data)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def file_part(text: str) -> str:
    """`text` as part of a file name: what a name may not hold is written as %XX."""
    return quote(text, safe=_SAFE).lstrip(".") or "%"


def _stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
