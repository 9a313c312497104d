"""Deciding on a row of gaps: kept in the workspace, shown at once, refused with the reason."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from textual.widgets import Input

from posture.cli import words
from posture.cli.viewing import Viewing
from posture.model.assessment import Assessment
from posture.tui import say
from posture.tui.app import PostureApp
from posture.tui.dialogs.decide import Decide
from posture.workspace import decisions
from tests.reports.given import SAMPLE
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


async def test_what_is_decided_shows_in_list_and_detail_and_on_the_figures(tmp_path: Path) -> None:
    seen = viewing(tmp_path)
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await settle(pilot)
        assert "not in the figures" not in frame(app)
        await press(pilot, "4", "j", "d", "up", "up", *"wrong", "enter")
        shown = frame(app)
        assert "1 decision not in the figures yet   posture assess counts them" in shown
        await press(pilot, "G")
        shown = frame(app)
        assert "not real" in shown
        assert "false positive" in shown
        (record,) = decisions.read(tmp_path).records
        assert record.expires is not None
        assert f"false positive by mara, {say.stamp(record.decided)}, until" in _unwrapped(shown)
        assert ": wrong" in _unwrapped(shown)
        await press(pilot, "1")
        assert "1 decision not in the figures yet" in frame(app)


async def test_z_takes_the_last_decision_of_these_screens_back(tmp_path: Path) -> None:
    earlier = viewing(tmp_path)
    earlier.load(lambda *_: None)
    earlier.decide({"kind": "triage", "triage": "confirmed", "findings": ("f001",)})
    seen = viewing(tmp_path)
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "4", "z")
        assert len(decisions.read(tmp_path).records) == 1
        assert "z Undo" not in frame(app)
        await press(pilot, "d", "down", *"soon", "enter")
        assert "z Undo" in frame(app)
        assert app.assessment is not None
        assert _states(app.assessment) == {"f000": "planned", "f001": "triaged"}
        await press(pilot, "z")
        shown = frame(app)
        assert "Taken back" in shown
        assert "z Undo" not in shown
        assert _states(app.assessment) == {"f001": "triaged"}
        kinds = [record.kind for record in decisions.read(tmp_path).records]
        assert kinds == ["triage", "triage", "undo"]
        assert seen.pending == 1


async def test_a_static_key_is_accepted_with_what_is_in_place(tmp_path: Path) -> None:
    seen = viewing(tmp_path)
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "4", "j", "j", "j", "d", "up")
        dialog = app.screen
        assert isinstance(dialog, Decide)
        for id_, text in (
            ("reason", "replaced in August"),
            ("approver", "ciso"),
            ("expires", "2027-01-01"),
            ("compensation", "vaulted scope-reduced monitored runbook"),
            ("ground", "legacy"),
        ):
            dialog.query_one(f"#{id_}", Input).value = text
        made = dialog.said({id_: dialog.query_one(f"#{id_}", Input).value for id_ in dialog.wanted()})
        assert made == {
            "kind": "accept", "reason": "replaced in August", "approver": "ciso", "expires": "2027-01-01",
            "vaulted": True, "scope_reduced": True, "monitored": True, "runbook": True, "ground": "legacy",
        }  # fmt: skip


def test_decisions_that_the_run_rests_on_are_not_pending(tmp_path: Path) -> None:
    asked = replace(words.asked([SAMPLE], as_of="2026-07-01T09:00:00Z"), fingerprint_key=b"key")
    seen = Viewing.of(asked, tmp_path, "mara")
    first = seen.load(lambda *_: None)
    finding = first.frame("findings").filter(result="gap").sort("id")["id"][0]
    owned = first.frame("agents")["key"][0]
    seen.decide({"kind": "triage", "triage": "confirmed", "findings": (finding,)})
    seen.decide({"kind": "owner", "owner": "new-owner", "things": (owned,)})
    assert (seen.pending, seen.anew) == (2, "r assesses anew")
    again = seen.load(lambda *_: None)
    assert seen.pending == 0
    assert again.frame("agents").filter(key=owned)["owner"].to_list() == ["new-owner"]
    seen.undo()
    assert seen.pending == 1
    assert seen.load(lambda *_: None).frame("agents").filter(key=owned)["owner"].to_list() != ["new-owner"]
    assert seen.pending == 0


def _states(assessment: Assessment) -> dict[str, str]:
    rows = assessment.frame("findings").select("id", "state").iter_rows()
    return {id_: state for id_, state in rows if state != "open"}


def _unwrapped(shown: str) -> str:
    """The detail pane as one line."""
    return " ".join(" ".join(line.rsplit("││", 1)[-1].strip("│ ") for line in shown.splitlines()).split())
