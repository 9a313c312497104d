"""Finds every report format in its folder."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from msgspec import Struct

from posture import reports
from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.errors import UsageError


class Format(Struct, frozen=True):
    """A format by the word that `-f` takes, and the suffix of its files."""

    id: str
    suffix: str
    title: str


class Report(Protocol):
    """What each module of a format offers."""

    FORMAT: Format

    def write(self, assessment: Assessment, frameworks: Frameworks, out: BinaryIO) -> None:
        """The whole report as bytes; a file and a pipe get the same ones."""


@cache
def every() -> tuple[Report, ...]:
    """All formats by id."""
    found = [
        cast(Report, module)
        for name in pkgutil.iter_modules(reports.__path__)
        if hasattr(module := import_module(f"{reports.__name__}.{name.name}"), "FORMAT")
    ]
    return tuple(sorted(found, key=lambda report: report.FORMAT.id))


def named(word: str) -> Report:
    """The format `word`; UsageError lists those there are. Only its own module is loaded."""
    for name in pkgutil.iter_modules(reports.__path__):
        # A module is named after its format, with the version where the format has one.
        if name.name == word or re.fullmatch(rf"{re.escape(word)}_v\d+", name.name):
            module = import_module(f"{reports.__name__}.{name.name}")
            if hasattr(module, "FORMAT") and module.FORMAT.id == word:
                return cast(Report, module)
    there = ", ".join(report.FORMAT.id for report in every())
    raise UsageError(f"format {word}: there is none of that name; choose {there}")
