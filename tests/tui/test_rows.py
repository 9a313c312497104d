"""A list of a million rows formats what is visible and nothing else."""

from __future__ import annotations

from collections import Counter

import polars as pl
from textual.app import App, ComposeResult

from posture.tui.widgets.rows import Cell, Column, Row, Rows, Shape
from tests.tui.frames import frame, press, settle

MILLION = 1_000_000
HEIGHT = 24


class Listed(App[None]):
    """One list and nothing else."""

    def __init__(self, frame: pl.DataFrame) -> None:
        super().__init__()
        self.formatted: Counter[int] = Counter()
        self._rows_of = frame
        self.opened: list[int] = []

    def compose(self) -> ComposeResult:
        shape = Shape(
            columns=(
                Column("Number", self._cell, 9, right=True, sort=("number",), descending=True),
                Column("Name", lambda row: (row["name"], ""), 12, grow=1, sort=("name",)),
            ),
            key="name",
            search=("name",),
        )
        yield Rows(shape, id="list")

    def _cell(self, row: Row) -> Cell:
        self.formatted[row["number"]] += 1
        return str(row["number"]), ""

    def on_mount(self) -> None:
        self.query_one(Rows).show(self._rows_of)

    def on_rows_opened(self, message: Rows.Opened) -> None:
        self.opened.append(message.row["number"])


def _million() -> pl.DataFrame:
    numbers = pl.Series("number", range(MILLION))
    return pl.DataFrame({"number": numbers, "name": "role-" + numbers.cast(pl.String).str.zfill(7)})


async def test_opening_formats_only_what_is_visible() -> None:
    app = Listed(_million())
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await settle(pilot)
        assert app.query_one(Rows).line_count == MILLION
        assert 0 < len(app.formatted) <= HEIGHT
        assert max(app.formatted) < HEIGHT


async def test_jumping_to_the_end_formats_the_end() -> None:
    app = Listed(_million())
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await settle(pilot)
        app.formatted.clear()
        await press(pilot, "G")
        assert 0 < len(app.formatted) <= HEIGHT + 1
        assert max(app.formatted) == MILLION - 1
        await press(pilot, "enter")
        assert app.opened == [MILLION - 1]


async def test_filter_and_order_format_only_what_is_visible() -> None:
    app = Listed(_million())
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await settle(pilot)
        app.formatted.clear()
        app.query_one(Rows).filter("ROLE-07 !7777")
        await settle(pilot)
        kept = [n for n in range(700_000, 800_000) if "7777" not in f"{n:07}"]
        assert app.query_one(Rows).line_count == len(kept)
        await press(pilot, "s")
        assert len(app.formatted) <= 3 * HEIGHT
        assert set(app.formatted) <= set(kept)


async def test_cursor_stays_on_its_row_through_filter_and_order() -> None:
    app = Listed(_million().head(1000))
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        await settle(pilot)
        await press(pilot, *"jjjjj")
        app.query_one(Rows).filter("5")
        await settle(pilot)
        row = app.query_one(Rows).row
        assert row is not None
        assert row["number"] == 5
        await press(pilot, "s")
        assert app.query_one(Rows).row == row
        app.query_one(Rows).filter("")
        await settle(pilot)
        assert app.query_one(Rows).row == row


async def test_order_turns_through_the_columns_and_back() -> None:
    app = Listed(_million().head(9))
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        heads = [frame(app).splitlines()[0].split()]
        for key in ("s", "s", "S", "s"):
            await press(pilot, key)
            heads.append([frame(app).splitlines()[0].split(), _first(frame(app))])
        assert heads == [
            ["Number", "Name"],
            [["Number▼", "Name"], 8],
            [["Number", "Name▲"], 0],
            [["Number", "Name▼"], 8],
            [["Number", "Name"], 0],
        ]


async def test_nothing_is_cut_without_a_mark() -> None:
    long = pl.DataFrame({"number": [1], "name": ["a-name-that-is-much-longer-than-the-terminal-is-wide"]})
    app = Listed(long)
    async with app.run_test(size=(40, 6)) as pilot:
        await settle(pilot)
        assert frame(app).splitlines()[1] == "         1  a-name-that-is-much-longer…"


def _first(shown: str) -> int:
    return int(shown.splitlines()[1].split()[0])
