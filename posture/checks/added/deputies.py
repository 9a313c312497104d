"""Which services act on a role or a system for whichever account sets them up."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from msgspec import Struct

from posture.access.aws.deputies import deputies
from posture.checks.added.identities_trusted import OUTSIDERS
from posture.checks.added.systems_opened import OPENED, policies_known
from posture.checks.related import distinct_where, some_where, together, whole
from posture.checks.view import Added, View

_SCHEMA = {"key": pl.String, "other": pl.String, "deputy_open": pl.Boolean, "because": pl.String}


def _found(view: View) -> pl.DataFrame:
    rows = [(one.subject, one.service or None, one.open, one.because) for one in deputies(view.estate)]
    # Somebody is let in, unless not even that could be read.
    return pl.DataFrame(rows, _SCHEMA, orient="row").with_columns(
        deputised=pl.when(pl.col("other").is_not_null()).then(True)
    )


class _Others(Struct, frozen=True):
    """Who else comes in, and in which column they and the statement stand."""

    added: Added
    names: str
    because: str


def _of(noun: str, others: _Others, read: Callable[[View], pl.DataFrame]) -> Added:
    def make(view: View) -> pl.DataFrame:
        found = view.kept("deputies", _found)
        open_ = found.filter("deputy_open")
        first = open_.sort("key", "because").unique("key", keep="first", maintain_order=True)
        acting = together(
            distinct_where(read(view), open_, "deputies"), first.select("key", "because")
        ).select(
            "key", pl.format("lets {} act for any account ({})", "deputies_names", "because").alias("way")
        )
        made = view.kept(f"{noun}:{others.added.columns[0]}", others.added.make)
        trusts = pl.format("trusts {} ({})", others.names, pl.col(others.because).fill_null("trust"))
        named = acting.join(made.select("key", trusts.alias("trusts")), on="key", how="left")
        return together(
            some_where(read(view), found, "deputised"),
            some_where(read(view), found, "deputy_open"),
            named.select("key", pl.coalesce("way", "trusts").alias("way_in")),
        )

    tables = ("policies", "documents", *others.added.tables)
    return Added(noun, ("deputised", "deputy_open", "way_in"), tuple(dict.fromkeys(tables)), make)


ADDED = (
    _of(
        "identities",
        _Others(OUTSIDERS, "outsiders_names", "outside_because"),
        lambda view: whole(view, "identities", "policies"),
    ),
    _of("systems", _Others(OPENED, "openers_names", "opened_because"), policies_known),
)
