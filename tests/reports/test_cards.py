"""Each agent has a card in the JSON document, and it says what the page on paper says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reports.given import SAMPLE, report


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report("json", SAMPLE))
    return found


@pytest.fixture(scope="module")
def cards(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {card["agent"].removeprefix("agent:"): card for card in document["agent_cards"]}


def test_every_agent_has_one_card(document: dict[str, Any]) -> None:
    assert [card["agent"] for card in document["agent_cards"]] == sorted(
        agent["key"] for agent in document["inventory"]["agents"]
    )


def test_reach_and_time_left(cards: dict[str, dict[str, Any]]) -> None:
    card = cards["mara.lindqvist/claude-code"]
    assert card["reach"] == {
        "systems": 37,
        "patterns": 41,
        "possibly": 1,
        "by_becoming_another": 4,
        "writes_across": ["CI/CD", "aws", "code", "gcp"],
    }
    assert card["access"]["endless"] is True
    assert card["access"]["not_known"] == 6
    assert cards["dispatch-crew/claude-code"]["access"] == {
        "credential": "token:dispatch-crew/run",
        "endless": False,
        "hours": 3,
        "not_known": 1,
    }


def test_tools_identity_and_whether_it_is_just_in_time(cards: dict[str, dict[str, Any]]) -> None:
    card = cards["customer-desk/claude-code"]
    assert card["declared_tools"] == [
        "tool:customer-desk/claude-code/crm",
        "tool:customer-desk/claude-code/tickets",
    ]
    assert set(card["declared_tools"]) < set(card["tools"])
    assert len(card["tools"]) == len(set(card["tools"]))
    assert card["acts_as"] == ["arn:aws:iam::111122223333:role/customer-desk-runtime"]
    assert card["lacks"] == ["token"]
    assert card["just_in_time"] == {
        "state": "none",
        "task_bound": False,
        "identity_bound": False,
        "revoked_at_end": False,
        "outlives_task_endlessly": True,
    }
    assert cards["dispatch-crew/claude-code"]["just_in_time"]["outlives_task_hours"] == 2.75
    assert cards["tomas.brandt/vscode"]["just_in_time"] == {"state": "not known"}


def test_approvals_logs_override_and_governance(cards: dict[str, dict[str, Any]]) -> None:
    card = cards["dispatch-crew/claude-code/executor"]
    assert card["approvals"] == [{"decisions": 240, "approved_share": 0.996, "median_seconds": 4}]
    assert {"kind": "approval", "scope": "destructive", "strength": "strong", "mode": "enforce"} in card[
        "safeguards"
    ]
    assert card["governance"] == {
        "owner": "dispatch",
        "monitoring": "yes",
        "revocation": "not known",
        "override": "tested 2026-04-14",
        "threat model": "not seen",
    }
    assert cards["customer-desk/claude-code"]["logged"] == ["tool-use"]
    assert "logged" not in card
