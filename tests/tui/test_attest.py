"""Answers to what only people can say, given on the frameworks screen and shown at once."""

from __future__ import annotations

from pathlib import Path

from posture.cli.viewing import Viewing
from posture.model.assessment import Assessment
from posture.tui.app import PostureApp
from posture.tui.dialogs.attest import Attest
from posture.tui.queries import frameworks
from posture.workspace import decisions
from tests.reports.given import SAMPLE, assessed
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press, settle


async def test_an_answer_is_kept_and_moves_the_control_at_once(tmp_path: Path) -> None:
    evidence = tmp_path / "procedure.pdf"
    evidence.write_bytes(b"who hears of it")
    sample = assessed(SAMPLE)
    seen = Viewing(lambda _progress: sample, tmp_path / "w", "mara")
    seen.load(lambda *_: None)
    said = {"question": "Q-17", "answer": "yes", "statement": "the incident lead", "evidence": str(evidence)}
    told, shown = seen.attest(said)
    (record,) = decisions.read(tmp_path / "w").records
    assert told == f"answered yes ({record.id})"
    assert (record.author, record.statement, record.evidence[0].link) == (
        "mara",
        "the incident lead",
        "procedure.pdf",
    )
    assert _status(sample, "MANAGE 4.3") == "unknown"
    assert _status(shown, "MANAGE 4.3") == "attested"
    counts = {entry.framework: entry.counts for entry in shown.overview.frameworks}
    assert counts["nist-ai-rmf-1.0"].get("attested", 0) == 1
    (asked,) = (one for one in frameworks.questions(shown, "nist-ai-rmf-1.0/MANAGE 4.3") if one.id == "Q-17")
    assert asked.stands.startswith("answered yes by mara, until ")
    _, back = seen.undo()
    assert _status(back, "MANAGE 4.3") == "unknown"


def _status(assessment: Assessment, control: str) -> str:
    return str(assessment.frame("controls").filter(framework="nist-ai-rmf-1.0", control=control)["status"][0])


async def test_a_asks_the_questions_of_the_control() -> None:
    desk = Desk()
    async with opened(invented.company(), "6", "enter", desk=desk, size=(120, 40)) as pilot:
        await press(pilot, "a")
        dialog = pilot.app.screen
        assert isinstance(dialog, Attest)
        first = frame(pilot.app)
        assert "Q-04" in first
        assert "▒ not answered" in first
        await press(pilot, "down", "down", *"no procedure", "enter")
        assert desk.answers == [{"question": "Q-04", "answer": "no", "statement": "no procedure"}]
        shown = frame(pilot.app)
        assert "answered no" in shown
        assert "1 decision not in the figures yet" in shown
        await press(pilot, "z")
        assert desk.answers == []


async def test_a_control_with_several_questions_turns_from_one_to_the_next() -> None:
    sample = assessed(SAMPLE)
    several = frameworks.questions(sample, "owasp-asi-top10/ASI10")
    assert len(several) > 1
    app = PostureApp(sample, desk=Desk())
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.push_screen(Attest(several))
        await settle(pilot)
        assert f"{several[0].id}  1 of {len(several)}" in frame(app)
        await press(pilot, "pagedown")
        assert f"{several[1].id}  2 of {len(several)}" in frame(app)
        await press(pilot, "pageup", "pageup")
        assert several[-1].id in frame(app)


async def test_what_the_questionnaire_forbids_is_said(tmp_path: Path) -> None:
    seen = Viewing(lambda _progress: invented.company(), tmp_path, "mara")
    app = PostureApp(seen.load, desk=seen)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "6", "enter", "a", "enter")
        assert "yes needs a statement" in frame(app)
        assert decisions.read(tmp_path).records == ()


async def test_without_a_desk_or_a_question_nothing_is_asked() -> None:
    async with opened(invented.company(), "6", "enter", "a") as pilot:
        assert not isinstance(pilot.app.screen, Attest)
        assert "a Answer" not in frame(pilot.app)
    async with opened(invented.company(), "6", "enter", "j", "a", desk=Desk()) as pilot:
        assert not isinstance(pilot.app.screen, Attest)
