"""The table of action classes is whole and its hours add up."""

from __future__ import annotations

from posture.plan.classes import CLASSES, CONTAINING, ENABLING, REPLACING

WORDS = [
    "contain",
    "rotate",
    "replace",
    "just-in-time",
    "federate",
    "narrow-scope",
    "enforce-policy",
    "limit-tools",
    "tighten-trust",
    "separate",
    "sandbox",
    "require-approval",
    "test-override",
    "log-events",
    "watch-reuse",
    "widen-scanning",
    "assign-owner",
    "decommission",
    "model-threats",
    "pin-third-party",
    "isolate-exception",
    "identity-platform",
    "policy-engine",
    "vault",
    "log-pipeline",
    "map-consumers",
]


def test_every_word_has_its_class() -> None:
    assert list(CLASSES) == WORDS
    assert set(CLASSES) >= CONTAINING | REPLACING | ENABLING


def test_default_hours() -> None:
    hours = [CLASSES[word].effort for word in WORDS]
    assert hours == [2, 4, 16, 12, 8, 6, 3, 4, 2, 12, 12, 4, 4, 6, 8, 4, 1, 1, 4, 2, 8, 40, 40, 32, 24, 1]


def test_effort_grows_with_every_further_consumer() -> None:
    assert [CLASSES["contain"].hours(consumers, {}) for consumers in (0, 1, 2, 5)] == [2, 2, 2.5, 4]
    assert [CLASSES["rotate"].hours(consumers, {}) for consumers in (1, 3)] == [4, 6]
    assert CLASSES["replace"].hours(9, {}) == 16


def test_settings_change_the_base() -> None:
    assert CLASSES["contain"].hours(3, {"contain": 1}) == 2


def test_mitigations_are_named_as_atlas_names_them() -> None:
    named = {one for each in CLASSES.values() for one in each.mitigations}
    numbers = (12, 14, 19, 23, 24, 26, 27, 28, 29, 30, 31, 32, 33)
    assert named == {f"AML.M00{number}" for number in numbers}
