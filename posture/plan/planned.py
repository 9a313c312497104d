"""What planning gives: result tables, findings with their dates, and the risk before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from posture.model.overview import Risk


@dataclass(frozen=True, slots=True)
class Planned:
    """`tables` holds steps, step_findings, step_needs, paths, hops, chokes and origins.

    `findings` are those that were planned for, with `due`, `label` and `state` filled in.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    risk: Risk
    warnings: tuple[str, ...] = ()
    """What leaving steps out leaves one-sided."""
