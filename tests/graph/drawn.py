"""Small random estates that hold every kind of link, cycles, patterns, administration and stored secrets."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from posture.estate.estate import Estate
from posture.model.links import KINDS

from .small import estate, table_of

AGENTS = ("a:1", "a:2")
TOOLS = ("t:1", "t:2", "t:3")
CREDENTIALS = ("c:1", "c:2", "c:3")
IDENTITIES = ("i:1", "i:2", "i:3", "i:4", "i:5")
SYSTEMS = ("s:1", "s:2", "s:3", "s:4", "x:1:bucket:*", "x:1:control-plane", "x:2:control-plane")
_NODES = (*AGENTS, *TOOLS, *CREDENTIALS, *IDENTITIES, "g:1", *SYSTEMS, "x:1", "x:2")
_FACTS: dict[str, dict[str, Any]] = {
    **{node: {} for node in _NODES},
    "s:1": {"scope": "x:1", "criticality": 5},
    "s:2": {"scope": "x:1", "criticality": 3},
    "s:3": {"scope": "x:2", "criticality": 4},
    "s:4": {"criticality": 1},
    "x:1:bucket:*": {"scope": "x:1", "pattern": True},
    "i:1": {"scope": "x:1"},
    "i:2": {"scope": "x:1"},
    "i:3": {"scope": "x:2"},
    "g:1": {"scope": "x:2"},
    "c:2": {"scope": "x:1"},
}
FITTING = [
    (src, kind.id, dst)
    for kind in KINDS.values()
    for src, dst in itertools.permutations(_NODES, 2)
    if table_of(src) in kind.from_ and table_of(dst) in kind.to and kind.id != "declared-tool"
    # A system that is no pattern contains nothing here, and nothing is in itself.
    and not (kind.id == "contains" and src in SYSTEMS and (src, dst[:2]) != ("x:1:bucket:*", "s:"))
    and not (kind.id == "contains" and src.startswith("x:") and dst.startswith("i:"))
]  # fmt: skip
_ENDS = {kind.id for kind in KINDS.values() if kind.ends}
Link = tuple[str, str, str, int | None, bool, bool]
"""Kind, from, to, classes, certain, ambient."""
_maybe = st.sampled_from([True, False, None])


class Drawn(Struct, frozen=True):
    """What was drawn, short enough to read when a test fails."""

    links: tuple[Link, ...]
    facts: Mapping[str, Mapping[str, Any]]

    @property
    def estate(self) -> Estate:
        """The estate of these links and facts."""
        rows = [
            {
                "kind": kind,
                "from": src,
                "to": dst,
                "classes": mask,
                "certain": sure,
                "ambient": lies,
                "source": "test",
            }
            for kind, src, dst, mask, sure, lies in self.links
        ]
        return estate(
            facts={
                node: {**_FACTS.get(node, {}), **self.facts.get(node, {})} for node in (*_NODES, *self.facts)
            },
            links=rows,
        )


@st.composite
def estates(draw: st.DrawFn, least: int = 0, most: int = 40) -> Drawn:
    """An estate of two agents and up to `most` links."""
    chosen = draw(st.lists(st.sampled_from(FITTING), min_size=least, max_size=most))
    facts: dict[str, dict[str, Any]] = {}
    for tool in TOOLS:
        facts[tool] = {
            "effects": draw(st.sampled_from([None, 1, 2, 3, 6, 16])),
            "obtains": draw(_maybe),
            "runs_code": draw(_maybe),
        }
    if draw(st.booleans()):
        facts["t:3"]["parent"] = "t:1"
    if draw(st.booleans()):
        facts["x:2"] = {"parent": "x:1"}
    if draw(st.booleans()):
        facts["c:3"] = {"same_value_as": "c:1"}
    if draw(st.booleans()):
        facts["i:5"] = {"enabled": False}
    links = tuple(
        (
            kind,
            src,
            dst,
            draw(st.sampled_from([1, 2, 3, 4, 8, 16, 17, None])) if kind in _ENDS else None,
            draw(st.sampled_from([True, True, False])),
            kind == "holds" and draw(st.booleans()),
        )
        for src, kind, dst in chosen
    )
    return Drawn(links, facts)
