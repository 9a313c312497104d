"""S3 Block Public Access: which buckets, and which accounts, shut out whom a public policy would let in."""

from __future__ import annotations

import re
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import is_account, scope_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import asked, text
from posture.sources.contract import Call, Page, Rows, Source

SOURCE = Source(
    id="aws-public-access-block",
    title="S3 Block Public Access",
    feeds=("systems", "scopes"),
    by_hand="aws s3control get-public-access-block --account-id ID, "
    "and aws s3api get-public-access-block per bucket",
    blind="whether a public bucket policy lets anybody in at all",
    provider="aws",
    calls=(
        asks("s3", "get_public_access_block", "s3:GetBucketPublicAccessBlock",
             each="list_buckets:/Buckets/*", takes={"Bucket": "/Name"}, regional=False,
             none=("NoSuchPublicAccessBlockConfiguration", "NoSuchBucket")),
        # Needs no permission, and tells which account to ask about.
        Call("sts", "get_caller_identity", (), "sts-get-caller-identity.json"),
        Call("s3control", "get_public_access_block", ("s3:GetAccountPublicAccessBlock",),
             "s3control-get-public-access-block-{item}.json", each="sts:get_caller_identity:",
             takes={"AccountId": "/Account"}, none=("NoSuchPublicAccessBlockConfiguration",)),
        asks("s3control", "get_access_point", each="list_access_points:/AccessPointList/*",
             takes={"AccountId": "request/AccountId", "Name": "/Name"}, none=("NoSuchAccessPoint",)),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_BUCKET, _ACCOUNT = "s3:GetPublicAccessBlock", "s3control:GetPublicAccessBlock"
_POINT = "s3control:GetAccessPoint"
_FACTS = {"restricts_public": "RestrictPublicBuckets", "ignores_public": "IgnorePublicAcls"}
_TOP = "PublicAccessBlockConfiguration"
_KNOWN = {_BUCKET: _TOP, _ACCOUNT: _TOP, _POINT: "", "sts:GetCallerIdentity": "UserId"}
_NAMED = re.compile(r"(?:aws-)?(?:s3|s3api)?-?get-public-access-block-(?P<bucket>.+)\.json")
"""How a file is named for its bucket, which the answer does not repeat."""


def claims(page: Page) -> bool:
    """The setting of a bucket or of an account; who asked says nothing more."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One bucket, or one account, and whether it holds public policies to itself."""
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        setting = body.get(_TOP) if isinstance(body, dict) else None
        if answer.call == _POINT and isinstance(body, dict):
            _point(f"{answer.at}/{_TOP}", body, setting if isinstance(setting, dict) else {}, into)
        elif isinstance(setting, dict):
            facts = {column: setting.get(word) is True for column, word in _FACTS.items()}
            named = _NAMED.fullmatch(page.path.name)
            _said(answer, stated_account(page), facts, into, named["bucket"] if named else "")


def _point(at: str, body: dict[str, Any], setting: dict[str, Any], into: Rows) -> None:
    """An access point, which lets in nobody from outside where it is open to one network alone."""
    key = text(body, "AccessPointArn")
    if key:
        shut = setting.get("RestrictPublicBuckets") is True or text(body, "NetworkOrigin") == "VPC"
        into.add("systems", at, key=key, scope=scope_of(key, ""), provider="aws", kind="bucket",
                 name=text(body, "Name"), restricts_public=shut)  # fmt: skip


def without(answer: Recorded, account: str, into: Rows) -> None:
    """What it means that there is no such setting: nothing is shut out."""
    _said(answer, account, dict.fromkeys(_FACTS, False), into)


def _said(answer: Recorded, account: str, said: dict[str, bool], into: Rows, in_name: str = "") -> None:
    bucket, named = asked(answer, "Bucket") or in_name, asked(answer, "AccountId")
    at = f"{answer.at}/{_TOP}"
    facts: dict[str, Any] = {"provider": "aws", **said}
    if answer.call == _POINT:
        return
    if bucket:
        into.add("systems", at, key=plain(f"arn:aws:s3:::{bucket}", 2048), scope=keys.aws_scope(account),
                 kind="bucket", name=bucket, **facts)  # fmt: skip
    elif is_account(named or account) and answer.call == _ACCOUNT:
        into.add("scopes", at, key=keys.aws_scope(named or account), kind="account", **facts)
    else:
        into.problem(
            keys.aws_scope(account), "systems", at, "one setting is set aside: nothing says of which bucket"
        )
