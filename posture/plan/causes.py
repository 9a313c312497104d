"""What is to be done about each finding, and what findings have in common: one cause is one action."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import polars as pl
from msgspec import Struct, field

from posture.checks import consumers
from posture.checks.findings import called
from posture.checks.view import View
from posture.plan import stolen
from posture.plan.classes import CONTAINING, REPLACING

CREDENTIAL_WORK = CONTAINING | REPLACING


class Cause(Struct, frozen=True):
    """One thing to change, in one way."""

    action: str
    key: str
    """What is changed: a value, a policy, an identity, an agent, a tool."""
    noun: str
    """Table that `key` is in, or `policies`."""


class Wanted(Struct):
    """Who asks for a cause to be dealt with."""

    cause: Cause
    findings: list[dict[str, Any]] = field(default_factory=list)
    """Rows of `findings`."""
    rule: str = ""
    """Why it is there where no finding asks for it."""
    id: str = ""

    def __post_init__(self) -> None:
        self.id = action_id(self.cause.action, self.cause.key)

    @property
    def subjects(self) -> tuple[str, ...]:
        if len(self.findings) == 1:  # as almost all have
            return (self.findings[0]["subject"],)
        return tuple(sorted({row["subject"] for row in self.findings})) or (self.cause.key,)


def action_id(action: str, key: str) -> str:
    """The class and what sets the cause apart; the same in every run that finds the cause."""
    digest = hashlib.sha256("\x1f".join((action, key)).encode()).hexdigest()
    return f"{action}-{digest[:10]}"


class Causes:
    """Where each finding's cause lies."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.group = dict(consumers.groups(view).iter_rows())
        self.values: dict[str, dict[str, Any]] = (
            {row["key"]: row for row in stolen.facts(view).iter_rows(named=True)} if self.group else {}
        )
        self.called: dict[str, str] = dict(called(view, "credentials").iter_rows())
        self.parent = dict(view.estate["tools"].select("key", "parent").drop_nulls().iter_rows())
        managed = view.estate["policies"].filter("provider_managed")
        own = set(view.estate["policies"].filter(~pl.col("provider_managed"))["name"].drop_nulls())
        named = dict(managed.select("name", "key").drop_nulls().sort("name", "key").iter_rows())
        self._managed = {key: key for key in managed["key"]} | {
            name: key for name, key in named.items() if name not in own
        }
        """Policies of the provider, by key and by name."""
        self._held = self._long_lived_by("agents")
        self._keyed = self._long_lived_by("identities")

    def _long_lived_by(self, noun: str) -> dict[str, list[str]]:
        """Values that live long, by the agents that use them or the identities that they authenticate."""
        if noun == "agents":
            pairs = consumers.of_credentials(self.view).filter("agent").select("other", "key")
        else:
            pairs = consumers.links(self.view, "authenticates", "runs-as").select(
                pl.col("to").alias("other"), pl.col("from").alias("key")
            )
        found: dict[str, list[str]] = {}
        for other, key in pairs.unique().sort("other", "key").iter_rows():
            value = self.values.get(self.group.get(key, ""))
            if value is not None and value["long_lived"] and not value["dead"]:
                found.setdefault(other, []).append(value["key"])
        return {other: sorted(set(keys)) for other, keys in found.items()}

    def held_by(self, agent: str) -> list[str]:
        """Long-lived values that the agent uses."""
        return self._held.get(agent, [])

    def of(self, finding: Mapping[str, Any], action: str) -> list[Cause]:
        """What closes the finding: one cause, or one for each credential that the subject rests on."""
        noun, subject = finding["noun"], finding["subject"]
        if noun == "decisions" and subject in self.group:
            noun = "credentials"
        if noun == "credentials":
            return [Cause(action, self.group.get(subject, subject), "credentials")]
        if noun == "tools":
            return [Cause(action, self.parent.get(subject, subject), "tools")]
        if action in ("replace", "just-in-time"):
            rests_on = self._held if noun == "agents" else self._keyed if noun == "identities" else {}
            return [Cause(action, key, "credentials") for key in rests_on.get(subject, ())] or [
                Cause(action, subject, noun)
            ]
        if action == "narrow-scope" and finding["cause"] not in ("", subject):
            return [Cause(action, self._policy(finding["cause"], subject), "policies")]
        return [Cause(action, subject, noun)]

    def _policy(self, policy: str, subject: str) -> str:
        """A policy of the provider cannot be edited: what is changed there is its attachment."""
        managed = self._managed.get(policy)
        return policy if managed is None else f"{managed} on {subject}"
