"""What may be decided, what is refused and why, and what a decision then changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posture.assess.deciding import Deciding, Request, request
from posture.model.assessment import Assessment
from posture.model.decided import Decided
from posture.model.errors import UsageError
from posture.model.frames import empty, frame
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.settings import Limits

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SECRET = "ghp_" + "FAKED01" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o"
ALL_FOUR = {"vaulted": True, "scope_reduced": True, "monitored": True, "runbook": True}


def finding(id_: str, check: str, subject: str, noun: str, severity: str, **more: Any) -> dict[str, Any]:
    row = {"id": id_, "check": check, "subject": subject, "noun": noun, "severity": severity}
    return {**row, "observed": "seen", "cause": subject, "scope": "aws:1", "result": "gap", **more}


def deciding(author: str = "mara") -> Deciding:
    tables = {name: empty(name) for name in (*TABLES, *RESULTS)}
    tables["identities"] = frame(
        "identities", [{"key": "role/a", "name": "a"}, {"key": "role/b", "name": "b"}]
    )
    tables["systems"] = frame("systems", [{"key": "bucket/x", "name": "x"}])
    tables["scopes"] = frame("scopes", [{"key": "aws:1", "kind": "account"}])
    tables["credentials"] = frame(
        "credentials", [{"key": "key/old"}, {"key": "key/short", "ttl": 3600}, {"key": "key/out"}]
    )
    tables["findings"] = frame(
        "findings",
        [
            finding("f1", "no-boundary", "role/a", "identities", "medium", owner="ops"),
            finding("f2", "no-boundary", "role/b", "identities", "high"),
            finding("f3", "key-too-old", "key/old", "credentials", "medium"),
            finding("f4", "key-too-old", "key/short", "credentials", "medium"),
            finding("f5", "exposed-public", "key/out", "credentials", "critical", label="contain-now"),
            finding("f6", "no-boundary", "role/a", "identities", "medium", result="error"),
        ],
    )
    lazy = {name: rows.lazy() for name, rows in tables.items()}
    return Deciding(Assessment(Overview(as_of=NOW), lazy), Limits(), author, NOW)


def ask(author: str = "mara", **said: Any) -> tuple[Decided, ...]:
    return deciding(author).records(Request.model_validate(said))


def accept(id_: str, days: float = 30, **more: Any) -> tuple[Decided, ...]:
    said = {"reason": "moves in autumn", "approver": "ines", "expires": NOW + timedelta(days=days), **more}
    return ask(kind="accept", findings=(id_,), **{name: value for name, value in said.items() if value})


def refused(*, match: str, **said: Any) -> None:
    with pytest.raises(UsageError, match=match):
        ask(**said)


def test_an_acceptance_names_its_kind_and_its_end() -> None:
    (plain,) = accept("f1", 180)
    assert (plain.kind, plain.says(), plain.on[0].finding) == (
        "acceptance",
        "acceptance until 2026-12-28",
        "f1",
    )
    (held,) = accept("f3", 90, **ALL_FOUR)
    assert (held.kind, held.vaulted, held.runbook) == ("exception", True, True)
    assert [record.kind for record in accept("f4", 180)] == ["acceptance"]
    (at_once,) = accept("f5", 1, **ALL_FOUR)
    assert at_once.says() == "exception until 2026-07-02"


def test_an_exception_says_what_stands_in_the_way_and_an_acceptance_does_not() -> None:
    (held,) = accept("f3", 90, ground="batch", **ALL_FOUR)
    (plain,) = accept("f1", 180, ground="batch")
    assert (held.ground, plain.ground) == ("batch", None)
    assert held.content()["ground"] == "batch"
    with pytest.raises(UsageError, match="ground: input should be 'legacy', 'shared-automation'"):
        request({"kind": "accept", "findings": ("f3",), "ground": "because"})


@pytest.mark.parametrize(
    ("id_", "days", "more", "why"),
    [
        ("f1", 30, {"reason": ""}, "accept needs a reason"),
        ("f1", 30, {"approver": ""}, "needs an approver"),
        ("f1", 30, {"expires": None}, "needs an end"),
        ("f1", -1, {}, "has passed"),
        ("f1", 181, {}, "f1: at most 180 days; end it by 2026-12-28T09:00Z"),
        ("f2", 30, {"approver": " Mara "}, "f2: who accepts it cannot approve it"),
        ("f3", 30, {"approver": "mara", **ALL_FOUR}, "f3: who accepts it cannot approve it"),
        ("f3", 91, ALL_FOUR, "f3: at most 90 days"),
        ("f3", 30, {**ALL_FOUR, "monitored": False}, "missing: a monitor of its use$"),
        ("f5", 2, ALL_FOUR, "f5 must be contained now: 24 hours at most"),
        ("nope", 30, {}, "finding nope: is not in the last run"),
        ("f6", 30, {}, "finding f6: is not in the last run"),
    ],
)  # fmt: skip
def test_an_acceptance_is_refused(id_: str, days: float, more: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        accept(id_, days, **more)


def test_who_accepts_a_medium_gap_may_approve_it() -> None:
    assert accept("f1", approver="mara")[0].approver == "mara"


def test_a_false_positive_needs_a_reason_and_ends_after_180_days() -> None:
    refused(kind="false-positive", findings=("f1",), match="false-positive needs a reason")
    (record,) = ask(kind="false-positive", findings=("f1",), reason="a test account")
    assert record.expires == NOW + timedelta(days=180)
    late = NOW + timedelta(days=181)
    refused(kind="false-positive", findings=("f1",), reason="x", expires=late, match="within 180 days")


def test_a_filter_records_the_findings_of_this_moment() -> None:
    (record,) = ask(kind="triage", triage="planned", check="no-*", scope="aws:1")
    assert [one.finding for one in record.on] == ["f1", "f2"]
    (record,) = ask(kind="triage", triage="confirmed", owned_by="ops")
    assert [one.finding for one in record.on] == ["f1"]
    (record,) = ask(kind="triage", triage="confirmed", severity="critical")
    assert [one.finding for one in record.on] == ["f5"]
    refused(kind="triage", triage="planned", match="nothing is selected")
    refused(
        kind="triage", triage="planned", check="key-[a-z]*", match="no finding of the last run is selected"
    )
    refused(kind="triage", check="no-*", match="triage needs a word")


def test_facts_are_checked_by_the_table_of_the_thing() -> None:
    (record,) = ask(kind="facts", things=("x",), set={"criticality": "5", "environment": "production"})
    assert (record.on[0].table, record.facts) == ("systems", {"criticality": 5, "environment": "production"})
    (record,) = ask(kind="owner", things=("role/a", "b"), owner="team-ops")
    assert [(one.table, one.subject) for one in record.on] == [
        ("identities", "role/a"),
        ("identities", "role/b"),
    ]
    (record,) = ask(
        kind="facts", things=("role/a",), set={"owner": "none", "reviewed": "2026-06-01T00:00:00Z"}
    )
    assert record.facts == {"has_owner": False, "reviewed": "2026-06-01T00:00:00Z"}
    (record,) = ask(kind="facts", things=("aws:1",), set={"environment": "test"})
    assert record.on[0].table == "scopes"
    refused(kind="facts", things=("x",), set={"criticality": "huge"}, match="systems.criticality: ")
    refused(kind="facts", things=("x",), set={"purpose": "mail"}, match="x: systems take criticality, ")
    refused(
        kind="facts", things=("nobody",), set={"owner": "a"}, match="nothing of that key or name was read"
    )
    refused(kind="owner", things=("x",), match="nothing is stated")


def test_a_decision_has_an_author() -> None:
    refused(author=" ", kind="undo", undoes="0123", match="needs its author")


def test_foreign_text_cannot_act() -> None:
    (record,) = ask(kind="triage", triage="planned", findings=("f1",), reason="ok\x1b[31m")
    assert record.reason == "ok␛[31m"


def test_a_secret_in_the_words_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as told:
        ask(kind="triage", triage="planned", findings=("f1",), reason=f"uses {SECRET}")
    assert str(told.value) == "reason: holds a secret at character 6; write it without"
    with pytest.raises(UsageError, match="purpose: holds a secret at character 1; write it without"):
        ask(kind="facts", things=("role/a",), set={"purpose": SECRET})
