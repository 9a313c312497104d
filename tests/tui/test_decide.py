"""Deciding on a row of gaps: kept in the workspace, shown at once, refused with the reason."""

from __future__ import annotations

from pathlib import Path

from posture.cli.viewing import Viewing
from posture.model.assessment import Assessment
from posture.tui.app import PostureApp
from posture.tui.dialogs.decide import Decide
from posture.workspace import decisions
from tests.tui import invented
from tests.tui.frames import frame, opened, press, settle


def viewing(workspace: Path) -> Viewing:
    def make(_progress: object) -> Assessment:
        return invented.company()

    return Viewing(make, workspace, "mara")


async def test_a_decision_is_kept_and_shown(tmp_path: Path) -> None:
    seen = viewing(tmp_path)
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "4", "d")
        assert isinstance(app.screen, Decide)
        await press(pilot, "down", *"soon", "enter")
        (record,) = decisions.read(tmp_path).records
        assert (record.kind, record.triage, record.reason, record.author) == (
            "triage", "planned", "soon", "mara",
        )  # fmt: skip
        decided = {one.finding for one in record.on}
        assert app.assessment is not None
        rows = app.assessment.frame("findings").select("id", "state").iter_rows()
        assert {id_ for id_, state in rows if state == "planned"} == decided
        assert f"planned ({record.id})" in frame(app)
        await press(pilot, "r")
        rows = app.assessment.frame("findings").select("id", "state").iter_rows()
        assert {id_ for id_, state in rows if state == "planned"} == decided


async def test_a_refusal_says_why_and_keeps_nothing(tmp_path: Path) -> None:
    seen = viewing(tmp_path)
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "4", "d", "up", "enter")
        assert "accept needs a reason" in frame(app)
        assert decisions.read(tmp_path).records == ()
        await press(pilot, "d", "escape")
        assert decisions.read(tmp_path).records == ()


async def test_without_a_workspace_there_is_nothing_to_decide() -> None:
    async with opened(invented.company(), "4", "d") as pilot:
        assert not isinstance(pilot.app.screen, Decide)
        assert "Decide" not in frame(pilot.app)
