"""Account exports with the counts of a real one: 44 users, 5 groups, 78 roles, 84 policies, N times over.

Deterministic by seed. Each copy holds role chains of four, of which one closes to a cycle, links between
roles that depend on a condition, and roles that the account before it may assume.
"""

from __future__ import annotations

import random
from typing import Any

USERS, GROUPS, ROLES, OWN_POLICIES, PROVIDER_POLICIES = 44, 5, 78, 46, 38
WHEN = "2026-03-09 10:41:36+00:00"
_SERVICES = ("lambda", "ec2", "ecs-tasks", "codebuild", "glue", "ssm", "config", "states")
_GRANTS = (
    (
        "s3",
        ("GetObject", "PutObject", "ListBucket", "DeleteObject", "GetBucketPolicy"),
        "arn:aws:s3:::{name}-{n}/*",
    ),
    (
        "dynamodb",
        ("GetItem", "PutItem", "Query", "Scan", "DeleteTable"),
        "arn:aws:dynamodb:*:{account}:table/{name}-{n}",
    ),
    ("sqs", ("SendMessage", "ReceiveMessage", "DeleteQueue"), "arn:aws:sqs:*:{account}:{name}-{n}"),
    (
        "secretsmanager",
        ("GetSecretValue", "PutSecretValue"),
        "arn:aws:secretsmanager:*:{account}:secret:{name}-{n}-*",
    ),
    ("kms", ("Decrypt", "Encrypt", "GenerateDataKey"), "*"),
    ("ec2", ("DescribeInstances", "RunInstances", "TerminateInstances", "CreateTags"), "*"),
    ("logs", ("CreateLogGroup", "CreateLogStream", "PutLogEvents"), "*"),
    ("iam", ("GetRole", "ListRoles", "ListPolicies"), "*"),
    ("sns", ("Publish", "Subscribe", "CreateTopic"), "arn:aws:sns:*:{account}:{name}-{n}"),
)
_RISKY = (
    ("iam:CreateAccessKey",),
    ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"),
    ("iam:AttachUserPolicy",),
    ("iam:PutRolePolicy",),
    ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole"),
    ("iam:CreatePolicyVersion",),
    ("iam:PassRole", "ec2:RunInstances"),
    ("ssm:SendCommand",),
)


def account(copies: int = 1, seed: int = 1, number: str = "200611803367", trusts: str = "") -> dict[str, Any]:
    """The answer of get-account-authorization-details for one account.

    `trusts` is another account, whose first roles may assume roles of this one.
    """
    chance = random.Random(f"{seed}:{number}")
    made: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    made["Policies"] += [_provider_policy(chance, n) for n in range(PROVIDER_POLICIES)]
    for copy in range(copies):
        _copy(chance, made, number, f"-{copy}" if copy else "", trusts)
    return made


def _copy(chance: random.Random, made: dict[str, Any], number: str, ending: str, trusts: str) -> None:
    own = [f"arn:aws:iam::{number}:policy/own-{n}{ending}" for n in range(OWN_POLICIES)]
    given = [policy["Arn"] for policy in made["Policies"][:PROVIDER_POLICIES]]
    for n, arn in enumerate(own):
        document = _risky(chance, number) if n % 5 == 0 else _document(chance, number, f"app{ending}", n)
        made["Policies"].append(_policy(arn, document))
    groups = [f"team-{n}{ending}" for n in range(GROUPS)]
    for n, name in enumerate(groups):
        made["GroupDetailList"].append(
            {
                "Path": "/",
                "GroupName": name,
                "GroupId": f"AGPAFAKED{n:02d}{ending}",
                "Arn": f"arn:aws:iam::{number}:group/{name}",
                "CreateDate": WHEN,
                "GroupPolicyList": [],
                "AttachedManagedPolicies": _attached(chance.sample(own, 2)),
            }
        )
    for n in range(USERS):
        name = f"user-{n}{ending}"
        made["UserDetailList"].append(
            {
                "Path": "/",
                "UserName": name,
                "UserId": f"AIDAFAKED{n:02d}{ending}",
                "Arn": f"arn:aws:iam::{number}:user/{name}",
                "CreateDate": WHEN,
                "GroupList": [groups[n % GROUPS]] if n % 7 == 0 else [],
                "AttachedManagedPolicies": _attached([chance.choice(own if n % 3 else given)]),
                "Tags": [],
            }
        )
    for n in range(ROLES):
        made["RoleDetailList"].append(_role(chance, number, ending, n, own, given, trusts))


