"""Moments as exports write them, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

_LAST_SECOND = 253_402_300_799


def moment(value: object) -> datetime | None:
    """`value` as a moment in UTC; null where it is none.

    Takes ISO 8601 with `T` or a blank, `Z` or an offset, and seconds since 1970 as some exports print them.
    A moment without an offset counts as UTC.
    """
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        try:
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except OverflowError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LAST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    return None
