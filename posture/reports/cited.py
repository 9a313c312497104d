"""Which controls a step answers: those of the findings it closes, else those of its class of action."""

from __future__ import annotations

from collections.abc import Mapping

from posture.model.assessment import Assessment

_ANSWERS = {
    "isolate-exception": "exception-uncontrolled",
    "identity-platform": "no-workload-identity",
    "policy-engine": "no-request-time-policy",
    "vault": "exposed-mcp-config",
    "log-pipeline": "events-not-separate",
    "map-consumers": "shared-workload-identity",
}
"""The check whose controls speak for a class of action that closes no finding itself."""


def by_action(assessment: Assessment) -> Mapping[str, tuple[str, ...]]:
    """For each class of action every control of the checks that it closes."""
    found: dict[str, set[str]] = {}
    checks = {check.id: check for check in assessment.overview.checks}
    for check in checks.values():
        found.setdefault(check.action, set()).update(check.controls)
    for action, answered in _ANSWERS.items():
        if answered in checks:
            found.setdefault(action, set()).update(checks[answered].controls)
    return {action: tuple(sorted(controls)) for action, controls in sorted(found.items())}


def by_step(assessment: Assessment) -> Mapping[str, tuple[str, ...]]:
    """For each step the controls of the findings that it closes."""
    checks = {check.id: check.controls for check in assessment.overview.checks}
    findings = dict(assessment.tables["findings"].select("id", "check").collect().iter_rows())
    found: dict[str, set[str]] = {}
    for step, finding in assessment.frame("step_findings").select("step", "finding").iter_rows():
        found.setdefault(step, set()).update(checks.get(findings.get(finding, ""), ()))
    general = by_action(assessment)
    steps = assessment.tables["steps"].select("id", "action").collect()
    return {
        step: tuple(sorted(found[step])) if found.get(step) else general.get(action, ())
        for step, action in steps.iter_rows()
    }
