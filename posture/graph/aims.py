"""Acts on the systems that are asked about, found from those systems back to what acts on them.

Where few of thousands of systems in reach are in question this costs a share of going through all acts.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bools, Index, Ints, Longs, among, distinct, index
from posture.graph.travel import Net


class Aims(Struct, frozen=True):
    """The systems that each trial asks about; of others nothing is told."""

    system: Longs
    by_trial: Index
    code: Longs
    """Every pair of trial and system as one number, sorted."""
    size: int
    """Nodes of the graph."""

    @classmethod
    def of(cls, trial: Longs, system: Longs, trials: int, size: int) -> Aims:
        """Of pairs, each given once."""
        return cls(system, index(trial, trials), np.sort(trial * size + system), size)

    def asked(self, trial: Ints, system: Ints) -> Bools:
        """Which of these pairs are asked about."""
        return among(trial.astype(np.int64) * self.size + system, self.code)


def acting(
    net: Net, lane: Longs, system: Longs, nodes: Ints, place: Longs
) -> tuple[Longs, Ints, Longs, Longs]:
    """Acts of visited nodes on `system`, directly or through the groups that hold it.

    One row of `lane` and `system` per question; `place` has the pair of each lane and each of `nodes`, or -1.
    Answers pair, system, act and the place of the question, in the order in which acts are met on the way
    forward.
    """
    which, target, depth = np.arange(len(lane), dtype=np.int64), system, 0
    seen = distinct(which * net.graph.size + target)
    parts = [(which[:0], which[:0], which[:0], which[:0])]
    while len(which):
        owner, act = net.by_target.rows(target)
        actor = net.acts.src[act]
        at = np.minimum(np.searchsorted(nodes, actor), len(nodes) - 1)
        asked = which[owner]
        pair = np.where(nodes[at] == actor, place[lane[asked] * len(nodes) + at], -1)
        there = pair >= 0
        parts.append((pair[there], asked[there], act[there], np.full(int(there.sum()), depth)))
        owner, edge = net.by_member.rows(target)
        code = distinct(which[owner] * net.graph.size + net.within.src[edge])
        code = code[~among(code, seen)]
        seen = distinct(np.concatenate([seen, code]))
        which, target, depth = code // net.graph.size, code % net.graph.size, depth + 1
    pair, asked, act, deep = (np.concatenate([part[n] for part in parts]) for n in range(4))
    by = np.lexsort((act, pair, deep))
    return pair[by], system[asked[by]].astype(np.int32), act[by], asked[by]
