"""What ways can weigh: by criticality of the system, classes, controls and transitions."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bytes, Longs
from posture.graph.sweep import MICRO, Risk
from posture.graph.travel import CLASSES
from posture.model.links import MAX_TRANSITIONS

_MASKS = 1 << CLASSES
_MANY_STARTS = 512
"""Above this, sorting arrays tells different controls apart faster than a set of rows does."""


class Scores(Struct, frozen=True):
    """What a way can weigh: few kinds of ways cover millions of them, so each is worked out once."""

    which: Longs
    """Per start, which of the different controls it has."""
    controls: int
    weight: Longs
    """By kind of way: its weight in micro-units, ..."""
    mask: Bytes
    """... the classes that weigh as much, ..."""
    rank: Longs
    """... and its place, heaviest and then nearest first; equal ones share it."""

    @classmethod
    def of(cls, risk: Risk, control: np.ndarray) -> Scores:
        """Over the rows of `control`, what is left of each class."""
        if len(control) > _MANY_STARTS:
            different, place = np.unique(control, axis=0, return_inverse=True)
            rows, which = tuple(map(tuple, different.tolist())), place.reshape(-1)
        else:
            given = [tuple(row) for row in control.tolist()]
            rows = tuple(sorted(set(given)))
            number = {row: at for at, row in enumerate(rows)}
            which = np.array([number[row] for row in given], dtype=np.int64)
        return cls(which, len(rows), *_kinds(risk, rows))

    def kind(self, start: np.ndarray, criticality: np.ndarray, mask: np.ndarray, took: Longs) -> Longs:
        """Number of the kind of each way."""
        weighed = criticality * np.int64(self.controls) + self.which[start]
        kind: Longs = (weighed * _MASKS + mask) * (MAX_TRANSITIONS + 1) + took
        return kind


@lru_cache(maxsize=256)
def _kinds(risk: Risk, controls: tuple[tuple[float, ...], ...]) -> tuple[Longs, Bytes, Longs]:
    """Weight, classes and place of each kind of way; an order asks for the same ones thousands of times."""
    different = np.array(controls).reshape(-1, CLASSES)
    has = (np.arange(_MASKS)[:, None] >> np.arange(CLASSES)) & 1
    near = np.arange(MAX_TRANSITIONS + 1)
    score = (risk.permission * different)[:, None, :] * risk.decay[near][:, None]
    score = np.where(has[:, None] == 1, score[:, None], 0.0)
    most = score.max(axis=-1, initial=0.0)
    equal = (score == most[..., None]) & (has[:, None] == 1)
    mask = (equal << np.arange(CLASSES)).sum(axis=-1).astype(np.uint8)
    weight = np.rint(risk.value[:, None, None, None] * most * MICRO).astype(np.int64)
    mask = np.broadcast_to(mask, weight.shape).reshape(-1)
    took = np.broadcast_to(near, weight.shape).reshape(-1)
    weight = weight.reshape(-1)
    place = np.unique(-weight * (MAX_TRANSITIONS + 1) + took, return_inverse=True)[1]
    return weight, mask, place.reshape(-1)
