"""Starts in batches, so that what each batch spans stays within bounds.

Those that start in one scope are likely to lead to one part of the graph, so they go together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from posture.graph.arrays import Ints

if TYPE_CHECKING:
    from posture.graph.travel import Net

_LANES = 1024
CELLS = 1 << 23
"""Lanes times nodes that one batch may span, which bounds its memory to a few hundred megabytes."""


class Batches:
    """Places in `start`, so many at a time, with all nodes that they lead to."""

    def __init__(self, net: Net, start: Ints) -> None:
        self._net = net
        self._start = start
        by = np.lexsort((start, net.graph.nodes.scope[net.graph.named[start]])).astype(np.int32)
        self._waiting = [by[first : first + _LANES] for first in range(0, len(by), _LANES)][::-1]

    def __iter__(self) -> Iterator[tuple[Ints, Ints]]:
        while self._waiting:
            chosen = self._waiting.pop()
            yield chosen, self._net.behind(self._start[chosen])

    def parted(self, chosen: Ints, many: int, most: int) -> bool:
        """Whether `many` is more than a batch may have: then its halves come next in its place."""
        if many <= most or len(chosen) == 1:
            return False
        half = len(chosen) // 2
        self._waiting += [chosen[half:], chosen[:half]]
        return True
