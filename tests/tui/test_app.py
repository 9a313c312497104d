"""Reading in the background, stopping, failing, reading again, exporting."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from posture.cli.viewing import Viewing
from posture.model.assessment import Assessment
from posture.model.errors import InputError
from posture.reports.registry import every
from posture.tui.app import PostureApp
from posture.tui.desk import Progress
from tests.tui import invented
from tests.tui.frames import frame, opened, press, settle


async def test_reading_says_what_and_how_far_and_then_shows_the_overview() -> None:
    go = threading.Event()

    def load(progress: Progress) -> Assessment:
        progress("Reading policies", 30, 120)
        go.wait(10)
        return invented.company()

    app = PostureApp(load)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = ""
        while not ("Reading policies" in shown and "esc Stop" in shown):
            await pilot.pause(0.01)
            shown = frame(app)
        assert "30 of 120" in shown
        assert "██████████░░░" in shown
        go.set()
        await settle(pilot)
        assert "Where do we stand" in frame(app)


async def test_escape_stops_reading() -> None:
    reading, stopped = threading.Event(), threading.Event()

    def load(progress: Progress) -> Assessment:
        reading.set()
        try:
            while True:
                progress("Reading", 1, 2)
                stopped.wait(0.005)
        finally:
            stopped.set()

    app = PostureApp(load)
    async with app.run_test(size=(80, 24)) as pilot:
        while not reading.is_set():
            await pilot.pause(0.01)
        await press(pilot, "escape")
        assert stopped.is_set()
        assert "Stopped before it was done." in frame(app)
        assert "r tries again, q leaves." in frame(app)


async def test_a_failure_is_said_and_can_be_repaired() -> None:
    answers: list[Assessment | Exception] = [InputError("Nothing readable in exports."), invented.company()]

    def load(progress: Progress) -> Assessment:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with opened(load, size=(80, 24)) as pilot:
        assert "Nothing readable in exports." in frame(pilot.app)
        await press(pilot, "r")
        assert "Where do we stand" in frame(pilot.app)


async def test_refresh_keeps_the_old_until_the_new_is_whole() -> None:
    go, answers = threading.Event(), [invented.company()]
    go.set()

    def load(progress: Progress) -> Assessment:
        progress("Reading", 1, 4)
        go.wait(10)
        return answers[0]

    async with opened(load, "4") as pilot:
        go.clear()
        answers[0] = invented.assessment(invented.overview(organisation="Renamed Ltd"), {})
        await pilot.press("r")
        while "Reading 25 %" not in frame(pilot.app):
            await pilot.pause(0.01)
        assert "Halden Freight" in frame(pilot.app)
        assert "deploy-key" in frame(pilot.app)
        go.set()
        await settle(pilot)
        shown = frame(pilot.app)
        assert "Renamed Ltd" in shown
        assert "deploy-key" not in shown
        assert "No gap was found in what was read." in shown


FORMATS = (("markdown", ".md"), ("json", ".json"), ("csv", ".csv"), ("sarif", ".sarif"))


@pytest.mark.parametrize(
    ("keys", "format", "suffix"),
    [(("e", *["down"] * n), format, suffix) for n, (format, suffix) in enumerate(FORMATS)]
    + [(("e", "up"), "summary", ".txt")]
    + [(("8", key), format, suffix) for key, (format, suffix) in zip("mJcs", FORMATS, strict=True)],
)
async def test_export_hands_over_format_and_path(
    keys: tuple[str, ...], format: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[tuple[str, Path]] = []

    def export(format: str, path: Path) -> Path:
        asked.append((format, path))
        return path

    async with opened(invented.company(), *keys, "enter", export=export, size=(160, 50)) as pilot:
        assert asked == [(format, Path(f"posture-2026-07-01{suffix}"))]
        shown = frame(pilot.app)
        assert f"posture-2026-07-01{suffix}" in shown
        assert "Written" in shown


async def test_where_a_report_went_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "reports").mkdir()
    monkeypatch.chdir(tmp_path / "reports")
    keys = ("e", "enter")
    async with opened(invented.company(), *keys, export=lambda _format, path: path) as pilot:
        assert "in ~/reports" in frame(pilot.app)


async def test_every_format_of_the_registry_is_offered() -> None:
    async with opened(invented.company(), "e", export=lambda _format, path: path) as pilot:
        shown = frame(pilot.app)
        assert [report.FORMAT.id for report in every() if f"○ {report.FORMAT.id} " not in shown] == [
            "markdown"
        ]


async def test_a_name_without_a_suffix_is_a_folder_of_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = Viewing(lambda _progress: invented.company(), tmp_path / ".posture", "mara")
    app = PostureApp(seen.load, export=seen.export)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "e", "down", "down", *["backspace"] * 4, "enter")
        made = sorted(path.name for path in (tmp_path / "posture-2026-07-01").iterdir())
        assert made == ["controls.csv", "findings.csv", "inventory.csv", "plan.csv"]
        assert "posture-2026-07-01" in frame(app)
        await press(pilot, "e", "down", "down", *["backspace"] * 4, "enter")
        assert "That folder exists." in frame(app)


async def test_export_asks_before_it_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posture-2026-07-01.md").write_text("kept", encoding="utf-8")
    asked: list[Path] = []

    def export(format: str, path: Path) -> Path:
        asked.append(path)
        return path

    async with opened(invented.company(), "e", "enter", export=export) as pilot:
        assert asked == []
        assert "That file exists. Enter once more replaces it." in frame(pilot.app)
        await press(pilot, "enter")
        assert asked == [Path("posture-2026-07-01.md")]


async def test_what_cannot_be_done_is_not_offered() -> None:
    async with opened(invented.company(), "4", *"jjj") as pilot:
        app = pilot.app
        assert app.check_action("export", ()) is None
        assert app.check_action("refresh", ()) is None
        assert app.screen.check_action("step", ()) is None


async def test_p_opens_the_step_that_closes_the_gap() -> None:
    async with opened(invented.company(), "4", "j", "p") as pilot:
        assert "after step 2" in frame(pilot.app)


async def test_enter_on_what_cannot_wait_opens_its_step() -> None:
    async with opened(invented.company(), "j", "j", "enter") as pilot:
        assert "after step 3" in frame(pilot.app)


async def test_v_opens_the_ways_of_the_agent() -> None:
    async with opened(invented.company(), "2", "v") as pilot:
        assert "support-bot → what it reaches" in frame(pilot.app)


async def test_palette_finds_a_screen_by_its_name() -> None:
    async with opened(invented.company(), "ctrl+p", *"frameworks") as pilot:
        await pilot.pause(0.3)
        await press(pilot, "enter")
        assert "Which controls have gaps" in frame(pilot.app)


async def test_only_the_sample_says_that_it_is_invented() -> None:
    async with opened(invented.company(), sample=True) as pilot:
        assert "posture open FOLDER" in frame(pilot.app)
    async with opened(invented.company()) as pilot:
        assert "posture open FOLDER" not in frame(pilot.app)


async def test_a_table_that_cannot_be_read_is_said() -> None:
    company = invented.company()
    broken = {name: table for name, table in company.tables.items() if name != "findings"}
    async with opened(Assessment(company.overview, broken), "4") as pilot:
        assert "gaps could not be read" in frame(pilot.app)


async def test_nothing_moves_under_a_dialog() -> None:
    async with opened(invented.company(), "4", "enter", "5") as pilot:
        assert "Evidence" in frame(pilot.app)
        await press(pilot, "escape")
        assert "What is missing" in frame(pilot.app)


async def test_ctrl_c_says_what_leaves() -> None:
    async with opened(invented.company(), "ctrl+c") as pilot:
        shown = frame(pilot.app)
        assert "q leaves posture" in shown
        assert "[b]" not in shown
