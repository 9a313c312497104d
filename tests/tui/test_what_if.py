"""Steps left out on the plan: marked at once, worked out off the screen, refused with the reason."""

from __future__ import annotations

import threading

import polars as pl

from posture.cli.viewing import Viewing
from posture.tui.app import PostureApp
from posture.tui.queries import plan
from posture.tui.screens.plan import Plan
from tests.reports.given import SAMPLE, assessed
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press, settle

BATCH = ("j", "j")
"""Keys to the third step."""


async def test_space_leaves_a_step_out_and_says_what_stays_open() -> None:
    async with opened(invented.company(), "5", *BATCH, "space", desk=Desk(), size=(160, 50)) as pilot:
        shown = frame(pilot.app)
        assert "○3" in shown
        assert "412 → 90 instead of 31" in shown
        assert "without 1 step: 90 left instead of 31, 1 more open gap" in shown
        assert "left out: space puts it back" in shown
        await press(pilot, "j")
        # 412 less 111, 81 and 40.7: what is left after the fourth step now that the third is out.
        assert "after step 4: 6.5 h of work, 179 left" in frame(pilot.app)
        await press(pilot, "k", "space")
        shown = frame(pilot.app)
        assert "○3" not in shown
        assert "instead of" not in shown


async def test_w_compares_both_plans_and_b_puts_all_back() -> None:
    async with opened(invented.company(), "5", *BATCH, "space", "j", "space", desk=Desk()) as pilot:
        await press(pilot, "w")
        shown = frame(pilot.app)
        assert "The plan without 2 steps" in shown
        assert [line.split()[-6:-1] for line in shown.splitlines() if "open ways" in line] == [
            ["open", "ways", "12", "16", "+4"]
        ]
        assert "narrow without trust" in shown
        assert "Rotate the batch key" in shown
        await press(pilot, "escape", "b")
        assert "○" not in frame(pilot.app)
        assert "without 2 steps" not in frame(pilot.app)


async def test_a_step_that_may_not_be_left_out_stays_in() -> None:
    async with opened(invented.company(), "5", *BATCH, "space", desk=Desk(), size=(160, 50)) as pilot:
        await press(pilot, "k", "k", "space")
        shown = frame(pilot.app)
        assert "belongs to what cannot wait" in shown
        assert "○1" not in shown
        assert "○3" in shown


async def test_keys_work_while_it_is_tried_and_the_latest_wins() -> None:
    desk = Desk()
    async with opened(invented.company(), "5", *BATCH, desk=desk, size=(160, 50)) as pilot:
        desk.go.clear()
        await pilot.press("space")
        while not desk.tries.asked:
            await pilot.pause(0.01)
        for key in ("j", "space", "j", "space"):
            await pilot.press(key)
        await pilot.pause()
        shown = frame(pilot.app)
        assert all(mark in shown for mark in ("○3", "○4", "○5", "trying …"))
        desk.go.set()
        await settle(pilot)
        assert desk.tries.asked == [
            frozenset({"rotate-batch"}),
            frozenset({"rotate-batch", "tighten-etl", "narrow-etl"}),
        ]
        assert "412 → 167 instead of 31" in frame(pilot.app)


async def test_where_nothing_can_be_tried_nothing_is_offered() -> None:
    async with opened(invented.company(), "5", "space") as pilot:
        shown = frame(pilot.app)
        assert "Leave out" not in shown
        assert "○" not in shown


def test_a_thinned_curve_bounds_what_is_left() -> None:
    steps = plan.steps(invented.company())
    desk = Desk()
    found = plan.scenario(desk.trying(), frozenset({"rotate-batch"}))
    assert isinstance(found, plan.Scenario)
    thin = plan.Scenario(found.out, found.whole, found.tried, found.burn[:2] + found.burn[-1:], (), (), ())
    made = plan.marked(steps, found.out, thin).filter(lane="order")
    assert made["left"].to_list() == [301.0, 301.0, None, 301.0, 301.0, made["left"][5]]
    assert made["at_most"].to_list() == [False, True, False, True, True, False]


async def test_an_id_that_is_no_step_is_refused_with_the_reason() -> None:
    found = plan.scenario(Desk().trying(), frozenset({"broken"}))
    assert found == plan.Refused("broken: is no step of this plan")


async def test_the_sample_is_tried_as_the_plan_without_it_says() -> None:
    sample = assessed(SAMPLE)
    steps = sample.frame("steps").filter(pl.col("lane") == "order", pl.col("stage") == 3).sort("n")
    seen = Viewing(lambda _progress: sample, SAMPLE / "no-workspace", "mara")
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        app.action_go("5", steps["id"][0])
        await settle(pilot)
        await press(pilot, "space")
        screen = app.screen
        assert isinstance(screen, Plan)
        tried = seen.trying().without([steps["id"][0]]).left.risk
        assert tried > seen.trying().planned.left.risk
        assert f"→ {tried:,.0f} instead of" in frame(app)


def test_a_desk_is_made_once_for_each_assessment() -> None:
    sample = assessed(SAMPLE)
    seen = Viewing(lambda _progress: sample, SAMPLE / "no-workspace", "mara")
    seen.load(lambda *_: None)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(seen.trying())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
