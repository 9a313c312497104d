"""The IAM credential report: passwords, second factors and access keys of every user and of the root user."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.text import plain
from posture.sources.aws.accounts import account_of, scope_of
from posture.sources.aws.answers import answers, shaped
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-credential-report",
    title="AWS IAM credential report",
    feeds=("scopes", "identities", "credentials", "links"),
    by_hand="aws iam generate-credential-report, then aws iam get-credential-report",
    blind="age and last use of access keys and passwords, second factors, and the root user's keys",
    provider="aws",
    calls=(
        Call("iam", "get_credential_report", ("iam:GenerateCredentialReport", "iam:GetCredentialReport"),
             "credential-report.json", job="generate_credential_report"),
    ),
    needs=("credentials",),
    rank=20,
)  # fmt: skip

_HEAD = b"user,arn,user_creation_time,"
_ANSWER = re.compile(rb'"ReportFormat"\s*:\s*"text/csv"|"Content"\s*:\s*"dXNlcixhcm4s')
_YES, _NO = "true", "false"
_NONE = ("N/A", "no_information", "not_supported")


class _Answer(msgspec.Struct):
    content: str | None = msgspec.field(default=None, name="Content")
    generated: str | float | None = msgspec.field(default=None, name="GeneratedTime")


def claims(page: Page) -> bool:
    """The decoded CSV by its head line, or the answer that carries it in base64."""
    return page.head.startswith(_HEAD) or (page.opening == b"{" and _ANSWER.search(page.head) is not None)


def read(page: Page, into: Rows) -> None:
    """One identity per line, and a credential for each key, password and certificate of it."""
    text, generated = _report(page)
    if page.collected_at is None:
        # The answer states when the report was made, which nothing else in the file does.
        page.collected_at = generated
    lines = list(_lines(text))
    if not lines:
        raise Unreadable("holds no line below its head; generate the report again")
    account = account_of(page, (line.get("arn") or "" for _n, line in lines))
    scope = keys.aws_scope(account)
    into.add("scopes", "line 1", key=scope, kind="account", provider="aws")
    for number, line in lines:
        at = f"line {number}"
        if not line.get("arn") or line.get("mfa_active") not in (_YES, _NO):
            into.problem(scope, "credentials", at, "one line is set aside: it has no ARN or is cut off")
            continue
        _user(line, at, scope_of(line["arn"] or "", account), into)
    into.covered(scope, "credentials")


def _report(page: Page) -> tuple[str, datetime | None]:
    if page.head.startswith(_HEAD):
        return page.text, None
    given = answers(page)
    answer = shaped(given[0].body, _Answer) if given else _Answer()
    try:
        decoded = base64.b64decode(answer.content or "", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise Unreadable("its Content is no base64 text; get the report again") from None
    return decoded, moment(answer.generated)


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for line in reader:
            yield reader.line_num, line
    except csv.Error:
        raise Unreadable("is no CSV from here on; generate the report again", reader.line_num + 1) from None


def _user(line: Mapping[str, str | None], at: str, scope: str, into: Rows) -> None:
    key = plain(line["arn"] or "", 2048)
    root = line.get("user") == "<root_account>"
    password = root or line.get("password_enabled") == _YES
    # Without a password there is nothing that a second factor would protect.
    used = [
        moment(line.get(column))
        for column in ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    ]
    last = max((time for time in used if time), default=None)
    active = password or any(line.get(f"{part}_active") == _YES for part in _PARTS)
    into.add(
        "identities",
        at,
        key=key,
        scope=scope,
        provider="aws",
        kind="root" if root else "user",
        name="root" if root else plain(line.get("user") or ""),
        created=moment(line.get("user_creation_time")),
        enabled=active,
        interactive=password,
        mfa=line.get("mfa_active") == _YES,
        last_used_blind=False,
        **_when("last_used", last),
    )
    if password:
        _password(line, key, scope, at, into)
    apart = line.get("access_key_1_last_rotated") != line.get("access_key_2_last_rotated")
    for part in _PARTS:
        _part(line, part, key, scope, at, into, apart)


_PARTS = ("access_key_1", "access_key_2", "cert_1", "cert_2")


def _password(line: Mapping[str, str | None], key: str, scope: str, at: str, into: Rows) -> None:
    rotated = line.get("password_last_changed")
    expires = line.get("password_next_rotation")
    columns: dict[str, Any] = {}
    if moment(expires):
        columns["expires"] = moment(expires)
    elif expires == "N/A":
        columns["has_expires"] = False
    into.add(
        "credentials",
        at,
        key=f"{key}#password",
        scope=scope,
        provider="aws",
        kind="password",
        name="console password",
        enabled=True,
        rotated=moment(rotated),
        last_used_blind=False,
        **_used(line.get("password_last_used")),
        **columns,
    )
    into.add("links", at, kind="authenticates", from_=f"{key}#password", to=key)


def _part(
    line: Mapping[str, str | None], part: str, key: str, scope: str, at: str, into: Rows, apart: bool
) -> None:
    """One key or certificate; `apart` says whether the two keys can be told apart by when they were made."""
    enabled, rotated = line.get(f"{part}_active"), line.get(f"{part}_last_rotated")
    made = moment(rotated)
    if enabled != _YES and made is None:
        return
    certificate = part.startswith("cert")
    slot = part[-1]
    if certificate:
        name = f"{key}#certificate-{slot}"
    else:
        name = keys.unnamed_access_key(key, made) if made and apart else f"{key}#access-key-{slot}"
    into.add(
        "credentials",
        at,
        key=name,
        scope=scope,
        provider="aws",
        kind="certificate" if certificate else "access-key",
        name=f"signing certificate {slot}" if certificate else f"access key {slot}",
        enabled=enabled == _YES,
        created=made,
        rotated=made,
        **({} if certificate else {"has_expires": False, "last_used_blind": False}),
        **({} if certificate else _used(line.get(f"{part}_last_used_date"))),
    )
    into.add("links", at, kind="authenticates", from_=name, to=key)


def _used(text: str | None) -> dict[str, Any]:
    if text in _NONE:
        return {"has_last_used": False}
    used = moment(text)
    return {"last_used": used} if used else {}


def _when(column: str, value: datetime | None) -> dict[str, Any]:
    return {column: value} if value else {f"has_{column}": False}
