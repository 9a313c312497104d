"""What the methods give: accounts and scopes, each with what it rests on, told once however many give it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from posture.access.gcp.methods import TOKEN, Method, methods
from posture.access.gcp.needs import Held

_FIRST = ("account", "policy", "role", "agent", "delegate", "workload", "deploy", "pool", "cluster")
"""Which way is told where several give the same: the most direct."""


class Gain(Struct, frozen=True):
    """What one method gives: administration of `scopes`, or the accounts `to`."""

    method: str
    """Empty for what is simply held."""
    certain: bool
    because: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    below: str = ""
    """The node of which all that `to` names is; empty where they are chosen one by one."""
    others: int = 0
    """How many further methods give the same by the same roles."""


def gain_of(
    method: Method, held: Held, scopes: tuple[str, ...] = (), to: tuple[str, ...] = (), below: str = ""
) -> Gain:
    return Gain(method.id, held.certain, held.because, held.depends_on, scopes, to, below)


def merged(gains: Iterable[Gain]) -> tuple[Gain, ...]:
    """One gain for all methods that give the same with the same roles; a broad role opens thirty at once.

    What is surely gained need not be told again as perhaps.
    """
    gains = tuple(gains)
    surely = {one for gain in gains if gain.certain for one in (*gain.scopes, *gain.to)}
    ranks = {method.id: _FIRST.index(method.way) for method in methods()}
    best: dict[tuple[object, ...], list[Gain]] = {}
    for gain in gains:
        if not gain.certain and surely.issuperset((*gain.scopes, *gain.to)):
            continue
        same = (bool(gain.method), gain.certain, gain.because, gain.scopes, gain.to)
        best.setdefault(same, []).append(gain)
    found = []
    for several in best.values():
        first = min(several, key=lambda one: (ranks.get(one.method, -1), one.method != TOKEN, one.method))
        found.append(replace(first, others=len(several) - 1))
    return tuple(found)


def standing(gains: Iterable[Gain]) -> tuple[str, ...]:
    """The scopes that are surely administered, by holding or by gaining."""
    return tuple(sorted({scope for gain in gains if gain.certain for scope in gain.scopes}))
