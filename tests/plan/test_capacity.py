"""Who works when, and which dates do not hold."""

from __future__ import annotations

from posture.plan.capacity import Slot, Work, scheduled

PUBLIC = Work("public", 2, due=1, contains=True)
SECOND = Work("second", 2, due=1, contains=True)
LOG = Work("log", 4, due=4, contains=True)
ROTATE = Work("rotate", 4, due=24)


def times(slots: tuple[Slot, ...]) -> dict[str, tuple[float, bool]]:
    return {slot.id: (slot.milestone, slot.at_risk) for slot in slots}


def test_me_15_one_lane() -> None:
    slots = scheduled((PUBLIC, LOG, ROTATE), 1, 24)
    assert times(slots) == {"public": (0.5, False), "log": (2.5, False), "rotate": (10.0, False)}
    assert slots[2] == Slot("rotate", 0, 6.0, 10.0, 10.0, late=False, at_risk=False)


def test_me_15_a_second_public_key_puts_two_dates_at_risk() -> None:
    found = times(scheduled((PUBLIC, SECOND, LOG, ROTATE), 1, 24))
    assert found == {
        "public": (0.5, False),
        "second": (2.5, True),
        "log": (4.5, True),
        "rotate": (12.0, False),
    }


def test_me_15_two_lanes_hold_every_date() -> None:
    found = times(scheduled((PUBLIC, SECOND, LOG), 2, 24))
    assert found == {"public": (0.5, False), "second": (0.5, False), "log": (2.5, False)}


def test_me_15_revoking_first_holds_every_date_on_one_lane() -> None:
    slots = scheduled((PUBLIC, SECOND, LOG, ROTATE), 1, 24, revoke_first=True)
    assert times(slots) == {
        "public": (0.5, False),
        "second": (1.0, False),
        "log": (1.5, False),
        "rotate": (12.0, False),
    }
    assert [slot.finish for slot in slots] == [3.0, 4.5, 8.0, 12.0]


def test_nothing_begins_before_what_it_waits_for() -> None:
    slots = scheduled(
        (Work("platform", 10), Work("other", 1), Work("replace", 2, needs=("platform",))), 2, 24
    )
    assert [(slot.lane, slot.start, slot.finish) for slot in slots] == [(0, 0, 10), (1, 0, 1), (0, 10, 12)]


def test_a_day_has_only_so_many_hours() -> None:
    first, second, third = scheduled((Work("a", 8), Work("b", 8, due=32), Work("c", 4, due=50)), 1, 8)
    assert (first.start, first.finish) == (0, 8)
    assert (second.start, second.finish, second.at_risk) == (24, 32, False)
    assert (third.start, third.finish, third.at_risk) == (48, 52, True)


def test_a_date_that_has_passed_is_late() -> None:
    (slot,) = scheduled((Work("a", 1, due=-3),), 1, 24)
    assert slot.late
    assert slot.at_risk
