"""Goes through the folders that were named: what lies there, what is left out, and where links lead."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from posture.settings import Reading
from posture.sources import places

LEFT_OUT = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", "site-packages", ".cache", "Caches", ".npm", ".cargo", ".rustup",
        ".gradle", ".m2", ".pnpm-store", ".Trash", ".terraform",
    }
)  # fmt: skip
"""Folders of packages, caches and version control, which hold nothing that anybody configured."""


class Candidate(Struct):
    """A path that was looked at: a file to be read, or why it is not."""

    folder: Path
    """The folder of the place."""
    inside: str
    """Its path below the place, with slashes; a dot for the place itself."""
    path: str
    size: int = 0
    named: bool = False
    link: bool = False
    outcome: str = ""
    why: str = ""
    do: str = ""


class Walker(Struct):
    """Every folder once, in the order of names; folders of other places inside of one go their own way."""

    reading: Reading
    forced: dict[Path, places.Kind]
    roots: tuple[Path, ...]
    kinds: dict[Path, places.Kind | None] = field(default_factory=dict)
    found: list[Candidate] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    left_out: dict[Path, Counter[str]] = field(default_factory=dict)
    count: int = 0

    def root(self, root: Path) -> None:
        """Everything at and below one path that was named."""
        owner = places.owner_of(root)
        if not root.is_dir():
            folder = root.parent if owner is None else owner
            self._file(str(root), folder, _inside(root, folder), root.lstat, named=True)
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
            if str(folder) in self.seen:
                continue
            self.seen.add(str(folder))
            place = self._place(folder, above)
            if depth > self.reading.depth:
                self._not_read(folder, place, "skipped", f"lies deeper than {self.reading.depth} folders",
                               "raise reading.depth, or name the folder itself")  # fmt: skip
                continue
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._not_read(folder, place, "failed", refused(error), "give read access to the folder")
                continue
            # Deeper folders come off the stack in order of their names.
            below: list[tuple[Path, Path | None, int]] = []
            head = "" if folder == place else f"{_inside(folder, place)}/"
            for entry in entries:
                if self.count >= self.reading.files:
                    self._not_read(folder, place, "skipped", f"more than {self.reading.files} files",
                                   "raise reading.files, or name the folders one by one")  # fmt: skip
                    return
                if entry.is_symlink():
                    self._link(Path(entry.path), place)
                elif entry.is_dir(follow_symlinks=False):
                    path = folder / entry.name
                    if entry.name in LEFT_OUT and path not in self.roots:
                        # Of git's own folder the index is read, which says what is tracked.
                        if entry.name != ".git":
                            self.left_out.setdefault(root, Counter())[entry.name] += 1
                    else:
                        below.append((path, place if self.kind(place) else None, depth + 1))
                else:
                    self._file(
                        entry.path, place, head + entry.name, partial(entry.stat, follow_symlinks=False)
                    )
            stack += reversed(below)

    def _place(self, folder: Path, above: Path | None) -> Path:
        """The place that files in `folder` belong to; `above` is the marked place of its parent."""
        kind = self.kind(folder)
        if above is None or folder in self.forced:
            return folder
        if kind == "home" and self.kind(above) == "repository":
            return folder if places.is_surely_home(folder) else above
        return above if kind in (None, "folder") else folder

    def _file(
        self, path: str, place: Path, inside: str, look: Callable[[], os.stat_result], named: bool = False
    ) -> None:
        if path in self.seen:
            return
        self.seen.add(path)
        self.count += 1
        try:
            found = look()
        except OSError as error:
            self._not_read(Path(path), place, "failed", refused(error), "give read access to the file", named)
            return
        if not stat.S_ISREG(found.st_mode):
            self._not_read(Path(path), place, "skipped", "is no regular file", "", named)
            return
        self.found.append(Candidate(place, inside, path, found.st_size, named))

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

    def _linked(self, target: Path, place: Path, inside: str) -> None:
        self.count += 1
        found = target.stat()
        if stat.S_ISREG(found.st_mode):
            self.found.append(Candidate(place, inside, str(target), found.st_size, link=True))
        else:
            self._not_read(place / inside, place, "skipped", "is no regular file", "")

    def _not_read(
        self, path: Path, place: Path, outcome: str, why: str, do: str, named: bool = False
    ) -> None:
        self.found.append(
            Candidate(place, _inside(path, place), str(path), named=named, outcome=outcome, why=why, do=do)
        )


def _inside(path: Path, place: Path) -> str:
    return path.relative_to(place).as_posix()


def refused(error: OSError) -> str:
    """Why the system did not hand a path out, in its own words."""
    return f"cannot be read ({(error.strerror or 'input/output error').lower()})"


def _is_loop(error: OSError) -> bool:
    return (error.strerror or "").startswith("Too many levels")
