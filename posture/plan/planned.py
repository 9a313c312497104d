"""What planning gives: result tables, findings with their dates, and the risk before and after."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from posture.model.overview import Risk


class Planned(Struct, frozen=True):
    """`tables` holds steps, step_findings, step_needs, paths, hops, chokes and origins.

    `findings` are those that were planned for, with `due`, `label` and `state` filled in.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    risk: Risk
    warnings: tuple[str, ...] = ()
    """What leaving steps out leaves one-sided."""
