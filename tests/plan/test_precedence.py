"""What must come before what, and which orders keep to it."""

from __future__ import annotations

import pytest

from posture.model.errors import InputError
from posture.plan.precedence import Precedence, Task, members


def test_ancestors_and_dependants_reach_all_the_way() -> None:
    precedence = Precedence([Task("c", 4, ("b",)), Task("a", 1), Task("b", 2, ("a",))])
    assert precedence.before == (0b000, 0b001, 0b011)
    assert precedence.after == (0b110, 0b100, 0b000)
    assert precedence.closed(0b100) == 0b111
    assert precedence.cost(0b101) == 5


def test_which_orders_are_allowed() -> None:
    precedence = Precedence([Task("a", 1), Task("b", 1, ("a",)), Task("c", 1, stage=1)])
    assert precedence.allows((0, 1, 2))
    assert precedence.allows((1, 2)), "what is not part of the order does not hold it up"
    assert not precedence.allows((1, 0, 2)), "a prerequisite comes first"
    assert not precedence.allows((0, 2, 1)), "a stage comes first"


def test_one_id_is_one_action() -> None:
    with pytest.raises(InputError, match="'a'"):
        Precedence([Task("a", 1), Task("a", 2)])


def test_a_prerequisite_that_is_no_action() -> None:
    with pytest.raises(InputError, match="'a' waits for 'b', which is no action"):
        Precedence([Task("a", 1, ("b",))])


def test_members_of_a_set_ascend() -> None:
    assert list(members(0b101001)) == [0, 3, 5]
