"""What a request-time policy is asked to look at: ten attributes, those that it does not are named."""

from __future__ import annotations

from posture.checks.added.agents_held_back import ATTRIBUTES
from tests.checks.small import estate_of, seen


def _lacks(attributes: str) -> str:
    policy = {"subject": "a", "kind": "request-policy", "mode": "enforce", "attributes": attributes}
    rows = seen(estate_of({"agents": [{"key": "a"}], "safeguards": [policy]})).rows(
        "agents", ["policy_lacks"]
    )
    return str(rows["policy_lacks"][0] or "")


def test_a_policy_is_asked_for_ten_attributes() -> None:
    assert len(set(ATTRIBUTES)) == 10
    assert _lacks(",".join(ATTRIBUTES)) == ""
    for attribute in ATTRIBUTES:
        others = [one for one in ATTRIBUTES if one != attribute]
        assert _lacks(",".join(others)) == attribute
