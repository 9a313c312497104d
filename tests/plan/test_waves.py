"""Waves grow along prerequisites and never hold two actions that wait for each other."""

from __future__ import annotations

import pytest

from posture.plan.due import INTERNAL, PUBLIC, REST
from posture.plan.precedence import Task, members
from posture.plan.waits import Waits
from posture.plan.waves import name, waves

from .drawn import instance, problem


def test_each_step_is_one_wave_after_what_it_waits_for() -> None:
    tasks = [
        Task("a-contain", 1, stage=PUBLIC),
        Task("b-contain", 1, ("a-contain",), stage=INTERNAL),
        Task("c-platform", 1, stage=REST),
        Task("d-replace", 1, ("a-contain", "c-platform"), stage=REST),
        Task("e-policy", 1, ("d-replace",), stage=REST),
        Task("f-scope", 1, ("a-contain",), stage=REST),
    ]
    assert waves(Waits.of(tasks)) == (0, 0, 1, 2, 3, 1)


@pytest.mark.parametrize("seed", range(16))
def test_no_step_waits_inside_its_wave(seed: int) -> None:
    precedence, _, _ = problem(instance(seed))
    found = waves(Waits.of(precedence.tasks))
    for at, task in enumerate(precedence.tasks):
        for need in members(precedence.before[at]):
            assert found[need] < found[at] or task.stage < REST


def test_names() -> None:
    assert [name(wave) for wave in (0, 3, 4, 9)] == [
        "Contain now",
        "Enforce and approve",
        "Finish chains",
        "Finish chains",
    ]
