"""Palette commands: one provider for the app, and the base of those that live in a screen's file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.command import DiscoveryHit, Hit, Hits, Provider

Command = tuple[str, str, Callable[[], object]]
"""Name, what it does, how."""


class Commands(Provider):
    """Offers `commands`, all of them while nothing is typed."""

    def commands(self) -> Iterable[Command]:
        """What can be done here."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Everything."""
        for name, says, run in self.commands():
            yield DiscoveryHit(name, run, help=says)

    async def search(self, query: str) -> Hits:
        """What fits the letters typed."""
        matcher = self.matcher(query)
        for name, says, run in self.commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, help=says)
