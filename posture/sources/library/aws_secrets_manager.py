"""Secrets Manager: which secrets exist, when they were last rotated and used; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources import tags
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.contract import Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-secrets-manager",
    title="AWS Secrets Manager",
    feeds=("systems", "credentials", "links"),
    by_hand="aws secretsmanager list-secrets",
    blind="which secrets are stored, and whether they are rotated",
    provider="aws",
    calls=(asks("secretsmanager", "list_secrets"),),
    opens=b"{[",
    rank=30,
)

_KNOWN = {"secretsmanager:ListSecrets": "SecretList"}


def claims(page: Page) -> bool:
    """The answer of list-secrets."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A system for each place and a credential for the value in it."""
    account = stated_account(page)
    reader = tags.Tags(page.settings.names)
    scopes: set[str] = {keys.aws_scope(account)} if account else set()
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        given = body.get("SecretList") if isinstance(body, Mapping) else None
        for n, secret in enumerate(given if isinstance(given, list) else ()):
            at = f"{answer.at}/SecretList/{n}"
            arn = secret.get("ARN") if isinstance(secret, Mapping) else None
            if not isinstance(arn, str) or not arn:
                into.problem(keys.aws_scope(account), "systems", at, "one secret is set aside: it has no ARN")
                continue
            scope = scope_of(arn, account)
            scopes.add(scope)
            _secret(into, at, plain(arn, 2048), scope, secret, reader)
        for scope in sorted(scopes):
            more = isinstance(body, Mapping) and body.get("NextToken")
            into.covered(scope, "systems/secretsmanager:secret", state="partial" if more else "complete",
                         why="more secrets follow on another page" if more else answer.region)  # fmt: skip


def _secret(into: Rows, at: str, key: str, scope: str, secret: Mapping[str, Any], reader: tags.Tags) -> None:
    name = plain(str(secret.get("Name") or keys.short(key)))
    stated = reader.stated(tags.pairs(secret.get("Tags")), tags.SYSTEM)
    deleted = moment(secret.get("DeletedDate"))
    into.add("systems", at, key=key, scope=scope, provider="aws", kind="secret", name=name,
             state="deleted" if deleted else "active", **stated)  # fmt: skip
    rotated, changed = moment(secret.get("LastRotatedDate")), moment(secret.get("LastChangedDate"))
    on = secret.get("RotationEnabled")
    into.add(
        "credentials",
        at,
        key=keys.stored_value(key),
        scope=scope,
        provider="aws",
        kind="database-password" if secret.get("OwningService") in ("rds", "redshift") else "unknown",
        name=name,
        created=moment(secret.get("CreatedDate")),
        # A secret that nobody rotates was issued anew when somebody last changed its value.
        rotated=rotated or changed or moment(secret.get("CreatedDate")),
        exposure="managed",
        store="secret-manager",
        engine="static",
        rotation=bool(on),
        **_rotation(secret, bool(on)),
        **_when("last_used", moment(secret.get("LastAccessedDate"))),
    )
    into.add("links", at, kind="stored-at", from_=keys.stored_value(key), to=key)


def _rotation(secret: Mapping[str, Any], on: bool) -> dict[str, Any]:
    rules = secret.get("RotationRules")
    if not on or not isinstance(rules, Mapping):
        return {"has_next_rotation": False, "has_rotation_policy": False} if not on else {}
    days, schedule = rules.get("AutomaticallyAfterDays"), rules.get("ScheduleExpression")
    policy = f"every {days} days" if isinstance(days, int) else plain(str(schedule)) if schedule else None
    return {"next_rotation": moment(secret.get("NextRotationDate")), "rotation_policy": policy}


def _when(column: str, value: datetime | None) -> dict[str, Any]:
    # list-secrets shows the day of the last access wherever there was one.
    return {column: value} if value else {f"has_{column}": False}
