"""What was found out about entries and still holds, forgotten once a way that it rests on is changed."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Ints, Longs

Key = tuple[int, float, float, int]
"""Entry, what controls leave of writing and of strong actions, and the actions that take links away."""


class Answer(Struct, frozen=True):
    """What a key does to the ways of its entry."""

    weight: int
    """By how much less they weigh; where `rests` is none, what they weigh."""
    rests: Ints | None
    """The actions that would change one of the ways it is about, or of those that take their places."""

    def rests_on(self, action: int) -> bool:
        """Whether doing `action` may make it another."""
        if self.rests is None:
            return True
        at = int(np.searchsorted(self.rests, action))
        return at < len(self.rests) and int(self.rests[at]) == action


class Known:
    """Answers by entry. What forgets some says which actions these were about."""

    def __init__(self) -> None:
        self._of: dict[int, dict[Key, Answer]] = {}

    def copy(self) -> Known:
        """The same answers, to be forgotten apart."""
        made = Known()
        made._of = {entry: answers.copy() for entry, answers in self._of.items()}
        return made

    def __contains__(self, key: Key) -> bool:
        return key in self._of.get(key[0], ())

    def __getitem__(self, key: Key) -> Answer:
        return self._of[key[0]][key]

    def __setitem__(self, key: Key, answer: Answer) -> None:
        self._of.setdefault(key[0], {})[key] = answer

    def about(self, entries: set[int]) -> set[int]:
        """Those of `entries` about which something is known."""
        return entries & self._of.keys()

    def forget(self, entry: int) -> int:
        """All about `entry`."""
        return self._drop(entry, [*self._of.get(entry, ())])

    def forget_resting(self, entry: int, action: int) -> int:
        """What rests on a way that `action` has changed."""
        return self._drop(
            entry, [key for key, answer in self._of.get(entry, {}).items() if answer.rests_on(action)]
        )

    def forget_about(self, entry: int, actions: Longs) -> int:
        """What is about one of `actions`."""
        mask = sum(1 << at for at in actions.tolist())
        return self._drop(entry, [key for key in self._of.get(entry, ()) if key[3] & mask])

    def _drop(self, entry: int, keys: list[Key]) -> int:
        about = 0
        for key in keys:
            about |= key[3]
            del self._of[entry][key]
        return about
