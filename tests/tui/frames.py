"""The screen as text, and what a test needs to drive it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Footer

from posture.model.assessment import Assessment
from posture.tui.app import PostureApp
from posture.tui.desk import Desk, Exporting, Load
from posture.tui.screen import PostureScreen

GOLDEN = Path(__file__).parents[1] / "frames"
SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x50": (160, 50)}
_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')
_CELL, _LINE = 12.2, 24.4


def frame(app: PostureApp) -> str:
    """What the terminal shows, one line each, taken from the screenshot with the tags taken off."""
    lines: dict[int, str] = {}
    for x, y, said in _TEXT.findall(app.export_screenshot()):
        row, column = round((float(y) - 18.5) / _LINE), round(float(x) / _CELL)
        line = lines.get(row, "")
        lines[row] = line + " " * (column - len(line)) + html.unescape(said).replace("\xa0", " ")
    return "\n".join(lines.get(row, "").rstrip() for row in range(app.size.height)) + "\n"


async def settle(pilot: Pilot[None]) -> None:
    """Wait until no thread works and every answer is on the screen."""
    await pilot.pause()
    while _busy(pilot.app):
        await asyncio.sleep(0.002)
        await pilot.pause()
    # The last answer may have changed the height of its pane.
    await pilot.app.screen.wait_for_refresh()


def _busy(app: App[None]) -> bool:
    screens = [screen for screen in app.screen_stack if isinstance(screen, PostureScreen)]
    # A footer is composed anew after the keys changed, which a slow machine may not have come to yet.
    bare = any(not footer.children for footer in app.screen.query(Footer))
    return bare or any(screen.busy for screen in screens) or any(not one.is_finished for one in app.workers)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press `keys` one after the other, each to its end."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


@asynccontextmanager
async def opened(
    load: Load | Assessment,
    *keys: str,
    size: tuple[int, int] = (120, 36),
    export: Exporting | None = None,
    sample: bool = False,
    desk: Desk | None = None,
) -> AsyncIterator[Pilot[None]]:
    """The dashboard after `keys`."""
    app = PostureApp(load, export=export, sample=sample, desk=desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        yield pilot
