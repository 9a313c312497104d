"""What joins add to pipelines."""

from __future__ import annotations

import polars as pl

from posture.checks.view import Added, View


def _role(view: View) -> pl.DataFrame:
    serves = view.estate["identities"].select(
        pl.col("key").alias("identity"), (pl.col("environment") == "production").alias("production_role")
    )
    return (
        view.estate["workflows"]
        .select("key", "identity")
        .join(serves, on="identity", how="left", maintain_order="left")
        .drop("identity")
    )


ADDED = (Added("workflows", ("production_role",), ("identities",), _role),)
