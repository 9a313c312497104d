"""Finds the files below what was named: whose they are, which are left out, and why."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from posture.model.errors import Unreadable
from posture.model.inputs import Input
from posture.model.text import plain
from posture.settings import Reading
from posture.sources import places
from posture.sources.contract import Place
from posture.sources.git_index import tracked_in_index, tracked_in_list

LEFT_OUT = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", "site-packages", ".cache", "Caches", ".npm", ".cargo", ".rustup",
        ".gradle", ".m2", ".pnpm-store", ".Trash",
    }
)  # fmt: skip
"""Folders of packages, caches and version control, which hold nothing that anybody configured."""

_INDEX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """One regular file to be read."""

    path: Path
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


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that was found, in a fixed order."""

    files: tuple[File, ...]
    inputs: tuple[Input, ...]
    """What was looked at and is not read."""
    places: tuple[Place, ...]
    snapshots: tuple[Place, ...] = ()


@dataclass(slots=True)
class _Candidate:
    folder: Path
    """The folder of the place."""
    inside: PurePosixPath
    path: Path
    size: int = 0
    named: bool = False
    link: bool = False
    outcome: str = ""
    why: str = ""
    do: str = ""


@dataclass(slots=True)
class _Walker:
    reading: Reading
    forced: dict[Path, places.Kind]
    roots: tuple[Path, ...]
    kinds: dict[Path, places.Kind | None] = field(default_factory=dict)
    found: list[_Candidate] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    left_out: dict[Path, Counter[str]] = field(default_factory=dict)
    count: int = 0

    def root(self, root: Path) -> None:
        owner = places.owner_of(root)
        if not root.is_dir():
            folder = root.parent if owner is None else owner
            self._file(root, folder, PurePosixPath(root.relative_to(folder).as_posix()), named=True)
            return
        self.count = 0
        self._folder(root, owner if self.forced.get(root) is None else None)

    def kind(self, folder: Path) -> places.Kind | None:
        """What marks `folder`; null where nothing does."""
        if folder not in self.kinds:
            try:
                held = os.listdir(folder)
            except OSError:
                # The walk itself says that the folder cannot be read.
                held = []
            self.kinds[folder] = self.forced.get(folder) or places.kind_of(folder, held)
        return self.kinds[folder]

    def _folder(self, root: Path, start: Path | None) -> None:
        stack: list[tuple[Path, Path | None, int]] = [(root, start, 0)]
        while stack:
            folder, above, depth = stack.pop()
            if folder in self.seen:
                continue
            self.seen.add(folder)
            place = self._place(folder, above)
            if depth > self.reading.depth:
                self._not_read(folder, place, "skipped", f"lies deeper than {self.reading.depth} folders",
                               "raise reading.depth, or name the folder itself")  # fmt: skip
                continue
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._not_read(folder, place, "failed", _refused(error), "give read access to the folder")
                continue
            # Deeper folders come off the stack in order of their names.
            below: list[tuple[Path, Path | None, int]] = []
            for entry in entries:
                path = Path(entry.path)
                if self.count >= self.reading.files:
                    self._not_read(folder, place, "skipped", f"more than {self.reading.files} files",
                                   "raise reading.files, or name the folders one by one")  # fmt: skip
                    return
                if entry.is_symlink():
                    self._link(path, place)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name in LEFT_OUT and path not in self.roots:
                        # Of git's own folder the index is read, which says what is tracked.
                        if entry.name != ".git":
                            self.left_out.setdefault(root, Counter())[entry.name] += 1
                    else:
                        below.append((path, place if self.kind(place) else None, depth + 1))
                else:
                    self._file(path, place, _inside(path, place))
            stack += reversed(below)

    def _place(self, folder: Path, above: Path | None) -> Path:
        """The place that files in `folder` belong to; `above` is the marked place of its parent."""
        kind = self.kind(folder)
        if above is None or folder in self.forced:
            return folder
        if kind == "home" and self.kind(above) == "repository":
            return folder if places.is_surely_home(folder) else above
        return above if kind in (None, "folder") else folder

    def _file(self, path: Path, place: Path, inside: PurePosixPath, named: bool = False) -> None:
        if path in self.seen:
            return
        self.seen.add(path)
        self.count += 1
        try:
            found = path.stat(follow_symlinks=False)
        except OSError as error:
            self._not_read(
                path, place, "failed", _refused(error), "give read access to the file", named=named
            )
            return
        if not stat.S_ISREG(found.st_mode):
            self._not_read(path, place, "skipped", "is no regular file", "", named=named)
            return
        self.found.append(_Candidate(place, inside, path, found.st_size, named))

    def _link(self, path: Path, place: Path) -> None:
        try:
            target = Path(os.path.realpath(path, strict=True))
        except OSError as error:
            why = "is a link that leads in a circle" if _is_loop(error) else "is a link that leads nowhere"
            self._not_read(path, place, "failed", why, "")
            return
        if not any(target.is_relative_to(root) for root in self.roots):
            self._not_read(path, place, "skipped", "is a link that leads outside of what was named",
                           "name its target as well")  # fmt: skip
        elif not target.is_dir():
            self._linked(target, place, _inside(path, place))
        elif path.parent.is_relative_to(target):
            self._not_read(path, place, "failed", "is a link that leads in a circle", "")
        else:
            self._linked_folder(path, target, place)

    def _linked_folder(self, path: Path, target: Path, place: Path) -> None:
        # Links below a linked folder are not followed again, so that a pair of them cannot multiply.
        for folder, names, files in os.walk(target):
            names[:] = sorted(name for name in names if name not in LEFT_OUT)
            if len(Path(folder).relative_to(target).parts) > self.reading.depth:
                names.clear()
            for name in sorted(files):
                real = Path(folder) / name
                if not real.is_symlink():
                    self._linked(real, place, _inside(path / real.relative_to(target), place))

    def _linked(self, target: Path, place: Path, inside: PurePosixPath) -> None:
        self.count += 1
        found = target.stat()
        if stat.S_ISREG(found.st_mode):
            self.found.append(_Candidate(place, inside, target, found.st_size, link=True))
        else:
            self._not_read(place / inside, place, "skipped", "is no regular file", "")

    def _not_read(
        self, path: Path, place: Path, outcome: str, why: str, do: str, named: bool = False
    ) -> None:
        self.found.append(
            _Candidate(place, _inside(path, place), path, named=named, outcome=outcome, why=why, do=do)
        )


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
    walker = _Walker(reading, forced, roots)
    for root in roots:
        walker.root(root)
    return _walked(walker, inputs)


