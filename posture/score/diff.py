"""What changed between two runs: gaps and reach, and why each may have; sources, settings, code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.model.overview import Score
from posture.score.history import Sight, read_whole
from posture.score.why import Because, Why, undecided

GapChange = Literal["new", "reopened", "excuse ended", "resolved", "accepted", "out of sight"]
ReachChange = Literal[
    "gained", "now certain", "wider", "lost", "no longer certain", "narrower", "out of sight"
]


class GapChanged(Struct, frozen=True):
    """One finding that was there in one run only, or counts otherwise now."""

    change: GapChange
    because: Because
    finding: str
    check: str
    subject: str
    name: str
    severity: str


class ReachChanged(Struct, frozen=True):
    """What one agent reaches now and did not, or the other way round."""

    change: ReachChange
    because: Because
    agent: str
    system: str
    before: int
    """Mask of classes, possible ones included."""
    after: int
    certain: bool
    """Whether it holds for certain: now, or before where it is lost."""


class Diff(Struct, frozen=True):
    """Everything in it is sorted; what cannot be told apart from new code is never called real."""

    gaps: tuple[GapChanged, ...]
    reach: tuple[ReachChanged, ...]
    settings: tuple[tuple[str, str, str], ...]
    """(name, before, after)"""
    new_sources: tuple[tuple[str, str], ...]
    """(source, scope)"""
    lost_sources: tuple[tuple[str, str], ...]
    code: tuple[str, ...]
    """What of posture itself is another."""
    score: tuple[Score, Score]
    risk: tuple[float, float]
    identities: tuple[tuple[str, int, int], ...] = ()
    """(class, before, after) where the number is another"""

    @property
    def new(self) -> frozenset[str]:
        """Ids of findings that are gaps now and were none before."""
        return frozenset(
            one.finding for one in self.gaps if one.change in ("new", "reopened", "excuse ended")
        )


def diff(
    old: Assessment,
    new: Assessment,
    limits_of: Mapping[str, tuple[str, ...]],
    sight: Mapping[str, Sight] | None = None,
) -> Diff:
    """From `old` to `new`.

    `limits_of` names the settings that each check reads; `sight` says of vanished findings why they are gone.
    Where it does not, and the run does not know, a gap counts as resolved only if nothing about its check and
    scope is unknown now.
    """
    why = Why.of(old, new, limits_of)
    said = {**_remembered(new), **(sight or {})}
    return Diff(
        gaps=tuple(sorted(_gaps(old, new, why, said), key=_gap_order)),
        reach=tuple(sorted(_reach(old, new, why), key=lambda one: (one.agent, one.system))),
        settings=why.settings,
        new_sources=tuple(sorted(why.gained)),
        lost_sources=tuple(sorted(why.lost)),
        code=why.code,
        score=(old.overview.score, new.overview.score),
        risk=(old.overview.risk.total, new.overview.risk.total),
        identities=tuple(_classes(old.overview.identities, new.overview.identities)),
    )


def _classes(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    for word in sorted({*old, *new}):
        before, after = old.get(word, 0), new.get(word, 0)
        if before != after:
            yield word, before, after


def _gaps(old: Assessment, new: Assessment, why: Why, sight: Mapping[str, Sight]) -> Iterator[GapChanged]:
    before, after = _otherwise(old, new), _otherwise(new, old)
    judge = _Judge(old, new)
    for id_, row in after.items():
        earlier = before.get(id_)
        if earlier is None and row["result"] == "gap":
            because = why.elsewhere(row["check"])
            because = "data" if because == "real" and why.is_new_data(row) else because
            yield _changed("reopened" if row["state"] == "reopened" else "new", because, row)
        elif earlier is not None and earlier["result"] == "gap" and row["result"] == "accepted":
            yield _changed("accepted", "real", row)
        elif earlier is not None and earlier["result"] == "accepted" and row["result"] == "gap":
            yield _changed("excuse ended", "real", row)
    for id_, row in before.items():
        if id_ in after or row["result"] == "error":
            continue
        seen = sight.get(id_) or judge.sight(row)
        if seen == "resolved":
            yield _changed("resolved", why.elsewhere(row["check"]), row)
        else:
            gone = why.elsewhere(row["check"])
            yield _changed("out of sight", "data" if gone == "real" else gone, row)


def _otherwise(run: Assessment, other: Assessment) -> dict[str, dict[str, Any]]:
    """Findings of `run` that `other` does not have with the same result: few of many."""
    same = ["id", "result"]
    rows = run.tables["findings"].join(other.tables["findings"].select(same), on=same, how="anti")
    return {row["id"]: row for row in rows.collect().iter_rows(named=True)}


def _changed(change: GapChange, because: Because, row: Mapping[str, Any]) -> GapChanged:
    return GapChanged(
        change, because, row["id"], row["check"], row["subject"], row["name"] or "", row["severity"]
    )


_CHANGES = ("reopened", "new", "excuse ended", "resolved", "accepted", "out of sight")
_SEVERITIES = ("critical", "high", "medium", "low")


def _gap_order(one: GapChanged) -> tuple[int, int, str, str, str]:
    return _CHANGES.index(one.change), _SEVERITIES.index(one.severity), one.check, one.subject, one.finding


class _Judge:
    """Whether a gap that is gone may be called resolved, from the two documents alone."""

    def __init__(self, old: Assessment, new: Assessment) -> None:
        self._unknown = undecided(new)
        self._coverage = new.frame("coverage")
        self._old_coverage = old.frame("coverage")

    def sight(self, row: Mapping[str, Any]) -> Sight:
        check, scope = row["check"], row["scope"]
        if any((check, where) in self._unknown for where in (scope, "", "estate")):
            return "unseen"
        read = read_whole(self._coverage, scope, row["noun"])
        # Where neither run kept coverage of this table there is nothing that could have been lost.
        kept = not scope and self._old_coverage.filter(pl.col("scope") == scope).is_empty()
        return "resolved" if read or kept else "unseen"


def _reach(old: Assessment, new: Assessment, why: Why) -> Iterator[ReachChanged]:
    scopes = {**_scopes(old), **_scopes(new)}
    lost, gained = {scope for _source, scope in why.lost}, {scope for _source, scope in why.gained}
    for agent, system, *masks in _differing(old, new).iter_rows():
        was, is_ = (masks[0], masks[1]), (masks[2], masks[3])
        change = _reach_change(was, is_)
        if change is None:
            continue
        key = agent, system
        ends = {scopes.get(end, "") for end in key}
        because = why.elsewhere()
        if because == "real" and change in ("gained", "now certain", "wider") and ends & gained:
            because = "data"
        if because == "real" and change in ("lost", "no longer certain", "narrower") and ends & lost:
            because, change = "data", "out of sight"
        yield ReachChanged(change, because, *key, was[1], is_[1], bool(is_[0] if is_[1] else was[0]))


def _reach_change(was: tuple[int, int], is_: tuple[int, int]) -> ReachChange | None:
    if not was[1] or not is_[1]:
        return None if was == is_ else "gained" if is_[1] else "lost"
    if bool(was[0]) != bool(is_[0]):
        return "now certain" if is_[0] else "no longer certain"
    if was[1] != is_[1]:
        return "wider" if is_[1] & ~was[1] else "narrower"
    if was[0] != is_[0]:
        return "wider" if is_[0] & ~was[0] else "narrower"
    return None


def _differing(old: Assessment, new: Assessment) -> pl.DataFrame:
    """Agent, system, and the masks before and after where they are not the same: few of many rows."""
    before, after = _agents_reach(old), _agents_reach(new)
    joined = before.join(after, on=["origin", "system"], how="full", coalesce=True, suffix="_now")
    masks = [pl.col(name).fill_null(0) for name in ("certain", "possible", "certain_now", "possible_now")]
    same = (pl.col("certain") == pl.col("certain_now")) & (pl.col("possible") == pl.col("possible_now"))
    return joined.select("origin", "system", *masks).filter(~same).collect()


def _agents_reach(run: Assessment) -> pl.LazyFrame:
    agents = run.tables["agents"].select(origin="key")
    rows = run.tables["reach"].filter(pl.col("possible") != 0)
    return rows.join(agents, on="origin", how="semi").select("origin", "system", "certain", "possible")


def _scopes(run: Assessment) -> dict[str, str]:
    return {
        key: scope
        for name in ("agents", "systems")
        for key, scope in run.tables[name].select("key", "scope").collect().iter_rows()
    }


def _remembered(run: Assessment) -> dict[str, Sight]:
    rows = run.frame("history").filter(pl.col("state") != "open").select("finding", "state")
    return {finding: "resolved" if state == "resolved" else "unseen" for finding, state in rows.iter_rows()}
