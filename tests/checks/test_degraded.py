"""Where controls work only in part: who is marked, and that clear says less there."""

from __future__ import annotations

from posture import frameworks
from posture.checks.degraded import degraded
from posture.checks.judge import judge
from posture.checks.registry import every
from posture.score.controls import controls
from tests.checks.small import estate_of, seen

CREW = {
    "agents": [{"key": "a", "multi_agent": True}, {"key": "b", "browser_use": True}, {"key": "c"}],
    "identities": [{"key": "own", "class": "agent"}, {"key": "common", "class": "agent"}],
    "links": [
        {"kind": "runs-as", "from": "a", "to": "common"},
        {"kind": "runs-as", "from": "b", "to": "common"},
        {"kind": "runs-as", "from": "c", "to": "own"},
    ],
    "scopes": [{"key": "saas:x", "kind": "tenant", "loosely_governed": True}],
    "credentials": [
        {"key": "rigid", "kind": "api-key", "cannot_refresh": True},
        {"key": "loose", "kind": "api-key", "scope": "saas:x", "revocation_unclear": True},
        {"key": "plain", "kind": "api-key", "cannot_refresh": False, "revocation_unclear": False},
    ],
}


def test_everything_on_which_controls_work_only_in_part_is_named_with_its_reason() -> None:
    found = degraded(seen(estate_of(CREW)))
    marked: dict[str, int] = {}
    for subject in found["subject"]:
        marked[subject] = marked.get(subject, 0) + 1
    assert marked == {"a": 2, "b": 2, "common": 1, "rigid": 1, "loose": 2}


def test_what_nobody_states_is_not_marked() -> None:
    assert degraded(seen(estate_of({"agents": [{"key": "a"}], "credentials": [{"key": "k"}]}))).is_empty()


def test_a_control_that_is_clear_on_such_a_subject_is_clear_in_part() -> None:
    (check,) = [one for one in every() if one.id == "shadow-agent"]
    agents = [{"key": "a", "registered": True, "purpose": "books slots", "multi_agent": True}]
    calm = [{**agents[0], "multi_agent": False}]
    statuses = []
    for given in (calm, agents):
        judged = judge(seen(estate_of({"agents": given, "tools": [{"key": "t"}]})), [check])
        (tally,) = judged.tallies.iter_rows(named=True)
        rows = controls(frameworks.load(), [check], {check.id: {**tally, "unknown": 0}})
        inventory = rows.filter(control="GOVERN 1.6").row(0, named=True)
        statuses.append((inventory["status"], inventory["because"]))
    assert [status for status, _ in statuses] == ["clear", "partial"]
    assert statuses[1][1] == "1 clear where controls work only in part"
