"""Hostile names through every format: nothing in them acts on a terminal, a viewer or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from posture.model.text import HIDDEN
from posture.reports import leaked
from posture.reports.csv import cell, tables
from posture.reports.pages import leak
from posture.reports.registry import every
from tests.reports.given import NASTY, assessed, parser, report, seen

FORMATS = [one.FORMAT.id for one in every()]
_HIDDEN = re.compile(HIDDEN)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _pages() -> Iterator[tuple[str, str]]:
    yield "report", report("markdown", NASTY).decode()
    view, answered = seen(NASTY)
    for key in sorted(view.estate["credentials"]["key"]):
        yield key, leak.page(leaked.leaked(view, answered, key)).decode()


@pytest.mark.parametrize("word", FORMATS)
def test_nothing_hidden_is_in_the_bytes(word: str) -> None:
    text = report(word, NASTY).decode()
    left = text.replace("\r\n", "\n") if word == "csv" else text
    assert sorted({f"{ord(char):04x}" for char in _HIDDEN.findall(left.replace("\n", ""))}) == []


@pytest.mark.parametrize("word", ["json", "sarif"])
def test_nothing_hidden_is_escaped_in_json_either(word: str) -> None:
    document = json.loads(report(word, NASTY))
    assert [text for text in _strings(document) if _HIDDEN.search(text.replace("\n", ""))] == []


def test_the_estate_shows_its_names_at_all() -> None:
    assert "␛[31m" in report("summary", NASTY).decode() + report("csv", NASTY).decode()


def test_markdown_holds_no_link_image_or_html() -> None:
    for name, page in _pages():
        tokens = parser().parse(page)
        inline = [child.type for token in tokens for child in token.children or ()]
        found = {*inline, *(token.type for token in tokens)}
        assert not found & {"link_open", "image", "html_inline", "html_block", "blockquote_open"}, name


def test_every_row_of_a_markdown_table_has_the_cells_of_its_head() -> None:
    # A parser cuts off cells that are too many, so the bars are counted as they stand.
    for name, page in _pages():
        tables_of = re.findall(r"(?:^\|.*\n)+", page, re.M)
        assert tables_of, name
        for one in tables_of:
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in one.splitlines()}) == 1, one


def test_headings_of_the_report_are_ours_alone() -> None:
    _name, page = next(_pages())
    tops = [line for line in page.splitlines() if line.startswith("## ")]
    assert tops == [
        "## Decision summary", "## Scope and method", "## What was read, and what was not", "## Inventory",
        "## Attack paths", "## Agents", "## Secrets", "## Life cycle", "## Plan", "## Gaps",
        "## Frameworks", "## What people must say",
        "## Exceptions", "## Limits", "## Evidence", "## Sign-off", "## Words",
    ]  # fmt: skip


def test_no_cell_of_a_spreadsheet_computes() -> None:
    for name, data in tables(assessed(NASTY)).items():
        head, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
        assert rows, name
        assert {len(row) for row in rows} == {len(head)}, name
        text = [cell for row in rows for cell in row if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        assert [cell for cell in text if cell.startswith(_FORMULA)] == [], name


def test_a_guarded_cell_shows_what_it_held() -> None:
    assert [cell(text) for text in ("=1+2", "+1", "-1", "@a", "\tx", "\rx", "a=b", -1.5, None, True)] == [
        "'=1+2", "'+1", "'-1", "'@a", "'␉x", "'␍x", "a=b", "-1.5", "", "yes",
    ]  # fmt: skip


def test_a_log_viewer_finds_no_link_in_a_message() -> None:
    run = json.loads(report("sarif", NASTY))["runs"][0]
    messages = [result["message"]["text"] for result in run["results"]]
    assert [text for text in messages if re.search(r"(?<!\\)[\[\]]", text)] == []


def test_the_summary_keeps_to_its_page() -> None:
    lines = report("summary", NASTY).decode().splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80
