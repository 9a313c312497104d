"""Terminals of any size, without colour, light or dark; runs that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.model.assessment import Assessment
from posture.tui import screens, theme
from posture.tui.app import Everywhere
from posture.tui.screen import PostureScreen
from posture.workspace import runs
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press, settle

TINY = [(1, 1), (4, 2), (12, 3), (30, 8), (60, 12)]


@pytest.mark.parametrize("screen", screens.every(), ids=lambda screen: screen.label)
async def test_no_size_is_too_small(screen: type[PostureScreen]) -> None:
    async with opened(invented.company(), screen.key, desk=Desk(), size=(80, 24)) as pilot:
        before = frame(pilot.app)
        for size in TINY:
            await pilot.resize_terminal(*size)
            await press(pilot, "j", "enter", "escape", "question_mark", "escape")
        await pilot.resize_terminal(80, 24)
        await press(pilot, screen.key, "g")
        assert pilot.app.is_running
        assert frame(pilot.app).splitlines()[:3] == before.splitlines()[:3]


@pytest.mark.parametrize(
    ("key", "row"), [("2", "support-bot"), ("4", "critical"), ("5", "Contain"), ("7", "read")]
)
async def test_where_there_is_little_height_the_list_stays(key: str, row: str) -> None:
    async with opened(invented.company(), key, size=(60, 10)) as pilot:
        shown = frame(pilot.app)
        assert row in shown
        assert "Detail" not in shown


@pytest.mark.parametrize("screen", screens.every(), ids=lambda screen: screen.label)
async def test_without_colour_the_cursor_and_the_words_are_there(
    screen: type[PostureScreen], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(invented.company(), screen.key) as pilot:
        coloured = frame(pilot.app)
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(invented.company(), screen.key) as pilot:
        assert frame(pilot.app) == coloured
        styles = {segment.style for line in pilot.app.screen._compositor.render_strips() for segment in line}
        colours = {part for style in styles if style for part in (style.color, style.bgcolor) if part}
        grey = {part.triplet for part in colours if part.triplet is not None}
        assert all(red == green == blue for red, green, blue in grey)
        assert len({style.bgcolor for style in styles if style}) > 1


@pytest.mark.parametrize("name", [offered.name for offered in theme.THEMES])
async def test_text_stands_out_from_its_ground_in_every_theme(name: str) -> None:
    faint: list[tuple[str, str]] = []
    async with opened(invented.company(), export=_written, desk=Desk()) as pilot:
        pilot.app.theme = name
        await settle(pilot)
        for key in "12345678":
            await press(pilot, key)
            # The last line greys out what cannot be done now.
            for line in pilot.app.screen._compositor.render_strips()[:-1]:
                for segment in line:
                    style = segment.style
                    if style is None or not segment.text.strip(" │╭╮╰╯─▁▂▃▄▅▆▇█"):
                        continue
                    assert style.color is not None
                    assert style.bgcolor is not None
                    ink, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                    if _contrast(ink, ground) < 3:
                        faint.append((key, segment.text))
    assert faint == []


async def test_only_themes_that_the_screens_were_looked_at_in_are_offered() -> None:
    async with opened(invented.company()) as pilot:
        names = [
            title for title, _, _ in Everywhere(pilot.app.screen).commands() if title.startswith("Theme ")
        ]
        assert names == ["Theme posture-dark", "Theme posture-light", "Theme ansi-dark", "Theme ansi-light"]
        assert {name.removeprefix("Theme ") for name in names} <= set(pilot.app.available_themes)


@pytest.mark.parametrize(("key", "row"), [("3", "└─ gh"), ("6", "NHI2:2025")])
async def test_on_a_small_terminal_every_list_keeps_some_rows(key: str, row: str) -> None:
    async with opened(invented.company(), key, size=(60, 20)) as pilot:
        assert row in frame(pilot.app)


def _written(_format: str, path: Path) -> Path:
    return path


def _contrast(ink: tuple[int, int, int], ground: tuple[int, int, int]) -> float:
    """Of 1 to 21, as WCAG counts it."""
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_a_damaged_table_of_a_saved_run_is_said_and_the_rest_works(tmp_path: Path) -> None:
    company = invented.company()
    run = runs.save(tmp_path, Assessment(company.overview, company.tables))
    (tmp_path / "runs" / run / "findings.parquet").write_bytes(b"PAR1 and nothing more")
    async with opened(lambda _progress: runs.load(tmp_path, run), "4", size=(120, 36)) as pilot:
        shown = frame(pilot.app)
        assert "A table of this run is damaged" in shown
        assert "Could not be read." in shown
        assert "Reading …" not in shown
        await press(pilot, "5")
        assert "Contain the deploy key" in frame(pilot.app)


async def test_a_damaged_overview_is_said_instead_of_a_screen(tmp_path: Path) -> None:
    company = invented.company()
    run = runs.save(tmp_path, company)
    (tmp_path / "runs" / run / "overview.json").write_text("{", encoding="utf-8")
    async with opened(lambda _progress: runs.load(tmp_path, run), size=(80, 24)) as pilot:
        shown = frame(pilot.app)
        assert "assess again" in shown
        assert "r tries again, q leaves." in shown
