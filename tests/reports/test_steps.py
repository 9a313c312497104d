"""The plan as text: every wave has one heading, its steps in the order of work."""

from __future__ import annotations

import re
from itertools import pairwise

from posture.reports.steps import steps
from tests.reports.given import SAMPLE, assessed


def test_each_wave_is_named_once_and_in_order() -> None:
    text = steps(assessed(SAMPLE)).decode()
    waves = [int(wave) for wave in re.findall(r"^Wave (\d+): ", text, re.M)]
    assert waves == sorted(set(assessed(SAMPLE).frame("steps").filter(lane="order")["wave"]))
    assert len(waves) > 2
    assert text.count("Control lane\n") == 1


def test_steps_of_a_wave_keep_their_numbers() -> None:
    text = steps(assessed(SAMPLE)).decode().split("\nControl lane\n")[0]
    seen: list[int] = []
    for part in re.split(r"^Wave \d+: .*$", text, flags=re.M)[1:]:
        numbers = [int(number) for number in re.findall(r"^ {0,3}(\d+)  \S", part, re.M)]
        assert all(one < other for one, other in pairwise(numbers))
        seen += numbers
    assert sorted(seen) == sorted(assessed(SAMPLE).frame("steps").filter(lane="order")["n"])
