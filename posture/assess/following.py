"""The run of the workspace that a new one follows, and what comes of it: states, first dates, changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
from msgspec import Struct

from posture.assess.sight import sight
from posture.checks.check import Check
from posture.checks.view import View
from posture.model.assessment import Assessment
from posture.model.frames import empty
from posture.model.overview import Overview
from posture.score.diff import diff
from posture.score.history import History, Sight, carried_on, vanished
from posture.score.trend import changes
from posture.workspace import runs


def previous(workspace: Path, digest: Callable[[str], str], as_of: datetime | None) -> str:
    """Id of the last run that is not younger than `as_of`; empty where there is none.

    A run made again, of which `digest` gives the digest by the run before, follows what it followed then.
    """
    run = "" if runs.unreadable(workspace) else runs.latest(workspace) or ""
    while run:
        found = runs.overview(workspace, run)
        before = found.previous if runs.holds(workspace, found.previous) else ""
        if found.digest == digest(found.previous) and before == found.previous:
            return before
        if as_of is None or found.as_of is None or found.as_of <= as_of:
            return run
        run = before
    return ""


class Following(Struct, frozen=True):
    """The run before, what to compare with, and why findings of either are no longer there."""

    history: History
    baseline: Assessment | None
    named: str
    """How reports call the baseline."""
    sight: dict[str, Sight]

    @classmethod
    def of(
        cls,
        workspace: Path | None,
        run: str,
        baseline: Assessment | None,
        findings: pl.DataFrame,
        seen: View,
        checks: Sequence[Check],
    ) -> Following:
        """`findings` carried on from `run`; without a workspace they have no history."""
        estate = seen.estate
        before = runs.load(workspace, run) if workspace is not None and run else None
        known = before.frame("history") if before is not None else empty("history")
        compared = baseline or before
        gone = pl.concat([vanished(findings, known), _gone(findings, compared)]).unique(
            "finding", keep="first", maintain_order=True
        )
        why = sight(seen, checks, gone)
        carried = History(findings, known)
        if workspace is not None:
            carried = carried_on(findings, known, why, estate["decisions"], estate.as_of)
        named = "" if compared is None else _named(compared.overview)
        return cls(carried, compared, named, why)

    def told(self, new: Assessment, checks: Sequence[Check]) -> tuple[Overview, frozenset[str] | None]:
        """The overview of `new` with what changed since the baseline, and the ids of gaps that are new."""
        if self.baseline is None:
            return new.overview, None
        found = diff(self.baseline, new, {check.id: check.settings for check in checks}, self.sight)
        said = {"changes": changes(found, new), "baseline": self.named}
        return new.overview.model_copy(update=said), found.new


def _gone(findings: pl.DataFrame, baseline: Assessment | None) -> pl.DataFrame:
    """Findings of the baseline that are no longer there, as rows of a history."""
    if baseline is None:
        return empty("history")
    old = baseline.frame("findings").filter(pl.col("result") != "error")
    gone = old.join(findings.select("id"), on="id", how="anti", maintain_order="left")
    return gone.select(
        finding="id",
        check="check",
        subject="subject",
        name="name",
        noun="noun",
        scope="scope",
        severity="severity",
        state=pl.lit("open"),
        first_seen="first_seen",
        last_seen="last_seen",
        returned=pl.lit(None, empty("history").schema["returned"]),
    )


def _named(overview: Overview) -> str:
    when = f"{overview.as_of:%Y-%m-%d}" if overview.as_of else "a run without a date"
    return f"{when} ({overview.digest[:8]})" if overview.digest else when
