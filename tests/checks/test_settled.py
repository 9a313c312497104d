"""Which gaps a decision settles, until when, and that it never improves a figure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.findings import finding_id
from posture.checks.judge import Judged, judge
from posture.checks.view import View
from posture.model.results import Severity
from tests.checks.small import AS_OF, estate_of, seen


@check(title="T", why="W.", fix="F.", severity=Severity.MEDIUM, action="rotate", controls=())
def two_ways(view: View) -> Verdicts:
    return verdicts("credentials", gap=c.enabled, says="on", expected="off", per=c.name)


def judged(*decisions: dict[str, Any]) -> Judged:
    keys = [
        {"key": "a", "name": "one", "enabled": True},
        {"key": "b", "name": "two", "enabled": True},
        {"key": "c", "name": "three", "enabled": False},
    ]
    return judge(seen(estate_of({"credentials": keys, "decisions": list(decisions)})), [two_ways])


def decided(kind: str, subject: str, days: int = 1, **more: Any) -> dict[str, Any]:
    row = {"subject": subject, "kind": kind, "check": "two-ways", "expires": AS_OF + timedelta(days=days)}
    return {**row, **more}


def states(found: Judged) -> list[tuple[str, str]]:
    return list(found.findings.sort("subject").select("result", "state").iter_rows())


OPEN = ("gap", "open")


@pytest.mark.parametrize(
    ("decision", "first"),
    [
        (decided("exception", "a"), ("accepted", "accepted")),
        (decided("acceptance", "a"), ("accepted", "accepted")),
        (decided("false-positive", "a"), ("accepted", "false-positive")),
        (decided("acceptance", "a", finding=finding_id("two-ways", "a", "one")), ("accepted", "accepted")),
        (decided("acceptance", "a", finding=finding_id("two-ways", "a", "before")), OPEN),
        (decided("acceptance", "a", days=-1), OPEN),
        (decided("acceptance", "a", check="other"), OPEN),
        (decided("acceptance", "a", expires=None), OPEN),
        (decided("triage", "a", state="planned"), OPEN),
    ],
)
def test_a_decision_settles_its_finding_while_it_holds(
    decision: dict[str, Any], first: tuple[str, str]
) -> None:
    assert states(judged(decision)) == [first, OPEN]


@pytest.mark.parametrize("kind", ["exception", "acceptance", "false-positive"])
def test_what_is_excused_counts_as_not_passed(kind: str) -> None:
    (row,) = judged(decided(kind, "a")).tallies.iter_rows(named=True)
    assert (row["gap"], row["accepted"], row["clear"]) == (1, 1, 1)


def test_without_a_moment_nothing_is_excused() -> None:
    estate = estate_of(
        {
            "credentials": [{"key": "a", "name": "one", "enabled": True}],
            "decisions": [decided("acceptance", "a")],
        }
    )
    found = judge(seen(replace(estate, as_of=None)), [two_ways])
    assert found.findings.select(pl.col("state")).to_series().to_list() == ["open"]
