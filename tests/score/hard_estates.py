"""Small estates, the questions about them, and the answers worked out by hand from the provider's rules."""

from __future__ import annotations

from typing import Any

from tests.score.small_estates import allow, arn, deny, let

ALL = {"own": [allow("*")]}
DEPLOY = ["lambda:CreateFunction", "lambda:InvokeFunction", "iam:PassRole"]
ASSUME, ROOT = "sts:AssumeRole", [let("1")]
BOSS = {**ALL, "trust": [let("lambda.amazonaws.com")]}
Estate = dict[str, dict[str, Any]]

CASES: list[tuple[str, Estate, dict[tuple[str, str], str]]] = [
    (
        "a chain through three accounts needs both sides at each step",
        {
            "1/user/ana": {"own": [allow(ASSUME, arn("2/role/relay"))]},
            "1/user/bob": {},
            "2/role/relay": {"own": [allow(ASSUME, arn("3/role/vault"))], "trust": ROOT},
            "2/role/mute": {"trust": ROOT},
            "3/role/vault": {**ALL, "trust": [let(["2/role/relay", "2/role/mute"])]},
        },
        {
            ("1/user/ana", "admin"): "yes",
            ("1/user/ana", "3/role/vault"): "yes",
            ("1/user/bob", "2/role/relay"): "no",
            ("2/role/mute", "3/role/vault"): "no",
            ("3/role/vault", "2/role/relay"): "no",
        },
    ),
    (
        "a trust that names its caller is enough inside the account and not across it",
        {
            "1/user/ana": {},
            "1/role/near": {"trust": [let("1/user/ana")]},
            "2/role/far": {**ALL, "trust": [let("1/user/ana")]},
        },
        {
            ("1/user/ana", "1/role/near"): "yes",
            ("1/user/ana", "2/role/far"): "no",
            ("1/user/ana", "admin"): "no",
        },
    ),
    (
        "a circle over two accounts goes round and nowhere else",
        {
            "1/role/a": {"own": [allow(ASSUME)], "trust": [let("2/role/c")]},
            "1/role/b": {"own": [allow(ASSUME)], "trust": [let("1/role/a")]},
            "2/role/c": {"own": [allow(ASSUME)], "trust": [let("1/role/b")]},
            "2/role/boss": ALL,
        },
        {
            ("1/role/a", "2/role/c"): "yes",
            ("2/role/c", "1/role/b"): "yes",
            ("1/role/b", "1/role/a"): "yes",
            ("1/role/a", "2/role/boss"): "no",
            ("1/role/a", "admin"): "no",
        },
    ),
    (
        "a deny of all but some roles leaves those",
        {
            "1/group/staff": {
                "own": [
                    allow(ASSUME),
                    {"Effect": "Deny", "Action": ASSUME, "NotResource": arn("2/role/reader")},
                ]
            },
            "1/user/ana": {"groups": ["staff"]},
            "2/role/reader": {"own": [allow("s3:GetObject")], "trust": ROOT},
            "2/role/boss": {**ALL, "trust": ROOT},
        },
        {("1/user/ana", "2/role/reader"): "yes", ("1/user/ana", "2/role/boss"): "no"},
    ),
    (
        "an administrator under a boundary still assumes what the boundary lets it",
        {
            "1/policy/edge": {"versions": [[allow(ASSUME)]]},
            "1/user/ana": {**ALL, "boundary": "1/policy/edge"},
            "1/user/bob": {**ALL, "boundary": "1/policy/edge"},
            "1/role/ops": {**ALL, "trust": [let("1/user/ana")]},
            "2/role/far": {"trust": ROOT},
        },
        {
            ("1/user/ana", "standing"): "no",
            ("1/role/ops", "standing"): "yes",
            ("1/user/ana", "admin"): "yes",
            ("1/user/bob", "1/role/ops"): "no",
            ("1/user/bob", "2/role/far"): "yes",
        },
    ),
    (
        "a role that a boundary holds is not made an administrator",
        {
            "1/policy/edge": {"versions": [[allow("s3:*")]]},
            "1/user/ana": {"own": [allow("iam:PutRolePolicy", arn("1/role/held")), allow(ASSUME)]},
            "1/user/bob": {"own": [allow("iam:PutRolePolicy", arn("1/role/free")), allow(ASSUME)]},
            "1/role/held": {"trust": ROOT, "boundary": "1/policy/edge"},
            "1/role/free": {"trust": ROOT},
        },
        {("1/user/ana", "admin"): "no", ("1/user/bob", "admin"): "yes", ("1/user/ana", "1/role/held"): "yes"},
    ),
    (
        "a user with two keys gets no third",
        {
            "1/user/ana": {"own": [allow("iam:CreateAccessKey")]},
            "1/user/eve": {"own": [allow(["iam:CreateAccessKey", "iam:DeleteAccessKey"])], "keys": 2},
            "1/user/boss": {**ALL, "keys": 2},
            "1/user/clerk": {"own": [allow("s3:*")], "keys": 1},
        },
        {
            ("1/user/ana", "1/user/boss"): "no",
            ("1/user/ana", "1/user/clerk"): "yes",
            ("1/user/eve", "admin"): "yes",
        },
    ),
    (
        "a password is made where there is none and changed where there is one",
        {
            "1/user/maker": {"password": True, "own": [allow("iam:CreateLoginProfile")]},
            "1/user/changer": {"own": [allow("iam:UpdateLoginProfile")], "password": True},
            "1/user/boss": {**ALL, "password": True},
            "1/user/robot": {"own": [allow("s3:*")]},
        },
        {
            ("1/user/maker", "1/user/boss"): "no",
            ("1/user/changer", "1/user/boss"): "yes",
            ("1/user/changer", "1/user/maker"): "yes",
            ("1/user/maker", "1/user/robot"): "yes",
        },
    ),
    (
        "a passed role has to trust the service, and the function has to run",
        {
            "1/user/ana": {"own": [allow(DEPLOY)]},
            "1/user/bob": {"own": [allow(["lambda:CreateFunction", "iam:PassRole"])]},
            "1/user/eve": {
                "own": [
                    allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
                    allow("iam:PassRole", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
                ]
            },
            "1/role/boss": BOSS,
            "1/role/machine": {**ALL, "trust": [let("ec2.amazonaws.com")]},
        },
        {
            ("1/user/ana", "1/role/boss"): "yes",
            ("1/user/bob", "admin"): "no",
            ("1/user/eve", "admin"): "no",
        },
    ),
    (
        "a role is not passed from one account to another",
        {
            "1/user/ana": {"own": [allow(DEPLOY)]},
            "2/role/boss": BOSS,
        },
        {("1/user/ana", "2/role/boss"): "no", ("1/user/ana", "admin"): "no"},
    ),
    (
        "joining the administrators helps whom no boundary holds",
        {
            "1/policy/edge": {"versions": [[allow("iam:AddUserToGroup")]]},
            "1/group/admins": ALL,
            "1/group/staff": {"own": [allow("s3:GetObject")]},
            "1/user/ana": {"own": [allow("iam:AddUserToGroup", arn("1/group/admins"))]},
            "1/user/bob": {"own": [allow("iam:AddUserToGroup")], "boundary": "1/policy/edge"},
            "1/user/eve": {"own": [allow("iam:AddUserToGroup", arn("1/group/staff"))]},
        },
        {
            ("1/user/ana", "admin"): "yes",
            ("1/user/bob", "admin"): "no",
            ("1/user/eve", "admin"): "no",
            ("1/user/ana", "standing"): "no",
        },
    ),
    (
        "only harmless policies may be attached",
        {
            "1/user/ana": {
                "own": [
                    allow(
                        "iam:AttachUserPolicy",
                        ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
                    )
                ]
            },
            "1/user/bob": {
                "own": [
                    allow("iam:AttachUserPolicy"),
                    deny(
                        "iam:AttachUserPolicy",
                        ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
                    ),
                ]
            },
        },
        {("1/user/ana", "admin"): "no", ("1/user/bob", "admin"): "yes"},
    ),
    (
        "whoever rewrites a trust comes in without a permission of its own",
        {
            "1/user/ana": {"own": [allow("iam:UpdateAssumeRolePolicy", arn("1/role/boss"))]},
            "1/user/bob": {"own": [allow("iam:UpdateAssumeRolePolicy", arn("1/role/other"))]},
            "1/role/boss": ALL,
        },
        {("1/user/ana", "admin"): "yes", ("1/user/bob", "1/role/boss"): "no", ("1/user/bob", "admin"): "no"},
    ),
    (
        "an older version of a policy comes back where it was stronger",
        {
            "1/policy/was": {"versions": [[allow("s3:GetObject")], [allow("*")]]},
            "1/policy/is": {"versions": [[allow("s3:GetObject")], [allow("s3:PutObject")]]},
            "1/user/ana": {"own": [allow("iam:SetDefaultPolicyVersion")], "managed": ["1/policy/was"]},
            "1/user/bob": {"own": [allow("iam:SetDefaultPolicyVersion", arn("1/policy/is"))],
                           "managed": ["1/policy/is"]},
        },
        {("1/user/ana", "admin"): "yes", ("1/user/bob", "admin"): "no"},
    ),
    (
        "a new version helps its holder, whoever that is",
        {
            "1/policy/team": {"versions": [[allow("s3:GetObject")]]},
            "1/group/team": {"managed": ["1/policy/team"]},
            "1/user/ana": {"own": [allow("iam:CreatePolicyVersion", arn("1/policy/team"))],
                           "groups": ["team"]},
            "1/user/bob": {"own": [allow("iam:CreatePolicyVersion", arn("1/policy/team"))]},
            "1/user/eve": {"own": [allow("iam:CreatePolicyVersion", arn("1/policy/other"))],
                           "groups": ["team"]},
        },
        {("1/user/ana", "admin"): "yes", ("1/user/bob", "admin"): "no", ("1/user/eve", "admin"): "no"},
    ),
    (
        "everything but some services is no administrator and may still become one",
        {
            "1/user/ana": {"own": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]},
            "1/user/bob": {"own": [{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}]},
            "1/role/ops": {**ALL, "trust": ROOT},
            "1/user/zed": {"own": [allow("*:*")]},
        },
        {
            ("1/user/ana", "standing"): "no",
            ("1/user/ana", "admin"): "yes",
            ("1/user/bob", "admin"): "no",
            ("1/user/zed", "standing"): "yes",
        },
    ),
    (
        "conditions of a trust on whoever comes",
        {
            "1/user/ana": {"own": [allow(ASSUME)], "tags": {"team": "ops"}},
            "1/user/bob": {"own": [allow(ASSUME)], "tags": {"team": "dev"}},
            "2/role/tagged": {"trust": [let("1", StringEquals={"aws:PrincipalTag/team": "ops"})]},
            "2/role/named": {"trust": [let("1", ArnLike={"aws:PrincipalArn": arn("1/user/b*")})]},
            "2/role/agreed": {"trust": [let("1", StringEquals={"sts:ExternalId": "shared"})]},
            "2/role/machines": {"trust": [let("1", StringEquals={"aws:PrincipalType": "AssumedRole"})]},
        },
        {
            ("1/user/ana", "2/role/tagged"): "yes",
            ("1/user/bob", "2/role/tagged"): "no",
            ("1/user/ana", "2/role/named"): "no",
            ("1/user/bob", "2/role/named"): "yes",
            ("1/user/ana", "2/role/agreed"): "yes",
            ("1/user/ana", "2/role/machines"): "no",
        },
    ),
    (
        "an administrator of one account is nobody in another but through whom that one trusts",
        {
            "1/user/boss": ALL,
            "1/role/deployer": {"own": [allow(ASSUME)]},
            "1/role/other": {},
            "2/role/target": {**ALL, "trust": [let("1/role/deployer")]},
            "2/role/closed": {"trust": [let("2")]},
            "3/role/alone": {**ALL, "trust": [let("3")]},
        },
        {
            ("1/user/boss", "1/role/other"): "yes",
            ("1/user/boss", "2/role/target"): "yes",
            ("1/user/boss", "2/role/closed"): "yes",
            ("1/user/boss", "3/role/alone"): "no",
            ("1/role/other", "2/role/target"): "no",
        },
    ),
]  # fmt: skip
