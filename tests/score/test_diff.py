"""Real change is told apart from other data, other settings and other code."""

from __future__ import annotations

from typing import Any

from posture.model.assessment import Assessment
from posture.model.frames import empty, frame
from posture.model.overview import CheckRow, Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.score.diff import diff
from posture.score.trend import changes

LIMITS = {"key-too-old": ("limits.key_age",)}
WHOLE = {"scope": "aws:1", "table": "credentials", "state": "complete", "source": "aws-iam"}


def gap(id_: str, check: str = "key-too-old", **more: Any) -> dict[str, Any]:
    row = {"id": id_, "check": check, "subject": f"key/{id_}", "noun": "credentials", "severity": "high"}
    return {**row, "scope": "aws:1", "observed": "old", "cause": "", "source": "aws-iam", **more}


def run(
    *findings: dict[str, Any],
    reach: list[dict[str, Any]] | None = None,
    coverage: list[dict[str, Any]] | None = None,
    unknowns: list[dict[str, Any]] | None = None,
    checks: tuple[str, ...] = ("key-too-old",),
    **overview: Any,
) -> Assessment:
    tables = {name: empty(name) for name in (*TABLES, *RESULTS)}
    tables["findings"] = frame("findings", list(findings))
    tables["reach"] = frame("reach", reach or [])
    tables["coverage"] = frame("coverage", [WHOLE] if coverage is None else coverage)
    tables["unknowns"] = frame("unknowns", unknowns or [])
    tables["agents"] = frame("agents", [{"key": "agent:a/bot", "name": "bot", "scope": "repo:a"}])
    tables["systems"] = frame("systems", [{"key": "bucket/x", "scope": "aws:1"}])
    numbers = dict.fromkeys(("gap", "clear", "unknown", "not_applicable", "accepted", "error"), 0)
    rows = tuple(CheckRow(id=id_, title="", severity="high", controls=(), **numbers) for id_ in checks)
    lazy = {name: rows.lazy() for name, rows in tables.items()}
    return Assessment(Overview(checks=rows, **overview), lazy)


def gaps(old: Assessment, new: Assessment) -> list[tuple[str, str, str]]:
    return [(one.change, one.because, one.finding) for one in diff(old, new, LIMITS).gaps]


def way(certain: int, possible: int) -> list[dict[str, Any]]:
    return [{"origin": "agent:a/bot", "system": "bucket/x", "certain": certain, "possible": possible}]


def reach(old: Assessment, new: Assessment) -> list[tuple[str, str, bool]]:
    return [(one.change, one.because, one.certain) for one in diff(old, new, LIMITS).reach]


def test_new_and_resolved_are_real_where_nothing_else_changed() -> None:
    assert gaps(run(gap("a")), run(gap("b"))) == [("new", "real", "b"), ("resolved", "real", "a")]


def test_a_changed_setting_explains_what_rests_on_it_alone() -> None:
    old, new = run(gap("a")), run(gap("a"), gap("b"), settings={"limits.key_age": "30"})
    assert gaps(old, new) == [("new", "settings", "b")]
    other = run(gap("a"), gap("b"), settings={"limits.retry_least": "5"})
    assert gaps(old, other) == [("new", "real", "b")]
    weighed = run(gap("a"), gap("b"), settings={"factors.decay": "0.5"})
    assert gaps(old, weighed) == [("new", "real", "b")]
    named = run(gap("a"), gap("b"), settings={"names.owner_tags": "('x',)"})
    assert gaps(old, named) == [("new", "settings", "b")]


def test_nothing_is_called_real_where_the_code_is_another() -> None:
    old = run(gap("a"), version="1", catalogue="c")
    assert gaps(old, run(gap("b"), version="2", catalogue="c")) == [
        ("new", "code", "b"), ("resolved", "code", "a"),
    ]  # fmt: skip
    assert diff(old, run(version="2", catalogue="c"), LIMITS).code == ("posture 1 became 2",)
    assert gaps(run(), run(gap("b", "brand-new"), checks=("key-too-old", "brand-new"))) == [
        ("new", "code", "b")
    ]


