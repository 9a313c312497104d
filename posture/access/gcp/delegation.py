"""Chains of delegation: through which accounts a principal may have tokens made, and how surely."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from posture.access.gcp.gains import Gain
from posture.access.gcp.landscape import Landscape, texts
from posture.access.gcp.methods import Method
from posture.access.gcp.needs import Held, Needs

Hops = tuple[tuple[Held, tuple[str, ...]], ...]
"""The accounts that one may go through next, those that are held alike together."""


class Delegation:
    """The chains of one landscape."""

    def __init__(
        self,
        landscape: Landscape,
        needs: Needs,
        live: Callable[[str], Iterable[str]],
        tokens: Callable[[str], Iterable[Gain]],
    ) -> None:
        self._land = landscape
        self._needs = needs
        self._live = live
        """The usable service accounts at or below a node."""
        self._tokens = tokens
        """Whom an account may have tokens made or signed for."""
        self._hops: dict[str, Hops] = {}

    def gains(self, method: Method, principal: str) -> Iterator[Gain]:
        """What `principal` has made by way of every account that it may go through."""
        for account, held in through(principal, lambda one: self._next(method, one)).items():
            for gain in self._tokens(account):
                yield Gain(
                    method.id,
                    held.certain and gain.certain,
                    tuple(texts((*held.because, *gain.because))),
                    tuple(texts((*held.depends_on, *gain.depends_on))),
                    to=gain.to,
                )

    def _next(self, method: Method, account: str) -> Hops:
        """The accounts that `account` may go through."""
        if account not in self._hops:
            holdings = self._land.holdings(account)
            self._hops[account] = tuple(
                (found, free)
                for held in self._needs.met(method, account, holdings)
                for found, free in self._needs.split(method, account, held, self._live(held.node))
                if free
            )
        return self._hops[account]


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
