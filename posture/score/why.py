"""Why a result is another than in the run before: another estate, more or less of it read, settings, code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import polars as pl
from msgspec import Struct

from posture.model.assessment import Assessment
from posture.model.overview import Overview

Because = Literal["real", "data", "settings", "code"]
"""real: the estate is another; data: more or less of it was read; settings, code: it is judged otherwise."""

_NEITHER = ("factors.", "planning.", "scoring.", "organisation", "frameworks")
"""Settings that change figures and order, but no finding and no reach."""


class Why(Struct, frozen=True):
    """What else changed between the runs, and so may be why a result did."""

    settings: tuple[tuple[str, str, str], ...]
    code: tuple[str, ...]
    gained: frozenset[tuple[str, str]]
    lost: frozenset[tuple[str, str]]
    old_checks: frozenset[str]
    new_checks: frozenset[str]
    limits_of: Mapping[str, tuple[str, ...]]
    decided: frozenset[tuple[str, str]]
    """(check, scope) where fewer subjects are unknown now."""

    @classmethod
    def of(cls, old: Assessment, new: Assessment, limits_of: Mapping[str, tuple[str, ...]]) -> Why:
        """From `old` to `new`; `limits_of` names the settings that each check reads."""
        before, after = _sources(old), _sources(new)
        unknown = undecided(old), undecided(new)
        return cls(
            _settings(old.overview, new.overview),
            tuple(_code(old.overview, new.overview)),
            after - before,
            before - after,
            frozenset(check.id for check in old.overview.checks),
            frozenset(check.id for check in new.overview.checks),
            limits_of,
            frozenset(key for key, count in unknown[0].items() if unknown[1].get(key, 0) < count),
        )

    def elsewhere(self, check: str = "") -> Because:
        """What is not the estate's doing; real where nothing else explains it."""
        if self.code or (check and not (check in self.old_checks and check in self.new_checks)):
            return "code"
        own = self.limits_of.get(check, ())
        for name, _before, _after in self.settings:
            if name in own or not name.startswith(("limits.", *_NEITHER)):
                return "settings"
        return "real"

    def is_new_data(self, row: Mapping[str, Any]) -> bool:
        """Whether the finding stands in what the run before did not read or could not decide."""
        key = (row["check"], row["scope"])
        return key in self.decided or any(
            row["scope"] == scope or (source == row["source"] and not scope) for source, scope in self.gained
        )


def _sources(run: Assessment) -> frozenset[tuple[str, str]]:
    """What was read, whatever the files were called: source and scope."""
    read = run.frame("coverage").filter(pl.col("state") != "unread", pl.col("source") != "declared")
    pairs = set(read.select("source", "scope").iter_rows())
    told = {source for source, _scope in pairs}
    read_files = run.frame("inputs").filter(pl.col("outcome").is_in(["read", "partial"]))["source"]
    # Some sources give rows without saying of which scope: their name alone is what can be compared.
    return frozenset(pairs | {(source, "") for source in read_files if source and source not in told})


def undecided(run: Assessment) -> dict[tuple[str, str], int]:
    """How many subjects each check could not decide, by check and scope."""
    counted = run.frame("unknowns").group_by("check", "scope").agg(pl.col("subjects").sum())
    return {(check, scope): count for check, scope, count in counted.iter_rows()}


def _settings(old: Overview, new: Overview) -> tuple[tuple[str, str, str], ...]:
    default = "its default"
    names = sorted(old.settings.keys() | new.settings.keys())
    pairs = ((name, old.settings.get(name, default), new.settings.get(name, default)) for name in names)
    return tuple((name, was, is_) for name, was, is_ in pairs if was != is_)


def _code(old: Overview, new: Overview) -> Iterator[str]:
    if old.version != new.version:
        yield f"posture {old.version or 'unknown'} became {new.version or 'unknown'}"
    for name in sorted(old.reference.keys() | new.reference.keys()):
        was, is_ = old.reference.get(name, "none"), new.reference.get(name, "none")
        if was != is_:
            yield f"reference data {name} of {was} became that of {is_}"
    if old.catalogue != new.catalogue:
        yield "the catalogue of checks and frameworks is another"
