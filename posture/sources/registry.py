"""Finds every source in its folder; nothing keeps a list by hand."""

from __future__ import annotations

import pkgutil
from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol, cast

from posture.model.errors import Unreadable
from posture.sources import library
from posture.sources.contract import Page, Rows, Source


class Reader(Protocol):
    """What each module of the library offers."""

    SOURCE: Source

    def claims(self, page: Page) -> bool:
        """Whether this page is this source's, by its path or by its shape; never raises.

        Asked only of pages that end and open as the source says.
        """

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
    name = page.parts[-1]
    found: list[Reader] = []
    for reader in _worth_asking(name[max(name.rfind("."), 0) :], page.opening):
        ends = reader.SOURCE.ends
        try:
            if (not ends or name.endswith(ends)) and reader.claims(page):
                found.append(reader)
        except Unreadable:
            # A claim may look at the text, which need not be one; the readers that take the page say so.
            continue
    return tuple(found)


@lru_cache(maxsize=1024)
def _worth_asking(ending: str, opening: bytes) -> tuple[Reader, ...]:
    """Sources whose files may end and open so: of ten thousand files in a home most are nobody's."""
    return tuple(
        reader
        for reader in every()
        if (not reader.SOURCE.ends or any(_fits(ending, end) for end in reader.SOURCE.ends))
        and (not reader.SOURCE.opens or (opening and opening in reader.SOURCE.opens))
    )


def _fits(ending: str, end: str) -> bool:
    """Whether a name whose last part is `ending` may end in `end`."""
    return end.endswith(ending) or ending.endswith(end)
