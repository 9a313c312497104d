"""Which services act on a role or a system for whichever account sets them up."""

from __future__ import annotations

import polars as pl

from posture.access.aws.deputies import deputies
from posture.checks.added.identities_trusted import OUTSIDERS
from posture.checks.related import distinct, some, together
from posture.checks.view import Added, View

_SCHEMA = {"key": pl.String, "other": pl.String, "deputy_open": pl.Boolean, "because": pl.String}


def _found(view: View) -> pl.DataFrame:
    rows = [(one.subject, one.service or None, one.open, one.because) for one in deputies(view.estate)]
    # Somebody is let in, unless not even that could be read.
    return pl.DataFrame(rows, _SCHEMA, orient="row").with_columns(
        deputised=pl.when(pl.col("other").is_not_null()).then(True)
    )


def _of(noun: str, outside: Added | None = None) -> Added:
    def make(view: View) -> pl.DataFrame:
        found = view.kept("deputies", _found)
        open_ = found.filter("deputy_open")
        first = open_.sort("key", "because").unique("key", keep="first", maintain_order=True)
        named = together(
            distinct(view, noun, open_, "deputies", "policies"), first.select("key", "because")
        ).select(
            "key", pl.format("lets {} act for any account ({})", "deputies_names", "because").alias("way")
        )
        if outside is not None:
            others = view.kept(f"{noun}:{outside.columns[0]}", outside.make)
            trusts = pl.format(
                "trusts {} ({})", "outsiders_names", pl.col("outside_because").fill_null("trust")
            )
            named = named.join(
                others.select("key", trusts.alias("trusts")), on="key", how="left"
            ).with_columns(pl.coalesce("way", "trusts").alias("way"))
        return together(
            some(view, noun, found, "deputised", "policies"),
            some(view, noun, found, "deputy_open", "policies"),
            named.select("key", pl.col("way").alias("way_in")),
        )

    tables = ("policies", "documents", *(outside.tables if outside else ()))
    return Added(noun, ("deputised", "deputy_open", "way_in"), tuple(dict.fromkeys(tables)), make)


ADDED = (_of("identities", OUTSIDERS), _of("systems"))
