"""Where credentials were seen that should not be seen, and who left knowing them."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.related import (
    counted,
    distinct,
    some,
    together,
    unbroken,
    whole,
)
from posture.checks.view import Added, View

SURFACES = {
    "public": (
        ("public-repository", "public-package", "paste", "public-bucket", "public-image"), ("code",)
    ),
    "log": (("application-log", "build-log", "build-artefact", "trace"), ("logs", "build-output")),
    "collab": (("chat", "ticket", "wiki", "mail", "shared-document"), ("chat", "tickets", "wiki")),
    "configuration": (("agent-configuration",), ("mcp-configuration",)),
    "prompt": (("prompt", "transcript", "memory", "vector-store"), ("prompts",)),
    "code": (("private-repository", "infrastructure-state"), ("code",)),
    "runtime": (("runtime-environment",), ()),
}  # fmt: skip
"""Where a secret may lie, by the check that looks there, and the scans that can say that it does not."""


def _exposed(view: View) -> pl.DataFrame:
    seen = view.estate["exposures"].select(
        pl.col("credential").alias("key"),
        "surface",
        "place",
        "detected",
        pl.col("has_revoked").alias("revoked"),
    )
    # A value that lies in one place opens what its twins open: each of them is exposed.
    group = consumers.groups(view)
    shared = seen.join(group, on="key").drop("key").join(group, on="group")
    limits = view.limits
    public = pl.col("surface").is_in(SURFACES["public"][0])
    hours = pl.when(public).then(limits.contain_public).otherwise(limits.contain_internal)
    age = pl.lit(view.estate.as_of, pl.Datetime("us", "UTC")) - pl.col("detected")
    standing = ~pl.col("revoked").fill_null(False)
    late = (age.dt.total_minutes() > hours * 60) & standing
    if view.estate.as_of_is_bound:
        late = late | NOT_KNOWN
    overdue = shared.filter(late.fill_null(True)).select("key", late.alias("exposed_late"))
    hours_open = (
        shared.filter(standing).group_by("key").agg(age.max().dt.total_hours().alias("hours_exposed"))
    )
    answers = [_surface(view, shared.filter(standing), name) for name in SURFACES]
    at_all = pl.any_horizontal(f"exposed_{name}" for name in SURFACES)
    # What is exposed nowhere is not exposed for too long.
    ever = together(*answers, overdue.group_by("key").agg(pl.col("exposed_late").any(ignore_nulls=False)))
    named = pl.col("key").is_in(shared["key"].implode())
    late_at_all = (
        pl.when(named)
        .then(
            pl.when(pl.col("key").is_in(overdue["key"].implode()))
            .then("exposed_late")
            .otherwise(pl.lit(False))
        )
        .otherwise(at_all)
    )
    return together(ever.with_columns(late_at_all.alias("exposed_late")), hours_open)


def _surface(view: View, seen: pl.DataFrame, name: str) -> pl.DataFrame:
    surfaces, scans = SURFACES[name]
    found = (
        seen.filter(pl.col("surface").is_in(surfaces))
        .group_by("key")
        .agg(
            pl.col("surface").unique().sort().str.join(", ").alias(f"{name}_surfaces"),
            pl.col("place").drop_nulls().min().alias(f"{name}_place"),
            pl.col("detected").min().alias(f"{name}_detected"),
        )
    )
    fresh = view.estate["scans"].filter(~view.older("last_run", view.limits.scan_age))["surface"]
    exposed = pl.col("key").is_in(found["key"].implode())
    # What lies in a managed store and nowhere else, and a configuration that was read whole, need no scan.
    read = whole(view, "credentials", "tools").rename({"whole": "configured"})
    own = view.estate["credentials"].select(
        "key",
        (unbroken(view, "exposures") & (pl.col("exposure") == "managed")).alias("managed"),
        unbroken(view, "exposures").alias("unbroken"),
    )
    scanned = (
        pl.lit(bool(scans) and set(scans) <= set(fresh))
        | pl.col("whole")
        | pl.col("managed").fill_null(False)
        | (pl.lit(name == "configuration") & pl.col("configured") & pl.col("unbroken"))
    )
    return (
        whole(view, "credentials", "exposures")
        .join(own, on="key", how="left", maintain_order="left")
        .join(read, on="key", how="left", maintain_order="left")
        .join(found, on="key", how="left", maintain_order="left")
        .select(
            "key",
            (exposed | ~scanned & NOT_KNOWN).alias(f"exposed_{name}"),
            f"{name}_surfaces",
            f"{name}_place",
            f"{name}_detected",
        )
    )


def _left(view: View) -> pl.DataFrame:
    issued = view.rows("credentials", ["issued"])
    readers = view.estate["readers"].select(
        pl.col("credential").alias("key"), pl.col("person").alias("other"), "left", "has_left"
    )
    found = readers.join(issued, on="key").with_columns(
        (pl.col("has_left") & (pl.col("left") > pl.col("issued"))).alias("leaver_knows")
    )
    return together(
        some(view, "credentials", found, "leaver_knows", "readers"),
        distinct(view, "credentials", found.filter("leaver_knows"), "leavers", "readers"),
    )


ADDED = (
    Added(
        "credentials",
        (
            *(f"exposed_{name}" for name in SURFACES), "exposed_late", "hours_exposed",
            *(f"{name}_{what}" for name in SURFACES for what in ("surfaces", "place", "detected")),
        ),
        ("exposures", "scans"),
        _exposed,
    ),
    Added("credentials", ("leaver_knows", *counted("leavers")), ("readers",), _left),
)  # fmt: skip
