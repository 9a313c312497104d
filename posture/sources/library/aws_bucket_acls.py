"""Access control lists of buckets: what they grant to everybody and to other accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import stated_account
from posture.sources.aws.answers import unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import asked, items, text
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-bucket-acls",
    title="S3 access control lists",
    feeds=("policies", "documents"),
    by_hand="aws s3api get-bucket-acl --bucket NAME",
    blind="which buckets an access control list opens to everybody or to another account",
    provider="aws",
    calls=(
        asks("s3", "get_bucket_acl", each="list_buckets:/Buckets/*", takes={"Bucket": "/Name"},
             regional=False, none=("NoSuchBucket",)),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_KNOWN = {"s3:GetBucketAcl": ""}
_NAMED = re.compile(r"(?:aws-)?(?:s3|s3api)?-?get-bucket-acl-(?P<bucket>.+)\.json")
"""How a file is named for its bucket, which the answer does not repeat."""
_GROUPS = "http://acs.amazonaws.com/groups/global/"
_EVERYBODY = (f"{_GROUPS}AllUsers", f"{_GROUPS}AuthenticatedUsers")
_GIVES = {
    "READ": ("s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"),
    "WRITE": ("s3:PutObject",),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
"""What a permission on a bucket amounts to.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"""
_ALL = tuple(sorted(action for actions in _GIVES.values() for action in actions))


def claims(page: Page) -> bool:
    """The list of one bucket."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One policy of what the list grants everybody, and one of what it grants others than the owner."""
    account = stated_account(page)
    texts = Texts(into)
    for answer in calls(page, _KNOWN):
        named = _NAMED.fullmatch(page.path.name)
        bucket = asked(answer, "Bucket") or (named["bucket"] if named else "")
        owner = _owner(unpacked(answer.body))
        granted: dict[str, list[dict[str, Any]]] = {"everybody": [], "others": []}
        for at, grant in items(answer, "Grants"):
            grantee = grant.get("Grantee")
            given = _given(grant, grantee if isinstance(grantee, Mapping) else {}, owner)
            for whom, statement in given:
                granted[whom].append(statement)
            if not bucket and given:
                why = "one access control list is set aside: nothing says of which bucket"
                into.problem(keys.aws_scope(account), "policies", at, why)
        for whom, statements in granted.items():
            if bucket and statements:
                _list(into, texts, f"{answer.at}/Grants", bucket, whom, statements, account)


def _owner(body: Any) -> str:
    owner = body.get("Owner") if isinstance(body, Mapping) else None
    return text(owner, "ID") if isinstance(owner, Mapping) else ""


def _given(
    grant: Mapping[str, Any], grantee: Mapping[str, Any], owner: str
) -> list[tuple[str, dict[str, Any]]]:
    permission = text(grant, "Permission")
    actions = _ALL if permission == "FULL_CONTROL" else _GIVES.get(permission, ())
    who, group = text(grantee, "ID"), text(grantee, "URI")
    if not actions:
        return []
    if group in _EVERYBODY:
        return [("everybody", {"Sid": group.removeprefix(_GROUPS), "Principal": "*", "Action": actions})]
    if who and who != owner:
        return [("others", {"Principal": {"CanonicalUser": who}, "Action": actions})]
    return []


def _list(
    into: Rows, texts: Texts, at: str, bucket: str, whom: str, statements: list[dict[str, Any]], account: str
) -> None:
    key = plain(f"arn:aws:s3:::{bucket}", 2048)
    whole = [{"Effect": "Allow", **one, "Resource": [key, f"{key}/*"]} for one in statements]
    raw = json.dumps({"Version": "2012-10-17", "Statement": whole}).encode("utf-8", "replace")
    document, _readable = texts.add(raw, at)
    into.add("policies", at, key=f"{key}#acl/{whom}", scope=keys.aws_scope(account), provider="aws",
             kind="acl", name="its access control list", attached_to=key, document=document)  # fmt: skip
