"""Chains of delegation: through which accounts a principal may have tokens made, and how surely."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from posture.access.gcp.needs import Held

Hops = tuple[tuple[Held, tuple[str, ...]], ...]
"""The accounts that one may go through next, those that are held alike together."""


def through(start: str, hops: Callable[[str], Hops]) -> dict[str, Held]:
    """Every account that `start` may go through, the nearest first, with all that the way there rests on.

    What is surely gone through is found before what perhaps is, so that a doubtful way never hides a sure
    one, and a sure step behind a doubtful one stays doubtful.
    """
    found: dict[str, Held] = {}
    for sure in (True, False):
        waiting = deque([start, *found])
        while waiting:
            now = waiting.popleft()
            for held, accounts in hops(now):
                if sure and not held.certain:
                    continue
                step = held.after(found[now]) if now in found else held
                for account in accounts:
                    if account != start and account not in found:
                        found[account] = step
                        waiting.append(account)
    return found