def test_a_gap_in_what_was_not_read_before_is_data() -> None:
    unread = [{**WHOLE, "state": "unread"}]
    assert gaps(run(coverage=unread), run(gap("b"))) == [("new", "data", "b")]
    undecided = [
        {"check": "key-too-old", "scope": "aws:1", "reason": "field_missing", "says": "", "subjects": 1}
    ]
    assert gaps(run(unknowns=undecided), run(gap("b"))) == [("new", "data", "b")]


def test_what_is_not_read_any_more_is_out_of_sight_and_never_resolved() -> None:
    unread = run(coverage=[{**WHOLE, "state": "unread"}])
    assert gaps(run(gap("a")), unread) == [("out of sight", "data", "a")]
    assert gaps(run(gap("a")), run(coverage=[])) == [("out of sight", "data", "a")]
    undecided = [
        {"check": "key-too-old", "scope": "aws:1", "reason": "field_missing", "says": "", "subjects": 1}
    ]
    assert gaps(run(gap("a")), run(unknowns=undecided)) == [("out of sight", "data", "a")]
    found = diff(run(gap("a")), unread, LIMITS)
    assert found.lost_sources == (("aws-iam", "aws:1"),)
    assert [change.mark for change in changes(found, unread)] == ["~", "~"]


def test_accepting_and_its_end_are_no_new_finding_and_no_resolution() -> None:
    excused = gap("a", result="accepted", state="accepted")
    assert gaps(run(gap("a")), run(excused)) == [("accepted", "real", "a")]
    back = diff(run(excused), run(gap("a")), LIMITS)
    assert [one.change for one in back.gaps] == ["excuse ended"]
    assert back.new == {"a"}


def test_reach_is_gained_lost_certain_or_possible() -> None:
    nothing = run()
    assert reach(nothing, run(reach=way(1, 1))) == [("gained", "real", True)]
    assert reach(nothing, run(reach=way(0, 1))) == [("gained", "real", False)]
    assert reach(run(reach=way(1, 1)), nothing) == [("lost", "real", True)]
    assert reach(run(reach=way(0, 1)), run(reach=way(1, 1))) == [("now certain", "real", True)]
    assert reach(run(reach=way(1, 1)), run(reach=way(0, 1))) == [("no longer certain", "real", False)]
    assert reach(run(reach=way(1, 1)), run(reach=way(1, 3))) == [("wider", "real", True)]
    assert reach(run(reach=way(1, 3)), run(reach=way(1, 1))) == [("narrower", "real", True)]
    assert reach(run(reach=way(1, 1)), run(reach=way(1, 1))) == []


def test_reach_that_is_only_seen_or_unseen_now_is_data() -> None:
    unread = [{**WHOLE, "state": "unread"}]
    assert reach(run(coverage=unread), run(reach=way(1, 1))) == [("gained", "data", True)]
    assert reach(run(reach=way(1, 1)), run(coverage=unread)) == [("out of sight", "data", True)]


def test_identities_that_are_no_agents_are_not_listed() -> None:
    other = [{"origin": "role/a", "system": "bucket/x", "certain": 1, "possible": 1}]
    assert reach(run(), run(reach=other)) == []


def test_the_first_screen_says_it_in_lines() -> None:
    old, new = run(gap("a")), run(gap("b"), reach=way(1, 1))
    assert [(change.mark, change.says) for change in changes(diff(old, new, LIMITS), new)] == [
        ("+", "1 gap new: 1 high"),
        ("-", "1 gap resolved: 1 high"),
        ("+", "bot now reaches bucket/x"),
    ]


def test_how_many_identities_of_each_class_there_are_is_told_where_it_changed() -> None:
    old = run(identities={"agent": 7, "workload": 30, "vendor": 2})
    new = run(identities={"agent": 9, "workload": 30, "pipeline": 1})
    found = diff(old, new, LIMITS)
    assert found.identities == (("agent", 7, 9), ("pipeline", 0, 1), ("vendor", 2, 0))
    assert [(one.mark, one.says) for one in changes(found, new)] == [
        ("~", "identities: agent 7 to 9, pipeline 0 to 1, vendor 2 to 0")
    ]
    assert changes(diff(old, old, LIMITS), old) == ()