def _walked(walker: _Walker, inputs: list[Input]) -> Walk:
    used = sorted({candidate.folder for candidate in walker.found})
    names = places.labels(used)
    heads = _heads(walker, names)
    made = {folder: _made(folder, names[folder], walker, inputs) for folder in used}
    labels = {
        candidate.path: _label(heads[candidate.folder], candidate.inside)
        for candidate in walker.found
        if not candidate.link
    }
    files: list[File] = []
    for candidate in walker.found:
        shown = _label(heads[candidate.folder], candidate.inside)
        if candidate.outcome:
            inputs.append(
                Input.model_validate(
                    {"file": shown, "outcome": candidate.outcome, "why": candidate.why, "do": candidate.do}
                )
            )
        elif candidate.inside.name != places.TRACKED and not _is_manifest(candidate, made):
            label = labels.get(candidate.path, shown)
            place = made[candidate.folder]
            files.append(
                File(candidate.path, place, candidate.inside, label, candidate.size, candidate.named, shown)
            )
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


def _heads(walker: _Walker, names: dict[Path, str]) -> dict[Path, str]:
    """What labels of files in each folder start with.

    Files that lie loose in what was named need no folder in front of them, so that a copy under another name
    reads the same; where two such files would share a label, they keep it.
    """
    roots = walker.roots
    outermost = [root for root in roots if not any(root != one and root.is_relative_to(one) for one in roots)]
    named = {root if root in names else root.parent for root in outermost}
    bare = {folder for folder in names if folder in named and walker.kind(folder) is None}
    loose = [found for found in walker.found if found.folder in bare and not found.link]
    taken = Counter(str(found.inside) for found in loose)
    bare -= {found.folder for found in loose if taken[str(found.inside)] > 1}
    return {folder: "" if folder in bare else name for folder, name in names.items()}


def _is_manifest(candidate: _Candidate, made: dict[Path, Place]) -> bool:
    its_own = str(candidate.inside) in (places.MANIFEST, places.JOURNAL)
    return its_own and made[candidate.folder].manifest is not None


def _made(folder: Path, root: str, walker: _Walker, inputs: list[Input]) -> Place:
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
            data = read_bytes(path, _INDEX_BYTES)
            tracked = parse(data)
        except Unreadable as error:
            inputs.append(
                Input(
                    file=_label(root, PurePosixPath(name)),
                    outcome="failed",
                    why=error.reason,
                    do=f"put the output of git ls-files in {places.TRACKED} beside it",
                )
            )
            continue
        inputs.append(
            Input(file=_label(root, PurePosixPath(name)), source="git", outcome="read", bytes=len(data))
        )
        return tracked
    return None


def read_bytes(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a regular file; Unreadable where it is none or access is refused."""
    # A pipe put in place of a file since the walk must not block the run.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise Unreadable(_refused(error)) from None
    with os.fdopen(handle, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("is no regular file")
        try:
            return b"".join(_chunks(file.read, limit))
        except OSError as error:
            raise Unreadable(_refused(error)) from None


def _chunks(read: Callable[[int], bytes | None], limit: int) -> Iterator[bytes]:
    left = limit
    while left > 0 and (chunk := read(min(left, 1 << 24))):
        yield chunk
        left -= len(chunk)


def _inside(path: Path, place: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(place).as_posix())


def _label(head: str, inside: PurePosixPath) -> str:
    shown = str(inside)
    if not head:
        return plain(shown, 4096)
    return plain(head if shown == "." else f"{head}/{shown}", 4096)


def _refused(error: OSError) -> str:
    return f"cannot be read ({(error.strerror or 'input/output error').lower()})"


def _is_loop(error: OSError) -> bool:
    return (error.strerror or "").startswith("Too many levels")
