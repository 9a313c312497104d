"""What actions change of the ways in: factors of entries, and controls on the calls of agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from posture.plan.acting import AGENT, STOLEN, SUPPLY, Acting
from posture.plan.begin import SLOTS
from posture.plan.causes import Wanted
from posture.plan.change import Change
from posture.plan.factors import lifetime

HALF = 0.5


def contain(acting: Acting, wanted: Wanted) -> Change:
    return acting.factor(STOLEN, wanted.cause.key, "storage", acting.factors.storage_managed)


def _rotate(acting: Acting, wanted: Wanted) -> Change:
    cycle = lifetime(acting.settings.limits.rotation * 24.0, acting.factors)
    return acting.factor(STOLEN, wanted.cause.key, "lifetime", cycle)


def _short(acting: Acting, wanted: Wanted) -> Change:
    return acting.factor(STOLEN, wanted.cause.key, "lifetime", acting.factors.lifetime_1_hour)


def alone(acting: Acting, wanted: Wanted) -> Change:
    return acting.factor(STOLEN, wanted.cause.key, "sharing", acting.factors.sharing_one)


def _federate(acting: Acting, wanted: Wanted) -> Change:
    return contain(acting, wanted) | _short(acting, wanted)


def _replace(acting: Acting, wanted: Wanted) -> Change:
    return _federate(acting, wanted) | alone(acting, wanted)


def _policy(acting: Acting, wanted: Wanted) -> Change:
    place, left = SLOTS[AGENT].index("policy"), acting.factors.policy_enforced
    return Change(tuple((entry, place, left) for entry in acting.controlled(wanted.cause.key)))


def _approve(acting: Acting, wanted: Wanted) -> Change:
    strong = acting.factors.approval_strong
    write = strong if "approve-by-class" in acting.off else acting.factors.approval_light
    return Change(controls=tuple((entry, write, strong) for entry in acting.controlled(wanted.cause.key)))


def _pin(acting: Acting, wanted: Wanted) -> Change:
    return acting.factor(SUPPLY, wanted.cause.key, "pinned", HALF)


ON_ENTRIES: Mapping[str, Callable[[Acting, Wanted], Change]] = MappingProxyType(
    {
        "contain": contain,
        "rotate": _rotate,
        "replace": _replace,
        "just-in-time": _short,
        "federate": _federate,
        "enforce-policy": _policy,
        "require-approval": _approve,
        "pin-third-party": _pin,
    }
)
"""By class of action."""
