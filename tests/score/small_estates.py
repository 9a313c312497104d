"""Small estates of several AWS accounts, written as the exports that one would have made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

IDS = {"1": "111122223333", "2": "444455556666", "3": "777788889999"}
Json = dict[str, Any]


def arn(name: str) -> str:
    """The ARN of `1/user/ana`: account, kind and name; what is none of these stays."""
    number, slash, rest = name.partition("/")
    return f"arn:aws:iam::{IDS[number]}:{rest}" if slash and number in IDS else name


def allow(actions: Any, on: Any = "*", **condition: Any) -> Json:
    made: Json = {"Effect": "Allow", "Action": actions, "Resource": on}
    return {**made, "Condition": condition} if condition else made


def deny(actions: Any, on: Any = "*", **condition: Any) -> Json:
    return {**allow(actions, on, **condition), "Effect": "Deny"}


def let(principal: Any, **condition: Any) -> Json:
    """A statement of a trust: an account by its number, a service, or principals by name."""
    if isinstance(principal, str) and principal.endswith(".amazonaws.com"):
        named: Json = {"Service": principal}
    else:
        several = [principal] if isinstance(principal, str) else principal
        named = {"AWS": [f"arn:aws:iam::{IDS[one]}:root" if one in IDS else arn(one) for one in several]}
    made = {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole"}
    return {**made, "Condition": condition} if condition else made


def document(statements: Sequence[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def write(root: Path, principals: Mapping[str, Json], inventory: Mapping[str, Sequence[Json]]) -> None:
    """The files of an estate: of each principal `own`, `trust`, `boundary`, `groups`, `managed`, `tags`,
    `password`, `keys` and `profile`; of a group `own`, of a policy its `versions`, the first of which is in
    force."""
    for number, account in IDS.items():
        mine = {name: given for name, given in principals.items() if name.startswith(f"{number}/")}
        if not mine:
            continue
        home = root / account
        home.mkdir(parents=True)
        lists: dict[str, list[Json]] = {
            key: [] for key in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        }
        report = [",".join(_REPORT)]
        for name, given in mine.items():
            _, kind, short = name.split("/", 2)
            lists[{"user": "UserDetailList", "group": "GroupDetailList", "role": "RoleDetailList",
                   "policy": "Policies"}[kind]].append(_detail(kind, short, name, given))  # fmt: skip
            if kind == "user":
                report.append(_line(short, name, given))
        (home / "account-authorization-details.json").write_text(json.dumps(lists))
        (home / "credential-report.csv").write_text("\n".join(report) + "\n")
        (home / "inventory.json").write_text(json.dumps(list(inventory.get(number, ()))))


_REPORT = (
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated",
    "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
_SINCE = "2025-03-01T08:00:00+00:00"


def _line(short: str, name: str, given: Json) -> str:
    """A user in the credential report."""
    said = {"user": short, "arn": arn(name), "user_creation_time": _SINCE, "mfa_active": "false",
            "password_enabled": str(given.get("password", False)).lower()}  # fmt: skip
    for n in (1, 2):
        there = n <= given.get("keys", 0)
        said |= {f"access_key_{n}_active": str(there).lower(), f"cert_{n}_active": "false"}
        said |= {f"access_key_{n}_last_rotated": _SINCE} if there else {}
    return ",".join(said.get(column, "N/A") for column in _REPORT)


def _detail(kind: str, short: str, name: str, given: Json) -> Json:
    if kind == "policy":
        versions = [
            {"VersionId": f"v{n}", "IsDefaultVersion": n == 1, "Document": document(said)}
            for n, said in enumerate(given["versions"], 1)
        ]
        return {"PolicyName": short, "Arn": arn(name), "DefaultVersionId": "v1",
                "PolicyVersionList": versions}  # fmt: skip
    word = kind.capitalize()
    own = given.get("own", ())
    made: Json = {
        "Path": "/",
        f"{word}Name": short,
        f"{word}Id": f"A{abs(sum(map(ord, name))):019d}",
        "Arn": arn(name),
        f"{word}PolicyList": [{"PolicyName": "own", "PolicyDocument": document(own)}] if own else [],
        "AttachedManagedPolicies": [
            {"PolicyName": one.rpartition("/")[2], "PolicyArn": arn(one)} for one in given.get("managed", ())
        ],
    }
    if kind == "group":
        return made
    made["Tags"] = [{"Key": key, "Value": value} for key, value in given.get("tags", {}).items()]
    if "boundary" in given:
        made["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn(given["boundary"]),
        }  # fmt: skip
    if kind == "user":
        return {**made, "GroupList": list(given.get("groups", ()))}
    return {
        **made,
        "AssumeRolePolicyDocument": document(given.get("trust", [let("ec2.amazonaws.com")])),
        "InstanceProfileList": [_profile(short, name)] if given.get("profile") else [],
        "RoleLastUsed": {},
    }


def _profile(short: str, name: str) -> Json:
    """The instance profile of a role, which bears its name."""
    return {
        "InstanceProfileName": short,
        "Arn": arn(name).replace(":role/", ":instance-profile/"),
        "Roles": [{"RoleName": short, "Arn": arn(name)}],
    }


def function(number: str, name: str, role: str) -> Json:
    """A function as its service lists it."""
    return {
        "service": "lambda", "operation": "ListFunctions", "region": "eu-west-1",
        "response": {"Functions": [{
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{IDS[number]}:function:{name}",
            "Role": arn(role), "Runtime": "python3.12", "Version": "$LATEST",
        }]},
    }  # fmt: skip
