"""Rows of integers: what stands here is compared with NumPy's own, slower, answer."""

from __future__ import annotations

import numpy as np
import pytest

from posture.graph.arrays import by_number


@pytest.mark.parametrize("size", [1, 60_000, 70_000, 2**31])
@pytest.mark.parametrize("rows", [0, 50, 20_000])
def test_rows_by_number_keep_the_order_of_equal_ones(rows: int, size: int) -> None:
    chance = np.random.default_rng(rows + size)
    values = np.concatenate([chance.integers(0, size, rows), chance.integers(0, size, rows) % 7 % size])
    assert by_number(values, size).tolist() == np.argsort(values, kind="stable").tolist()
