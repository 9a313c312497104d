"""Finds the files below what was named: whose they are, which are left out, and why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from posture.model.errors import Unreadable
from posture.model.inputs import Input
from posture.model.text import plain
from posture.settings import Reading
from posture.sources import places
from posture.sources.ahead import read_bytes
from posture.sources.contract import Place
from posture.sources.git_index import tracked_in_index, tracked_in_list
from posture.sources.traverse import Candidate, Walker

_OWN = (places.TRACKED, places.MANIFEST, places.JOURNAL)
_INDEX_BYTES = 256 * 1024 * 1024


class File(Struct, frozen=True):
    """One regular file to be read."""

    path: str
    """Where its bytes lie, links resolved."""
    place: Place
    inside: PurePosixPath
    """Its path below the place, as the client that uses it sees it."""
    label: str
    """ROOT and path of the bytes, of loose files the path alone: two links to one file share it."""
    size: int
    named: bool
    """Whether the command line named the file itself."""
    shown: str
    """The same for the file as found, which differs from the label for a link."""

    @property
    def above(self) -> str:
        """What stands for its place where files are only counted."""
        return self.shown.removesuffix(str(self.inside)).rstrip("/") or "."


class Walk(Struct, frozen=True):
    """Everything that was found, in a fixed order."""

    files: tuple[File, ...]
    inputs: tuple[Input, ...]
    """What was looked at and is not read."""
    places: tuple[Place, ...]
    snapshots: tuple[Place, ...] = ()


def walk(
    named: Sequence[Path], homes: Sequence[Path], repositories: Sequence[Path], reading: Reading
) -> Walk:
    """Files, places and what is left out below `named`; the order of the arguments changes nothing."""
    given = {Path(os.path.realpath(path)): path for path in (*named, *homes, *repositories)}
    forced: dict[Path, places.Kind] = {Path(os.path.realpath(path)): "home" for path in homes}
    forced |= {Path(os.path.realpath(path)): "repository" for path in repositories}
    inputs = [
        Input(
            file=plain(path.name or str(path)), outcome="absent", why="does not exist", do="name another path"
        )
        for real, path in sorted(given.items())
        if not real.exists()
    ]
    roots = tuple(sorted(real for real in given if real.exists()))
    walker = Walker(reading, forced, roots)
    for root in roots:
        walker.root(root)
    return _walked(walker, inputs)


def _walked(walker: Walker, inputs: list[Input]) -> Walk:
    used = sorted({candidate.folder for candidate in walker.found})
    names = places.labels(used)
    heads = _heads(walker, names)
    made = {folder: _made(folder, names[folder], walker, inputs) for folder in used}
    seen = [_label(heads[candidate.folder], candidate.inside) for candidate in walker.found]
    labels = {
        candidate.path: shown
        for candidate, shown in zip(walker.found, seen, strict=True)
        if not candidate.link
    }
    files: list[File] = []
    for candidate, shown in zip(walker.found, seen, strict=True):
        if candidate.outcome:
            inputs.append(
                Input.model_validate(
                    {"file": shown, "outcome": candidate.outcome, "why": candidate.why, "do": candidate.do}
                )
            )
        elif not candidate.inside.endswith(_OWN) or not _is_ours(candidate, made):
            label = labels.get(candidate.path, shown)
            inside = PurePosixPath(candidate.inside)
            place = made[candidate.folder]
            files.append(File(candidate.path, place, inside, label, candidate.size, candidate.named, shown))
    for root, counted in sorted(walker.left_out.items()):
        shown = ", ".join(f"{name} ({count})" for name, count in sorted(counted.items()))
        inputs.append(
            Input(
                file=plain(heads.get(root, root.name) or "."),
                outcome="skipped",
                why=f"folders of packages and caches: {shown}",
            )
        )
    files.sort(key=lambda file: (file.label, file.shown))
    inputs.sort(key=lambda item: (item.file, item.outcome, item.why))
    kept = tuple(sorted(made.values(), key=lambda place: place.root))
    snapshots = tuple(place for place in kept if place.manifest is not None)
    return Walk(tuple(files), tuple(inputs), kept, snapshots)


def _heads(walker: Walker, names: dict[Path, str]) -> dict[Path, str]:
    """What labels of files in each folder start with.

    Files that lie loose in what was named need no folder in front of them, so that a copy under another name
    reads the same; where two such files would share a label, they keep it.
    """
    roots = walker.roots
    outermost = [root for root in roots if not any(root != one and root.is_relative_to(one) for one in roots)]
    named = {root if root in names else root.parent for root in outermost}
    bare = {folder for folder in names if folder in named and walker.kind(folder) is None}
    loose = [found for found in walker.found if found.folder in bare and not found.link]
    taken = Counter(found.inside for found in loose)
    bare -= {found.folder for found in loose if taken[found.inside] > 1}
    return {folder: "" if folder in bare else name for folder, name in names.items()}


def _is_ours(candidate: Candidate, made: dict[Path, Place]) -> bool:
    """Whether the file was read already: what git tracks, or what the manifest of a snapshot says."""
    if candidate.inside in (places.MANIFEST, places.JOURNAL):
        return made[candidate.folder].manifest is not None
    return candidate.inside.rpartition("/")[2] == places.TRACKED


def _made(folder: Path, root: str, walker: Walker, inputs: list[Input]) -> Place:
    kind = walker.kind(folder) or "folder"
    tracked: frozenset[str] | None = None
    if kind == "repository":
        tracked = _tracked(folder, root, inputs)
    stated = places.manifest(folder / places.MANIFEST) if kind == "snapshot" else None
    above = tuple(part for part in folder.parent.parts if len(part) > 1)
    return Place(plain(root), kind, tracked, stated, above)


def _tracked(folder: Path, root: str, inputs: list[Input]) -> frozenset[str] | None:
    for name, parse in ((".git/index", tracked_in_index), (places.TRACKED, tracked_in_list)):
        path = folder / name
        if not path.is_file():
            continue
        try:
            data = read_bytes(str(path), _INDEX_BYTES)
            tracked = parse(data)
        except Unreadable as error:
            inputs.append(
                Input(
                    file=_label(root, name),
                    outcome="failed",
                    why=error.reason,
                    do=f"put the output of git ls-files in {places.TRACKED} beside it",
                )
            )
            continue
        inputs.append(Input(file=_label(root, name), source="git", outcome="read", bytes=len(data)))
        return tracked
    return None


def _label(head: str, inside: str) -> str:
    if not head:
        return plain(inside, 4096)
    return plain(head if inside == "." else f"{head}/{inside}", 4096)
