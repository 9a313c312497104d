"""Tells what a folder is: a home, a repository, a snapshot, a project, or just a folder."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

Kind = Literal["home", "repository", "snapshot", "folder"]

MANIFEST = "manifest.json"
JOURNAL = "manifest.journal"
"""Beside a manifest that is not complete: a line for each entry since it was written."""
TRACKED = "git-ls-files.txt"

_LONGEST = 64 * 1024 * 1024
_REPOSITORY = frozenset({".git", ".github", TRACKED})
_SURE = (".claude.json", ".aws", "Library", "AppData")
# What a home holds, and what a project may hold as well.
_HOME = frozenset({".claude.json", ".aws", ".codeium", ".kube", ".netrc", ".config", "Library", "AppData"})
_HOME_OR_PROJECT = frozenset({".cursor", ".codex", ".gemini", ".continue"})
_PROJECT = frozenset(
    {
        ".mcp.json", "mcp.json", ".vscode", ".claude", ".env", ".well-known", "AGENTS.md", "CLAUDE.md",
        "langgraph.json", "server.json", "agents.yaml", "agents.yml", "package.json", "pyproject.toml",
        "claude_desktop_config.json",
    }
)  # fmt: skip
# Below these a path belongs to the folder above the mark, whoever was named on the command line.
_INSIDE = frozenset(
    {
        ".claude", ".cursor", ".aws", ".codex", ".gemini", ".codeium", ".continue", ".config", ".github",
        ".vscode", ".kube", "Library", "AppData",
    }
)  # fmt: skip
_UNDER_LIBRARY = {"Library": "Application Support", "AppData": "Roaming"}


def kind_of(folder: Path, names: Collection[str]) -> Kind | None:
    """What `folder`, which holds `names`, is; null where nothing marks it."""
    held = frozenset(names)
    if held & _REPOSITORY:
        return "repository"
    if MANIFEST in held and manifest(folder / MANIFEST) is not None:
        return "snapshot"
    if any(_marks_home(folder, name) for name in held & _HOME):
        return "home"
    if held & _HOME_OR_PROJECT and not held & _PROJECT:
        return "home"
    return "folder" if held & (_PROJECT | _HOME_OR_PROJECT) else None


def is_surely_home(folder: Path) -> bool:
    """Whether `folder` holds what nothing but a home holds; a part of a repository may have a `.config`."""
    return any((folder / name).exists() and _marks_home(folder, name) for name in _SURE)


def _marks_home(folder: Path, name: str) -> bool:
    below = _UNDER_LIBRARY.get(name)
    return below is None or (folder / name / below).is_dir()


def owner_of(path: Path) -> Path | None:
    """The folder above the last mark on the way to `path`, as the home of `~/.aws/config`; null without."""
    parts = path.parts
    for n in range(len(parts) - 1, 0, -1):
        below = _UNDER_LIBRARY.get(parts[n])
        if parts[n] in _INSIDE and (below is None or parts[n + 1 : n + 2] == (below,)):
            return Path(*parts[:n])
    return None


def manifest(path: Path) -> Mapping[str, Any] | None:
    """The manifest of a snapshot, with what its journal adds; null where the file is something else of that
    name."""
    try:
        with path.open("rb") as file:
            given = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not {"source", "scope", "collected_at"} <= given.keys():
        return None
    if given.get("complete") is False:
        for name, entry in _journal(path.with_name(JOURNAL)):
            entries = given.setdefault(name, [])
            if isinstance(entries, list):
                entries.append(entry)
    return given


def _journal(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        with path.open("rb") as file:
            lines = file.read(_LONGEST).splitlines()
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            # The last line of a run that was killed may be half a line.
            continue
        if isinstance(entry, dict):
            yield from entry.items()


def labels(folders: Sequence[Path]) -> dict[Path, str]:
    """ROOT of each folder: its last name, lengthened leftwards until no two are the same."""
    found: dict[Path, str] = {}
    groups: dict[str, list[Path]] = {"": list(folders)}
    length = 1
    while groups:
        longer: dict[str, list[Path]] = defaultdict(list)
        for group in groups.values():
            named: dict[str, list[Path]] = defaultdict(list)
            for folder in group:
                named["/".join(folder.parts[1:][-length:])].append(folder)
            for name, same in named.items():
                if len(same) == 1 or length > 64:
                    found.update((folder, name) for folder in same)
                else:
                    longer[name] += same
        groups = longer
        length += 1
    return found
