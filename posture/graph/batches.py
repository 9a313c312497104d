"""Starts in batches, so that what each batch spans stays within bounds.

Those that start in one scope are likely to lead to one part of the graph, so they go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from posture.graph.arrays import Ints

_LANES = 1024
CELLS = 1 << 23
"""Lanes times nodes that one batch may span, which bounds its memory to a few hundred megabytes."""


class Batches:
    """Places in `start`, so many at a time, with all nodes that they lead to, which `behind` says.

    `scope` is where each of them is.
    """

    def __init__(self, start: Ints, scope: Ints, behind: Callable[[Ints], Ints]) -> None:
        self._start = start
        self._behind = behind
        by = np.lexsort((start, scope)).astype(np.int32)
        self._waiting = [by[first : first + _LANES] for first in range(0, len(by), _LANES)][::-1]

    def __iter__(self) -> Iterator[tuple[Ints, Ints]]:
        while self._waiting:
            chosen = self._waiting.pop()
            yield chosen, self._behind(self._start[chosen])

    def parted(self, chosen: Ints, many: int, most: int) -> bool:
        """Whether `many` is more than a batch may have: then its halves come next in its place."""
        if many <= most or len(chosen) == 1:
            return False
        half = len(chosen) // 2
        self._waiting += [chosen[half:], chosen[:half]]
        return True
