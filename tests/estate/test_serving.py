"""A tool acts as whoever runs what it calls, and is no user of that identity by it."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.added import view
from posture.estate.estate import Estate
from posture.graph.answers import answers
from tests.estate.given import Given

TOOL, OTHER, ROLE = "tool:orders", "tool:stock", "arn:aws:iam::111122223333:role/press"
FUNCTION, SECOND = (f"arn:aws:lambda:eu-west-1:111122223333:function:{name}" for name in ("a", "b"))


def built(*links: tuple[str, str, str, bool]) -> Estate:
    given = Given()
    rows = given.file("aws")
    for tool in (TOOL, OTHER):
        rows.add("tools", key=tool)
    for function in (FUNCTION, SECOND):
        rows.add("systems", key=function, kind="function")
    rows.add("identities", key=ROLE, kind="role")
    for start, kind, end, certain in links:
        rows.add("links", kind=kind, from_=start, to=end, certain=certain, because="it says so")
    return given.built().estate


def run_as(estate: Estate) -> list[tuple[str, str, bool]]:
    made = estate["links"].filter(pl.col("kind") == "runs-as", pl.col("from").is_in([TOOL, OTHER]))
    return made.select("from", "because", "certain").sort("from", "because").rows()


def users(estate: Estate) -> list[str]:
    seen = view(estate, answers(estate))
    return consumers.links(seen, "runs-as")["from"].sort().to_list()


def test_a_tool_acts_as_the_role_of_the_function_that_it_calls() -> None:
    estate = built((TOOL, "calls", FUNCTION, True), (FUNCTION, "runs-as", ROLE, True))

    assert run_as(estate) == [(TOOL, f"{FUNCTION} runs as it, and the tool calls that", True)]
    assert users(estate) == [FUNCTION]


def test_of_two_ways_the_surest_is_told() -> None:
    estate = built(
        (TOOL, "calls", FUNCTION, False),
        (FUNCTION, "runs-as", ROLE, True),
        (OTHER, "calls", FUNCTION, False),
        (OTHER, "calls", SECOND, True),
        (SECOND, "runs-as", ROLE, True),
    )

    assert run_as(estate) == [
        (TOOL, f"{FUNCTION} runs as it, and the tool calls that", False),
        (OTHER, f"{SECOND} runs as it, and the tool calls that", True),
    ]
    assert users(estate) == [FUNCTION, SECOND]


def test_a_tool_that_runs_as_the_role_by_itself_uses_it() -> None:
    estate = built(
        (TOOL, "calls", FUNCTION, True), (FUNCTION, "runs-as", ROLE, True), (TOOL, "runs-as", ROLE, True)
    )

    assert users(estate) == [FUNCTION, TOOL]


def test_nothing_is_called() -> None:
    assert run_as(built()) == []
