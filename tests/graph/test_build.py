"""The rules by which links become a graph, one small estate each."""

from __future__ import annotations

from typing import Any

import pytest

from posture.estate.estate import Estate
from posture.graph.build import build
from posture.graph.reach import reach_of
from posture.model.frames import frame

from .small import estate

Masks = dict[str, tuple[int, int]]


def reach(given: Estate, origin: str = "a:bot") -> Masks:
    """Certain and possible classes by system."""
    graph = build(given)
    rows = reach_of(graph, graph.numbers([origin])).rows
    return {row["system"]: (row["certain"], row["possible"]) for row in rows.iter_rows(named=True)}


def through_tool(**tool: Any) -> Masks:
    """An agent's tool holds a key of a role that reads and writes a bucket and may become an admin."""
    return reach(
        estate(
            ("a:bot", "uses-tool", "t:tool"), ("t:tool", "holds", "c:key"),
            ("c:key", "authenticates", "i:role"), ("i:role", "may-act", "s:bucket", 3),
            ("i:role", "may-become", "i:admin"), ("i:admin", "may-act", "s:ledger", 4),
            ("c:inside", "stored-at", "s:bucket"), ("c:inside", "opens", "s:crm", 2),
            facts={"t:tool": tool},
        )
    )  # fmt: skip


ALL: Masks = {"s:bucket": (3, 3), "s:ledger": (4, 4), "s:crm": (2, 2)}


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ({"effects": 1, "obtains": False}, {"s:bucket": (1, 1)}),
        ({"effects": 6, "obtains": False}, {"s:bucket": (2, 2)}),
        ({"effects": 1, "runs_code": True}, ALL),
        ({"effects": 1, "obtains": True}, ALL),
        ({"effects": 1, "obtains": True, "runs_code": False}, {**ALL, "s:bucket": (1, 1)}),
        ({"effects": 1}, {"s:bucket": (1, 3), "s:ledger": (0, 4), "s:crm": (0, 2)}),
        ({}, {"s:bucket": (0, 3), "s:ledger": (0, 4), "s:crm": (0, 2)}),
        ({"obtains": False}, {"s:bucket": (0, 3)}),
        ({"effects": 1, "runs_code": True, "enabled": False}, {}),
    ],
    ids=str,
)
def test_what_an_agent_does_through_a_tool(tool: dict[str, Any], expected: Masks) -> None:
    assert through_tool(**tool) == expected


def test_a_stolen_credential_is_cut_by_no_tool() -> None:
    given = estate(
        ("a:bot", "uses-tool", "t:tool"), ("t:tool", "holds", "c:key"), ("c:key", "opens", "s:crm", 3),
        facts={"t:tool": {"effects": 1, "obtains": False}},
    )  # fmt: skip
    assert reach(given) == {"s:crm": (1, 1)}
    assert reach(given, "c:key") == {"s:crm": (3, 3)}


def test_what_merely_lies_about_needs_a_tool_that_obtains() -> None:
    def lying(**tool: Any) -> Masks:
        return reach(
            estate(
                ("a:bot", "uses-tool", "t:tool"), ("c:key", "opens", "s:crm", 2),
                links=[{"kind": "holds", "from": "t:tool", "to": "c:key", "ambient": True}],
                facts={"t:tool": tool},
            )
        )  # fmt: skip

    assert lying(effects=3, obtains=False) == {}
    assert lying(effects=3) == {"s:crm": (0, 2)}
    assert lying(effects=1, obtains=True, runs_code=False) == {"s:crm": (2, 2)}


def test_an_operation_stands_on_what_its_server_holds() -> None:
    given = estate(
        ("a:bot", "uses-tool", "t:read"), ("t:server", "runs-as", "i:role"),
        ("i:role", "may-act", "s:crm", 7),
        facts={
            "t:server": {"effects": 7, "obtains": False},
            "t:read": {"parent": "t:server", "effects": 1, "obtains": False},
        },
    )  # fmt: skip
    assert reach(given) == {"s:crm": (1, 1)}


def test_administration_covers_the_scope_and_what_lies_below_it() -> None:
    given = estate(
        ("i:root", "may-act", "x:org:control-plane", 16), ("i:inner", "may-become", "i:far"),
        ("i:far", "may-act", "s:far", 1), ("i:inner", "may-act", "s:shared", 2),
        facts={
            "x:org:control-plane": {"scope": "x:org"}, "s:db": {"scope": "x:team"},
            "x:org": {}, "x:team": {"parent": "x:org"}, "i:inner": {"scope": "x:team"},
            "i:far": {"scope": "x:other"}, "s:far": {"scope": "x:other"}, "s:elsewhere": {"scope": "x:other"},
        },
    )  # fmt: skip
    assert reach(given, "i:root") == {
        "x:org:control-plane": (23, 23), "s:db": (23, 23), "s:far": (1, 1), "s:shared": (2, 2),
    }  # fmt: skip
    graph = build(given)
    hops = dict(reach_of(graph, graph.numbers(["i:root"])).rows.select("system", "hops").iter_rows())
    assert hops == {"x:org:control-plane": 1, "s:db": 1, "s:far": 2, "s:shared": 2}


