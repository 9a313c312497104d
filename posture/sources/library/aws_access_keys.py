"""Lists of access keys: their ids, which the credential report does not give."""

from __future__ import annotations

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import stated_account, user_arn
from posture.sources.aws.answers import Recorded, shaped, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-access-keys",
    title="AWS access keys",
    feeds=("credentials", "links", "aliases"),
    by_hand="aws iam list-access-keys --user-name NAME, in a folder named by the account id",
    blind="which access key found elsewhere belongs to which user",
    provider="aws",
    calls=(
        Call(
            "iam",
            "list_access_keys",
            ("iam:ListAccessKeys",),
            "iam-list-access-keys-{item}.json",
            each="iam:get_account_authorization_details:/UserDetailList/*",
            takes={"UserName": "/UserName"},
        ),
        Call(
            "iam",
            "get_access_key_last_used",
            ("iam:GetAccessKeyLastUsed",),
            "iam-get-access-key-last-used-{item}.json",
            each="iam:list_access_keys:/AccessKeyMetadata/*",
            takes={"AccessKeyId": "/AccessKeyId"},
        ),
    ),
    opens=b"{[",
    rank=20,
)

_CALL = "iam:ListAccessKeys"
_LAST = "iam:GetAccessKeyLastUsed"
_KNOWN = {_CALL: "AccessKeyMetadata", _LAST: "AccessKeyLastUsed"}


class _Key(msgspec.Struct):
    id: str | None = msgspec.field(default=None, name="AccessKeyId")
    user: str | None = msgspec.field(default=None, name="UserName")
    status: str | None = msgspec.field(default=None, name="Status")
    created: str | float | None = msgspec.field(default=None, name="CreateDate")


class _Answer(msgspec.Struct):
    keys: list[msgspec.Raw] | None = msgspec.field(default=None, name="AccessKeyMetadata")


def claims(page: Page) -> bool:
    """One answer, or one per line."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One credential per key, linked to its user where the account is known."""
    account = stated_account(page)
    scope = keys.aws_scope(account) if account else ""
    named = False
    for answer in calls(page, _KNOWN):
        if answer.call == _LAST:
            _used(answer, scope, into)
            continue
        for n, raw in enumerate(shaped(answer.body, _Answer).keys or ()):
            at = f"{answer.at}/AccessKeyMetadata/{n}"
            named = True
            try:
                _key(msgspec.json.decode(raw, type=_Key), at, account, into)
            except msgspec.ValidationError:
                into.problem(
                    scope, "credentials", at, "one access key is set aside: it is not in AWS's shape"
                )
    if named and not account:
        into.problem(
            "aws",
            "credentials",
            "",
            "nothing says which account these access keys belong to",
            "put the file in a folder named by the account id",
        )


def _used(answer: Recorded, scope: str, into: Rows) -> None:
    """When one key last signed a request; the answer does not name the key, only the request does."""
    body = unpacked(answer.body)
    last = body.get("AccessKeyLastUsed") if isinstance(body, dict) else None
    asked = {name.lower(): value for name, value in answer.request.items()}.get("accesskeyid")
    at = f"{answer.at}/AccessKeyLastUsed"
    if not isinstance(asked, str) or not isinstance(last, dict):
        into.problem(scope, "credentials", at, "one last use is set aside: nothing says of which key it is",
                     "posture collect aws keeps the request beside the answer")  # fmt: skip
        return
    when = moment(last.get("LastUsedDate"))
    into.add(
        "credentials",
        at,
        key=plain(asked),
        scope=scope,
        provider="aws",
        kind="access-key",
        last_used_blind=False,
        **({"last_used": when} if when else {"has_last_used": False}),
    )


def _key(key: _Key, at: str, account: str, into: Rows) -> None:
    if not key.id:
        into.problem(keys.aws_scope(account), "credentials", at, "one access key is set aside: it has no id")
        return
    made = moment(key.created)
    name = plain(key.id)
    into.add(
        "credentials",
        at,
        key=name,
        scope=keys.aws_scope(account) if account else "",
        provider="aws",
        kind="access-key",
        enabled=key.status == "Active" if key.status else None,
        created=made,
        rotated=made,
        has_expires=False,
    )
    if not account or not key.user:
        return
    user = user_arn(account, plain(key.user))
    into.add("links", at, kind="authenticates", from_=name, to=user)
    if made:
        into.add("aliases", at, key=name, alias=keys.unnamed_access_key(user, made))
