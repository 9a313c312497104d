"""The small parts: durations, shares, bars, the tree of ways, rows grouped by cause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.content import Content
from textual.widget import Widget

from posture.tui import say
from posture.tui.queries import gaps, overview, reach
from posture.tui.widgets import bars
from posture.tui.widgets.branches import lines
from posture.tui.widgets.drawn import Drawn
from posture.tui.widgets.pane import Pane
from tests.tui import invented
from tests.tui.frames import opened, settle


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.5, "30 min"),
        (1, "1 h"),
        (24, "24 h"),
        (71.4, "71 h"),
        (72, "3 d"),
        (2184, "91 d"),
        (24 * 800, "2 y"),
    ],
)
def test_durations(hours: float, said: str) -> None:
    assert say.duration(hours) == said


def test_due_counts_from_the_assessment_and_never_from_the_clock() -> None:
    at = invented.AS_OF
    assert say.due(at + timedelta(hours=3), at) == "in 3 h"
    assert say.due(at - timedelta(days=5), at) == "late 5 d"
    assert say.due(None, at) == "–"
    assert say.due(at, None) == "1 Jul 2026 09:00Z"


@pytest.mark.parametrize(
    ("part", "said"), [(0.0, "0 %"), (0.004, "<1 %"), (0.306, "31 %"), (0.998, ">99 %"), (1.0, "100 %")]
)
def test_shares(part: float, said: str) -> None:
    assert say.share(part) == said


@pytest.mark.parametrize(
    ("part", "drawn"),
    [(0.0, "    "), (0.001, "▏   "), (0.5, "██  "), (0.53, "██▏ "), (1.0, "████"), (7, "████")],
)
def test_bars(part: float, drawn: str) -> None:
    assert bars.bar(part, 4) == drawn


def test_curve_falls_from_left_to_right() -> None:
    points = ((0.0, 16.0), (1.0, 8.0), (3.0, 2.0))
    assert bars.curve(points, 4, rows=2) == ["█   ", "███▂"]
    assert bars.curve(((0.0, 1.0),), 4) == []


def test_stacked_bar_gives_every_status_a_cell_and_is_as_wide_as_asked() -> None:
    assert (
        bars.stacked({"gap": 9, "partial": 8, "clear": 1, "unknown": 86}, 20).plain == "■▒□?????????????????"
    )
    assert bars.stacked({"gap": 1, "clear": 1}, 4).plain == "■■□□"


def test_of_a_link_and_an_end_that_carry_the_same_the_end_is_told() -> None:
    rows = invented.rows()
    role, user = "arn:aws:iam::111122223333:role/ops-admin", "arn:aws:iam::111122223333:user/mara"
    rows["chokes"] = [
        {"key": f"{user} -> {role}", "kind": "link", "share": 0.4, "risk": 4.0},
        {"key": role, "kind": "node", "share": 0.4, "risk": 4.0},
        {"key": user, "kind": "node", "share": 0.3, "risk": 3.0},
        {"key": f"{role} -> {user}", "kind": "link", "share": 0.2, "risk": 2.0},
    ]
    found = overview.chokes(invented.assessment(invented.overview(), rows))
    assert found["name"].to_list() == ["role/ops-admin", "user/mara", "role/ops-admin → user/mara"]


async def test_a_pane_is_as_high_as_what_it_says_last_even_where_a_layout_was_due() -> None:
    async with opened(invented.company()) as pilot:
        text = pilot.app.screen.query_one("#chokes", Pane).query_one(Drawn)
        text.show(lambda _width: Content("one"))
        for above in text.ancestors:  # as when a neighbour asks for a layout first
            if isinstance(above, Widget):
                above._clear_arrangement_cache()
                above._layout_updates += 1
        pilot.app.screen._refresh_layout()
        text.show(lambda _width: Content("one\ntwo\nthree"))
        await settle(pilot)
        assert text.size.height == 3


def test_systems_of_one_name_are_two_lines_of_the_tree() -> None:
    rows = invented.rows()
    for system in rows["systems"]:
        system["name"] = "ledger"
    found = reach.ways(invented.assessment(invented.overview(), rows), "agent:desk/claude-code/support-bot")
    ends = [way.slots[4][-1].key for way in lines(found)]
    assert len(set(ends)) == 4


def test_gaps_of_one_cause_are_one_row_and_what_cannot_wait_comes_first() -> None:
    frame = gaps.grouped(invented.company())
    assert frame["check"].to_list()[:3] == ["exposed-public", "exposed-mcp-config", "shared-credential"]
    assert frame["urgent"].to_list() == [True] * 3 + [False] * 14
    old = frame.filter(check="key-too-old").row(0, named=True)
    assert (old["subjects"], old["severity"], old["owner"]) == (14, "medium", None)
