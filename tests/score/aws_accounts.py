"""Labelled AWS inputs as the accounts that access resolution takes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from posture.access.aws.account import Account, Group, Principal
from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy, unread
from posture.access.aws.decision import Attached, Level
from tests.score.aws_inventory import read

Json = dict[str, Any]


def account_of(
    id_: str, details: Json, inventory: Iterable[Json] = (), report: str = "", scps: Json | None = None
) -> Account:
    """One account from its authorization details, further responses, credential report and SCPs."""
    documents = _managed(details)
    passwords, keys = _report(report)
    groups = {
        group["GroupName"]: Group(
            group["Arn"], id_, _policies(group, "GroupPolicyList", documents, group["Arn"])
        )
        for group in details.get("GroupDetailList") or ()
    }
    users = [
        _user(user, id_, documents, groups, passwords, keys) for user in details.get("UserDetailList") or ()
    ]
    roles = [_role(role, id_, documents) for role in details.get("RoleDetailList") or ()]
    profiles = {
        profile["Arn"]: role["Arn"]
        for role in details.get("RoleDetailList") or ()
        for profile in role.get("InstanceProfileList") or ()
    }
    workloads, resources = read(id_, inventory, profiles)
    return Account(
        id_,
        (*users, *roles),
        tuple(groups.values()),
        workloads,
        resources,
        versions=_versions(details),
        scps=_scps(scps),
        organisation=(scps or {}).get("organization_id"),
    )


def _managed(details: Json) -> dict[str, Attached]:
    found = {}
    for policy in details.get("Policies") or ():
        for version in policy.get("PolicyVersionList") or ():
            if version.get("IsDefaultVersion"):
                found[policy["Arn"]] = Attached(
                    policy["Arn"], compile_policy(version["Document"]), policy["Arn"]
                )
    return found


def _versions(details: Json) -> dict[str, tuple[Any, ...]]:
    return {
        policy["Arn"]: tuple(
            compile_policy(version["Document"])
            for version in policy.get("PolicyVersionList") or ()
            if not version.get("IsDefaultVersion")
        )
        for policy in details.get("Policies") or ()
    }


def _by_arn(arn: str, documents: Mapping[str, Attached], group: str = "") -> Attached:
    known = documents.get(arn)
    document = known.document if known else unread("its text is not in the input")
    return Attached(arn, document, arn, group)


def _policies(entry: Json, inline: str, documents: Mapping[str, Attached], group: str = "") -> Level:
    own = [
        Attached(policy["PolicyName"], compile_policy(policy["PolicyDocument"]), "", group)
        for policy in entry.get(inline) or ()
    ]
    managed = [
        _by_arn(policy["PolicyArn"], documents, group)
        for policy in entry.get("AttachedManagedPolicies") or ()
    ]
    return (*own, *managed)


def _boundary(entry: Json, documents: Mapping[str, Attached]) -> Level | None:
    boundary = entry.get("PermissionsBoundary")
    return (_by_arn(boundary["PermissionsBoundaryArn"], documents),) if boundary else None


def _tags(entry: Json) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in entry.get("Tags") or ()}


def _user(
    user: Json,
    account: str,
    documents: Mapping[str, Attached],
    groups: Mapping[str, Group],
    passwords: Mapping[str, bool],
    keys: Mapping[str, int],
) -> Principal:
    joined = [groups[name] for name in user.get("GroupList") or () if name in groups]
    own = _policies(user, "UserPolicyList", documents)
    return Principal(
        user["Arn"],
        account,
        "user",
        (*own, *(policy for group in joined for policy in group.policies)),
        _boundary(user, documents),
        tags=_tags(user),
        groups=tuple(group.arn for group in joined),
        password=passwords.get(user["Arn"]),
        keys=keys.get(user["Arn"]),
    )


def _role(role: Json, account: str, documents: Mapping[str, Attached]) -> Principal:
    return Principal(
        role["Arn"],
        account,
        "role",
        _policies(role, "RolePolicyList", documents),
        _boundary(role, documents),
        (Attached("trust policy", compile_policy(role["AssumeRolePolicyDocument"], RESOURCE)),),
        _tags(role),
        instance_profile=bool(role.get("InstanceProfileList")),
    )


def _report(report: str) -> tuple[dict[str, bool], dict[str, int]]:
    passwords, keys = {}, {}
    for row in csv.DictReader(io.StringIO(report)):
        passwords[row["arn"]] = row.get("password_enabled") == "true"
        keys[row["arn"]] = sum(
            row.get(f"access_key_{n}_last_rotated") not in ("N/A", "", None) for n in (1, 2)
        )
    return passwords, keys


def _scps(scps: Json | None) -> tuple[Level, ...] | None:
    if scps is None:
        return None
    return tuple(
        tuple(
            Attached(policy["PolicySummary"]["Name"], compile_policy(policy["Content"], IDENTITY))
            for policy in level["policies"]
        )
        for level in scps["levels"]
    )


def load(path: Any) -> Json:
    """A JSON file."""
    loaded: Json = json.loads(path.read_text())
    return loaded
