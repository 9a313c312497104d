"""A hop or a node cut for trial on the reach screen: what remains is drawn, what is lost is said."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from posture.model.errors import InputError
from posture.plan.cutting import Kept
from posture.tui.screens.reach import Reach
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press, settle

BOT = "agent:desk/claude-code/support-bot"
SHELL = "tool:desk/claude-code/shell"
WAYS = ("3", "enter")


async def test_space_cuts_the_chosen_hop_and_draws_what_remains() -> None:
    desk = Desk()
    async with opened(invented.company(), *WAYS, desk=desk, size=(160, 50)) as pilot:
        before = frame(pilot.app)
        assert "ledger-prod" in before
        assert "b Back" not in before
        screen = pilot.app.screen
        assert isinstance(screen, Reach)
        way = screen.ways.way
        assert way is not None
        hop = way.hops[0]
        await press(pilot, "space")
        assert desk.cuts == [(BOT, ((hop["from"], hop["to"]),), ())]
        shown = frame(pilot.app)
        assert "support-bot → what it still reaches" in shown
        assert "○ tried without support-bot → " in shown
        assert "no longer reached: " in shown
        assert " left · risk " in shown
        await press(pilot, "b")
        assert frame(pilot.app).replace("b Back", "") == before


async def test_x_cuts_the_node_that_the_hop_leads_to_beside_what_is_cut_already() -> None:
    desk = Desk()
    async with opened(invented.company(), *WAYS, desk=desk, size=(160, 50)) as pilot:
        await press(pilot, "x", "x")
        assert [nodes for _, _, nodes in desk.cuts] == [desk.cuts[0][2], desk.cuts[1][2]]
        assert len(desk.cuts[1][2]) == 2
        assert desk.cuts[1][2][0] == desk.cuts[0][2][0]


async def test_where_nothing_is_left_that_is_said_and_can_be_mended() -> None:
    async with opened(invented.company(), *WAYS, desk=Desk(), size=(160, 50)) as pilot:
        for _ in range(9):
            await press(pilot, "x")
        shown = frame(pilot.app)
        assert "No way that weighs anything is left." in shown
        assert "0 systems left" in shown
        assert "○ tried without" in shown
        await press(pilot, "b")
        assert "support-bot → what it reaches" in frame(pilot.app)


async def test_keys_work_while_it_is_tried() -> None:
    desk = Desk()
    async with opened(invented.company(), *WAYS, desk=desk, size=(160, 50)) as pilot:
        desk.go.clear()
        await pilot.press("space")
        while not desk.cuts:
            await pilot.pause(0.01)
        await pilot.press("b")
        await pilot.pause()
        desk.go.set()
        await settle(pilot)
        shown = frame(pilot.app)
        assert "○ tried without" not in shown
        assert "trying …" not in shown


class Uncut(Desk):
    """Nothing is a link here."""

    def cutting(self, origin: str, links: Any, nodes: Any) -> Kept:
        return replace(super().cutting(origin, (), ()), uncut=tuple(links))


class Broken(Desk):
    """No answer."""

    def cutting(self, origin: str, links: Any, nodes: Any) -> Kept:
        raise InputError("the graph is gone")


@pytest.mark.parametrize(("desk", "says"), [(Uncut(), "is no link"), (Broken(), "the graph is gone")])
async def test_what_cannot_be_cut_is_said_and_not_kept(desk: Desk, says: str) -> None:
    async with opened(invented.company(), *WAYS, "space", desk=desk, size=(160, 50)) as pilot:
        shown = frame(pilot.app)
        assert says in shown
        assert "trying …" not in shown
        assert "b Back" not in shown


async def test_without_a_desk_nothing_can_be_cut() -> None:
    async with opened(invented.company(), *WAYS, "space") as pilot:
        shown = frame(pilot.app)
        assert "space Cut" not in shown
        assert "what it reaches" in shown
