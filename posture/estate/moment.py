"""Which moment counts as now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl
from msgspec import Struct

from posture.model.errors import UsageError

_NEWEST, _UNKNOWN = "newest date in the data", "unknown"


class Moment(Struct, frozen=True):
    """`time` in UTC, and where it comes from; `bound` where it is only a lower bound."""

    time: datetime | None
    basis: str
    bound: bool = False


def moment(option: datetime | None, epoch: str | None, tables: Mapping[str, pl.DataFrame]) -> Moment:
    """The option, else SOURCE_DATE_EPOCH, else the newest collection, else the newest date in any row."""
    if option is not None:
        return Moment(option.astimezone(UTC), "option")
    if epoch:
        try:
            return Moment(datetime.fromtimestamp(int(epoch), UTC), "SOURCE_DATE_EPOCH")
        except (ValueError, OverflowError, OSError):
            raise UsageError("SOURCE_DATE_EPOCH: is no number of seconds; unset it or correct it") from None
    if collected := _newest(tables, ("collected_at",)):
        return Moment(collected, "newest collection")
    # Dates of planned events lie ahead of the export that names them.
    ahead = {"expires", "next_rotation", "ends"}
    newest = max(
        (found for rows in tables.values() if (found := _newest({"": rows}, _past(rows, ahead)))),
        default=None,
    )
    return Moment(newest, _NEWEST if newest else _UNKNOWN, bound=True)


def is_bound(basis: str) -> bool:
    """Whether a moment of this basis is only a lower bound."""
    return basis in (_NEWEST, _UNKNOWN)


def _past(rows: pl.DataFrame, ahead: set[str]) -> list[str]:
    return [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime) and name not in ahead]


def _newest(tables: Mapping[str, pl.DataFrame], names: list[str] | tuple[str, ...]) -> datetime | None:
    times = [
        value
        for rows in tables.values()
        for name in names
        if name in rows.columns and isinstance(value := rows[name].max(), datetime)
    ]
    return max(times, default=None)
