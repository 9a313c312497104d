"""What related rows say of a subject, with not known kept apart from none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
from msgspec import Struct

from posture.checks.kleene import NOT_KNOWN
from posture.checks.view import View, beside
from posture.model.classes import Classes

ESTATE = "estate"
"""Scope of a coverage row that speaks for every scope, such as a register that is kept for all of them."""

_BESIDE = {
    "policies": ("groups",),
    "tools": ("agents",),
    "links": ("agents", "tools", "credentials"),
}
"""Tables whose gaps break what rests on another: their rows are the ends of the links that it gives."""

_MOST_NAMED = 5


def whole(view: View, noun: str, *tables: str) -> pl.DataFrame:
    """`key` of each row of `noun`, and `whole`: whether all `tables` were read whole where the row lives.

    A table that nobody says anything of was not read whole: absence there shows nothing.
    """
    name = f"whole:{noun}:{','.join(tables)}"
    return view.kept(name, lambda v: _whole(v, noun, tables))


class _Read(Struct, frozen=True):
    """Scopes by what was read of them."""

    complete: Mapping[str, set[str]]
    """By table, those that some source read whole."""
    broken: Mapping[str, set[str]]
    """By table, those of which some part was not read."""
    unresolved: set[str]
    """Those whose policies were read, while nothing says what they allow: as good as not read."""

    def lacking(self, tables: Iterable[str]) -> list[str]:
        """Scopes of which part of one of `tables` was not read; what nobody resolved counts as such."""
        lost = set[str]().union(*(self.broken.get(table, ()) for table in tables))
        return sorted(lost | self.unresolved if "policies" in tables else lost)


def _read(view: View) -> _Read:
    complete: dict[str, set[str]] = {}
    broken: dict[str, set[str]] = {}
    for scope, table, state in view.estate["coverage"].select("scope", "table", "state").iter_rows():
        if state == "complete":
            complete.setdefault(table, set()).add(scope)
        else:
            broken.setdefault(table.partition("/")[0], set()).add(scope)
    return _Read(complete, broken, set(_unresolved(view)))


def ruling(view: View) -> pl.DataFrame:
    """The links by which somebody administers a scope whose control plane lets into others."""
    links = view.estate["links"]
    doors = links.filter(pl.col("kind") == "lets-into")["from"].unique().implode()
    rules = (pl.col("classes") & int(Classes.ADMIN)) != 0
    return links.filter(pl.col("kind") == "may-act", rules.fill_null(True), pl.col("to").is_in(doors))


def _whole(view: View, noun: str, tables: tuple[str, ...]) -> pl.DataFrame:
    own = view.estate[noun]
    read = view.kept("read", _read)
    needed = {"links", *tables}.union(*(_BESIDE.get(table, ()) for table in tables))
    scope = pl.col("scope").fill_null("") if "scope" in own.columns else pl.lit("")
    verdict = ~scope.is_in(read.lacking(needed))
    for table in tables:
        complete = read.complete.get(table, set())
        if ESTATE not in complete:
            verdict = verdict & scope.is_in(sorted(complete))
    return own.select("key", verdict.alias("whole"))


def _unresolved(view: View) -> pl.Series:
    resolved = (
        view.estate["links"]
        .filter(pl.col("kind").is_in(["may-act", "may-become"]))
        .join(view.estate["identities"].select(pl.col("key").alias("from"), "scope"), on="from")["scope"]
    )
    granting = view.estate["policies"].filter(
        pl.col("kind").is_in(["inline", "managed", "binding"]), ~pl.col("scope").is_in(resolved.implode())
    )
    return granting["scope"].drop_nulls().unique()


def unbroken(view: View, *tables: str) -> pl.Expr:
    """Whether nothing says, of the scope in column `scope`, that part of `tables` was not read.

    For rows that are a lucky find, such as a seen use, beside a fact that answers the question by itself.
    """
    broken = view.kept("read", _read).broken
    return ~pl.col("scope").is_in(sorted(set[str]().union(*(broken.get(table, ()) for table in tables))))


def some(view: View, noun: str, related: pl.DataFrame, name: str, *tables: str) -> pl.DataFrame:
    """Whether any related row passes: `related` holds `key` and, per row, the test `name`.

    True where one does; false where all are known not to, and `tables` were read whole; else null.
    """
    return some_where(whole(view, noun, *tables), related, name)


def some_where(read: pl.DataFrame, related: pl.DataFrame, name: str) -> pl.DataFrame:
    """`some` for the subjects of `read`, whose `whole` says of whom everything is known."""
    if related.is_empty():
        return read.select("key", (~pl.col("whole") & NOT_KNOWN).alias(name))
    found = related.group_by("key").agg(pl.col(name).any(ignore_nulls=False), _named=pl.lit(True))
    joined = read.join(found, on="key", how="left", maintain_order="left")
    # Whoever has no related row has none that passes; whoever has one that is not known stays so.
    passes = pl.when("_named").then(pl.col(name)).otherwise(pl.lit(False))
    return joined.select("key", (passes | ~pl.col("whole") & NOT_KNOWN).alias(name))


def stated(view: View, noun: str, related: pl.DataFrame, name: str, *tables: str) -> pl.DataFrame:
    """As `some`, but whoever has related rows is answered by them alone.

    For what people register: a safeguard in log-only mode says that this is the one there is.
    """
    if related.is_empty():
        return some(view, noun, related, name, *tables)
    own = view.estate[noun]
    scope = pl.col("scope").fill_null("") if "scope" in own.columns else pl.lit("")
    kept = own.select("key", scope.alias("scope")).select("key", unbroken(view, *tables).alias("unbroken"))
    named = pl.col("key").is_in(related["key"].implode())
    read = together(whole(view, noun, *tables), kept).select(
        "key", (pl.col("whole") | (named & pl.col("unbroken"))).alias("whole")
    )
    return some_where(read, related, name)


def distinct(view: View, noun: str, related: pl.DataFrame, name: str, *tables: str) -> pl.DataFrame:
    """How many distinct `other` each subject has in `related` (`key`, `other` and, if need be, `certain`).

    `NAME` counts the certain ones and is a lower bound, `NAME_complete` says whether it is exact,
    `NAME_names` lists a few.
    """
    return distinct_where(whole(view, noun, *tables), related, name)


def distinct_where(read: pl.DataFrame, related: pl.DataFrame, name: str) -> pl.DataFrame:
    """`distinct` for the subjects of `read`, whose `whole` says of whom everything is known."""
    if related.is_empty():
        nobody = pl.lit(0, pl.Int64).alias(name), pl.lit("none").alias(f"{name}_names")
        return read.select("key", nobody[0], pl.col("whole").alias(f"{name}_complete"), nobody[1])
    certain = pl.col("certain").fill_null(False) if "certain" in related.columns else pl.lit(True)
    pairs = (
        related.select("key", "other", certain.alias("certain"))
        .drop_nulls(["key", "other"])
        .group_by("key", "other")
        .agg(pl.col("certain").any())
        .sort("key", "other")
    )
    found = pairs.group_by("key", maintain_order=True).agg(
        pl.col("certain").sum().cast(pl.Int64).alias(name),
        pl.col("certain").all().alias("exact"),
        pl.col("other").filter("certain").head(_MOST_NAMED).str.join(", ").alias("listed"),
    )
    joined = read.join(found, on="key", how="left", maintain_order="left")
    more = pl.when(pl.col(name) > _MOST_NAMED).then(
        pl.format("{} and {} more", "listed", pl.col(name) - _MOST_NAMED)
    )
    return joined.select(
        "key",
        pl.col(name).fill_null(0),
        (pl.col("whole") & pl.col("exact").fill_null(True)).alias(f"{name}_complete"),
        more.when(pl.col(name) > 0).then("listed").otherwise(pl.lit("none")).alias(f"{name}_names"),
    )


def counted(name: str) -> tuple[str, str, str]:
    """The columns that `distinct` gives."""
    return name, f"{name}_complete", f"{name}_names"


def latest(view: View, noun: str, related: pl.DataFrame, name: str, *tables: str) -> pl.DataFrame:
    """Newest `NAME` among the related rows; `has_NAME` false only where all were read and none has one."""
    found = related.group_by("key").agg(pl.col(name).max())
    joined = whole(view, noun, *tables).join(found, on="key", how="left", maintain_order="left")
    undated = related.filter(pl.col(name).is_null())["key"].implode()
    none = pl.col("whole") & ~pl.col("key").is_in(undated)
    return joined.select(
        "key",
        name,
        pl.when(pl.col(name).is_not_null()).then(True).when(none).then(False).alias(f"has_{name}"),
    )


def together(first: pl.DataFrame, *others: pl.DataFrame) -> pl.DataFrame:
    """Columns of several answers over the same subjects, side by side."""
    for other in others:
        first = beside(first, other)
    return first
