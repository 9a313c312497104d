"""A step in words: the order to a person, why now, what it breaks, what may break, how to prove it done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from posture.estate.called import plainly
from posture.model.keys import short
from posture.plan.causes import Causes, Wanted
from posture.plan.classes import CLASSES, ENABLING
from posture.plan.due import Due
from posture.plan.how import how

_PROOF: Mapping[str, str] = {
    "contain": "a call with the old value is refused, and no copy of it is left where it was found",
    "rotate": "the old value is refused, and the next rotation has a date",
    "replace": "the static credential is deleted, and the workload authenticates without it",
    "just-in-time": "no issue of it outlives its task, and a second task cannot use it",
    "federate": "tokens come from the exchange, and no stored secret is left",
    "narrow-scope": "the removed actions are refused, and the removed ways are gone from the next assessment",
    "enforce-policy": "a call outside the policy is denied at request time, and the denial is logged",
    "limit-tools": "a tool that is not on the list cannot be called",
    "tighten-trust": "a token of another subject or tenant is refused",
    "separate": "nothing outside production authenticates to production",
    "sandbox": "the tool reaches neither the home's credentials nor the open network",
    "require-approval": "a destructive call waits for a person and names what it would do",
    "test-override": "the override stopped the agent in a test, and the test is dated",
    "log-events": "one sample run shows tool use, token minting and secret retrieval under one id",
    "watch-reuse": "a use outside the declared task raises an alert in a test",
    "widen-scanning": "the surface has a scan of the last days",
    "assign-owner": "the record names an active owner, a purpose and a review date",
    "decommission": "it is disabled, nothing failed for the agreed days, and it is deleted",
    "model-threats": "a dated threat model names tasks, tools and trust boundaries",
    "pin-third-party": "version and digest are fixed, and the approved definition is on record",
    "isolate-exception": "it lies in the vault only, with owner, approver, monitor, runbook and end date",
    "map-consumers": "the list of users is complete for one full cycle of the workload",
}
_PLATFORM_PROOF = "one workload runs on it in production"


class Told(Struct, frozen=True):
    """The sentences of one step."""

    title: str
    why: str
    breaks: str
    may_break: str
    proof: str
    how: str


class Effect(Struct, frozen=True):
    """What a step does at its place, in numbers."""

    gain: float
    total: float
    origins: int
    systems: int
    unlocks: int
    """Later steps that wait for it."""
    together: int
    """Steps that were taken with it because none of them gains anything alone."""
    needs: int
    assumed: bool


def told(wanted: Wanted, due: Due, effect: Effect, causes: Causes) -> Told:
    """The step in words."""
    cause = wanted.cause
    name = thing(wanted, causes)
    return Told(
        title=title(wanted, name),
        why=_why(wanted, due, effect),
        breaks=_breaks(effect),
        may_break=_may_break(wanted, causes),
        proof=_PLATFORM_PROOF if cause.action in ENABLING else _PROOF.get(cause.action, ""),
        how=how(wanted, causes),
    )


def thing(wanted: Wanted, causes: Causes) -> str:
    """The short name of what is changed."""
    key = wanted.cause.key
    value = causes.values.get(key)
    if wanted.cause.noun == "policies" and " on " in key:
        policy, _, subject = key.partition(" on ")
        return f"{short(subject)} by detaching {short(policy)}"
    if value is not None and value["name"]:
        return causes.called.get(key) or str(value["name"])
    one = wanted.findings and len(wanted.subjects) == 1
    return plainly(key, wanted.findings[0]["name"] if one else None)


def title(wanted: Wanted, name: str) -> str:
    """An order to a person."""
    if wanted.cause.action == "assign-owner" and wanted.rule:
        return f"Run one life-cycle programme for {wanted.rule}"
    if wanted.cause.key == "estate":
        name = f"{len(wanted.subjects)} steps" if len(wanted.subjects) > 1 else "the estate"
    return CLASSES[wanted.cause.action].title.replace("{}", name)


def _why(wanted: Wanted, due: Due, effect: Effect) -> str:
    seen = _evidence(wanted)
    if due.label in ("contain-now", "rotate-now"):
        when = {"contain-now": "an exposed value counts as taken until it is dead",
                "rotate-now": "it lives long and many depend on it"}[due.label]  # fmt: skip
        return f"{seen}: {when}." if seen else f"{when[0].upper()}{when[1:]}."
    if effect.together:
        reason = f"together with {effect.together} more it closes ways that none of them closes alone"
    elif effect.gain > 0:
        reason = f"it removes {_share(effect.gain, effect.total)} of the path risk, the most for its hours"
    elif effect.unlocks:
        reason = f"{effect.unlocks} later {'step waits' if effect.unlocks == 1 else 'steps wait'} for it"
    else:
        reason = "it changes no path risk and closes a gap in control"
    assumed = "; what stays needed is assumed, nobody measured it" if effect.assumed else ""
    return f"{seen}: {reason}{assumed}." if seen else f"{reason[0].upper()}{reason[1:]}{assumed}."


def _evidence(wanted: Wanted) -> str:
    """What was seen of it: the gravest finding in its own words, or the rule that asks."""
    if not wanted.findings:
        return wanted.rule[:1].upper() + wanted.rule[1:]
    gravest = min(wanted.findings, key=lambda row: (-_GRAVITY[row["severity"]], row["check"], row["subject"]))
    said = str(gravest["observed"]).rstrip(".")
    if len(said) > _SEEN:
        said = f"{said[:_SEEN].rpartition(' ')[0]} …"
    more = len(wanted.findings) - 1
    if gravest["subject"] != wanted.cause.key:
        said = f"{gravest['name'] or short(gravest['subject'])}: {said}"
    return said + (f" (and {_count(more, 'more finding')})" if more else "")


_SEEN = 120
"""Characters of what was seen that fit beside the reason."""

_GRAVITY: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3, "critical": 4}


def _breaks(effect: Effect) -> str:
    if effect.gain <= 0:
        return ""
    return (
        f"ways from {_count(effect.origins, 'origin')} to {_count(effect.systems, 'system')}, "
        f"{_share(effect.gain, effect.total)} of the path risk"
    )


def _may_break(wanted: Wanted, causes: Causes) -> str:
    value: Mapping[str, Any] | None = causes.values.get(wanted.cause.key)
    if value is None:
        return _ELSE.get(wanted.cause.action, "")
    if wanted.cause.action in ("watch-reuse", "map-consumers", "log-events"):
        return ""
    used = f"; last used {value['last_used']:%Y-%m-%d}" if value["last_used"] else ""
    if value["users"] is None:
        return f"nobody knows who uses it: watch for refused calls{used}"
    known = "all known" if value["users_known"] else "more may be unseen"
    return f"{_count(value['users'], 'consumer')} ({known}) until the new value is in place{used}"


_ELSE: Mapping[str, str] = {
    "narrow-scope": "work that needs the removed rights; the log of denied calls shows it",
    "tighten-trust": "whoever signs in from outside the narrower trust",
    "separate": "jobs that cross the border today",
    "sandbox": "tool calls that need the network or files outside",
    "limit-tools": "tasks that use a tool that is not on the list",
    "enforce-policy": "calls that no rule foresees; begin in log-only mode for a day",
    "require-approval": "tasks that nobody is there to approve",
    "decommission": "whatever still uses it unseen; disable before deleting",
    "replace": "runs until the new identity is in place",
    "just-in-time": "tasks that outlive their grant",
    "federate": "callers that still send the old token",
    "pin-third-party": "updates, which have to be approved from now on",
}


def _share(part: float, whole: float) -> str:
    share = part / whole if whole else 0.0
    return f"{100 * share:.1f} %" if share >= 0.001 else "<0.1 %"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
