"""Reach as text: who comes to act on a system and what they may do there, certain apart from possible."""

from __future__ import annotations

from posture.graph.ask import sketch
from posture.reports import reaching

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
