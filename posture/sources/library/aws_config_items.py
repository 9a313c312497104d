"""Items of AWS Config: the policies of buckets, and who shuts the public out, as its snapshots hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import is_account, stated_account
from posture.sources.aws.answers import answers, unpacked
from posture.sources.aws.items import objects, text
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-config-items",
    title="AWS Config items",
    feeds=("systems", "scopes", "policies", "documents"),
    by_hand="aws configservice batch-get-resource-config, or a snapshot that Config delivered",
    blind="nothing that the services do not tell themselves",
    provider="aws",
    opens=b"{",
    rank=30,
)

_TOPS = ("configurationItems", "baseConfigurationItems")
_BUCKET, _ACCOUNT = "AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"


def claims(page: Page) -> bool:
    """A list of configuration items."""
    return page.opening == b"{" and any(f'"{top}"'.encode() in page.head for top in _TOPS)


def read(page: Page, into: Rows) -> None:
    """Of buckets and accounts what was last seen; items of other types say nothing here."""
    texts = Texts(into)
    for answer in answers(page):
        body = unpacked(answer.body)
        for top in _TOPS if isinstance(body, Mapping) else ():
            for n, item in enumerate(objects(body.get(top))):
                at = f"{answer.at}/{top}/{n}"
                if text(item, "configurationItemStatus") in ("ResourceDeleted", "ResourceDeletedNotRecorded"):
                    continue
                if text(item, "resourceType") == _BUCKET:
                    _bucket(into, texts, at, item, stated_account(page))
                elif text(item, "resourceType") == _ACCOUNT:
                    _account(into, at, item)


def _bucket(into: Rows, texts: Texts, at: str, item: Mapping[str, Any], account: str) -> None:
    name = text(item, "resourceName") or text(item, "resourceId")
    owner = text(item, "awsAccountId") or text(item, "accountId") or account
    more = item.get("supplementaryConfiguration")
    if not name or not isinstance(more, Mapping):
        why = "one bucket is set aside: it has no name or no settings"
        into.problem(keys.aws_scope(owner), "systems", at, why)
        return
    key, scope = plain(f"arn:aws:s3:::{name}", 2048), keys.aws_scope(owner)
    block = _object(more.get("PublicAccessBlockConfiguration"))
    policy = _object(more.get("BucketPolicy"))
    facts: dict[str, Any] = {}
    if "restrictPublicBuckets" in block:
        facts["restricts_public"] = block["restrictPublicBuckets"] is True
    if "ignorePublicAcls" in block:
        facts["ignores_public"] = block["ignorePublicAcls"] is True
    if "policyText" in policy and not policy["policyText"]:
        facts["own_policy"] = False
    into.add("systems", at, key=key, scope=scope, provider="aws", kind="bucket", name=name, **facts)
    if isinstance(policy.get("policyText"), str) and policy["policyText"]:
        place = f"{at}/supplementaryConfiguration/BucketPolicy/policyText"
        texts.on_resource(msgspec.json.encode(policy["policyText"]), key, scope, place)


def _account(into: Rows, at: str, item: Mapping[str, Any]) -> None:
    owner = text(item, "awsAccountId") or text(item, "accountId") or text(item, "resourceId")
    setting = _object(item.get("configuration"))
    if is_account(owner) and "restrictPublicBuckets" in setting:
        into.add(
            "scopes",
            at,
            key=keys.aws_scope(owner),
            kind="account",
            provider="aws",
            restricts_public=setting["restrictPublicBuckets"] is True,
            ignores_public=setting.get("ignorePublicAcls") is True,
        )


def _object(value: Any) -> Mapping[str, Any]:
    """An object that stands there as such, or as JSON in a text, as the API gives it; empty for neither."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return {}
    return value if isinstance(value, Mapping) else {}
