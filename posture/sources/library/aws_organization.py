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

_KINDS = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
_NODES = ("list_roots:/Roots/*", "list_organizational_units_for_parent:/OrganizationalUnits/*")
"""Where roots and units are listed: whatever lies below one of them is asked for of each."""

SOURCE = Source(
    id="aws-organization",
    title="AWS organisation, its accounts and policies",
    feeds=("scopes", "policies", "documents", "aliases"),
    by_hand="aws organizations list-accounts; describe-policy and list-policies-for-target for each target",
    blind="which accounts are ours, and which organisation policy limits an account",
    provider="aws",
    calls=(
        Call("organizations", "describe_organization", ("organizations:DescribeOrganization",),
             "organizations-describe-organization.json"),
        Call("organizations", "list_accounts", ("organizations:ListAccounts",),
             "organizations-list-accounts.json"),
        Call("organizations", "list_roots", ("organizations:ListRoots",), "organizations-list-roots.json"),
        *(
            Call("organizations", "list_organizational_units_for_parent",
                 ("organizations:ListOrganizationalUnitsForParent",),
                 "organizations-list-organizational-units-for-parent-{item}.json",
                 each=f"organizations:{above}", takes={"ParentId": "/Id"})
            for above in _NODES
        ),
        *(
            Call("organizations", "list_accounts_for_parent", ("organizations:ListAccountsForParent",),
                 "organizations-list-accounts-for-parent-{item}.json",
                 each=f"organizations:{above}", takes={"ParentId": "/Id"})
            for above in _NODES
        ),
        *(
            Call("organizations", "list_policies_for_target", ("organizations:ListPoliciesForTarget",),
                 f"organizations-list-policies-for-target-{{item}}-{kind}.json",
                 each=f"organizations:{target}", takes={"TargetId": "/Id"},
                 arguments={"Filter": type_}, none=("PolicyTypeNotEnabledException",))
            for target in (*_NODES, "list_accounts:/Accounts/*")
            for type_, kind in _KINDS.items()
        ),
        Call("organizations", "describe_policy", ("organizations:DescribePolicy",),
             "organizations-describe-policy-{item}.json",
             each="organizations:list_policies_for_target:/Policies/*", takes={"PolicyId": "/Id"}),
    ),
    opens=b"{[",
    rank=20,
)  # fmt: skip

_ORGANISATION = "organizations:DescribeOrganization"
_ACCOUNTS = "organizations:ListAccounts"
_POLICIES = "organizations:Policies"
_LEVELS = "organizations:Levels"
_ROOTS = "organizations:ListRoots"
_UNITS = "organizations:ListOrganizationalUnitsForParent"
_BELOW = "organizations:ListAccountsForParent"
_OF_TARGET = "organizations:ListPoliciesForTarget"
_TEXT = "organizations:DescribePolicy"
_KNOWN = {
    _ORGANISATION: "Organization",
    _ACCOUNTS: "Accounts",
    _POLICIES: "Policies",
    _LEVELS: "levels",
    _ROOTS: "Roots",
    _UNITS: "OrganizationalUnits",
    _BELOW: "Accounts",
    _OF_TARGET: "Policies",
    _TEXT: "Policy",
}
_MARKS = (b":organizations::", b'"PolicySummary"', b'"organization_id"')


