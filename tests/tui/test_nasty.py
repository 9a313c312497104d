"""Names written by strangers: shown as they are, never obeyed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from textual.app import App

from posture.model.assessment import Assessment
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.tui import screens
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press, settle

MARKUP = "[@click=app.quit]x[/] [bold red]y[/] [link=https://evil.example]z"
STRAY = "[/] ]] [[ [ [not-closed"
ESCAPE = "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07click\x07 \x9b2J"
BIDI = "safe\u202egnp.exe\u2066 a\u200bb \ufeff"
LINES = "one\ntwo\r\nthree\tfour"
NASTY = {"markup": f"{MARKUP} {STRAY}", "hidden": f"{BIDI} {ESCAPE} {LINES}"}
SPOILED = (
    *("name", "title", "observed", "expected", "owner", "why", "says", "because", "would_help", "purpose"),
    *("breaks", "may_break", "proof", "how", "at", "platform", "depends_on", "kept", "other", "do"),
)


def _spoiled(nasty: str) -> Assessment:
    """The company with `nasty` in every text that a stranger could have written."""
    company = invented.company()
    tables = {}
    for name in (*TABLES, *RESULTS):
        table = company.tables[name]
        held = table.collect_schema()
        texts = [column for column in SPOILED if held.get(column) == pl.String]
        tables[name] = table.with_columns(pl.lit(nasty).alias(column) for column in texts)
    said: dict[str, Any] = company.overview.model_dump()
    for entry in said["immediate"]:
        entry["title"] = entry["why"] = nasty
    said |= {
        "organisation": nasty,
        "blind": (nasty,),
        "assumptions": (nasty,),
        "errors": (nasty,),
        "digest": nasty,
    }
    for group in ("changes", "frameworks", "checks"):
        for entry in said[group]:
            entry["says" if group == "changes" else "title"] = nasty
    return Assessment(type(company.overview)(**said), tables)


def _acts(app: App[None]) -> set[str]:
    """Actions that a click anywhere on the screen would run."""
    width, height = app.size
    metas = (app.screen.get_style_at(x, y).meta for x in range(0, width, 3) for y in range(height))
    return {str(value) for meta in metas for key, value in meta.items() if key.startswith("@")}


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("screen", screens.every(), ids=lambda screen: screen.label)
async def test_names_are_shown_and_never_obeyed(screen: type[screens.PostureScreen], nasty: str) -> None:
    async with opened(_spoiled(NASTY[nasty]), screen.key, size=(130, 36), sample=True) as pilot:
        app = pilot.app
        _harmless(app)
        for key in ("enter", "enter", "escape"):
            await press(pilot, key)
            _harmless(app)
        assert app.is_running
        if nasty == "markup":
            await press(pilot, screen.key)
            assert "[@click=app.quit]" in frame(app)


DIALOGS = {
    "trend": ("t",),
    "what if": ("5", "j", "j", "space", "w"),
    "cut": ("3", "enter", "space"),
    "decide": ("4", "d"),
    "answer": ("6", "enter", "a"),
    "export": ("e",),
}


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("keys", DIALOGS.values(), ids=DIALOGS)
async def test_dialogs_show_names_and_never_obey_them(keys: tuple[str, ...], nasty: str) -> None:
    async with opened(_spoiled(NASTY[nasty]), *keys, desk=Desk(), size=(130, 36)) as pilot:
        _harmless(pilot.app)
        await press(pilot, "escape")
        _harmless(pilot.app)
        assert pilot.app.is_running


@pytest.mark.parametrize("nasty", NASTY)
async def test_messages_show_what_they_are_told_and_never_obey_it(nasty: str) -> None:
    async with opened(invented.company(), desk=Desk(), size=(130, 36)) as pilot:
        pilot.app.notify(NASTY[nasty])
        await settle(pilot)
        assert ("[@click=app.quit]" if nasty == "markup" else "safe") in frame(pilot.app)
        _harmless(pilot.app)


def _harmless(app: App[None]) -> None:
    shown = app.export_screenshot()
    for bad in ("\x1b", "\x9b", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\r", "\t"):
        assert bad not in shown
    assert _acts(app) <= {"grab", "scroll_up", "scroll_down"}
    assert 'href="https://evil' not in shown
