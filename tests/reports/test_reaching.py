"""Reach as text: who comes to act on a system and what they may do there, certain apart from possible."""

from __future__ import annotations

from posture.graph.ask import sketch
from posture.graph.build import build
from posture.reports import reaching
from tests.graph.small import estate

GRAPH = sketch("key authenticates role", "role may-act ledger 16", "clerk may-act ledger 1")


def test_who_reaches_a_system_is_told_with_what_they_may_do_the_worst_first() -> None:
    assert reaching.inward(GRAPH, "ledger") == [
        "3 reach ledger, 3 of them for certain",
        "",
        "key  admin",
        "role  admin",
        "clerk  read",
    ]


def test_between_two_the_ways_stand_under_what_they_come_to() -> None:
    assert reaching.between(GRAPH, "key", "ledger") == [
        "key reaches ledger: admin",
        "",
        "key",
        " └── authenticates ── role",
        "    └── may-act ── ledger",
        "",
    ]
    assert reaching.between(GRAPH, "ledger", "key") == ["ledger does not reach key in what was read."]


def test_agents_that_reach_nothing_are_told_as_well() -> None:
    pattern = "x:1:queue:*"
    kept = estate(
        ("a:bot", "runs-as", "i:role"),
        ("a:maybe", "runs-as", "i:role", None, False),
        ("i:role", "may-act", "s:bucket", 1),
        ("i:role", "may-act", pattern, 1),
        facts={"s:bucket": {"criticality": 4}, pattern: {"pattern": True}, "a:idle": {}},
    )
    assert reaching.agents(build(kept), kept) == [
        "a:bot  2 systems (1 by name, 1 pattern), highest criticality 4",
        "a:maybe  0 systems, 2 more possibly, highest criticality 4",
        "a:idle  0 systems",
    ]
    assert reaching.outward(build(kept), kept, "a:bot")[0] == "a:bot reaches 2 systems (1 by name, 1 pattern)"
