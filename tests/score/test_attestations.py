"""What people attested, beside what the checks found: ME-21 and the rules of the questionnaire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posture.assess.attesting import attestation
from posture.checks.check import Check
from posture.checks.registry import every
from posture.frameworks import load
from posture.frameworks.records import Question
from posture.model.errors import UsageError
from posture.model.frames import frame
from posture.score.attestations import standings
from posture.score.controls import controls

NOW = datetime(2026, 7, 1, tzinfo=UTC)
UNTIL, OVER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)


def said(answer: str, question: str = "Q-06", **more: Any) -> dict[str, Any]:
    row = {"subject": question, "kind": "attestation", "answer": answer, "author": "ada", "expires": UNTIL}
    return {**row, **more}


def status(control: str, tally: dict[str, int], *rows: dict[str, Any]) -> tuple[str, str]:
    """Of one control of the AI RMF, where every check of it counted the same."""
    checks: tuple[Check, ...] = every()
    tallies = {check.id: tally for check in checks}
    answers = standings(frame("decisions", list(rows)), NOW)
    table = controls(load(), checks, tallies, ["nist-ai-rmf-1.0"], answers)
    (row,) = [row for row in table.iter_rows(named=True) if row["control"] == control]
    return row["status"], row["because"]


CLEAR, GAP = {"clear": 12}, {"clear": 11, "gap": 1}
EVIDENCE = {"evidence": f"mandate.pdf {'0' * 64}"}


@pytest.mark.parametrize(
    ("tally", "rows", "expected"),
    [
        (CLEAR, (), "partial"),
        (CLEAR, (said("yes", **EVIDENCE),), "clear"),
        (CLEAR, (said("yes"),), "partial"),
        (CLEAR, (said("partly", **EVIDENCE),), "partial"),
        (CLEAR, (said("no"),), "gap"),
        (CLEAR, (said("yes", expires=OVER, **EVIDENCE),), "expired"),
        (GAP, (said("yes", **EVIDENCE),), "gap"),
        ({"clear": 11, "accepted": 1}, (said("yes", **EVIDENCE),), "accepted"),
        (CLEAR, (said("yes", about="payments", **EVIDENCE),), "partial"),
        ({"clear": 12, "unknown": 1}, (said("yes", **EVIDENCE),), "partial"),
    ],
)
def test_me_21_a_mixed_control(
    tally: dict[str, int], rows: tuple[dict[str, Any], ...], expected: str
) -> None:
    assert status("GOVERN 2.1", tally, *rows)[0] == expected


def test_a_seen_gap_outweighs_an_answer_and_the_contradiction_is_listed() -> None:
    assert status("GOVERN 2.1", {"gap": 1}, said("yes", **EVIDENCE))[1].endswith(
        "2 gaps; although Q-06 was answered yes by ada with evidence"
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), "unknown"),
        ((said("yes", **EVIDENCE),), "attested"),
        ((said("yes"),), "partial"),
        ((said("yes", expires=OVER, **EVIDENCE),), "expired"),
        ((said("not_applicable", reason="no agents are built here"),), "not applicable"),
    ],
)
def test_a_control_that_only_people_can_speak_for_is_never_clear(
    rows: tuple[dict[str, Any], ...], expected: str
) -> None:
    assert status("GOVERN 2.3", {}, *rows)[0] == expected


def test_an_answer_without_a_moment_to_compare_with_counts_as_run_out() -> None:
    assert standings(frame("decisions", [said("yes", **EVIDENCE)]), None)["Q-06"].state == "expired"


def asked(**more: Any) -> dict[str, Any]:
    return {"statement": "the CISO", "author": "ada", "decided": NOW, "answer": "yes", **more}


QUESTION = Question("Q-06", "Who?", "executive", "mandate", 365, "organisation")


def test_an_answer_holds_as_long_as_its_question_says() -> None:
    assert attestation(QUESTION, **asked()).expires == datetime(2027, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"valid_until": datetime(2027, 7, 2, tzinfo=UTC)}, "holds 365 days at most; end it by 2027-07-01"),
        ({"valid_until": NOW}, "has passed"),
        ({"statement": " "}, "yes needs a statement"),
        ({"reviewer": "Ada"}, "who answers cannot review"),
    ],
)
def test_an_answer_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        attestation(QUESTION, **asked(**more))