def claims(page: Page) -> bool:
    """The organisation, its accounts, or its policies with their targets."""
    stated = str(page.place.entries().get(str(page.path), {}).get("call", ""))
    marked = stated.startswith("organizations:") or any(mark in page.head for mark in _MARKS)
    return marked and claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One scope per account, and one policy row per policy and target."""
    texts = Texts(into)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        if not isinstance(body, Mapping):
            continue
        if answer.call == _ORGANISATION:
            _organisation(page, into, answer, body)
        elif answer.call == _ACCOUNTS:
            _accounts(page, into, answer, body)
        elif answer.call in (_ROOTS, _UNITS):
            _nodes(into, answer, body)
        elif answer.call == _BELOW:
            _below(into, answer, body)
        elif answer.call == _OF_TARGET:
            _attached(into, answer, body, texts)
        elif answer.call == _TEXT:
            policy = body.get("Policy")
            if isinstance(policy, Mapping):
                scope = _organisation_of(policy.get("PolicySummary"))
                _policy(into, f"{answer.at}/Policy", policy, scope, "", None, texts)
        elif answer.call == _LEVELS:
            _levels(into, answer, body, texts)
        else:
            _targets(into, answer, body, texts)


def _organisation(page: Page, into: Rows, answer: Recorded, body: Mapping[str, Any]) -> None:
    given = body.get("Organization")
    if not isinstance(given, Mapping) or not isinstance(given.get("Id"), str):
        return
    key = keys.aws_scope(plain(given["Id"]))
    into.add("scopes", f"{answer.at}/Organization", key=key, kind="organisation", provider="aws",
             name=plain(given["Id"]), has_parent=False)  # fmt: skip
    management = given.get("MasterAccountId")
    if isinstance(management, str):
        at = f"{answer.at}/Organization/MasterAccountId"
        account = keys.aws_scope(plain(management))
        into.add("scopes", at, key=account, kind="account", provider="aws",
                 parent=None if _has_tree(page) else key)  # fmt: skip
        into.add("aliases", at, key=account, alias=keys.aws_management(key))


def _has_tree(page: Page) -> bool:
    """Whether other answers beside this one say under which root or unit each account stands."""
    return any(entry.get("call") == _BELOW for entry in page.place.entries().values())


def _nodes(into: Rows, answer: Recorded, body: Mapping[str, Any]) -> None:
    """Roots, and the units below a root or a unit."""
    top = "Roots" if answer.call == _ROOTS else "OrganizationalUnits"
    above = answer.request.get("ParentId")
    for n, node in _each(body.get(top)):
        at = f"{answer.at}/{top}/{n}"
        number, arn, name = node.get("Id"), node.get("Arn"), node.get("Name")
        if not isinstance(number, str):
            into.problem("aws", "scopes", at, "one root or unit is set aside: it has no id")
            continue
        # arn:aws:organizations::MANAGEMENT:root/ORGANISATION/ID, and the like for units.
        parts = arn.split("/") if isinstance(arn, str) else []
        organisation = keys.aws_scope(plain(parts[1])) if len(parts) == 3 else None
        parent = organisation if answer.call == _ROOTS else _target(above) if isinstance(above, str) else None
        into.add("scopes", at, key=_target(number), kind="folder", provider="aws", parent=parent,
                 name=plain(name) if isinstance(name, str) else None)  # fmt: skip


def _below(into: Rows, answer: Recorded, body: Mapping[str, Any]) -> None:
    """The accounts right below one root or unit."""
    above = answer.request.get("ParentId")
    for n, account in _each(body.get("Accounts")):
        number = account.get("Id")
        if isinstance(number, str) and isinstance(above, str):
            into.add("scopes", f"{answer.at}/Accounts/{n}", key=_target(number), kind="account",
                     provider="aws", parent=_target(above))  # fmt: skip


def _attached(into: Rows, answer: Recorded, body: Mapping[str, Any], texts: Texts) -> None:
    """The policies on one root, unit or account; their texts are answers of their own."""
    target = answer.request.get("TargetId")
    for n, summary in _each(body.get("Policies")):
        at = f"{answer.at}/Policies/{n}"
        if not isinstance(target, str):
            into.problem("aws", "policies", at, "one attached policy is set aside: nothing says to what",
                         "put the answer beside its request, as posture collect aws does")  # fmt: skip
            continue
        level = 0 if target.startswith("r-") else None
        _policy(
            into, at, {"PolicySummary": summary}, _organisation_of(summary), _target(target), level, texts
        )


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
            management = keys.arn_account(str(arn))
            into.add("aliases", at, key=keys.aws_scope(management), alias=keys.aws_management(organisation))
        name = account.get("Name")
        into.add(
            "scopes",
            at,
            key=keys.aws_scope(plain(number)),
            kind="account",
            provider="aws",
            name=plain(name) if isinstance(name, str) else None,
            parent=None if _has_tree(page) else organisation,
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
    management = body.get("management_account")
    if isinstance(management, str) and management:
        at = f"{answer.at}/management_account"
        account = keys.aws_scope(plain(management))
        into.add("aliases", at, key=account, alias=keys.aws_management(organisation))
    above: str | None = None
    for level, node in _each(body.get("levels")):
        at = f"{answer.at}/levels/{level}"
        target = _target(str(node.get("id", "")))
        kind = "account" if node.get("type") == "ACCOUNT" else "folder"
        into.add("scopes", at, key=target, kind=kind, provider="aws",
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
    # A list of attached policies names them without their texts.
    document, readable = texts.add(msgspec.json.encode(policy.get("Content")), f"{at}/Content")
    if not readable and "Content" in policy:
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
