"""What the screens are handed: how to load and export, and where to try, decide, take back and compare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from posture.model.assessment import Assessment
from posture.model.errors import PostureError
from posture.model.overview import Overview, Score

if TYPE_CHECKING:
    from posture.assess.trying import Tried
    from posture.plan.cutting import Kept

Said = Mapping[str, Any]
"""The words of a decision, as `posture decide` takes them from a file."""


class Progress(Protocol):
    """Called by whoever reads, now and then; raises `Stopped` where the person at the screen said so."""

    def __call__(self, says: str, done: int = 0, total: int = 0) -> None:
        """`says` what is being done, `done` of `total` how far."""
        ...


Load = Callable[[Progress], Assessment]
Exporting = Callable[[str, Path], Path]
"""Writes the assessment in a format to a path, and answers where it lies."""


class Stopped(PostureError):
    """Reading was stopped at the screen."""


class Tries(Protocol):
    """Steps of the plan, tried before they are done. Any call may take a moment: off the screen's thread."""

    @property
    def planned(self) -> Tried:
        """How things stand with every step done."""

    def without(self, steps: Collection[str]) -> Tried:
        """With every step done but these."""

    def burn(self, without: Collection[str] = ()) -> tuple[tuple[float, float], ...]:
        """The curve without these."""

    def late(self, without: Collection[str] = ()) -> tuple[str, ...]:
        """Steps whose date has passed when they are done."""

    def refused(self, steps: Collection[str]) -> str:
        """Why these may not be left out; empty where they may."""

    def one_sided(self, steps: Collection[str]) -> tuple[str, ...]:
        """What stands one-sided without these."""


class Run(Struct, frozen=True):
    """One run of the workspace in figures."""

    id: str
    as_of: datetime | None
    score: Score
    risk: float
    gaps: int

    @classmethod
    def of(cls, id_: str, said: Overview) -> Run:
        """From the overview of a saved run."""
        return cls(id_, said.as_of, said.score, said.risk.total, sum(said.gaps.values()))


class Desk(Protocol):
    """Whoever holds the assessment behind the screens. Every call may take a moment."""

    @property
    def pending(self) -> int:
        """How many decisions the figures do not show yet."""

    @property
    def anew(self) -> str:
        """How the figures come to show them."""

    @property
    def undoable(self) -> bool:
        """Whether anything was decided at these screens that can be taken back."""

    def trying(self) -> Tries:
        """The plan, ready for trying."""

    def cutting(self, origin: str, links: Sequence[tuple[str, str]], nodes: Sequence[str]) -> Kept:
        """What `origin` reaches without `links` and without `nodes`."""

    def decide(self, said: Said) -> tuple[str, Assessment]:
        """Records a decision: what was decided, and the assessment as it stands now."""

    def attest(self, said: Said) -> tuple[str, Assessment]:
        """Records an answer to a question that only people can answer."""

    def undo(self) -> tuple[str, Assessment]:
        """Takes the last decision of these screens back."""

    def runs(self) -> tuple[Run, ...]:
        """The runs of the workspace, oldest first."""
