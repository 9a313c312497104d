"""One bit per origin, 64 to a word: counted and listed without looking at each origin on its own."""

from __future__ import annotations

import numpy as np

from posture.graph.arrays import Longs

WORD = 64


def start(size: int, words: int, at: np.ndarray) -> np.ndarray:
    """A row of `words` words per place, with bit i set in row `at[i]`."""
    bits = np.zeros((size, words), dtype=np.uint64)
    lane = np.arange(len(at))
    np.bitwise_or.at(bits, (at, lane // WORD), np.uint64(1) << (lane % WORD).astype(np.uint64))
    return bits


def totals(rows: np.ndarray, weights: Longs) -> Longs:
    """Per lane, the sum of `weights` over the rows in which its bit is set.

    Rows of one power of two are added three at a time, as a full adder does, so that a word costs a few
    operations and not one for each of its bits.
    """
    total = np.zeros(rows.shape[1] * WORD, dtype=np.int64)
    carried = rows[:0]
    power = 0
    while len(carried) or (weights >> power).any():
        level = np.concatenate([carried, rows[(weights >> power) & 1 == 1]])
        carries = []
        while len(level) > 2:
            third = len(level) // 3
            a, b, c = level[:third], level[third : 2 * third], level[2 * third : 3 * third]
            both = a ^ b
            carries.append((a & b) | (both & c))
            level = np.concatenate([both ^ c, level[3 * third :]])
        for row in level:
            total += unpacked(row).astype(np.int64) << power
        carried = np.concatenate(carries) if carries else rows[:0]
        power += 1
    return total


def unpacked(rows: np.ndarray) -> np.ndarray:
    """Bits as bytes of 0 and 1, the lane as last axis."""
    return np.unpackbits(np.ascontiguousarray(rows, dtype="<u8").view(np.uint8), axis=-1, bitorder="little")
