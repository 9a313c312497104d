"""How answers become findings, unknowns and tallies."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from msgspec.structs import replace

from posture.checks.canary import canary
from posture.checks.check import Verdicts, c, check, verdicts
from posture.checks.findings import finding_id
from posture.checks.judge import judge
from posture.checks.registry import every
from posture.checks.view import View, beside
from posture.model.frames import schema
from posture.model.results import Finding, Severity, Tally, Unknown
from tests.checks.small import AS_OF, Tables, estate_of, seen

KEYS: Tables = {
    "scopes": [{"key": "aws:1", "kind": "account"}, {"key": "aws:2", "kind": "account"}],
    "credentials": [
        {
            "key": "a",
            "scope": "aws:1",
            "kind": "access-key",
            "enabled": True,
            "name": "one",
            "file": "x.json",
        },
        {"key": "b", "scope": "aws:1", "kind": "access-key", "enabled": False},
        {"key": "c", "scope": "aws:2", "kind": "access-key"},
    ],
}


@check(title="T", why="W.", fix="F.", severity=Severity.MEDIUM, action="rotate", controls=())
def odd_key(view: View) -> Verdicts:
    return verdicts("credentials", gap=c.enabled, says="{name} is on", expected="off", cause=c.kind)


@check(title="T", why="W.", fix="F.", severity=Severity.HIGH, action="rotate", controls=())
def broken_check(view: View) -> Verdicts:
    return verdicts("credentials", gap=c.no_such_column, says="s", expected="e")


@check(title="T", why="W.", fix="F.", severity=Severity.HIGH, action="rotate", controls=())
def counting_check(view: View) -> Verdicts:
    return verdicts("credentials", gap=c.ttl, says="s", expected="e")


def view_of(extra: Tables | None = None) -> View:
    return seen(estate_of({**KEYS, **(extra or {})}))


def test_a_gap_carries_its_evidence() -> None:
    judged = judge(view_of(), [odd_key])
    (row,) = judged.findings.iter_rows(named=True)
    assert row["id"] == finding_id("odd-key", "a") == "2db4c37db35ecc7b"
    assert (row["subject"], row["noun"], row["scope"], row["result"]) == ("a", "credentials", "aws:1", "gap")
    assert (row["observed"], row["expected"], row["severity"]) == ("one is on", "off", "medium")
    assert (row["cause"], row["file"], row["state"]) == ("access-key", "x.json", "open")
    assert judged.findings.schema == schema(Finding)
    assert judged.unknowns.schema == schema(Unknown)
    assert judged.tallies.schema == schema(Tally)


def test_gaps_of_one_cause_share_it() -> None:
    tables = {**KEYS, "credentials": [{**row, "enabled": True} for row in KEYS["credentials"]]}
    judged = judge(seen(estate_of(tables)), [odd_key])
    assert judged.findings["cause"].to_list() == ["access-key"] * 3
    assert judged.findings["id"].n_unique() == 3


def test_unknowns_are_sums_per_scope() -> None:
    judged = judge(view_of(), [odd_key])
    assert judged.unknowns.select("check", "scope", "reason", "subjects", "example").rows() == [
        ("odd-key", "aws:2", "field_missing", 1, "c")
    ]
    assert judged.tallies.rows() == [("odd-key", 1, 1, 1, 0, 0, 0, 0)]


def test_missing_rows_are_unknown_on_their_scope() -> None:
    lacking = {
        "scope": "aws:2",
        "table": "credentials",
        "state": "unread",
        "why": "refused",
        "would_help": "iam:List",
    }
    judged = judge(view_of({"coverage": [lacking]}), [odd_key])
    assert ("aws:2", "no_source", "credentials not read: refused; iam:List") in judged.unknowns.select(
        "scope", "reason", "says"
    ).rows()


def test_a_table_that_nothing_feeds_is_said() -> None:
    judged = judge(seen(estate_of({})), [odd_key])
    assert judged.unknowns.select("scope", "reason", "says").rows() == [
        ("estate", "no_source", "nothing that was given holds credentials; inventory.toml can declare them")
    ]


def test_old_answers_turn_clear_into_unknown_and_leave_gaps() -> None:
    old = AS_OF - timedelta(days=8)
    tables = {**KEYS, "credentials": [{**row, "collected_at": old} for row in KEYS["credentials"]]}
    judged = judge(seen(estate_of(tables)), [odd_key])
    assert judged.tallies.rows() == [("odd-key", 1, 0, 2, 0, 0, 0, 0)]
    assert ("aws:1", "stale_source", 1) in judged.unknowns.select("scope", "reason", "subjects").rows()
    assert judged.findings["last_seen"].to_list() == [old]


def test_what_scanners_and_files_said_may_be_older_than_what_a_cloud_said() -> None:
    clears = {}
    for source, days in (("aws-iam", 8), ("env-file", 8), ("env-file", 31)):
        old = {"collected_at": AS_OF - timedelta(days=days), "source": source}
        tables = {**KEYS, "credentials": [{**row, **old} for row in KEYS["credentials"]]}
        judged = judge(seen(estate_of(tables)), [odd_key])
        clears[source, days] = (judged.tallies["clear"][0], judged.tallies["gap"][0])
    assert clears == {("aws-iam", 8): (0, 1), ("env-file", 8): (1, 1), ("env-file", 31): (0, 1)}


def test_an_accepted_gap_stays_in_the_findings_until_it_runs_out() -> None:
    accepted = {"subject": "a", "kind": "exception", "check": "odd-key", "expires": AS_OF + timedelta(days=1)}
    judged = judge(view_of({"decisions": [accepted]}), [odd_key])
    assert judged.findings.select("result", "state").rows() == [("accepted", "accepted")]
    assert judged.tallies.rows() == [("odd-key", 0, 1, 1, 0, 1, 0, 0)]
    run_out = {**accepted, "expires": AS_OF - timedelta(days=1)}
    assert judge(view_of({"decisions": [run_out]}), [odd_key]).findings["result"].to_list() == ["gap"]


def test_a_check_that_raises_is_seen_and_the_others_go_on() -> None:
    judged = judge(view_of(), [broken_check, counting_check, odd_key])
    assert judged.errors == (
        "check broken-check raised KeyError; its subjects are not assessed",
        "check counting-check raised TypeError; its subjects are not assessed",
    )
    assert judged.findings.select("check", "result").rows() == [
        ("broken-check", "error"), ("counting-check", "error"), ("odd-key", "gap")
    ]  # fmt: skip


def test_age_is_uncertain_where_now_is_a_bound() -> None:
    tables: Tables = {
        "credentials": [
            {"key": "old", "kind": "access-key", "created": AS_OF - timedelta(days=200)},
            {"key": "young", "kind": "access-key", "created": AS_OF - timedelta(days=2)},
        ]
    }
    age = next(one for one in every() if one.id == "key-too-old")
    exact = judge(seen(estate_of(tables)), [age])
    bound = judge(seen(replace(estate_of(tables), as_of_is_bound=True)), [age])
    assert (exact.tallies["gap"].item(), exact.tallies["clear"].item()) == (1, 1)
    assert (bound.tallies["gap"].item(), bound.tallies["clear"].item(), bound.tallies["unknown"].item()) == (
        1,
        0,
        1,
    )


def test_the_canary_sings() -> None:
    assert canary(every()) == ()
    assert canary([odd_key]) == ("the catalogue has no check admin-wildcard; its findings would be missing",)


def test_a_missed_canary_is_said() -> None:
    @check(title="T", why="W.", fix="F.", severity=Severity.HIGH, action="rotate", controls=())
    def admin_wildcard(view: View) -> Verdicts:
        return verdicts("identities", gap=pl.lit(False), says="s", expected="e")

    assert canary([admin_wildcard]) == (
        "check admin-wildcard did not find the administrator it is tried on; do not rely on this run",
    )


def test_a_canary_that_raises_is_missed() -> None:
    @check(title="T", why="W.", fix="F.", severity=Severity.HIGH, action="rotate", controls=())
    def admin_wildcard(view: View) -> Verdicts:
        return verdicts("identities", gap=c.no_such_column, says="s", expected="e")

    assert canary([admin_wildcard]) == (
        "check admin-wildcard did not find the administrator it is tried on; do not rely on this run",
    )


def test_columns_stand_beside_by_key_in_whatever_order() -> None:
    rows = pl.DataFrame({"key": ["a", "b", "c"], "n": [1, 2, 3]})
    more = pl.DataFrame({"key": ["a", "b", "c"], "m": ["x", "y", "z"]})

    assert beside(rows, more).rows() == [("a", 1, "x"), ("b", 2, "y"), ("c", 3, "z")]
    assert beside(rows, more.reverse()).rows() == beside(rows, more).rows()
    assert beside(rows, more.filter(pl.col("key") != "b")).rows() == [
        ("a", 1, "x"), ("b", 2, None), ("c", 3, "z"),
    ]  # fmt: skip


def test_the_order_of_rows_does_not_matter() -> None:
    turned = {name: list(reversed(rows)) for name, rows in KEYS.items()}
    one, other = judge(view_of(), every()), judge(seen(estate_of(turned)), every())
    assert one.findings.equals(other.findings)
    assert one.unknowns.equals(other.unknowns)
    assert one.tallies.equals(other.tallies)


def test_undecided_subjects_of_several_questions_add_up() -> None:
    (orphaned,) = (one for one in every() if one.id == "orphaned-owner")
    given: Tables = {
        "scopes": [{"key": "aws:1", "kind": "account"}],
        "identities": [{"key": f"i{n}", "scope": "aws:1", "kind": "role"} for n in range(3)],
        "agents": [{"key": f"a{n}", "scope": "aws:1"} for n in range(2)],
    }
    judged = judge(seen(estate_of(given)), [orphaned])

    undecided = judged.unknowns.filter(reason="field_missing")
    assert undecided.select("scope", "subjects", "example").rows() == [("aws:1", 5, "a0")]
    assert judged.tallies["unknown"].to_list() == [judged.unknowns["subjects"].sum()]
