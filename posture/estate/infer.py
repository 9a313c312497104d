"""What a first run may conclude where nobody stated a fact; every conclusion carries its basis."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from posture.estate.estate import Estate
from posture.settings import Names, Settings

_ENVIRONMENTS = ("production", "staging", "development", "test", "sandbox")
_NAMED = ("scopes", "identities", "systems", "agents")
"""Tables whose rows have an environment."""


def infer(estate: Estate, criticality_by_kind: Mapping[str, int]) -> Estate:
    """`estate` with environment, criticality, class and zone of trust filled in where they are not known.

    Order: declared or tagged (already there), then words in names, then the kind of system, then an
    assumption. `criticality_by_kind` gives 1 to 5 by kind of system.
    """
    settings = estate.settings
    tables = dict(estate.tables)
    for name in _NAMED:
        tables[name] = _environment(estate[name], settings.names)
    tables["scopes"] = _trusted(tables["scopes"])
    environments = tables["scopes"].select("key", pl.col("environment").alias("_scope"))
    for name in ("identities", "systems", "agents"):
        tables[name] = _from_scope(tables[name], environments)
    tables["systems"] = _criticality(tables["systems"], criticality_by_kind, settings)
    tables["identities"] = _class(tables["identities"], estate["links"])
    tables["credentials"] = _rigid(estate["credentials"], estate["decisions"])
    return estate.having(**tables)


def _fill(rows: pl.DataFrame, column: str, value: pl.Expr, basis: str) -> pl.DataFrame:
    """`value` where `column` is not known; known to be none stays none."""
    if rows.is_empty():
        return rows
    missing = pl.col(f"has_{column}").is_null() & value.is_not_null()
    return rows.with_columns(
        pl.when(missing).then(value).otherwise(pl.col(column)).alias(column),
        pl.when(missing).then(pl.lit(basis)).otherwise(pl.col(f"{column}_basis")).alias(f"{column}_basis"),
        pl.when(missing).then(pl.lit(True)).otherwise(pl.col(f"has_{column}")).alias(f"has_{column}"),
    )


def _environment(rows: pl.DataFrame, names: Names) -> pl.DataFrame:
    text = pl.concat_str(pl.col("name").fill_null(""), pl.lit(" "), pl.col("key")).str.to_lowercase()
    found = pl.lit(None, pl.String)
    # The first environment wins, so a name with two words reads as the more careful one.
    for environment in reversed(_ENVIRONMENTS):
        words = "|".join(re.escape(word) for word in getattr(names, environment))
        found = (
            pl.when(text.str.contains(rf"(^|[^a-z])(?:{words})([^a-z]|$)"))
            .then(pl.lit(environment))
            .otherwise(found)
        )
    return _fill(rows, "environment", found, "name")


def _from_scope(rows: pl.DataFrame, environments: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(environments, left_on="scope", right_on="key", how="left", maintain_order="left")
    return _fill(joined, "environment", pl.col("_scope"), "name").drop("_scope")


def _trusted(scopes: pl.DataFrame) -> pl.DataFrame:
    # The zone of trust is what somebody showed us: the scopes that a source read, and their organisation's.
    read = pl.col("source").is_not_null() & (pl.col("source") != "inferred")
    return _fill(scopes, "trusted", pl.when(read).then(pl.lit(True)), "kind")


def _criticality(systems: pl.DataFrame, by_kind: Mapping[str, int], settings: Settings) -> pl.DataFrame:
    usual = pl.col("kind").replace_strict(dict(by_kind), default=None, return_dtype=pl.Int64)
    lower = pl.col("environment").is_not_null() & (pl.col("environment") != "production")
    adjusted = pl.max_horizontal(usual - lower.cast(pl.Int64), pl.lit(1, pl.Int64))
    filled = _fill(systems, "criticality", pl.when(usual.is_not_null()).then(adjusted), "kind")
    return _fill(filled, "criticality", pl.lit(settings.assumed.criticality, pl.Int64), "assumed")


def _rigid(credentials: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """What an exception names as its ground is why the credential cannot be renewed like any other."""
    grounded = decisions.filter(pl.col("kind") == "exception", pl.col("ground").is_not_null())["subject"]
    rigid = pl.when(pl.col("key").is_in(grounded.implode())).then(pl.lit(True))
    return _fill(credentials, "cannot_refresh", rigid, "declared")


_AGENT_PLATFORMS = r"(^|[,. ])(bedrock|bedrock-agentcore|agentcore|bedrock-agent)\."


def _class(identities: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    service = pl.col("trusted_service")
    agents = (
        links.filter(pl.col("kind") == "runs-as", pl.col("from").str.starts_with("agent:"))
        .select("to")
        .unique()
    )
    rows = _fill(
        identities,
        "class",
        pl.when(pl.col("key").is_in(agents["to"].implode())).then(pl.lit("agent"))
        .when(pl.col("kind") == "agent-identity").then(pl.lit("agent"))
        .when(service.str.contains(_AGENT_PLATFORMS)).then(pl.lit("agent"))
        .when(pl.col("kind") == "pipeline").then(pl.lit("pipeline"))
        .when(pl.col("attested") == "oidc-ci").then(pl.lit("pipeline"))
        .when(service.is_not_null()).then(pl.lit("workload"))
        .when(pl.col("kind") == "external").then(pl.lit("vendor"))
        .when(pl.col("kind") == "root").then(pl.lit("human"))
        .when(pl.col("attested") == "saml").then(pl.lit("human"))
        .when(pl.col("kind").is_in(["service-account", "service-principal"])).then(pl.lit("workload")),
        "kind",
    )  # fmt: skip
    by_key = (pl.col("kind") == "authenticates") & ~pl.col("from").str.ends_with("#password")
    keyed = links.filter(by_key).select("to").unique()["to"].implode()
    # A console password and nothing else is a person; a user with keys stays a workload.
    person = (pl.col("kind") == "user") & pl.col("interactive") & ~pl.col("key").is_in(keyed)
    rows = _fill(rows, "class", pl.when(person).then(pl.lit("human")), "kind")
    return _fill(
        rows, "class", pl.when(pl.col("kind").is_in(["user", "role"])).then(pl.lit("workload")), "assumed"
    )
