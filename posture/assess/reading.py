"""From named files to the finished estate: gathered, built, access resolved, completed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from posture import access
from posture.access.kinds import kinds
from posture.assess.decided import decided
from posture.estate.build import Built, build, complete
from posture.estate.declared import DECLARED
from posture.model.assessment import Assessment
from posture.model.errors import InputError, Unreadable
from posture.model.frames import frame
from posture.settings import DEFAULTS, Settings
from posture.sources import registry
from posture.sources.contract import Page, Place
from posture.sources.gather import Gathered, gather
from posture.sources.library import inventory

Progress = Callable[[str, int, int], None]
"""(what, done, of); `of` is 0 where nobody knows."""


class Asked(Struct, frozen=True):
    """What was asked for on the command line, and nothing from the machine."""

    sources: tuple[Path, ...]
    homes: tuple[Path, ...] = ()
    repositories: tuple[Path, ...] = ()
    settings: Settings = DEFAULTS
    as_of: datetime | None = None
    epoch: str | None = None
    """SOURCE_DATE_EPOCH."""
    collected_at: datetime | None = None
    fingerprint_key: bytes | None = None
    own_checks: tuple[Path, ...] = ()
    own_frameworks: tuple[Path, ...] = ()
    what_if: Path | None = None
    """Facts to assume beside what was read, in the tables of inventory.toml."""
    without: tuple[str, ...] = ()
    """Steps to leave out of the plan, by id."""
    workspace: Path | None = None
    """Where decisions and earlier runs lie; null where the run stands alone."""
    baseline: Assessment | None = None
    """What to compare with; null for the run of the workspace that this one follows."""


class Read(Struct, frozen=True):
    """What the sources gave, and the estate made of it."""

    gathered: Gathered
    built: Built
    disagreements: tuple[str, ...] = ()
    """What is wrong with the log of decisions, and where two people decided without knowing of each other."""

    @property
    def problems(self) -> tuple[str, ...]:
        """One line for everything that was not read or could not be applied."""
        return (
            *self.gathered.problems,
            *(f"{file}: {at}: {says}" for file, at, says in self.built.problems),
            *_contradictions(self.built.conflicts),
            *self.disagreements,
        )


def read(asked: Asked, progress: Progress = lambda _what, _done, _of: None) -> Read:
    """The estate of what was named. InputError where nothing could be read."""
    gathered = gather(
        asked.sources,
        asked.homes,
        asked.repositories,
        asked.settings,
        asked.collected_at,
        asked.fingerprint_key,
        lambda done, of, _label: progress("reading", done, of),
    )
    if not gathered.anything:
        raise InputError(_nothing(gathered))
    if asked.what_if is not None:
        _assume(asked.what_if, asked, gathered)
    if asked.workspace is None:
        progress("joining", 0, 0)
        return Read(gathered, _estate(gathered, asked))
    said = decided(gathered, asked.workspace)
    progress("joining", 0, 0)
    built = _estate(said.gathered, asked)
    conflicts = pl.concat([built.conflicts, frame("conflicts", [row.model_dump() for row in said.conflicts])])
    return Read(said.gathered, replace(built, conflicts=conflicts), said.problems)


def _assume(file: Path, asked: Asked, gathered: Gathered) -> None:
    """Declares what `file` says; InputError where it cannot be read."""
    try:
        page = Page(
            Place("what-if"), PurePosixPath(file.name), file.read_bytes(), asked.settings, asked.collected_at
        )
        gathered.rows.reading("inventory", page)
        told = len(gathered.rows.tables.get("coverage", ()))
        inventory.read(page, gathered.rows)
    except (OSError, Unreadable) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{file.name}: cannot be read ({why}); give tables of inventory.toml") from None
    for row in gathered.rows.tables.get("coverage", ())[told:]:
        raise InputError(f"{file.name}: {row['at']}: {row['why']}; {row['would_help']}")


def _contradictions(conflicts: pl.DataFrame) -> Iterator[str]:
    """Declarations that say two things of one fact; other sources may differ, people should not."""
    both = conflicts.filter(
        pl.col("kept_from").str.starts_with(DECLARED), pl.col("other_from").str.starts_with(DECLARED)
    )
    for row in both.iter_rows(named=True):
        kept, other = row["kept_from"].partition(" ")[2], row["other_from"].partition(" ")[2]
        yield (
            f"{row['table']} {row['key']}: {row['column']} is declared as {row['kept']} ({kept}) "
            f"and as {row['other']} ({other}); keep one"
        )


def _nothing(gathered: Gathered) -> str:
    """Why nothing was read: here what was merely skipped is told as well, since it is all there was."""
    told = [
        f"{item.file}: {item.why}" + (f"; {item.do}" if item.do else "")
        for item in gathered.inputs
        if item.why
    ]
    if not told:
        return "nothing could be read; `posture sources` lists what can be read"
    more = f" (and {len(told) - 3} more)" if len(told) > 3 else ""
    return f"nothing could be read: {'; '.join(told[:3])}{more}"


def _estate(gathered: Gathered, asked: Asked) -> Built:
    sources = [reader.SOURCE for reader in registry.every()]
    built = build(gathered.rows, sources, asked.settings, asked.as_of, asked.epoch)
    gathered.rows.forget()
    resolved = access.resolve(built.estate)
    found = {
        "links": resolved.links,
        "systems": resolved.systems,
        "identities": resolved.identities,
        "coverage": resolved.coverage,
    }
    links = built.estate["links"]
    settled = pl.DataFrame(resolved.decided, ["kind", "from", "to"], orient="row").cast(pl.String)
    left = links.join(settled, on=["kind", "from", "to"], how="anti", maintain_order="left")
    built = replace(built, estate=built.estate.having(links=left))
    return complete(
        built, found, {kind.id: kind.criticality for kind in kinds().values()}, resolved.assumptions
    )
