"""Finds every source in its folder; nothing keeps a list by hand."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from posture.model.errors import Unreadable
from posture.sources import library
from posture.sources.contract import Page, Rows, Source


class Reader(Protocol):
    """What each module of the library offers."""

    SOURCE: Source

    def claims(self, page: Page) -> bool:
        """Whether this page is this source's, by the end of its path or by its shape; never raises."""

    def read(self, page: Page, into: Rows) -> None:
        """Rows out of a page as the provider printed it. Pure: no other file, no clock, no network."""


@cache
def every() -> tuple[Reader, ...]:
    """All sources, the most specific claim first; ValueError where id and file name differ or ids repeat."""
    readers: list[Reader] = []
    for found in pkgutil.iter_modules(library.__path__):
        if found.name.startswith("_"):
            continue
        module = import_module(f"{library.__name__}.{found.name}")
        reader = cast(Reader, module)
        if reader.SOURCE.id != found.name.replace("_", "-"):
            raise ValueError(
                f"source {reader.SOURCE.id} must live in {reader.SOURCE.id.replace('-', '_')}.py"
            )
        readers.append(reader)
    return tuple(sorted(readers, key=lambda reader: (reader.SOURCE.rank, reader.SOURCE.id)))


def claiming(page: Page) -> tuple[Reader, ...]:
    """The sources that claim `page`, in rank order."""
    found: list[Reader] = []
    for reader in every():
        # Asked of every file by every source: a call more would cost a tenth of a second in a home folder.
        try:
            if reader.claims(page):
                found.append(reader)
        except Unreadable:
            # A claim may look at the text, which need not be one; the readers that take the page say so.
            continue
    return tuple(found)