def _role(
    chance: random.Random, number: str, ending: str, n: int, own: list[str], given: list[str], trusts: str
) -> dict[str, Any]:
    name = f"role-{n}{ending}"
    inline = [
        {"PolicyName": f"inline-{part}", "PolicyDocument": _document(chance, number, f"in{n}{ending}", part)}
        for part in range(3 if n % 13 == 0 else int(n % 3 == 0))
    ]
    if n % 26 in (1, 2, 3):
        inline.append({"PolicyName": "onward", "PolicyDocument": _assumes(number, f"role-{n + 1}{ending}")})
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROAFAKED{n:02d}{ending}",
        "Arn": f"arn:aws:iam::{number}:role/{name}",
        "CreateDate": WHEN,
        "AssumeRolePolicyDocument": _trust(number, ending, n, trusts),
        "InstanceProfileList": [],
        "RolePolicyList": inline,
        "AttachedManagedPolicies": _attached(chance.sample(own, 1) if n % 4 else [chance.choice(given)]),
        "Tags": [{"Key": "team", "Value": f"team-{n % GROUPS}"}] if n % 2 else [],
        "RoleLastUsed": {"LastUsedDate": WHEN, "Region": "eu-west-1"} if n % 3 else {},
    }


def _trust(number: str, ending: str, n: int, trusts: str) -> dict[str, Any]:
    """A service; in one role of eight another role (chains of four, one a cycle), in some another account."""
    place = n % 26
    if place in (2, 3, 4) or n == 1:
        before = 4 if n == 1 else n - 1
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{number}:role/role-{before}{ending}"},
            "Action": "sts:AssumeRole",
        }
        if place == 3:
            statement["Condition"] = {"StringEquals": {"sts:ExternalId": "agreed"}}
    elif trusts and place == 10:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{trusts}:role/role-4"},
            "Action": "sts:AssumeRole",
        }
    else:
        service = f"{_SERVICES[n % len(_SERVICES)]}.amazonaws.com"
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _assumes(number: str, role: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{number}:role/{role}"
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _document(chance: random.Random, number: str, name: str, n: int) -> dict[str, Any]:
    statements = []
    for service, actions, resource in chance.sample(_GRANTS, 3):
        some = chance.sample(actions, min(len(actions), 3))
        statements.append(
            {
                "Effect": "Allow",
                "Action": sorted(f"{service}:{action}" for action in some),
                "Resource": resource.format(account=number, name=name, n=n),
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _risky(chance: random.Random, number: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(chance.choice(_RISKY)), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _provider_policy(chance: random.Random, n: int) -> dict[str, Any]:
    if n == 0:
        document: dict[str, Any] = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
        return _policy("arn:aws:iam::aws:policy/AdministratorAccess", document)
    actions = sorted(
        {
            f"{service}:{verb}*"
            for service, _, _ in chance.sample(_GRANTS, 4)
            for verb in ("Get", "List", "Describe", "Create")
        }
    )
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    return _policy(f"arn:aws:iam::aws:policy/BenchAccess{n}", document)


def _policy(arn: str, document: dict[str, Any]) -> dict[str, Any]:
    name = arn.rpartition("/")[2]
    version = {"Document": document, "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": WHEN}
    return {
        "PolicyName": name,
        "PolicyId": f"ANPAFAKED{name.upper()}",
        "Arn": arn,
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": WHEN,
        "UpdateDate": WHEN,
        "PolicyVersionList": [version],
    }


def _attached(arns: list[str]) -> list[dict[str, str]]:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]
