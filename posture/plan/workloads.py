"""The route of the supply chain: what runs other people's code, from tool servers to own workloads."""

from __future__ import annotations

import polars as pl

from posture.checks.view import View
from posture.plan.begin import NOBODY, Knob, begin
from posture.settings import Factors

_GONE = ("retired", "deleted")
COMPUTE = (
    "ec2", "lambda", "ecs-tasks", "batch", "codebuild", "glue", "sagemaker", "pods.eks", "eks-fargate-pods",
    "build.apprunner", "tasks.apprunner", "elasticmapreduce", "emr-serverless", "datapipeline", "ssm",
    "bedrock", "bedrock-agentcore", "elasticbeanstalk", "robomaker", "gamelift", "lightsail", "databrew",
    "cloudformation", "codepipeline", "states", "braket", "appstream", "workspaces-web", "imagebuilder",
)  # fmt: skip
"""Services that run code which others wrote, as the first part of their principal."""


def supply_chain(view: View) -> tuple[pl.DataFrame, ...]:
    """Entries of tool servers from elsewhere, of vendors, and of own workloads that are no agents."""
    return _tools(view), _vendors(view), _workloads(view), _unseen(view)


def _worth(factors: Factors) -> dict[str, float]:
    return {
        "unverified": factors.supply_unverified,
        "verified": factors.supply_verified,
        "contained": factors.supply_contained,
    }


def _word(verified: pl.Expr, sandboxed: pl.Expr) -> pl.Expr:
    return (
        pl.when(verified.fill_null(False) & sandboxed.fill_null(False))
        .then(pl.lit("contained"))
        .when(verified.fill_null(False))
        .then(pl.lit("verified"))
        .otherwise(pl.lit("unverified"))
    )


def _tools(view: View) -> pl.DataFrame:
    if view.estate["tools"].is_empty():
        return NOBODY
    names = [
        "name", "scope", "parent", "kind", "enabled", "package", "third_party", "publisher_verified", "pin",
        "digest", "signed", "sandboxed",
    ]  # fmt: skip
    rows = view.rows("tools", names).filter(
        pl.col("parent").is_null(),
        pl.col("kind") != "builtin",
        pl.col("enabled").fill_null(True),
        pl.col("third_party").fill_null(False) | pl.col("package").is_not_null(),
    )
    pinned = (pl.col("pin") == "exact") | pl.col("digest").is_not_null() | pl.col("signed")
    verified = pl.col("publisher_verified").fill_null(False) | pinned.fill_null(False)
    return _of(view, rows, _word(verified, pl.col("sandboxed")))


def _vendors(view: View) -> pl.DataFrame:
    names = ["name", "scope", "class", "kind", "pattern", "publisher_verified", "vendor_reviewed"]
    # Whoever may be anybody is no third party: that is loose trust.
    anybody = view.estate["links"].filter(pl.col("breadth") == "any-tenant")["from"].unique().implode()
    rows = view.rows("identities", names).filter(
        pl.col("class") == "vendor", ~pl.col("pattern"), ~pl.col("key").is_in(anybody)
    )
    verified = pl.col("publisher_verified").fill_null(False) | pl.col("vendor_reviewed").fill_null(False)
    return _of(view, rows, _word(verified, pl.lit(False)))


def _workloads(view: View) -> pl.DataFrame:
    """Functions, containers and machines that run as an identity."""
    running = view.estate["links"].filter(pl.col("kind") == "runs-as")["from"].unique().implode()
    agents = view.estate["agents"]["key"].implode()
    rows = view.rows("systems", ["name", "scope", "pattern", "state"]).filter(
        pl.col("key").is_in(running),
        ~pl.col("key").is_in(agents),
        ~pl.col("pattern"),
        ~pl.col("state").fill_null("").is_in(_GONE),
    )
    return _of(view, rows, None)


def _unseen(view: View) -> pl.DataFrame:
    """Identities that a compute service may run as, where nothing that was read runs as them."""
    running = view.estate["links"].filter(pl.col("kind") == "runs-as")["to"].unique().implode()
    names = ["name", "scope", "class", "trusted_service", "provider_owned", "pattern", "state"]
    service = pl.col("trusted_service").str.replace(
        r"\.[a-z.-]*(amazonaws|googleapis|azure)\.com(\.cn)?$", ""
    )
    rows = view.rows("identities", names).filter(
        pl.col("trusted_service").is_not_null(),
        service.str.replace(r"\.amazonaws$", "").is_in(COMPUTE),
        ~pl.col("provider_owned"),
        ~pl.col("pattern"),
        ~pl.col("state").fill_null("").is_in(_GONE),
        pl.col("class").fill_null("") != "vendor",
        ~pl.col("key").is_in(running),
    )
    return _of(view, rows, None)


def _of(view: View, rows: pl.DataFrame, word: pl.Expr | None) -> pl.DataFrame:
    settings = view.estate.settings
    said = pl.lit(None, pl.String) if word is None else word
    return begin(
        rows, "supply-chain", Knob("supply", said, _worth(settings.factors), settings.assumed.workload)
    )
