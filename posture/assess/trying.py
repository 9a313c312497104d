"""Steps of a plan tried before they are done: risk, ways, gaps, score, controls and dates."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl
from msgspec import Struct

from posture import frameworks
from posture.assess.again import again
from posture.assess.overview import scored
from posture.checks.check import Check
from posture.checks.registry import every as every_check
from posture.frameworks import Frameworks
from posture.graph.arrays import Bools, firsts
from posture.model.assessment import Assessment
from posture.model.overview import FrameworkCount, Score
from posture.plan.what_if import Left, WhatIf
from posture.score.attestations import standings
from posture.score.controls import controls, counted
from posture.settings import Settings


class Tried(Struct, frozen=True):
    """How things would stand."""

    left: Left
    """Path risk, ways and systems that are left."""
    gaps: int
    """Gaps that are left open; one that several steps close together is open until all are done."""
    score: Score
    frameworks: tuple[FrameworkCount, ...]
    """How many controls would stand where."""


class Trying:
    """One assessment ready for trying its steps.

    `Trying.of(assessment)` walks the graph of the estate once more, which takes about a twentieth of the
    time that assessing took: off the screen's thread. After that an answer takes milliseconds, whatever
    the size of the estate.

    - `doing(steps)`: these steps done now and nothing else, compared with `now`;
    - `without(steps)`: every step done but these, compared with `planned`;
    - `burn(steps)`: the curve of the same order without these steps, as `overview.risk.burn` is;
    - `late(steps)`: ids of the steps whose date has passed when they are done, without these steps;
    - `refused(steps)`: why these may not be left out, empty where they may;
    - `one_sided(steps)`: warnings where leaving them out leaves a subject one-sided.

    `steps` are ids of the table `steps`; InputError names one that is none.
    """

    def __init__(
        self,
        assessment: Assessment,
        what_if: WhatIf,
        checks: Sequence[Check],
        catalogue: Frameworks,
        settings: Settings,
    ) -> None:
        self._what_if, self._checks, self._catalogue, self._settings = (
            what_if,
            tuple(checks),
            catalogue,
            settings,
        )
        self._unknowns, self._tallies = assessment.frame("unknowns"), assessment.frame("tallies")
        self._steps = assessment.tables["steps"].select("id", "label").collect()
        self._place = {id_: n for n, id_ in enumerate(self._steps["id"])}
        gaps = assessment.tables["findings"].filter(pl.col("result") == "gap").select("id", "check").collect()
        closing = assessment.tables["step_findings"].collect().join(gaps, left_on="finding", right_on="id")
        closing = closing.filter(pl.col("step").is_in(self._steps["id"].implode())).sort("finding", "step")
        self._closing = np.array([self._place[step] for step in closing["step"]], dtype=np.int64)
        """Steps by the gap that they close, gap after gap; ..."""
        self._first = np.flatnonzero(firsts(closing["finding"].rle_id().to_numpy()))
        """... where each gap begins, and its check."""
        self._check = closing["check"].gather(self._first)
        self._gaps = gaps.height
        self._standings = standings(assessment.frame("decisions"), assessment.overview.as_of)
        self.burn, self.late = what_if.burn, what_if.late
        self.refused, self.one_sided = what_if.refused, what_if.one_sided
        self.now = self._tried(what_if.now, self._done(()))
        self.planned = self.without(())

    @classmethod
    def of(
        cls,
        assessment: Assessment,
        settings: Settings | None = None,
        checks: Sequence[Check] | None = None,
        catalogue: Frameworks | None = None,
    ) -> Trying:
        """From an assessment that was just made or saved by an earlier run; its own settings unless given."""
        asked = every_check() if checks is None else tuple(checks)
        seen, answered = again(assessment, settings)
        findings, steps = assessment.frame("findings"), assessment.frame("steps")
        what_if = WhatIf.of(seen, answered.graph, findings, asked, steps)
        return cls(assessment, what_if, asked, catalogue or frameworks.load(), seen.estate.settings)

    def doing(self, steps: Collection[str]) -> Tried:
        """With these steps done now and nothing else."""
        return self._tried(self._what_if.doing(steps), self._done(steps))

    def without(self, steps: Collection[str]) -> Tried:
        """With every step done but these."""
        return self._tried(self._what_if.without(steps), ~self._done(steps))

    def _done(self, steps: Collection[str]) -> Bools:
        done = np.zeros(len(self._steps), dtype=bool)
        done[[self._place[id_] for id_ in steps]] = True
        return done

    def _tried(self, left: Left, done: Bools) -> Tried:
        if len(self._closing):
            closed = self._check.filter(np.logical_and.reduceat(done[self._closing], self._first))
        else:
            closed = self._check
        counts = closed.value_counts(name="closed")
        tallies = self._tallies.join(counts, on="check", how="left", maintain_order="left")
        fewer = pl.col("closed").fill_null(0).cast(pl.Int64)
        tallies = tallies.with_columns(gap=pl.col("gap") - fewer, clear=pl.col("clear") + fewer).drop(
            "closed"
        )
        tables = {"tallies": tallies, "unknowns": self._unknowns, "steps": self._steps.filter(~done)}
        rows = controls(
            self._catalogue,
            self._checks,
            {row["check"]: row for row in tallies.iter_rows(named=True)},
            self._settings.frameworks,
            self._standings,
        )
        return Tried(
            left,
            self._gaps - len(closed),
            scored(tables, self._checks, self._settings),
            counted(rows, self._catalogue),
        )
