"""The table of immediate triggers, and each branch of the tree by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from posture.model.results import Severity
from posture.plan.due import Facts, due
from posture.plan.fixed import FixedAtoms
from posture.plan.order import order
from posture.plan.precedence import Precedence, Task
from posture.settings import Limits

AS_OF = datetime(2026, 7, 1, 9, tzinfo=UTC)
HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

KEYS = {
    "k1": Facts(Severity.CRITICAL, exposure="internal", valid=True, long_lived=True),
    "k2": Facts(Severity.CRITICAL, exposure="public", long_lived=True),
    "k3": Facts(HIGH, exposure="managed", long_lived=True, shared=True),
    "k4": Facts(HIGH, exposure="managed", long_lived=True, broad=True),
    "k5": Facts(MEDIUM, exposure="managed", long_lived=True, shared=False, broad=False),
    "k6": Facts(Severity.CRITICAL, exposure="internal"),
    "k7": Facts(exposure="managed", long_lived=False),
    "k8": Facts(HIGH, exposure="managed", changed=True),
    "k9": Facts(Severity.CRITICAL, exposure="public", valid=False, long_lived=True, shared=True),
}


@pytest.mark.parametrize(
    ("key", "label", "at"),
    [
        ("k1", "contain-now", "2026-07-01T13:00"),
        ("k2", "contain-now", "2026-07-01T10:00"),
        ("k3", "rotate-now", "2026-07-02T09:00"),
        ("k4", "rotate-now", "2026-07-02T09:00"),
        ("k5", "90 d", "2026-09-29T09:00"),
        ("k6", "contain-now", "2026-07-01T13:00"),
        ("k7", "", None),
        ("k8", "24 h", "2026-07-02T09:00"),
        ("k9", "closed", None),
    ],
)
def test_me_05(key: str, label: str, at: str | None) -> None:
    found = due(KEYS[key], Limits())
    assert found.label == label
    assert found.at(AS_OF) == (None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC))


def test_me_05_write_on_a_critical_system_is_due_in_a_week() -> None:
    found = due(replace(KEYS["k5"], overdue_write=True), Limits())
    assert (found.label, found.at(AS_OF)) == ("7 d", datetime(2026, 7, 8, 9, tzinfo=UTC))


def test_me_05_order_inside_the_first_wave() -> None:
    atoms = {"k1": 5, "k2": 1, "k3": 40, "k4": 30, "k6": 9}
    tasks = [Task(key, 2, stage=due(KEYS[key], Limits()).stage) for key in atoms]
    residual = FixedAtoms(atoms, [{key: 0} for key in sorted(atoms)])
    precedence = Precedence(tasks)
    assert [precedence.tasks[at].id for at in order(precedence, residual, residual.earning)] == [
        "k2", "k6", "k1", "k3", "k4",
    ]  # fmt: skip


@pytest.mark.parametrize("fact", ["leaver", "changed", "exception_expired", "open_write", "any_tenant"])
def test_each_reason_for_a_day(fact: str) -> None:
    assert due(replace(Facts(LOW), **{fact: True}), Limits()).label == "24 h"
    assert due(replace(Facts(LOW), **{fact: None}), Limits()).label == "track"


@pytest.mark.parametrize("fact", ["unapproved", "overdue_write", "gate_missing"])
def test_each_reason_for_a_week(fact: str) -> None:
    assert due(replace(Facts(HIGH), **{fact: True}), Limits()).label == "7 d"


@pytest.mark.parametrize(
    ("severity", "label", "hours"),
    [
        (Severity.CRITICAL, "30 d", 720.0),
        (HIGH, "30 d", 720.0),
        (MEDIUM, "90 d", 2160.0),
        (LOW, "track", None),
    ],
)
def test_severity_decides_where_nothing_else_does(
    severity: Severity, label: str, hours: float | None
) -> None:
    found = due(Facts(severity), Limits())
    assert (found.label, found.hours) == (label, hours)


def test_me_16_trust_in_a_repository_changes_nothing() -> None:
    assert due(Facts(LOW, exposure="internal"), Limits()) == due(KEYS["k1"], Limits())


def test_shared_alone_is_not_immediate() -> None:
    assert due(Facts(MEDIUM, long_lived=False, shared=True, broad=True), Limits()).label == "90 d"


def test_limits_move_the_dates_of_containment() -> None:
    assert due(KEYS["k2"], Limits(contain_public=0.5)).hours == 0.5
