"""Which systems can carry a policy of their own, and of which of them that policy is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from posture.access.aws.quirks import POINT
from posture.estate.estate import Estate
from posture.model import keys
from posture.sources.aws.carriers import REQUIRED, TABLE

_NAMED = 4
"""So many types that nobody listed are named."""
_BUCKETS = "arn:aws:s3:::"
_SHAPES = (
    r"s3:::[^/*?]+",
    r"kms:[^:]*:[^:]*:key/.+",
    r"(sqs|sns):[^:]*:[^:]*:[^:/]+",
    r"secretsmanager:[^:]*:[^:]*:secret:.+",
    r"lambda:[^:]*:[^:]*:function:[^:]+",
    r"ecr:[^:]*:[^:]*:repository/.+",
    r"lambda:[^:]*:[^:]*:layer:.+",
    r"s3:[^:]*:[^:]*:accesspoint/[^/]+",
    r"s3-outposts:[^:]*:[^:]*:outpost/.+",
    r"apigateway:[^:]*:[^:]*:/restapis/[^/]+",
    r"execute-api:[^:]*:[^:]*:[^/]+",
    r"acm-pca:[^:]*:[^:]*:certificate-authority/[^/]+",
    r"backup:[^:]*:[^:]*:backup-vault:.+",
    r"codeartifact:[^:]*:[^:]*:(domain|repository)/.+",
    r"aps:[^:]*:[^:]*:workspace/[^/]+",
    r"bedrock:[^:]*:[^:]*:custom-model/.+",
    r"bedrock-agentcore:[^:]*:[^:]*:(gateway|runtime)/[^/]+",
    r"cloudtrail:[^:]*:[^:]*:(channel|eventdatastore)/.+",
    r"codebuild:[^:]*:[^:]*:(project|report-group)/.+",
    r"dsql:[^:]*:[^:]*:cluster/.+",
    r"dynamodb:[^:]*:[^:]*:table/[^/]+(/stream/.+)?",
    r"elasticfilesystem:[^:]*:[^:]*:file-system/.+",
    r"es:[^:]*:[^:]*:domain/.+",
    r"events:[^:]*:[^:]*:event-bus/.+",
    r"glacier:[^:]*:[^:]*:vaults/.+",
    r"glue:[^:]*:[^:]*:(catalog|database/[^/]+|table/.+)",
    r"kafka:[^:]*:[^:]*:cluster/.+",
    r"logs:[^:]*:[^:]*:destination:.+",
    r"mediastore:[^:]*:[^:]*:container/.+",
    r"oam:[^:]*:[^:]*:sink/.+",
    r"sagemaker:[^:]*:[^:]*:model-package-group/.+",
    r"(schemas|lex):[^:]*:[^:]*:(registry|bot|bot-alias)/.+",
    r"ses:[^:]*:[^:]*:identity/.+",
    r"vpc-lattice:[^:]*:[^:]*:(service|servicenetwork)/.+",
    r"kinesis:[^:]*:[^:]*:stream/.+",
    r"(s3express|s3tables|s3vectors):[^:]*:[^:]*:bucket/[^/]+",
)
_BEARING = rf"^arn:[^:]*:({'|'.join(_SHAPES)})$"
"""Systems on which a policy of their own can stand.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html"""


def known(estate: Estate) -> pl.DataFrame:
    """`key`, `scope`, and `known` of every AWS system that can carry a policy: whether it is in the input,
    or a source says that there is none."""
    bearing = estate["systems"].filter(~pl.col("pattern"), pl.col("key").str.contains(_BEARING))
    carried = estate["policies"].filter(pl.col("kind") == "resource")["attached_to"]
    there = pl.col("key").is_in(carried.implode()) | (~pl.col("own_policy")).fill_null(False)
    return bearing.select("key", "scope", there.alias("known"))


def coverage(estate: Estate, by_hand: str, blind: str) -> Iterator[dict[str, Any]]:
    """One row per account: whether the policies on its systems are known, and of which kinds they are not."""
    kinds = estate["systems"].select("key", "kind")
    counted = known(estate).join(kinds, on="key").group_by("scope", "kind")
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for scope, kind, count, sure in counted.agg(pl.len(), pl.col("known").sum().alias("sure")).iter_rows():
        found.setdefault(scope, {})[kind] = (int(count), int(sure))
    accounts = estate["scopes"].filter(pl.col("provider") == "aws", pl.col("kind") == "account")["key"]
    listed = _listed(estate)
    for scope in sorted(accounts):
        of_kinds = found.get(scope, {})
        count, sure = (sum(one[n] for one in of_kinds.values()) for n in (0, 1))
        unlisted = [type_ for type_ in REQUIRED if (scope, type_) not in listed]
        row = {"scope": scope, "table": TABLE, "would_help": by_hand}
        if sure < count:
            lacking = sorted((kind, all_ - sure) for kind, (all_, sure) in of_kinds.items() if sure < all_)
            which = ", ".join(f"{kind}: {n}" for kind, n in lacking)
            why = (
                f"{count - sure} of {count} systems ({which}): whether a policy of their own lets anybody in"
            )
            yield {**row, "state": "partial" if sure else "unread", "why": why}
        elif unlisted:
            why = (
                blind if len(unlisted) == len(REQUIRED) else f"{blind}: {_several(unlisted)} were not listed"
            )
            yield {**row, "state": "partial" if sure else "unread", "why": why}
        else:
            yield {**row, "state": "complete", "would_help": None}


def _several(types: list[str]) -> str:
    more = len(types) - _NAMED
    return ", ".join(types[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _listed(estate: Estate) -> frozenset[tuple[str, str]]:
    """(scope, type) of what was listed whole."""
    prefix = "systems/"
    rows = estate["coverage"].filter(pl.col("table").str.starts_with(prefix))
    types = rows.with_columns(pl.col("table").str.strip_prefix(prefix))
    whole = set(types.filter(pl.col("state") == "complete").select("scope", "table").iter_rows())
    broken = set(types.filter(pl.col("state") != "complete").select("scope", "table").iter_rows())
    return frozenset(whole - broken)


def restricting(
    estate: Estate, owners: Mapping[str, str], column: str = "restricts_public"
) -> dict[str, bool | None]:
    """Of each bucket in `owners` whether it, or its account, holds a public policy to the account, or what
    else `column` says of both; None where that hangs on what is not known."""
    said = {
        key: restricts
        for table in ("systems", "scopes")
        for key, restricts in estate[table].select("key", column).drop_nulls().iter_rows()
    }
    found: dict[str, bool | None] = {}
    for key, owner in owners.items():
        if key.startswith(_BUCKETS) or POINT in key:
            either = (said.get(key), said.get(keys.aws_scope(owner)))
            found[key] = True if any(either) else None if None in either else False
    return found
