"""How a step is done where no command does it: what the sentence must name."""

from __future__ import annotations

import pytest

from posture.plan.how import SENTENCES


def test_replacing_names_both_routes_to_an_identity() -> None:
    for action in ("replace", "federate"):
        assert "OIDC" in SENTENCES[action]
        assert "SPIFFE" in SENTENCES[action]


def test_just_in_time_names_task_end_and_hook() -> None:
    assert all(word in SENTENCES["just-in-time"] for word in ("per task", "an end", "revoked by a hook"))


@pytest.mark.parametrize("action", ["replace", "just-in-time", "federate"])
def test_replacing_says_what_it_needs(action: str) -> None:
    assert "needs automation" in SENTENCES[action]
    assert "owner of the service" in SENTENCES[action]


def test_the_platform_is_named() -> None:
    assert "SPIFFE/SPIRE" in SENTENCES["identity-platform"]
