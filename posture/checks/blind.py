"""Whose reach leads out of what was read: where it goes from there, nobody can say."""

from __future__ import annotations

import polars as pl

from posture.checks.related import ruling, whole
from posture.checks.view import View
from posture.model.links import KINDS

_NO_POLICIES = ("pipeline", "federated", "external")
"""Identities whose rights lie elsewhere, or come with what starts them."""

_ROUNDS = 32
"""More steps than any way has: circles end earlier, since a mark is set once."""


def blind(view: View) -> pl.DataFrame:
    """`key` of every node that leads to an identity, secret or system which nothing follows further."""
    return view.kept("blind", _blind)


def _blind(view: View) -> pl.DataFrame:
    walked = [kind.id for kind in KINDS.values() if kind.walked and not kind.ends]
    onward = view.estate["links"].filter(pl.col("kind").is_in(walked))
    onward = pl.concat([onward, ruling(view)]).select("from", "to", "kind")
    lost = _credentials(view)
    # A tool that is known to call its server uses its secret there.
    calling = view.estate["links"].filter(pl.col("kind") == "calls")["from"].unique().implode()
    used = (pl.col("kind") == "holds") & pl.col("from").is_in(calling) & pl.col("to").is_in(lost.implode())
    back = onward.filter(~used).select(pl.col("to").alias("key"), pl.col("from").alias("next")).unique()
    marked = pl.concat([_identities(view, onward), _actors(view), lost]).unique()
    front = marked
    for _ in range(_ROUNDS):
        front = back.join(front.to_frame("key"), on="key", how="semi")["next"].unique()
        front = front.filter(~front.is_in(marked.implode()))
        if front.is_empty():
            break
        marked = pl.concat([marked, front])
    return marked.sort().to_frame("key")


def _identities(view: View, onward: pl.DataFrame) -> pl.Series:
    """Identities whose policies were not read whole, and those that only a link names."""
    own = view.estate["identities"].filter(~pl.col("kind").is_in(_NO_POLICIES), ~pl.col("pattern"))
    read = whole(view, "identities", "policies").filter("whole")
    unread = own.join(read, on="key", how="anti")["key"]
    leading = ("authenticates", "runs-as", "may-become", "lets-into")
    ends = onward.filter(pl.col("kind").is_in(leading))["to"]
    return pl.concat([unread, ends.filter(~ends.is_in(view.estate["identities"]["key"].implode()))]).rename(
        "key"
    )


def _actors(view: View) -> pl.Series:
    """Whoever acts on a system that only a link names, or on a group of which a member is one."""
    links = view.estate["links"]
    known = pl.concat([view.estate["systems"]["key"], view.estate["identities"]["key"]]).implode()
    ending = [kind.id for kind in KINDS.values() if kind.ends]
    parts = links.filter(pl.col("kind") == "contains")
    unlisted = pl.concat(
        [
            links.filter(pl.col("kind").is_in(ending), ~pl.col("to").is_in(known))["to"],
            parts.filter(~pl.col("to").is_in(known))["from"],
        ]
    )
    acts = links.filter(pl.col("kind").is_in(ending), pl.col("to").is_in(unlisted.implode()))
    return acts["from"].rename("key")


def _credentials(view: View) -> pl.Series:
    """Secrets of which nothing says what they open, and those that only a link names."""
    opening = view.estate["links"].filter(pl.col("kind").is_in(["authenticates", "runs-as", "opens"]))
    own = view.estate["credentials"].select("key", pl.coalesce("same_value_as", "key").alias("group"))
    groups = own.filter(pl.col("key").is_in(opening["from"].implode()))["group"]
    shut = own.filter(~pl.col("group").is_in(groups.implode()))["key"]
    held = view.estate["links"].filter(pl.col("kind") == "holds")["to"].unique()
    return pl.concat([shut, held.filter(~held.is_in(own["key"].implode()))]).rename("key")