def test_a_credential_of_the_scope_may_lead_out_of_it() -> None:
    given = estate(
        ("i:root", "may-act", "x:1:control-plane", 16), ("i:inner", "holds", "c:vendor"),
        ("c:vendor", "opens", "s:vendor", 2), ("c:deploy", "stored-at", "x:1"),
        ("c:deploy", "opens", "s:crm", 1),
        facts={
            "x:1": {}, "x:1:control-plane": {"scope": "x:1"}, "i:inner": {"scope": "x:1"},
            "c:vendor": {"scope": "x:1"},
        },
    )  # fmt: skip
    assert reach(given, "i:root") == {"x:1:control-plane": (23, 23), "s:vendor": (2, 2), "s:crm": (1, 1)}


@pytest.mark.parametrize(
    ("obtains", "expected"), [(True, {"s:crm": (2, 2)}), (None, {"s:crm": (0, 2)}), (False, {})], ids=str
)
def test_what_a_tool_reads_is_in_hand_if_it_obtains(obtains: bool | None, expected: Masks) -> None:
    given = estate(
        ("a:bot", "uses-tool", "t:files"), ("t:files", "calls", "s:share", 1),
        ("c:key", "stored-at", "s:share"), ("c:key", "opens", "s:crm", 2),
        facts={"t:files": {"effects": 1, "obtains": obtains}},
    )  # fmt: skip
    assert reach(given) == {"s:share": (1, 1), **expected}


def test_a_pattern_counts_only_where_no_member_is_known() -> None:
    bare = estate(("i:role", "may-act", "aws:1:bucket:*", 1), facts={"aws:1:bucket:*": {"pattern": True}})
    assert reach(bare, "i:role") == {"aws:1:bucket:*": (1, 1)}
    known = estate(
        ("i:role", "may-act", "aws:1:bucket:*", 1), ("aws:1:bucket:*", "contains", "s:one"),
        ("aws:1:bucket:*", "contains", "s:two", None, False),
        facts={"aws:1:bucket:*": {"pattern": True}},
    )  # fmt: skip
    assert reach(known, "i:role") == {"s:one": (1, 1), "s:two": (0, 1)}


def test_copies_of_a_secret_open_the_same() -> None:
    given = estate(
        ("a:bot", "holds", "c:copy"), ("c:first", "opens", "s:crm", 2),
        facts={"c:copy": {"same_value_as": "c:first"}},
    )  # fmt: skip
    assert reach(given) == {"s:crm": (2, 2)}


@pytest.mark.parametrize(
    "facts",
    [{"c:key": {"valid": False}}, {"c:key": {"enabled": False}}, {"i:role": {"state": "deleted"}}],
    ids=str,
)
def test_nothing_is_reached_from_what_does_not_work(facts: dict[str, dict[str, Any]]) -> None:
    given = estate(
        ("a:bot", "holds", "c:key"), ("c:key", "authenticates", "i:role"), ("i:role", "may-act", "s:crm", 1),
        facts=facts,
    )  # fmt: skip
    assert reach(given) == {}


def test_classes_that_nobody_knows_are_all_possible() -> None:
    assert reach(estate(("a:bot", "calls", "s:crm"))) == {"s:crm": (0, 31)}


def test_links_that_do_not_fit_are_reported_and_not_walked() -> None:
    given = estate(
        ("a:bot", "uses-tool", "s:crm"), ("a:bot", "uses-tool", "c:key"), ("a:bot", "calls", "s:crm", 1),
        ("a:bot", "holds", "c:key"), ("nowhere", "contains", "s:crm"),
    )  # fmt: skip
    graph = build(given.having(systems=given["systems"].filter(given["systems"]["key"] != "nowhere")))
    assert graph.refused.select("table", "state", "why", "would_help").rows() == [
        ("links", "partial", "1 link(s) of kind contains do not fit their ends and are not walked, "
         "such as nowhere -> s:crm",
         "list both ends: from systems or identities or scopes, to systems or identities"),
        ("links", "partial", "2 link(s) of kind uses-tool do not fit their ends and are not walked, "
         "such as a:bot -> c:key", "list both ends: from agents, to tools"),
    ]  # fmt: skip
    assert len(graph.walk) == 1
    assert len(graph.acts) == 1


def test_an_estate_without_links_reaches_nothing() -> None:
    found = reach_of(build(Estate({"agents": frame("agents", [{"key": "a:bot"}])}, None)))
    assert found.rows.is_empty()
    assert found.origins.rows() == [("a:bot", 0, 0, True)]


def test_groups_that_contain_each_other_end() -> None:
    given = estate(
        ("i:role", "may-act", "p:a:*", 1), ("p:a:*", "contains", "p:b:*"), ("p:b:*", "contains", "p:a:*"),
        ("p:b:*", "contains", "s:one"),
        facts={"p:a:*": {"pattern": True}, "p:b:*": {"pattern": True}},
    )  # fmt: skip
    assert reach(given, "i:role") == {"s:one": (1, 1)}


def test_more_rows_than_are_listed_are_counted() -> None:
    given = estate(
        ("a:1", "calls", "s:1", 1), ("a:1", "calls", "s:2", 1, False), ("a:2", "calls", "s:1", 1),
        ("a:3", "calls", "s:3", 1),
    )  # fmt: skip
    found = reach_of(build(given), most_rows=3)
    assert found.rows.select("origin", "system").rows() == [("a:1", "s:1"), ("a:1", "s:2"), ("a:2", "s:1")]
    assert found.origins.rows() == [("a:1", 1, 2, True), ("a:2", 1, 1, True), ("a:3", 1, 1, False)]
