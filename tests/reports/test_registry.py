"""Formats are found by their word, and only the one that is asked for is loaded."""

from __future__ import annotations

import pytest

from posture.model.errors import UsageError
from posture.reports.registry import every, named
from tests.whole.running import python


def test_every_format_is_found_by_its_own_word() -> None:
    words = [report.FORMAT.id for report in every()]
    assert words == ["csv", "json", "markdown", "sarif", "summary"]
    assert [named(word).FORMAT.id for word in words] == words


def test_a_wrong_word_lists_the_right_ones() -> None:
    with pytest.raises(UsageError, match="format pdf: there is none of that name; choose csv, json"):
        named("pdf")


@pytest.mark.parametrize("word", ["registry", "canonical", "names", "leaked", "pages", "json_v1"])
def test_a_module_that_is_no_format_is_none(word: str) -> None:
    with pytest.raises(UsageError):
        named(word)


def test_the_summary_loads_no_other_format() -> None:
    ended = python(
        "-c",
        "import sys; from posture.reports.registry import named; named('summary'); "
        "print([m for m in ('json_v1', 'sarif', 'csv') if f'posture.reports.{m}' in sys.modules])",
    )
    assert ended.out == b"[]\n", ended.err
