"""Knowing more of an estate never makes it look safer: one more link never lowers the risk."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from posture.graph.build import build
from posture.model.links import KINDS
from posture.plan.field import Field
from posture.plan.residual import EstateRisk
from posture.settings import Factors
from tests.graph.drawn import FITTING, Drawn, estates
from tests.graph.small import estate

from .test_residual import START

CONTAINS = [link for link in FITTING if link[1] == "contains"]
ACTS: tuple[tuple[str, str, str, int | None, bool], ...] = (
    ("c:1", "authenticates", "i:1", None, True),
    ("i:1", "may-act", "x:1:bucket:*", 2, True),
)


def risk(drawn: Drawn) -> int:
    return EstateRisk(Field.of(build(drawn.estate), START, Factors()), []).now


@given(st.data(), estates(least=8))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_one_more_link_never_lowers_the_risk(data: st.DataObject, drawn: Drawn) -> None:
    src, kind, dst = data.draw(st.sampled_from(CONTAINS) | st.sampled_from(FITTING))
    classes = data.draw(st.sampled_from([1, 2, 4, 16])) if KINDS[kind].ends else None
    link = (kind, src, dst, classes, data.draw(st.booleans()), False)
    assert risk(replace(drawn, links=(*drawn.links, link))) >= risk(drawn)


@pytest.mark.parametrize(
    ("member", "certain", "expected"),
    [
        # The pattern alone: likelihood 0.2 of the key and of the identity, writing at criticality 3.
        (None, True, 7.0),
        # As critical as the pattern: it stands for the member.
        (3, True, 7.0),
        (5, True, 28.0),
        # Less critical: what else the pattern holds is still not known.
        (1, True, 8.4),
        # Only supposed to be in it.
        (5, False, 7.0),
    ],
)
def test_a_pattern_counts_until_something_as_critical_is_known_in_it(
    member: int | None, certain: bool, expected: float
) -> None:
    inside = [("x:1:bucket:*", "contains", "s:4", None, certain)] if member else []
    graph = build(
        estate(
            *ACTS,
            *inside,
            facts={
                "x:1:bucket:*": {"scope": "x:1", "pattern": True, "criticality": 3},
                "s:4": {"criticality": member or 1},
                **{key: {} for key in ("a:1", "a:2", "c:3", "x:1")},
            },
        )
    )
    assert EstateRisk(Field.of(graph, START, Factors()), []).now == round(expected * 1_000_000)
