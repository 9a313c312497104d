"""Links of a way cut before anybody cuts them: what the origin still reaches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from posture.assess.again import again
from posture.model.assessment import Assessment
from posture.plan.cutting import Cutter, Kept
from posture.settings import Settings


class Cutting:
    """One assessment ready for cutting; `of` walks its graph once more, off the screen's thread."""

    def __init__(self, cutter: Cutter, whole: float) -> None:
        """`whole` is the path risk of which ways are a share."""
        self._cutter, self._whole = cutter, whole

    @classmethod
    def of(cls, assessment: Assessment, settings: Settings | None = None) -> Cutting:
        """From an assessment that was just made or saved by an earlier run."""
        seen, answered = again(assessment, settings)
        return cls(Cutter(seen, answered.graph), assessment.overview.risk.total)

    def without(self, origin: str, links: Sequence[tuple[str, str]], nodes: Collection[str]) -> Kept:
        """What `origin` reaches once `links` and everything at `nodes` are cut."""
        return self._cutter.without(origin, links, nodes, self._whole)
