"""The route of the stolen credential: one entry per value, however many places hold it."""

from __future__ import annotations

import polars as pl

from posture.checks import consumers
from posture.checks.added.credentials_exposed import SURFACES
from posture.checks.view import View
from posture.plan.begin import NOBODY, Knob, begin
from posture.plan.factors import UNBOUNDED, storage

_WORST = ("managed", "at-rest", "internal", "public")
_WORDS = dict(enumerate(_WORST))
_LIVES = ("hour", "day", "quarter", "year", "unbounded")


def credentials(view: View) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries of every value that was not proven dead, and the keys that each starts at."""
    if view.estate["credentials"].is_empty():
        return NOBODY, pl.DataFrame(schema=dict.fromkeys(("route", "origin", "start"), pl.String))
    settings = view.estate.settings
    factors, assumed = settings.factors, settings.assumed
    values = facts(view).filter(~pl.col("dead"))
    lives = dict(
        zip(
            _LIVES,
            (
                factors.lifetime_1_hour,
                factors.lifetime_24_hours,
                factors.lifetime_90_days,
                factors.lifetime_365_days,
                factors.lifetime_unbounded,
            ),
            strict=True,
        )
    )
    shared = {"many": factors.sharing_many, "few": factors.sharing_few, "one": factors.sharing_one}
    rows = begin(
        values,
        "stolen-credential",
        Knob("storage", pl.col("exposure"), storage(factors), assumed.exposure),
        Knob(
            "lifetime",
            _life(pl.col("hours"), pl.col("endless")),
            lives,
            _assumed_life(assumed.lifetime_hours),
        ),
        Knob("sharing", _crowd(pl.col("users")), shared, _assumed_crowd(assumed.consumers)),
    )
    kept = consumers.groups(view).rename({"group": "origin", "key": "start"})
    starts = kept.join(values.select(pl.col("key").alias("origin")), on="origin", how="semi")
    return rows, starts.select(pl.lit("stolen-credential").alias("route"), "origin", "start")


def facts(view: View) -> pl.DataFrame:
    """One row per value, `key` being its first place: the worst of what its places say.

    `hours` it still lives (null with `endless` true where it has no end, both null where nobody says),
    `users` (null where nobody knows any), `dead` where it was proven not to work, has run out, or is off.
    """
    return view.kept("values of credentials", _facts)


def _facts(view: View) -> pl.DataFrame:
    names = [
        "name", "scope", "kind", "exposure", "valid", "enabled", "expires", "has_expires", "ttl", "rotation",
        "consumers", "consumers_complete", "agents_using", "used_by_broad", "long_lived", "static",
        "leaver_knows", "changed_since", "cannot_refresh", "can_federate", "identity", "identity_state",
        "reaches_criticality_write", "places", "last_used",
    ]  # fmt: skip
    rows = view.rows("credentials", names).join(consumers.groups(view), on="key").sort("group", "key")
    now = pl.lit(view.estate.as_of, pl.Datetime("us", "UTC"))
    left = (pl.col("expires") - now).dt.total_minutes() / 60
    cycle = pl.when(pl.col("rotation")).then(pl.lit(view.limits.rotation * 24.0))
    by_ttl = pl.col("ttl") / 3600
    rows = rows.with_columns(
        pl.coalesce(by_ttl, left, cycle).alias("hours"),
        (by_ttl.is_null() & cycle.is_null() & ~pl.col("has_expires")).alias("endless"),
        (left <= 0).fill_null(False).alias("over"),
        pl.col("exposure").replace_strict(
            {w: n for n, w in enumerate(_WORST)}, default=None, return_dtype=pl.Int64
        ),
    )
    seen = _seen(view)
    rows = rows.join(seen, on="key", how="left", maintain_order="left").with_columns(
        pl.max_horizontal("exposure", "seen").alias("exposure")
    )
    off = ~pl.col("valid").fill_null(True) | ~pl.col("enabled").fill_null(True) | pl.col("over")
    users = pl.when(pl.col("consumers").max() > 0).then(pl.col("consumers").max())
    return rows.group_by("group", maintain_order=True).agg(
        pl.col("name").drop_nulls().first(),
        pl.col("scope").first(),
        pl.col("kind").first(),
        pl.col("exposure").max().replace_strict(_WORDS, default=None, return_dtype=pl.String),
        pl.when(pl.col("endless").any()).then(None).otherwise(pl.col("hours").max()).alias("hours"),
        pl.col("endless").any(),
        off.all().alias("dead"),
        pl.when(pl.col("valid").eq(False).fill_null(False).all()).then(False).alias("valid"),
        users.alias("users"),
        pl.col("consumers_complete").fill_null(False).all().alias("users_known"),
        pl.col("agents_using").max(),
        *(
            pl.col(name).any(ignore_nulls=False).alias(name)
            for name in (
                "used_by_broad", "long_lived", "static", "leaver_knows", "changed_since", "cannot_refresh",
            )
        ),
        pl.col("can_federate").drop_nulls().first(),
        pl.col("identity").drop_nulls().first(),
        pl.col("identity_state").drop_nulls().first(),
        pl.col("reaches_criticality_write").max().alias("write_criticality"),
        pl.len().cast(pl.Int64).alias("copies"),
        pl.col("last_used").max(),
    ).rename({"group": "key"})  # fmt: skip


def _seen(view: View) -> pl.DataFrame:
    """By credential, the worst place where it was seen and not proven dead since."""
    public = pl.col("surface").is_in(SURFACES["public"][0])
    resting = pl.col("surface").is_in(SURFACES["runtime"][0])
    worst = pl.when(public).then(3).when(resting).then(1).otherwise(2).cast(pl.Int64)
    standing = view.estate["exposures"].filter(~pl.col("has_revoked").fill_null(False))
    return standing.group_by(pl.col("credential").alias("key")).agg(worst.max().alias("seen"))


def _life(hours: pl.Expr, endless: pl.Expr) -> pl.Expr:
    return (
        pl.when(endless.fill_null(False) | (hours > UNBOUNDED))
        .then(pl.lit("unbounded"))
        .when(hours <= 1)
        .then(pl.lit("hour"))
        .when(hours <= 24)
        .then(pl.lit("day"))
        .when(hours <= 90 * 24)
        .then(pl.lit("quarter"))
        .when(hours.is_not_null())
        .then(pl.lit("year"))
    )


def _crowd(users: pl.Expr) -> pl.Expr:
    return (
        pl.when(users >= 4)
        .then(pl.lit("many"))
        .when(users >= 2)
        .then(pl.lit("few"))
        .when(users.is_not_null())
        .then(pl.lit("one"))
    )


def _assumed_life(hours: float) -> str:
    return str(pl.select(_life(pl.lit(hours), pl.lit(False))).item())


def _assumed_crowd(users: int) -> str:
    return str(pl.select(_crowd(pl.lit(users))).item())
