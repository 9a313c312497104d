"""The AWS organisation: its accounts, and the policies that bind them from the root down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources import tags
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Call, Page, Rows, Source

SOURCE = Source(
    id="aws-organization",
    title="AWS organisation, its accounts and policies",
    feeds=("scopes", "policies", "documents"),
    by_hand="aws organizations list-accounts; describe-policy and list-policies-for-target for each target",
    blind="which accounts are ours, and which organisation policy limits an account",
    provider="aws",
    calls=(
        Call("organizations", "describe_organization", ("organizations:DescribeOrganization",),
             "organizations-describe-organization.json"),
        Call("organizations", "list_accounts", ("organizations:ListAccounts",),
             "organizations-list-accounts.json"),
    ),
    rank=20,
)  # fmt: skip

_ORGANISATION = "organizations:DescribeOrganization"
_ACCOUNTS = "organizations:ListAccounts"
_POLICIES = "organizations:Policies"
_LEVELS = "organizations:Levels"
_KNOWN = {
    _ORGANISATION: "Organization",
    _ACCOUNTS: "Accounts",
    _POLICIES: "Policies",
    _LEVELS: "levels",
}
_KINDS = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
_MARKS = (b":organizations::", b'"PolicySummary"', b'"organization_id"')


def claims(page: Page) -> bool:
    """The organisation, its accounts, or its policies with their targets."""
    return claims_any(page, _KNOWN) and any(mark in page.head for mark in _MARKS)


def read(page: Page, into: Rows) -> None:
    """One scope per account, and one policy row per policy and target."""
    texts = Texts(into)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        if not isinstance(body, Mapping):
            continue
        if answer.call == _ORGANISATION:
            _organisation(into, answer, body)
        elif answer.call == _ACCOUNTS:
            _accounts(page, into, answer, body)
        elif answer.call == _LEVELS:
            _levels(into, answer, body, texts)
        else:
            _targets(into, answer, body, texts)


def _organisation(into: Rows, answer: Recorded, body: Mapping[str, Any]) -> None:
    given = body.get("Organization")
    if not isinstance(given, Mapping) or not isinstance(given.get("Id"), str):
        return
    key = keys.aws_scope(plain(given["Id"]))
    into.add("scopes", f"{answer.at}/Organization", key=key, kind="organisation", provider="aws",
             name=plain(given["Id"]), has_parent=False)  # fmt: skip
    management = given.get("MasterAccountId")
    if isinstance(management, str):
        into.add("scopes", f"{answer.at}/Organization/MasterAccountId", key=keys.aws_scope(plain(management)),
                 kind="account", provider="aws", parent=key)  # fmt: skip


def _accounts(page: Page, into: Rows, answer: Recorded, body: Mapping[str, Any]) -> None:
    reader = tags.Tags(page.settings.names)
    organisations: set[str] = set()
    for n, account in _each(body.get("Accounts")):
        at = f"{answer.at}/Accounts/{n}"
        number, arn = account.get("Id"), account.get("Arn")
        if not isinstance(number, str):
            into.problem("aws", "scopes", at, "one account is set aside: it has no id")
            continue
        # arn:aws:organizations::MANAGEMENT:account/ORGANISATION/ACCOUNT
        parts = arn.split("/") if isinstance(arn, str) else []
        organisation = keys.aws_scope(plain(parts[1])) if len(parts) == 3 else None
        if organisation:
            organisations.add(organisation)
        name = account.get("Name")
        into.add(
            "scopes",
            at,
            key=keys.aws_scope(plain(number)),
            kind="account",
            provider="aws",
            name=plain(name) if isinstance(name, str) else None,
            parent=organisation,
            **reader.stated(tags.pairs(account.get("Tags")), tags.SCOPE),
        )
    for organisation in sorted(organisations):
        into.add("scopes", answer.at, key=organisation, kind="organisation", provider="aws", has_parent=False)
        if body.get("NextToken"):
            into.covered(organisation, "scopes", state="partial", why="more accounts follow on another page")
        else:
            into.covered(organisation, "scopes")


def _levels(into: Rows, answer: Recorded, body: Mapping[str, Any], texts: Texts) -> None:
    """The way from the root to one account, each level with the policies attached there."""
    organisation = keys.aws_scope(plain(str(body.get("organization_id", ""))))
    above: str | None = None
    for level, node in _each(body.get("levels")):
        at = f"{answer.at}/levels/{level}"
        target = _target(str(node.get("id", "")))
        account = node.get("type") == "ACCOUNT"
        into.add("scopes", at, key=target, kind="account" if account else "folder", provider="aws",
                 parent=above or organisation)  # fmt: skip
        for n, policy in _each(node.get("policies")):
            _policy(into, f"{at}/policies/{n}", policy, organisation, target, level, texts)
        above = target
    into.covered(organisation, "policies")


def _targets(into: Rows, answer: Recorded, body: Mapping[str, Any], texts: Texts) -> None:
    """Policies beside a map of which target has which of them."""
    attached = body.get("Targets")
    targets: dict[str, list[str]] = {}
    for target, ids in (attached if isinstance(attached, Mapping) else {}).items():
        for one in ids if isinstance(ids, list) else ():
            targets.setdefault(str(one), []).append(str(target))
    for n, policy in _each(body.get("Policies")):
        at = f"{answer.at}/Policies/{n}"
        summary = policy.get("PolicySummary")
        number = str(summary.get("Id", "")) if isinstance(summary, Mapping) else ""
        organisation = _organisation_of(summary)
        for target in sorted(targets.get(number, [])) or [""]:
            level = 0 if target.startswith("r-") else None
            _policy(into, at, policy, organisation, _target(target) if target else "", level, texts)
        if organisation:
            into.covered(organisation, "policies")


def _policy(
    into: Rows, at: str, policy: Mapping[str, Any], scope: str, target: str, level: int | None, texts: Texts
) -> None:
    summary = policy.get("PolicySummary")
    arn = summary.get("Arn") if isinstance(summary, Mapping) else None
    kind = _KINDS.get(str(summary.get("Type"))) if isinstance(summary, Mapping) else None
    if not isinstance(summary, Mapping) or not isinstance(arn, str) or kind is None:
        into.problem(
            scope or "aws", "policies", at, "one organisation policy is set aside: it has no ARN or type"
        )
        return
    document, readable = texts.add(msgspec.json.encode(policy.get("Content")), f"{at}/Content")
    if not readable:
        into.problem(scope or "aws", "policies", at, f"the text of {plain(arn)} cannot be read")
    name = summary.get("Name")
    into.add(
        "policies",
        at,
        key=plain(arn),
        scope=scope,
        provider="aws",
        kind=kind,
        name=plain(name) if isinstance(name, str) else None,
        attached_to=target,
        level=level,
        document=document,
        provider_managed=bool(summary.get("AwsManaged")),
    )


def _organisation_of(summary: object) -> str:
    arn = summary.get("Arn") if isinstance(summary, Mapping) else None
    # arn:aws:organizations::MANAGEMENT:policy/ORGANISATION/TYPE/ID; AWS's own policies name no organisation.
    parts = arn.split("/") if isinstance(arn, str) else []
    return keys.aws_scope(plain(parts[1])) if len(parts) == 4 else ""


def _target(number: str) -> str:
    """Key of a root, a unit or an account."""
    return keys.aws_scope(plain(number))


def _each(given: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for n, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Mapping):
            yield n, item
