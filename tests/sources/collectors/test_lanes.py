"""Requests run side by side, within the limits of all of them, of an account and of a service of it."""

import threading
from collections import Counter

import pytest

from posture.sources.collectors import lanes as lanes_module
from posture.sources.collectors.lanes import Lanes, Limits, Stopped

PLACES = [(account, service) for account in ("ink", "paper", "press") for service in ("iam", "kms")]


class Counted:
    """Work that notes how much of it was under way at once, by lane."""

    def __init__(self) -> None:
        self.busy: Counter = Counter()
        self.most: Counter = Counter()
        self.lock = threading.Lock()
        self.full = threading.Barrier(3, timeout=20)

    def __call__(self, lane: tuple[str, str], meet: bool) -> tuple[str, str]:
        levels = ((), lane[:1], lane)
        with self.lock:
            for level in levels:
                self.busy[level] += 1
                self.most[level] = max(self.most[level], self.busy[level])
        if meet:
            self.full.wait()
        with self.lock:
            self.busy.subtract(levels)
        return lane


def test_no_limit_is_passed_and_the_overall_one_is_used():
    work = Counted()
    with Lanes(Limits(3, (2, 1))) as lanes:
        # The first of three accounts meet: none of them can end before the two others have begun.
        met = [
            lanes.run((a, "iam"), lambda a=a: work((a, "iam"), meet=True)) for a in ("ink", "paper", "press")
        ]
        rest = [lanes.run(lane, lambda lane=lane: work(lane, meet=False)) for lane in PLACES * 20]
        assert [one.result(20) for one in (*met, *rest)] == [
            *[(account, "iam") for account in ("ink", "paper", "press")],
            *PLACES * 20,
        ]
    assert work.most[()] == 3
    assert max(work.most[level] for level in work.most if len(level) == 1) <= 2
    assert max(work.most[level] for level in work.most if len(level) == 2) == 1


def test_a_long_lane_does_not_hold_up_another():
    order: list[str] = []
    begun, held = threading.Event(), threading.Event()
    with Lanes(Limits(1)) as lanes:
        first = lanes.run(("ink", "iam"), lambda: begun.set() or held.wait(20))
        assert begun.wait(20)
        for n in range(3):
            lanes.run(("ink", "iam"), lambda n=n: order.append(f"ink {n}"))
        last = lanes.run(("paper", "iam"), lambda: order.append("paper"))
        held.set()
        assert first.result(20)
        last.result(20)
    assert order == ["ink 0", "paper", "ink 1", "ink 2"]


def test_whoever_stops_does_not_wait_for_what_has_not_begun():
    begun, held, ran = threading.Event(), threading.Event(), []
    lanes = Lanes(Limits(1))
    under_way = lanes.run(("ink", "iam"), lambda: begun.set() or held.wait(20))
    assert begun.wait(20)
    waiting = lanes.run(("ink", "iam"), lambda: ran.append("begun"))
    threading.Timer(0.05, held.set).start()
    with pytest.raises(KeyboardInterrupt), lanes:
        raise KeyboardInterrupt
    assert under_way.result(0)
    with pytest.raises(Stopped):
        waiting.result(0)
    assert ran == []
    with pytest.raises(Stopped):
        lanes.run(("ink", "iam"), lambda: None)


def test_whoever_waits_for_what_hangs_is_let_go_when_the_run_stops(monkeypatch):
    monkeypatch.setattr(lanes_module, "_PATIENCE", 0.05)
    begun, held, told = threading.Event(), threading.Event(), []
    lanes, outer = Lanes(Limits(1)), Lanes(Limits(1))
    hanging = lanes.run(("ink", "iam"), lambda: begun.set() or held.wait(60))
    waiting = outer.run((), hanging.result)
    assert begun.wait(20)
    with pytest.raises(KeyboardInterrupt), outer, lanes:
        raise KeyboardInterrupt
    with pytest.raises(Stopped):
        waiting.result(20)
    # What comes after all changes nothing any more.
    held.set()
    for thread in lanes._threads:
        thread.join(20)
        told.append(thread.is_alive())
    assert told == [False]
    with pytest.raises(Stopped):
        hanging.result(0)


def test_an_error_reaches_whoever_waits_and_the_lane_goes_on():
    with Lanes(Limits(1, (1, 1))) as lanes:
        failing = lanes.run(("ink", "iam"), lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            failing.result(20)
        assert lanes.run(("ink", "iam"), lambda: "on").result(20) == "on"
