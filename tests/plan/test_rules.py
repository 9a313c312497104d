"""Each rule of order has a case that turns out differently with the rule switched off."""

from __future__ import annotations

import pytest

from posture.plan.due import INTERNAL, REST
from posture.plan.rules import SEED_RULES, STRICT_RULES, TECHNICAL_RULES, Action, Subject, needs

C = Action("contain", "contain", "key", stage=INTERNAL)
LATE_C = Action("rotate", "rotate", "key", stage=REST)
ANYWAY = Action("contain-ambient", "contain", "ambient", stage=INTERNAL)
SPLIT = Action("replace", "replace", "key")
X = Action("isolate", "isolate-exception", "key")
P1 = Action("narrow", "narrow-scope")
P2 = Action("policy", "enforce-policy")
P3 = Action("limit", "limit-tools")
H = Action("approve", "require-approval")
MAP = Action("map", "map-consumers", "key")
PLATFORM = Action("platform", "identity-platform")
ENGINE = Action("engine", "policy-engine")

RULES = {**SEED_RULES, **TECHNICAL_RULES, **STRICT_RULES}


def pairs(subject: Subject, *words: str) -> set[tuple[str, str]]:
    rules = {word: RULES[word] for word in words}
    return {(need.action, need.needs) for need in needs([subject], rules)}


def subject(*actions: Action, **facts: bool) -> Subject:
    return Subject("agent:a", actions, frozenset({"key"}), **facts)


def test_pl_01_containment_precedes_all_that_is_built_on_the_subject() -> None:
    found = pairs(subject(C, ANYWAY, SPLIT, P1, P3, H), "contain-first")
    assert found == {(later, "contain") for later in ("replace", "narrow", "limit", "approve")}


def test_pl_01_what_merely_lies_in_reach_holds_nothing_up() -> None:
    assert pairs(subject(ANYWAY, P3), "contain-first") == set()


@pytest.mark.parametrize("facts", [{"shared": True}, {"free": True}])
def test_pl_05_approval_comes_last_on_a_weak_identity(facts: dict[str, bool]) -> None:
    found = pairs(subject(C, SPLIT, P1, P2, H, **facts), "approve-last")
    assert found == {("approve", first) for first in ("replace", "narrow", "policy")}
    assert pairs(subject(C, SPLIT, P1, P2, H), "approve-last") == set()


def test_pl_06_a_shared_identity_is_split_before_it_is_controlled() -> None:
    found = pairs(subject(X, P1, P2, P3, H, shared=True), "split-before-control")
    assert found == {("policy", "isolate"), ("approve", "isolate")}
    assert pairs(subject(X, P2, H), "split-before-control") == set()


def test_pl_08_containment_waits_for_nothing() -> None:
    assert pairs(subject(MAP, C), "map-consumers-first") == set()


def test_pl_09_platforms_stand_before_what_needs_them() -> None:
    found = pairs(subject(C, PLATFORM, ENGINE, SPLIT, P2), "set-up-first")
    assert found == {("replace", "platform"), ("policy", "engine")}


def test_pl_12_where_machines_call_machines_identity_precedes_approval() -> None:
    assert pairs(subject(SPLIT, H, chained=True), "replace-before-approval") == {("approve", "replace")}
    assert pairs(subject(SPLIT, H), "replace-before-approval") == set()


def test_pl_14_consumers_are_mapped_first_outside_the_immediate_stages() -> None:
    other = Action("map-other", "map-consumers", "other")
    found = pairs(subject(MAP, other, LATE_C, SPLIT), "map-consumers-first")
    assert found == {("rotate", "map"), ("replace", "map")}


def test_strict_mode_replaces_before_it_constrains() -> None:
    assert pairs(subject(SPLIT, P1), "replace-before-constraint") == {("narrow", "replace")}


@pytest.mark.parametrize("word", sorted(RULES))
def test_a_rule_can_be_switched_off(word: str) -> None:
    whole = subject(C, LATE_C, SPLIT, X, P1, P2, H, MAP, PLATFORM, ENGINE, shared=True, chained=True)
    assert {need.because for need in needs([whole], {word: RULES[word]})} == {word}
    assert needs([whole], RULES, off=tuple(set(RULES) - {word})) == needs([whole], {word: RULES[word]})
    assert needs([whole], {word: RULES[word]}, off=(word,)) == ()
