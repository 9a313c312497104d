"""Bad instances are refused with the line and the place; nothing is guessed."""

from __future__ import annotations

import json

import pytest

from posture.model.errors import InputError
from posture.plan.instance import read
from posture.plan.solve import solve_lines

GOOD = {"id": "g", "atoms": {"a": 1}, "actions": {"x": {"cost": 1, "mult": {"a": 0.5}}}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2, column 2: not JSON (Expecting property name enclosed in double quotes)"),
        ("[]", "line 2, the line: Input should be an object"),
        ('{"id": "t", "atoms": {}}', "line 2, actions: Field required"),
        (
            '{"id": "t", "atoms": {"a": -1}, "actions": {}}',
            "line 2, atoms.a: Input should be greater than or equal to 0",
        ),
        (
            '{"id": "t", "atoms": {"a": "1"}, "actions": {}}',
            "line 2, atoms.a: Input should be a valid number",
        ),
        (
            '{"id": "t", "atoms": {"a": 1, "a": 2}, "actions": {}}',
            "line 2: the key 'a' stands twice in one object",
        ),
        (
            '{"id": "t", "atoms": {}, "actions": {"x": {"cost": 1, "needs": []}}}',
            "line 2, actions.x.needs: Extra inputs are not permitted",
        ),
        (
            '{"id": "t", "atoms": {"a": 1}, "actions": {"x": {"cost": 1, "mult": {"a": 1.5}}}}',
            "line 2, actions.x.mult.a: Input should be less than or equal to 1",
        ),
        (
            '{"id": "t", "atoms": {}, "actions": {"x": {"cost": 1, "mult": {"a": 1}}}}',
            "line 2, actions.x.mult: 'a' is not known there",
        ),
        (
            '{"id": "t", "atoms": {}, "actions": {"x": {"cost": 1, "seed_pre": ["y"]}}}',
            "line 2, actions.x.seed_pre: 'y' is not known there",
        ),
        (
            '{"id": "t", "atoms": {}, "actions": {"x": {"cost": 1, "earns_after": ["x"]}}}',
            "line 2, actions.x.earns_after: 'x' is not known there",
        ),
        (
            '{"id": "t", "atoms": {"a": 1e999}, "actions": {}}',
            "line 2, atoms.a: Input should be a finite number",
        ),
        (
            '{"id": "t", "atoms": {"\\u001b": "x"}, "actions": {}}',
            "line 2, atoms.␛: Input should be a valid number",
        ),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        list(read([json.dumps(GOOD), line]))
    assert str(error.value) == message
    assert error.value.exit_code == 3


def test_numbers_that_are_no_numbers() -> None:
    with pytest.raises(InputError, match=r"^line 1"):
        list(read(['{"id": "t", "atoms": {"a": NaN}, "actions": {}}']))


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    with pytest.raises(InputError, match=r"^line 1"):
        list(read(['{"id": ' + "[" * 100_000]))


def test_blank_lines_and_further_keys_are_passed_over() -> None:
    (instance,) = read(["\n", json.dumps(GOOD | {"expect": {"area": 1}})])
    assert instance.actions["x"].stage == 0


def test_a_cycle_is_named_in_order() -> None:
    actions = {
        "a": {"cost": 1, "pre": ["b"]},
        "b": {"cost": 1, "seed_pre": ["c"]},
        "c": {"cost": 1, "pre": ["a"]},
        "d": {"cost": 1, "pre": ["a"]},
    }
    with pytest.raises(InputError) as error:
        next(solve_lines([json.dumps({"id": "t", "atoms": {}, "actions": actions})]))
    assert str(error.value) == "instance 't': precedence cycle: a waits for b waits for c waits for a"


def test_waiting_for_a_later_stage_is_a_cycle_too() -> None:
    actions = {"a": {"cost": 1, "pre": ["b"]}, "b": {"cost": 1, "stage": 1}}
    with pytest.raises(InputError, match="'a' of stage 0 waits for 'b' of the later stage 1"):
        next(solve_lines([json.dumps({"id": "t", "atoms": {}, "actions": actions})]))


def test_lines_before_the_bad_one_are_answered() -> None:
    answers = solve_lines([json.dumps(GOOD), "{"])
    assert json.loads(next(answers))["id"] == "g"
    with pytest.raises(InputError):
        next(answers)
