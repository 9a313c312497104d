"""The machine-readable instances with their exact figures, and the promises on random ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posture.plan.instance import Instance
from posture.plan.order import order
from posture.plan.solve import solve, solve_lines

from .drawn import instance, problem
from .exhaustive import area, least_area

LINES = (Path(__file__).parent / "instances.jsonl").read_text("utf-8").splitlines()
DRAWN = 240
KEYS = [
    "id",
    "R0",
    "R_end",
    "order",
    "area",
    "refined_order",
    "refined_area",
    "lower_bound",
    "optimum",
    "premium",
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: json.loads(line)["id"])
def test_published_instance(line: str) -> None:
    expected = json.loads(line)["expect"]
    (printed,) = solve_lines([line])
    found = json.loads(printed)
    told = ("R0", "R_end", "order", "area", "refined_area", "lower_bound", "optimum")
    assert {key: found[key] for key in told} == {key: expected[key] for key in told}
    assert found["premium"] == expected["premium"]
    assert list(found) == KEYS


def test_refinement_mends_the_short_sighted_start() -> None:
    line = next(line for line in LINES if '"ME-12"' in line)
    assert json.loads(next(solve_lines([line])))["refined_order"] == ["A", "B", "C"]


def test_random_instances_keep_every_promise() -> None:
    ratios = []
    for seed in range(DRAWN):
        drawn = instance(seed)
        found = solve(Instance.model_validate_json(json.dumps(drawn)))
        best = least_area(drawn, found["order"])
        assert sorted(found["order"]) == sorted(found["refined_order"])
        assert area(drawn, found["order"]) == pytest.approx(found["area"], abs=1e-6)
        assert area(drawn, found["refined_order"]) == pytest.approx(found["refined_area"], abs=1e-6)
        assert found["optimum"] == pytest.approx(best, rel=1e-9)
        assert found["refined_area"] == found["optimum"]
        assert found["lower_bound"] <= found["optimum"]
        assert found["premium"] >= 0
        ratios.append(found["area"] / best if best else 1.0)
    assert max(ratios) <= 1.15
    assert sum(ratio > 1 for ratio in ratios) > 10, (
        "densest first was never short-sighted: nothing was tested"
    )


def test_a_far_too_short_sighted_order_is_replaced() -> None:
    drawn = instance(542)
    precedence, residual, wanted = problem(drawn)
    densest = [precedence.tasks[at].id for at in order(precedence, residual, wanted)]
    found = solve(Instance.model_validate_json(json.dumps(drawn)))
    assert area(drawn, densest) > 1.2 * found["optimum"]
    assert found["area"] == found["optimum"]


def test_an_atom_without_weight_is_nothing_to_earn() -> None:
    found = _solve(atoms={"a": 0, "b": 1}, actions={"x": {"cost": 1, "mult": {"a": 0}}})
    assert found["order"] == []


def test_control_lane_actions_are_left_out() -> None:
    found = _solve(
        atoms={"a": 10},
        actions={
            "approve": {"cost": 1, "mult": {"a": 1}},
            "owner": {"cost": 1},
            "platform": {"cost": 5, "pre": ["owner"]},
            "rotate": {"cost": 2, "mult": {"a": 0.5}, "pre": ["platform"]},
            "tell": {"cost": 3, "pre": ["rotate"]},
        },
    )
    assert found["order"] == ["owner", "platform", "rotate"]
    assert (found["area"], found["R_end"]) == (80.0, 5.0)


def test_a_stage_comes_first_however_little_it_gains() -> None:
    actions = {
        "big": {"cost": 1, "mult": {"a": 0}, "stage": 1},
        "small": {"cost": 4, "mult": {"b": 0.5}},
    }
    found = _solve(atoms={"a": 10, "b": 1}, actions=actions)
    assert found["order"] == ["small", "big"]
    assert found["premium"] == found["area"] - (11 * 1 + 1 * 4)


def test_an_opener_of_a_later_stage_closes_its_own() -> None:
    actions = {
        "opener": {"cost": 3},
        "urgent": {"cost": 1, "mult": {"a": 0}},
        "later": {"cost": 1, "mult": {"b": 0}, "pre": ["opener"], "stage": 1},
    }
    assert _solve(atoms={"a": 1, "b": 5}, actions=actions)["order"] == ["urgent", "opener", "later"]


def test_more_than_fourteen_actions_have_no_optimum() -> None:
    atoms = {f"a{at}": at for at in range(1, 16)}
    actions = {f"x{at}": {"cost": 1, "mult": {f"a{at}": 0}} for at in range(1, 16)}
    found = _solve(atoms=atoms, actions=actions)
    assert found["optimum"] is None
    assert found["order"] == [f"x{at}" for at in range(15, 0, -1)]
    assert found["refined_area"] == found["area"] == found["lower_bound"]


def test_halves_and_tenths_of_hours_are_exact() -> None:
    found = _solve(
        atoms={"a": 10, "b": 1}, actions={"x": {"cost": 0.5, "mult": {"a": 0}}, "y": {"cost": 0.1}}
    )
    assert (found["area"], found["lower_bound"]) == (5.5, 5.5)


def test_nothing_to_do() -> None:
    found = _solve(atoms={}, actions={})
    assert found == {key: [] if key.endswith("order") else 0.0 for key in KEYS} | {"id": "t"}


def test_work_without_cost_goes_first() -> None:
    actions = {"free": {"cost": 0, "mult": {"a": 0.5}}, "dear": {"cost": 1, "mult": {"a": 0.1}}}
    found = _solve(atoms={"a": 10}, actions=actions)
    assert (found["order"], found["area"]) == (["free", "dear"], 5.0)


def test_raw_binary_fractions_as_costs() -> None:
    actions = {
        "x": {"cost": 3.7234987234987231, "mult": {"a": 0.5}},
        "y": {"cost": 1.1000000000000001, "mult": {"a": 0.1}},
    }
    found = _solve(atoms={"a": 10}, actions=actions)
    assert found["order"] == ["y", "x"]
    assert 0 < found["lower_bound"] <= found["optimum"] == found["area"]


def _solve(**parts: object) -> dict[str, object]:
    return solve(Instance.model_validate_json(json.dumps({"id": "t", **parts})))
