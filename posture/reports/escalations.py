"""Who can gain more than was given, by which method: one reading for the summary and for the report."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from posture.access.methods import words
from posture.model.assessment import Assessment
from posture.model.classes import Classes

_PLANE = ":control-plane"
_ADMIN = (pl.col("classes").fill_null(0) & int(Classes.ADMIN)) != 0


class Escalation(Struct, frozen=True):
    """One method and the identities whose best way it is; each identity stands under one method only."""

    method: str
    says: str
    certain: bool
    to_admin: bool
    """Whether it ends at the control plane of a scope."""
    who: tuple[str, ...]
    reasons: tuple[str, ...]
    """For each of `who`, the deciding statement or what it depends on."""
    more: tuple[int, ...]
    """For each of `who`, how many further methods it has."""


class Escalations(Struct, frozen=True):
    """All of them, certain ones first, then those that end at administration, then the most used."""

    rows: tuple[Escalation, ...]
    hidden: int
    """Identities of the provider itself that escalate too."""

    def count(self, certain: bool) -> int:
        """Identities that escalate, for certain or only under a condition."""
        return sum(len(row.who) for row in self.rows if row.certain is certain)


def escalations(assessment: Assessment) -> Escalations:
    """Read from the links that carry a method."""
    owned = assessment.tables["identities"].filter("provider_owned").select("key").collect()["key"]
    links = assessment.tables["links"].filter(pl.col("method").is_not_null()).collect()
    own = links.filter(~pl.col("from").is_in(owned.implode()))
    best = (
        own.with_columns(
            (
                pl.col("to").str.ends_with(_PLANE)
                & ((pl.col("classes").fill_null(0) & int(Classes.ADMIN)) != 0)
            )
            .fill_null(False)
            .alias("admin")
        )
        .sort("certain", "admin", "method", "to", descending=[True, True, False, False])
        .group_by("from", maintain_order=True)
        .agg(
            pl.col("certain", "admin", "method", "because", "depends_on").first(),
            (pl.col("method").n_unique() - 1).alias("more"),
        )
        .sort("from")
    )
    found = [
        Escalation(
            method=method,
            says=words().get(method, method),
            certain=certain,
            to_admin=admin,
            who=tuple(rows["from"]),
            reasons=tuple(
                (because if certain else depends_on or because) or ""
                for because, depends_on in rows.select("because", "depends_on").iter_rows()
            ),
            more=tuple(rows["more"]),
        )
        for (certain, admin, method), rows in best.group_by("certain", "admin", "method", maintain_order=True)
    ]
    found.sort(key=lambda row: (not row.certain, not row.to_admin, -len(row.who), row.method))
    hidden = links.filter(pl.col("from").is_in(owned.implode()))["from"].n_unique()
    return Escalations(tuple(found), hidden)


class Administrators(Struct, frozen=True):
    """Who administers a scope, grouped by the statement that makes them so."""

    because: str
    scope: str
    who: tuple[str, ...]


def administrators(assessment: Assessment) -> tuple[Administrators, ...]:
    """By certain links without an escalation; the provider's own identities are left out."""
    owned = assessment.tables["identities"].filter("provider_owned").select("key").collect()["key"]
    plane = pl.col("to").str.ends_with(_PLANE)
    rows = (
        assessment.tables["links"]
        .filter(pl.col("kind") == "may-act", pl.col("method").is_null(), "certain", _ADMIN & plane)
        .filter(~pl.col("from").is_in(owned.implode()))
        .select("from", "to", pl.col("because").fill_null("not said by which statement"))
        .sort("from", "to", "because")
        .unique(["from", "to"], keep="first", maintain_order=True)
        .collect()
    )
    found = [
        Administrators(because, to.removesuffix(_PLANE), tuple(group["from"]))
        for (because, to), group in rows.group_by("because", "to", maintain_order=True)
    ]
    return tuple(sorted(found, key=lambda row: (-len(row.who), row.because, row.scope)))
