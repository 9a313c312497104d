"""What is left of each link after actions: for all, and beyond that under single alternatives."""

from __future__ import annotations

import numpy as np

from posture.graph.arrays import Bytes, firsts
from posture.graph.fitting import CLOSED
from posture.model.classes import EVERYTHING


class Taken:
    """What of each link is left: for all (`base`), and beyond that for single alternatives."""

    def __init__(self, links: int) -> None:
        self.width = links + 1
        self.base = np.full(links + 1, int(EVERYTHING), dtype=np.uint8)
        """By row of a link; the last stands for no link."""
        self._code = np.empty(0, dtype=np.int64)
        self._keep = np.empty(0, dtype=np.uint8)

    @classmethod
    def of(cls, base: Bytes) -> Taken:
        """With `base` for all and no alternative."""
        made = cls(len(base) - 1)
        made.base = base
        return made

    def take(self, rows: np.ndarray, keep: np.ndarray) -> None:
        """For all, leave of the links numbered `rows` only the classes `keep` (0: the link is gone)."""
        np.bitwise_and.at(self.base, rows, CLOSED[keep & 31])

    def alternatives(self, rows: list[np.ndarray], keep: list[np.ndarray]) -> None:
        """Alternative n leaves of `rows[n]` only `keep[n]`; earlier alternatives are forgotten."""
        sizes = [len(part) for part in rows]
        if not sum(sizes):
            self._code, self._keep = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint8)
            return
        code = np.repeat(np.arange(len(rows), dtype=np.int64), sizes) * self.width + np.concatenate(rows)
        left = CLOSED[np.concatenate(keep).astype(np.int64) & 31].astype(np.uint8)
        by = np.argsort(code, kind="stable")
        first = np.flatnonzero(firsts(code[by]))
        self._code, self._keep = code[by][first], np.bitwise_and.reduceat(left[by], first)

    def left(self, alternative: np.ndarray, row: np.ndarray) -> Bytes:
        """Classes that are left of each link under each alternative (-1: none)."""
        kept: Bytes = self.base[row]
        if len(self._code):
            code = alternative.astype(np.int64) * self.width + row
            at = np.minimum(np.searchsorted(self._code, code), len(self._code) - 1)
            changed = self._code[at] == code
            kept = np.where(changed, kept & self._keep[at], kept)
        return kept
