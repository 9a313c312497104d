"""What each agent reaches, and the best way to each system with its hops."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from posture.model.assessment import Assessment
from posture.reports import reached
from posture.reports.names import Names
from posture.tui.desk import Desk

LISTED = 2_000
"""Ways of one agent that are drawn; the rest is counted."""


class Ways(Struct, frozen=True):
    """The ways of one agent, heaviest first."""

    origin: str
    paths: pl.DataFrame
    hops: pl.DataFrame
    names: Mapping[str, str]
    """Key to short name, of every node on the ways."""
    criticality: Mapping[str, tuple[int, bool]]
    """System to 1..5, and whether that was declared."""
    systems: int = 0
    more: int = 0
    """Ways beyond those listed."""
    chokes: Mapping[str, float] = field(default_factory=dict)
    """Node or link on the ways to the share of all path risk that ends with it."""
    cut: Cut | None = None
    """What was taken away for trial."""


Link = tuple[str, str]


class Cut(Struct, frozen=True):
    """Links and nodes taken away for trial, and what that comes to for one agent."""

    links: tuple[Link, ...]
    nodes: tuple[str, ...]
    lost: tuple[str, ...]
    """Systems that it reaches no more, by name."""
    before: float
    after: float
    uncut: tuple[Link, ...] = ()
    """Asked for, but no links."""


def agents(assessment: Assessment) -> pl.DataFrame:
    """Every agent with what it reaches, the one that carries most risk first."""
    tables = assessment.tables
    widths = reached.every(tables).rename({"maybe": "conditional"})
    classes = tables["reach"].group_by("origin").agg(pl.col("possible").bitwise_or().alias("classes"))
    reach = widths.join(classes, on="origin").with_columns(systems=pl.col("named") + pl.col("patterns"))
    weight = tables["paths"].group_by("origin").agg(pl.col("share").sum(), pl.len().alias("ways"))
    made = (
        tables["agents"]
        .select("key", "name", "platform", "kind", "autonomy")
        .join(reach, left_on="key", right_on="origin", how="left")
        .join(weight, left_on="key", right_on="origin", how="left")
        .with_columns(
            pl.col("named", "patterns", "systems", "conditional", "classes", "ways").fill_null(0),
            pl.col("share").fill_null(0.0),
        )
    )
    order = ["share", "systems", "conditional", "key"]
    return made.sort(order, descending=[True, True, True, False]).collect()


def ways(assessment: Assessment, origin: str) -> Ways:
    """The ways of `origin` with everything a drawing needs."""
    tables = assessment.tables
    every = tables["paths"].filter(pl.col("origin") == origin)
    paths = every.sort(["certain", "weight", "id"], descending=[True, True, False]).collect()
    listed = paths.head(LISTED)
    hops = tables["hops"].filter(pl.col("path").is_in(listed["id"].implode())).sort("path", "n").collect()
    return _drawn(assessment, origin, paths, hops)


def ways_left(
    assessment: Assessment, desk: Desk, origin: str, links: tuple[Link, ...], nodes: tuple[str, ...]
) -> Ways:
    """The best ways that `origin` has left without `links` and `nodes`."""
    kept = desk.cutting(origin, links, nodes)
    names = called(assessment, pl.Series("key", kept.lost, dtype=pl.String))
    links = tuple(pair for pair in links if pair not in kept.uncut)
    lost = tuple(names[key] for key in kept.lost)
    cut = Cut(links, nodes, lost, kept.before, kept.after, kept.uncut)
    drawn = _drawn(assessment, origin, kept.paths, kept.hops)
    named = called(assessment, pl.Series("key", [end for pair in links for end in pair] + list(nodes)))
    return replace(drawn, names={**named, **drawn.names}, cut=cut)


def _drawn(assessment: Assessment, origin: str, paths: pl.DataFrame, hops: pl.DataFrame) -> Ways:
    tables = assessment.tables
    listed = paths.head(LISTED)
    hops = hops.filter(pl.col("path").is_in(listed["id"].implode()))
    nodes = pl.concat([hops["from"], hops["to"], pl.Series("to", [origin])]).unique()
    rated = (
        tables["systems"]
        .filter(pl.col("key").is_in(listed["system"].implode()), pl.col("criticality").is_not_null())
        .select("key", "criticality", pl.col("criticality_basis").eq("declared").fill_null(False))
        .collect()
    )
    links = hops.select(pl.concat_str("from", "to", separator=" -> "))["from"]
    places = pl.concat([nodes, links.rename("to")]).unique()
    cuts = tables["chokes"].filter(pl.col("key").is_in(places.implode())).select("key", "share").collect()
    return Ways(
        origin=origin,
        paths=listed,
        hops=hops,
        names=called(assessment, nodes),
        criticality={key: (level, declared) for key, level, declared in rated.iter_rows()},
        systems=paths["system"].n_unique(),
        more=paths.height - listed.height,
        chokes=dict(cuts.iter_rows()),
    )


def called(assessment: Assessment, nodes: pl.Series) -> dict[str, str]:
    """What each of `nodes` is called; whose tool it is stands beside it."""
    names = Names(assessment.tables, nodes)
    return {key: names.bare(key) if key.startswith("tool:") else names.of(key) for key in nodes}


def steps_on(assessment: Assessment, keys: tuple[str, ...]) -> pl.DataFrame:
    """Steps of the plan whose subject is one of `keys`, in order."""
    on = assessment.tables["steps"].filter(pl.col("subject").is_in(list(keys)))
    return on.sort("lane", "n", descending=[True, False]).select("id", "n", "title", "lane", "gain").collect()
