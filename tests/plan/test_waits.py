"""Who waits for whom as lists is the same as in sets, contradictions included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import InputError
from posture.plan.precedence import Precedence, Task, members
from posture.plan.waits import Waits

T = TypeVar("T")
IDS = "abcdefg"
TASKS = st.tuples(
    *(
        st.builds(
            Task, st.just(id_), st.just(1), st.sets(st.sampled_from(IDS), max_size=2).map(sorted).map(tuple),
            st.integers(0, 1),
        )
        for id_ in IDS
    )
)  # fmt: skip


def _made(make: Callable[[Sequence[Task]], T], tasks: Sequence[Task]) -> T | str:
    """What is made of `tasks`, or how they are refused."""
    try:
        return make(tasks)
    except InputError as wrong:
        return str(wrong)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(TASKS)
def test_lists_say_what_sets_say(tasks: tuple[Task, ...]) -> None:
    sets, lists = _made(Precedence, tasks), _made(Waits.of, tasks)
    if isinstance(sets, str) or isinstance(lists, str):
        assert lists == sets
        return
    assert lists.needs == tuple(tuple(members(mask)) for mask in sets.needs)
    assert lists.before == tuple(frozenset(members(mask)) for mask in sets.before)
    assert lists.after == tuple(mask.bit_count() for mask in sets.after)


def test_what_is_waited_for_comes_along() -> None:
    lists = Waits.of([Task("a", 1), Task("b", 1, ("a",)), Task("c", 1, ("b",)), Task("d", 1)])
    assert lists.closed([2]) == [0, 1, 2]


def test_what_is_waited_for_and_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match="'a' waits for 'x', which is no action"):
        Waits.of([Task("a", 1, ("x",))])
