"""Whom each action concerns: identities, agents and tools with what is planned for them, for the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from posture.checks import consumers
from posture.checks.view import View
from posture.plan.causes import Causes, Wanted
from posture.plan.classes import CONTAINING, REPLACING
from posture.plan.rules import ENABLERS, Action, Subject

_CHAINED_ROLES = ("planner", "executor", "retriever", "broker", "worker")


class Concerned:
    """Who uses which credential, and what the rules ask of each user."""

    def __init__(self, view: View, causes: Causes) -> None:
        self.causes = causes
        held = consumers.of_credentials(view).filter("agent").select("key", "other").unique()
        self.users: dict[str, set[str]] = {}
        for key, agent in held.sort("key", "other").iter_rows():
            self.users.setdefault(causes.group.get(key, key), set()).add(agent)
        opened = consumers.links(view, "authenticates", "runs-as")
        self.opens: dict[str, set[str]] = {}
        self.runs: dict[str, set[str]] = {}
        for start, identity in opened.select("from", "to").unique().sort("from", "to").iter_rows():
            if start in causes.group:
                self.opens.setdefault(causes.group[start], set()).add(identity)
            else:
                self.runs.setdefault(identity, set()).add(start)
        holds = consumers.links(view, "holds").filter(~pl.col("ambient").fill_null(False))
        self.holds: dict[str, set[str]] = {}
        for tool, key in holds.select("from", "to").unique().sort("from", "to").iter_rows():
            self.holds.setdefault(tool, set()).add(causes.group.get(key, key))
        self.agents = {
            row["key"]: row
            for row in view.rows(
                "agents", ["selection", "role", "multi_agent", "kind", "shares_identity", "holds_long_lived"]
            ).iter_rows(named=True)
        }
        self._tools = set(view.estate["tools"]["key"])
        identities = view.rows("identities", ["consumers", "class"])
        self._shared = set(identities.filter(pl.col("consumers") > 1)["key"])
        self._pipelines = set(identities.filter(pl.col("class") == "pipeline")["key"])
        self._delegating = set(consumers.links(view, "delegates")["from"])

    def keys(self, wanted: Wanted) -> set[str]:
        """The identities, agents and tools that an action concerns."""
        cause = wanted.cause
        if cause.noun != "credentials":
            subjects = set(wanted.subjects) | {cause.key}
            return subjects | {user for subject in subjects for user in self.runs.get(subject, ())}
        return {cause.key} | self.users.get(cause.key, set()) | self.opens.get(cause.key, set())

    def subjects(self, actions: Mapping[str, Wanted], stages: Mapping[str, int]) -> list[Subject]:
        """Everybody whom more than one action concerns, by key."""
        concerned: dict[str, list[Action]] = {}
        for id_, wanted in sorted(actions.items()):
            credential = wanted.cause.key if wanted.cause.noun == "credentials" else ""
            action = Action(id_, wanted.cause.action, credential, stages[id_])
            for key in sorted(self.keys(wanted)):
                concerned.setdefault(key, []).append(action)
        return [self._subject(key, concerned[key]) for key in sorted(concerned) if len(concerned[key]) > 1]

    def _subject(self, key: str, actions: Sequence[Action]) -> Subject:
        agent = self.agents.get(key)
        values = {action.credential for action in actions if action.credential}
        configured = {
            value for value in values if (fact := self.causes.values.get(value)) and fact["long_lived"]
        }
        if key in self._tools:
            configured &= self.holds.get(key, set())
        crowded = any((fact["users"] or 0) > 1 for value in values if (fact := self.causes.values.get(value)))
        if agent is None:
            return Subject(
                key, tuple(actions), frozenset(configured), key in self._shared or crowded,
                False, key in self._pipelines,
            )  # fmt: skip
        return Subject(
            key,
            tuple(actions),
            frozenset(configured),
            bool(agent["shares_identity"]) or crowded,
            (agent["selection"] or "free") == "free",
            agent["role"] in _CHAINED_ROLES
            or bool(agent["multi_agent"])
            or agent["kind"] == "ci-agent"
            or key in self._delegating,
        )


def platforms(view: View) -> frozenset[str]:
    """Enablers that stand already, as far as the estate shows."""
    estate = view.estate
    stands = set()
    if (
        estate["identities"]
        .filter(pl.col("trusted_service").is_not_null() | pl.col("attested").is_not_null())
        .height
    ):
        stands.add("identity-platform")
    enforced = (pl.col("kind") == "request-policy") & (pl.col("mode") == "enforce")
    if estate["safeguards"].filter(enforced).height:
        stands.add("policy-engine")
    if estate["credentials"].filter(pl.col("store").is_in(["vault", "secret-manager"])).height:
        stands.add("vault")
    if estate["logs"].height:
        stands.add("log-pipeline")
    return frozenset(stands)


def enablers(actions: Mapping[str, Wanted], stands: frozenset[str]) -> dict[str, list[str]]:
    """Each enabler that has to be set up, and the actions that wait for it."""
    found: dict[str, list[str]] = {}
    for id_, wanted in sorted(actions.items()):
        enabler = ENABLERS.get(wanted.cause.action)
        if enabler is not None and enabler not in stands:
            found.setdefault(enabler, []).append(id_)
    return found


def unmapped(actions: Mapping[str, Wanted], causes: Causes) -> list[str]:
    """Values that would be changed although nobody knows who uses them."""
    found = set()
    for wanted in actions.values():
        value = causes.values.get(wanted.cause.key)
        if value is not None and wanted.cause.action in CONTAINING | REPLACING and value["users"] is None:
            found.add(wanted.cause.key)
    return sorted(found)
