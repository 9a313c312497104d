"""Moments in the forms that exports print."""

from datetime import UTC, datetime

import pytest

from posture.sources.times import moment

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01T12:00:00Z",
        "2026-07-01T14:00:00+02:00",
        "2026-07-01 12:00:00+00:00",
        "2026-07-01T12:00:00.000+0000",
        "2026-07-01T12:00:00",
        1782907200,
        1782907200.0,
    ],
)
def test_moments(text):
    assert moment(text) == NOON


@pytest.mark.parametrize(
    "text", ["", "N/A", "yesterday", None, True, -1, 10**15, [], "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_moment(text):
    assert moment(text) is None
