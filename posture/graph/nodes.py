"""Every noun that a link may name becomes a number, with the facts about it that reach needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import polars as pl
from msgspec import Struct

from posture.estate.estate import Estate
from posture.graph.arrays import Bools, Bytes, Ints
from posture.model.links import KINDS

BITS: Mapping[str, int] = MappingProxyType(
    {
        "agents": 1,
        "tools": 2,
        "credentials": 4,
        "identities": 8,
        "groups": 16,
        "systems": 32,
        "scopes": 64,
    }
)
"""A node may be several things at once: a function is a system and runs as an identity."""

CONTROL_PLANE = ":control-plane"


class Nodes(Struct, frozen=True):
    """The named nodes in the order of their keys; the number of a node is its place here."""

    keys: pl.Series
    kinds: Bytes
    scopes: pl.Series
    """Keys of the scopes in order, listed or only named by what lives in them."""
    scope: Ints
    """Number of the scope that the node lives in; -1 where it is not known."""
    criticality: Bytes
    """Of a system, 1 to 5; the assumed value where nobody knows it."""
    pattern: Bools
    dead: Bools
    """Switched off, deleted or proven not to work: nothing is reached from it."""

    def numbers(self, keys: pl.Series) -> Ints:
        """Number of each of `keys`; -1 where there is no such node."""
        if keys.is_empty():
            return np.empty(0, dtype=np.int32)
        named = pl.DataFrame({"key": self.keys, "n": np.arange(len(self.keys), dtype=np.int32)})
        found = pl.DataFrame({"key": keys}).join(named, on="key", how="left", maintain_order="left")["n"]
        return (found.fill_null(-1) if found.has_nulls() else found).to_numpy()


def number(estate: Estate, links: pl.DataFrame) -> Nodes:
    """Nodes of every table, and the ends of `links` that no table lists but whose kind leaves no doubt."""
    listed = [
        estate[table].select(
            pl.col("key"),
            pl.lit(bit, pl.UInt8).alias("bit"),
            _scope(table),
            (pl.col("criticality") if table == "systems" else pl.lit(None, pl.Int64)).alias("criticality"),
            (pl.col("pattern") if table in ("systems", "identities") else pl.lit(False)).alias("pattern"),
            _dead(table).alias("dead"),
        )
        for table, bit in BITS.items()
    ]
    rows = pl.concat(listed)
    rows = pl.concat([rows, _unlisted(links).join(rows, on="key", how="anti")])
    nodes = (
        rows.group_by("key")
        .agg(
            pl.col("bit").bitwise_or(),
            pl.col("scope").drop_nulls().min(),
            pl.col("criticality").max(),
            pl.col("pattern").any(),
            pl.col("dead").any(),
        )
        .sort("key")
    )
    # A control plane names its scope even where its row does not.
    named = pl.col("key").str.strip_suffix(CONTROL_PLANE)
    own = nodes.select(
        pl.when(pl.col("key").str.ends_with(CONTROL_PLANE)).then(named).otherwise("scope").alias("scope")
    )
    scopes = own.drop_nulls().unique().sort("scope").with_columns(n=pl.int_range(pl.len(), dtype=pl.Int32))
    scope = own.join(scopes, on="scope", how="left", maintain_order="left")["n"]
    is_system = (nodes["bit"] & BITS["systems"]) != 0
    criticality = nodes["criticality"].fill_null(estate.settings.assumed.criticality).clip(1, 5)
    return Nodes(
        keys=nodes["key"],
        kinds=nodes["bit"].to_numpy(),
        scopes=scopes["scope"],
        scope=scope.fill_null(-1).to_numpy(),
        criticality=np.where(is_system.to_numpy(), criticality.to_numpy(), 0).astype(np.uint8),
        pattern=nodes["pattern"].fill_null(False).to_numpy(),
        dead=nodes["dead"].fill_null(False).to_numpy(),
    )


def _scope(table: str) -> pl.Expr:
    home = "key" if table == "scopes" else "scope"
    return pl.col(home).replace("", None).alias("scope")


def _dead(table: str) -> pl.Expr:
    off = pl.lit(False)
    if table in ("identities", "credentials", "tools"):
        off |= pl.col("enabled").eq(False).fill_null(False)
    if table == "credentials":
        off |= pl.col("valid").eq(False).fill_null(False)
    if table in ("identities", "agents", "systems"):
        off |= pl.col("state").eq("deleted").fill_null(False)
    return off


def _unlisted(links: pl.DataFrame) -> pl.DataFrame:
    """Ends as nodes of the one table that their kind of link allows there, groups apart."""
    found = []
    for end, tables in (("from", {k.id: k.from_ for k in KINDS.values()}),
                        ("to", {k.id: k.to for k in KINDS.values()})):  # fmt: skip
        sole = {
            kind: BITS[only[0]]
            for kind, allowed in tables.items()
            if len(only := [table for table in allowed if table != "groups"] or list(allowed)) == 1
        }
        found.append(
            links.select(
                pl.col(end).alias("key"),
                pl.col("kind").replace_strict(sole, default=None, return_dtype=pl.UInt8).alias("bit"),
                pl.lit(None, pl.String).alias("scope"),
                pl.lit(None, pl.Int64).alias("criticality"),
                pl.lit(False).alias("pattern"),
                pl.lit(False).alias("dead"),
            ).filter(pl.col("bit").is_not_null())
        )
    return pl.concat(found)
