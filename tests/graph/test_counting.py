"""Ways are told apart by the credentials, roles and agents that they cross and the class they end in."""

from __future__ import annotations

import pytest

from posture.graph.build import build
from posture.graph.counting import MOST, Counter
from posture.graph.travel import Net
from posture.model.links import MAX_TRANSITIONS
from tests.graph.small import estate

Link = tuple[str, str, str] | tuple[str, str, str, int] | tuple[str, str, str, int | None, bool]

RUNS = {"obtains": True, "runs_code": True}


def ways(*links: Link, start: str = "c:key", end: str = "s:1", certain: bool = True) -> int:
    tools = {name: RUNS for link in links for name in (link[0], link[2]) if name.startswith("t:")}
    graph = build(estate(*links, facts=tools))
    number = {key: at for at, key in enumerate(graph.nodes.keys)}
    pair = (number[end], start.startswith("a:"), [number[start]])
    return Counter(Net.of(graph, certain)).count([pair])[0]


OPENS: tuple[Link, ...] = (("c:key", "authenticates", "i:1"), ("i:1", "may-act", "s:1", 1))
TWO: tuple[Link, ...] = (
    ("c:key", "authenticates", "i:1"),
    *((("i:1", "may-become", f"i:{n}")) for n in (2, 3)),
    *((f"i:{n}", "may-act", "s:1", 1) for n in (2, 3)),
)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (OPENS, 1),
        (TWO, 2),
        ((*TWO, ("i:1", "may-act", "s:1", 1)), 3),
        # Another statement of the same class is no other way, one of another class is.
        ((*OPENS, ("i:1", "may-act", "s:1", 1)), 1),
        ((*OPENS, ("i:1", "may-act", "s:1", 4)), 2),
        # Nobody is crossed twice.
        ((*TWO, ("i:2", "may-become", "i:1"), ("i:3", "may-become", "i:1")), 2),
        ((*TWO, ("i:2", "may-become", "i:3")), 3),
        # A way that rests on a condition is not certain.
        ((*OPENS, ("c:key", "authenticates", "i:2", None, False), ("i:2", "may-act", "s:1", 1)), 1),
    ],
)
def test_ways(links: tuple[Link, ...], expected: int) -> None:
    assert ways(*links) == expected


def test_over_all_links_the_possible_ones_count() -> None:
    links: tuple[Link, ...] = (
        *OPENS,
        ("c:key", "authenticates", "i:2", None, False),
        ("i:2", "may-act", "s:1", 1),
    )
    assert ways(*links, certain=False) == 2


def test_tools_make_no_difference() -> None:
    links: tuple[Link, ...] = (
        ("a:bot", "uses-tool", "t:1"),
        ("a:bot", "uses-tool", "t:2"),
        ("t:1", "holds", "c:key"),
        ("t:2", "holds", "c:key"),
        *OPENS,
    )
    assert ways(*links, start="a:bot") == 1
    assert ways(*links, ("t:2", "holds", "c:other"), ("c:other", "authenticates", "i:1"), start="a:bot") == 2


@pytest.mark.parametrize(("steps", "expected"), [(MAX_TRANSITIONS - 1, 1), (MAX_TRANSITIONS, 0)])
def test_a_way_that_is_too_long_is_none(steps: int, expected: int) -> None:
    chain = [(f"i:{n}", "may-become", f"i:{n + 1}") for n in range(steps)]
    assert ways(("c:key", "authenticates", "i:0"), *chain, (f"i:{steps}", "may-act", "s:1", 1)) == expected


def test_counting_ends_at_the_limit() -> None:
    many = [
        link
        for n in range(2 * MOST)
        for link in (("i:1", "may-become", f"i:x{n}"), (f"i:x{n}", "may-act", "s:1", 1))
    ]
    assert ways(("c:key", "authenticates", "i:1"), *many) == MOST + 1


def test_whoever_administers_a_group_of_systems_has_one_way_to_each() -> None:
    links: tuple[Link, ...] = (
        ("c:key", "authenticates", "i:1"),
        ("i:1", "may-act", "s:all:*", 1),
        ("s:all:*", "contains", "s:1"),
        ("i:1", "may-act", "s:1", 1),
    )
    assert ways(*links) == 1
