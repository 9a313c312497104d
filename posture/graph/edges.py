"""The two kinds of arrow in the graph: walked from actor to actor, and ending at a system with classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from posture.graph.arrays import Bools, Bytes, Ints


def _full(value: np.ndarray | int | bool, dtype: type[np.generic], size: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, dtype=dtype), (size,))


class Edges(Struct, frozen=True):
    """Columns of equal length. `row` is the link that an edge rests on; -1 where it follows from none."""

    src: Ints
    dst: Ints
    certain: Bools
    row: Ints

    def where(self, chosen: np.ndarray) -> Self:
        """Only those that `chosen` marks or numbers."""
        return replace(self, **{f: getattr(self, f)[chosen] for f in self.__struct_fields__})

    def __len__(self) -> int:
        return len(self.src)

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """All of `parts` in their order."""
        return cls(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in cls.__struct_fields__})


class Walk(Edges, frozen=True):
    """From one actor to the next."""

    cost: Bytes
    """1 where somebody else is become, which costs one transition."""
    passes: Bools
    """Whether it is the same actor under another name, so that what cuts the one cuts the other."""
    agents_only: Bools
    """Whether it may be walked only by whoever came in through an agent or its supply chain."""

    @classmethod
    def of(
        cls,
        src: np.ndarray,
        dst: np.ndarray,
        certain: np.ndarray | bool = True,
        row: np.ndarray | int = -1,
        *,
        cost: np.ndarray | int = 0,
        passes: np.ndarray | bool = False,
        agents_only: np.ndarray | bool = False,
    ) -> Walk:
        """Edges of one sort; what is given once holds for all."""
        size = len(src)
        return cls(
            src=_full(src, np.int32, size),
            dst=_full(dst, np.int32, size),
            certain=_full(certain, np.bool_, size),
            row=_full(row, np.int32, size),
            cost=_full(cost, np.uint8, size),
            passes=_full(passes, np.bool_, size),
            agents_only=_full(agents_only, np.bool_, size),
        )


class Acts(Edges, frozen=True):
    """From an actor to a system, or to a group of systems."""

    mask: Bytes
    """Permission classes, with what admin implies spelled out."""
    obtains: Bytes
    """Whether a credential that is read this way is in hand: 0 no, 1 perhaps, 2 yes."""

    @classmethod
    def of(
        cls,
        src: np.ndarray,
        dst: np.ndarray,
        mask: np.ndarray | int,
        certain: np.ndarray | bool = True,
        row: np.ndarray | int = -1,
        *,
        obtains: np.ndarray | int = 2,
    ) -> Acts:
        """Edges of one sort; what is given once holds for all."""
        size = len(src)
        return cls(
            src=_full(src, np.int32, size),
            dst=_full(dst, np.int32, size),
            certain=_full(certain, np.bool_, size),
            row=_full(row, np.int32, size),
            mask=_full(mask, np.uint8, size),
            obtains=_full(obtains, np.uint8, size),
        )
