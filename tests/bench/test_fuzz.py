"""The fuzzer damages an example of every source, and each example is one that its reader takes rows from."""

from __future__ import annotations

import random

import pytest

from bench.fuzz import damaged, odd, pages
from posture.model.errors import Unreadable
from posture.sources import registry
from posture.sources.contract import Page, Rows

EXAMPLES = list(pages())
SOURCES = sorted(reader.SOURCE.id for reader in registry.every())


def test_every_source_has_an_example() -> None:
    assert sorted({reader.SOURCE.id for reader, _page in EXAMPLES}) == SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_some_example_gives_rows_besides_coverage(source: str) -> None:
    given: set[str] = set()
    for reader, page in EXAMPLES:
        if reader.SOURCE.id != source:
            continue
        rows = Rows()
        rows.reading(source, page)
        reader.read(page, rows)
        given |= {table for table, found in rows.tables.items() if found}
    assert given - {"coverage"}


@pytest.mark.parametrize("source", SOURCES)
def test_damaged_examples_are_read_or_refused(source: str) -> None:
    dice = random.Random(source)
    examples = [(reader, page) for reader, page in EXAMPLES if reader.SOURCE.id == source]
    for _round in range(60):
        reader, page = dice.choice(examples)
        hurt = Page(page.place, page.path, dice.choice((damaged, odd))(page.data, dice), page.settings)
        rows = Rows()
        rows.reading(source, hurt)
        try:
            reader.read(hurt, rows)
        except Unreadable:
            continue
        for table in rows.tables:
            if table != "declarations":
                rows.frame(table)
