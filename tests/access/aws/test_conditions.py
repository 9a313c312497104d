"""Every condition operator, in closed and in open context."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli

from posture.access.aws.conditions import MAYBE, NO, YES, compile_condition
from posture.access.aws.context import closed, opened

TABLE = tomli.loads((Path(__file__).parent / "cases" / "conditions.toml").read_text())
ANSWERS = {"no": NO, "maybe": MAYBE, "yes": YES}
GIVEN = {"aws:username": "ana", "aws:PrincipalTag/star": "*", "aws:PrincipalTag/many": ["a", "b"]}


@pytest.mark.parametrize(
    ("kind", "row"),
    [(kind, row) for kind in ("closed", "open") for row in TABLE[kind]],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, list) else value,
)
def test_operator(kind: str, row: list[Any]) -> None:
    operator, values, request, answer = row
    tests, doubt = compile_condition({operator: {"app:KEY": values}}, variables=True)
    given = dict(GIVEN) if request == "absent" else {**GIVEN, "App:Key": request}
    context = opened(given) if kind == "open" else closed(given)
    doubts: set[tuple[str, str]] = set()

    assert not doubt
    assert min(test.holds(context, doubts) for test in tests) == ANSWERS[answer]
    assert bool(doubts) == (answer == "maybe")


def test_without_the_current_version_a_variable_is_plain_text() -> None:
    tests, _ = compile_condition({"StringEquals": {"app:key": "${aws:username}"}}, variables=False)

    assert tests[0].holds(closed({"app:key": "ana", "aws:username": "ana"}), set()) == NO
    assert tests[0].holds(closed({"app:key": "${aws:username}"}), set()) == YES


@pytest.mark.parametrize("condition", ["text", {"StringEquals": "text"}, [1]])
def test_a_condition_that_cannot_be_read_leaves_a_doubt(condition: object) -> None:
    assert compile_condition(condition, variables=True)[1]


def test_a_null_in_the_place_of_an_operator_or_a_value_is_no_condition() -> None:
    tests, doubt = compile_condition(
        {"StringEquals": None, "Bool": {"app:key": [None, True]}}, variables=True
    )

    assert not doubt
    assert [test.values for test in tests] == [("true",)]
