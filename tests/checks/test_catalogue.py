"""The whole set of checks: names, prose, references, settings, and how the frameworks are covered."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from posture import frameworks
from posture.checks.check import Check
from posture.checks.registry import every
from posture.model.results import Severity
from posture.settings import every as every_setting

CHECKS = every()
IDS = [check.id for check in CHECKS]

ACTIONS = {
    "contain", "rotate", "replace", "just-in-time", "federate", "narrow-scope", "enforce-policy",
    "limit-tools", "tighten-trust", "separate", "sandbox", "require-approval", "test-override", "log-events",
    "watch-reuse", "widen-scanning", "assign-owner", "decommission", "model-threats", "pin-third-party",
    "isolate-exception",
}  # fmt: skip


def test_there_are_eighty_checks_each_once() -> None:
    assert len(IDS) == len(set(IDS)) == 80
    assert sorted(IDS) == IDS
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name) for name in IDS)


def test_every_check_has_cases_and_no_case_is_without_a_check() -> None:
    files = {file.stem.replace("_", "-") for file in Path(__file__).parent.glob("*.toml")}
    assert files == set(IDS)


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_prose_is_there(check: Check) -> None:
    for sentence in (check.why, check.fix):
        assert re.fullmatch(r"[A-Z].{15,160}\.", sentence), sentence
        assert "!" not in sentence
    assert re.fullmatch(r"[A-Z].{10,90}[^.]", check.title), check.title
    assert not any(check.id.startswith(word) for word in ("owasp", "nist", "csa", "mitre", "cis"))


def test_no_sentence_stands_twice() -> None:
    said = [sentence for check in CHECKS for sentence in (check.title, check.why, check.fix)]
    assert [sentence for sentence, many in Counter(said).items() if many > 1] == []


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_severities_actions_and_settings_exist(check: Check) -> None:
    assert Severity.LOW <= check.severity <= check.weight <= check.raised <= Severity.CRITICAL
    assert check.action in ACTIONS
    assert set(check.settings) <= {setting.name for setting in every_setting()}


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_every_reference_resolves(check: Check) -> None:
    catalogue = frameworks.load()
    assert len(set(check.controls)) == len(check.controls)
    assert [reference for reference in check.controls if not catalogue.has(reference)] == []


def test_every_control_that_a_tool_can_evidence_has_a_check() -> None:
    catalogue = frameworks.load()
    touched = {reference for check in CHECKS for reference in check.controls}
    lacking = [
        str(control.reference)
        for framework in catalogue.status_frameworks()
        for control in catalogue.status_controls(framework.id)
        if str(control.reference) not in touched
        and (control.evidence == "tool" or (control.evidence == "mixed" and not control.questions))
    ]
    assert lacking == []


def test_coverage_of_the_frameworks_is_the_published_one() -> None:
    counts = Counter(reference for check in CHECKS for reference in check.controls)

    def of(framework: str) -> dict[str, int]:
        return {
            reference.partition("/")[2]: many
            for reference, many in sorted(counts.items())
            if reference.startswith(f"{framework}/")
        }

    nhi = (10, 13, 7, 11, 19, 9, 20, 6, 15, 9)
    assert of("owasp-nhi-top10") == {f"NHI{n}:2025": many for n, many in enumerate(nhi, 1)}
    asi = (7, 11, 55, 13, 4, 2, 7, 5, 6, 14)
    assert of("owasp-asi-top10") == {f"ASI{n:02}": many for n, many in enumerate(asi, 1)}
    assert of("csa-maestro") == {"L1": 2, "L2": 3, "L3": 24, "L4": 23, "L5": 10, "L6": 44, "L7": 23}
    assert len(of("nist-ai-rmf-1.0")) == 32
    assert len(of("nist-csf-2.0")) == 37
    assert len(of("mitre-atlas")) == 38
