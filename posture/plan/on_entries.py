"""What actions change of the ways in: factors of entries, and controls on the calls of agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from posture.plan.begin import SLOTS
from posture.plan.causes import Wanted
from posture.plan.change import Change
from posture.plan.factors import lifetime

if TYPE_CHECKING:
    from posture.plan.effects import Effects

AGENT, SUPPLY, STOLEN = "hijacked-agent", "supply-chain", "stolen-credential"
HALF = 0.5


def contain(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(STOLEN, wanted.cause.key, "storage", all_.factors.storage_managed)


def _rotate(all_: Effects, wanted: Wanted) -> Change:
    cycle = lifetime(all_.settings.limits.rotation * 24.0, all_.factors)
    return all_.factor(STOLEN, wanted.cause.key, "lifetime", cycle)


def _short(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(STOLEN, wanted.cause.key, "lifetime", all_.factors.lifetime_1_hour)


def alone(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(STOLEN, wanted.cause.key, "sharing", all_.factors.sharing_one)


def _federate(all_: Effects, wanted: Wanted) -> Change:
    return contain(all_, wanted) | _short(all_, wanted)


def _replace(all_: Effects, wanted: Wanted) -> Change:
    return _federate(all_, wanted) | alone(all_, wanted)


def _policy(all_: Effects, wanted: Wanted) -> Change:
    place, left = SLOTS[AGENT].index("policy"), all_.factors.policy_enforced
    return Change(tuple((entry, place, left) for entry in all_.controlled(wanted.cause.key)))


def _tighten(all_: Effects, wanted: Wanted) -> Change:
    return Change.together(
        [
            all_.factor("loose-trust", wanted.cause.key, "trust", all_.factors.trust_exact),
            all_.factor("human-use", wanted.cause.key, "use", all_.factors.human_other),
        ]
    )


def _approve(all_: Effects, wanted: Wanted) -> Change:
    strong = all_.factors.approval_strong
    write = strong if "approve-by-class" in all_.off else all_.factors.approval_light
    return Change(controls=tuple((entry, write, strong) for entry in all_.controlled(wanted.cause.key)))


def _pin(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(SUPPLY, wanted.cause.key, "pinned", HALF)


ON_ENTRIES: Mapping[str, Callable[[Effects, Wanted], Change]] = MappingProxyType(
    {
        "contain": contain,
        "rotate": _rotate,
        "replace": _replace,
        "just-in-time": _short,
        "federate": _federate,
        "enforce-policy": _policy,
        "tighten-trust": _tighten,
        "require-approval": _approve,
        "pin-third-party": _pin,
    }
)
"""By class of action."""
