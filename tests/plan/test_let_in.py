"""Whom the policy of a system lets in from outside: a way in of its own, and what tightening takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.graph.small import estate
from tests.plan.given import Case

SYSTEMS = {"s:tiles": {"criticality": 5}, "s:notes": {"criticality": 5}}
OUTSIDE = {"i:anyone": {"kind": "external"}, "i:vendor": {"kind": "external"}}


def opened(*ways: tuple[str, str, str | None], facts: Mapping[str, Mapping[str, Any]] = OUTSIDE) -> Case:
    """Who from outside may read what, how wide that is, for sure."""
    links = [
        {"kind": "may-act", "from": who, "to": what, "classes": 1, "certain": True, "breadth": breadth}
        for who, what, breadth in ways
    ]
    return Case(estate(links=links, facts={**SYSTEMS, **facts}), "external-trust")


@pytest.mark.parametrize(("breadth", "likelihood"), [("any-tenant", 0.8), ("exact", 0.05), (None, 0.05)])
def test_it_is_as_likely_as_the_policy_is_wide(breadth: str | None, likelihood: float) -> None:
    found = opened(("i:anyone", "s:tiles", breadth)).plan.tables["origins"]
    assert found.select("route", "key", "likelihood").rows() == [("loose-trust", "i:anyone", likelihood)]


def test_a_third_party_is_one_by_name_and_not_anybody() -> None:
    anybody, vendor = OUTSIDE["i:anyone"] | {"class": "vendor"}, OUTSIDE["i:vendor"] | {"class": "vendor"}
    ways = ("i:anyone", "s:tiles", "any-tenant"), ("i:vendor", "s:notes", None)
    found = opened(*ways, facts={"i:anyone": anybody, "i:vendor": vendor}).plan.tables["origins"]
    assert sorted(found.select("key", "route").rows()) == [
        ("i:anyone", "loose-trust"), ("i:vendor", "loose-trust"), ("i:vendor", "supply-chain"),
    ]  # fmt: skip


def test_tightening_shuts_one_system_to_anybody_and_leaves_whom_it_names() -> None:
    both = ("i:anyone", "s:tiles", "any-tenant"), ("i:vendor", "s:tiles", None)
    case = opened(*both, ("i:anyone", "s:notes", "any-tenant"))
    anyone, vendor = 0.8 * 100 * 0.4, 0.05 * 100 * 0.4
    assert case.risk.total == pytest.approx(2 * anyone + vendor)
    assert case.step("tighten-trust", "s:tiles")["gain"] == pytest.approx(anyone)
    assert case.risk.after_plan == pytest.approx(vendor)


def test_what_hangs_on_a_condition_is_a_possible_way_and_no_part_of_the_risk() -> None:
    link = {"kind": "may-act", "from": "i:anyone", "to": "s:tiles", "classes": 1, "breadth": "any-tenant"}
    case = Case(estate(links=[{**link, "certain": False}], facts=SYSTEMS | OUTSIDE), "external-trust")
    paths = case.plan.tables["paths"].select("route", "origin", "system", "certain")
    assert paths.rows() == [("loose-trust", "i:anyone", "s:tiles", False)]
    assert case.risk.total == 0
