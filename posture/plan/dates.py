"""When each finding and each action is due, from what is known of its subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct

from posture.checks.view import View
from posture.model.results import Severity
from posture.plan.causes import Causes, Wanted
from posture.plan.classes import CONTAINING
from posture.plan.due import REST, Due, Facts, due

_AGING = frozenset(
    {"key-too-old", "no-expiry", "ttl-exceeds-task", "ttl-exceeds-tier", "lease-too-long", "rotation-overdue"}
)
_DATED_BY_CREDENTIAL = CONTAINING | {"decommission"}


class Dates(Struct, frozen=True):
    """Facts about credentials and agents, and the limits that date what follows from them."""

    view: View
    causes: Causes
    autonomous: frozenset[str]
    expired: frozenset[str]
    """Subjects of exceptions that have run out."""
    off: Collection[str] = ()

    @classmethod
    def of(cls, view: View, causes: Causes, off: Collection[str] = ()) -> Dates:
        """Everything that a date may hang on."""
        agents = view.estate["agents"].select("key", "autonomy")
        over: set[str] = set()
        now: datetime | None = view.estate.as_of
        for row in view.estate["decisions"].iter_rows(named=True):
            if row["kind"] == "exception" and row["expires"] and now is not None and row["expires"] < now:
                over.add(row["subject"])
        return cls(
            view,
            causes,
            frozenset(key for key, autonomy in agents.iter_rows() if autonomy == "autonomous"),
            frozenset(over),
            off,
        )

    def of_finding(self, finding: Mapping[str, Any], action: str) -> Due:
        """What the tree says of one gap that `action` closes."""
        subject = finding["subject"]
        value = self.causes.values.get(self.causes.group.get(subject, subject))
        facts = _facts(
            finding["severity"],
            finding["check"],
            subject in self.expired,
            subject in self.autonomous,
            value is not None and (value["write_criticality"] or 0) >= 4,
        )
        if value is not None and action in _DATED_BY_CREDENTIAL:
            facts = self._with(facts, value)
        return due(facts, self.view.limits)

    def of_action(self, wanted: Wanted) -> Due:
        """The earliest date among its findings, or that of the credential itself where a rule asks."""
        dues = [self.of_finding(row, wanted.cause.action) for row in wanted.findings]
        value = self.causes.values.get(wanted.cause.key)
        if value is not None and wanted.cause.action in _DATED_BY_CREDENTIAL and not value["dead"]:
            dues.append(due(self._with(Facts(), value), self.view.limits))
        return earliest(dues)

    def _with(self, facts: Facts, value: Mapping[str, Any]) -> Facts:
        return Facts(
            severity=facts.severity,
            exposure=value["exposure"],
            valid=value["valid"],
            long_lived=value["long_lived"],
            shared=(value["users"] or 0) > 1,
            broad=value["used_by_broad"],
            leaver=value["leaver_knows"],
            changed=None if "changed-since" in self.off else value["changed_since"],
            exception_expired=facts.exception_expired,
            open_write=facts.open_write,
            any_tenant=facts.any_tenant,
            unapproved=facts.unapproved,
            overdue_write=facts.overdue_write,
            gate_missing=facts.gate_missing,
        )


@lru_cache(maxsize=4096)
def _facts(severity: str, check: str, expired: bool, autonomous: bool, writes: bool) -> Facts:
    """What one gap says: of thousands of subjects, mostly the same."""
    gravity = Severity[severity.upper()]
    return Facts(
        severity=gravity,
        exception_expired=check == "exception-uncontrolled" and expired,
        open_write=check == "mcp-no-auth" and gravity is Severity.CRITICAL,
        any_tenant=check == "oidc-wildcard-subject" and gravity is Severity.CRITICAL,
        unapproved=check == "approval-tier-mismatch" and gravity >= Severity.HIGH and autonomous,
        overdue_write=check in _AGING and writes,
        gate_missing=check == "production-ungated",
    )


def earliest(dues: Iterable[Due]) -> Due:
    """The one that comes first; what has no date comes last."""
    given = sorted(dues, key=lambda one: (one.stage, one.hours is None, one.hours or 0.0, one.label))
    return given[0] if given else Due("", None, REST)
