"""Small estates about whose things are, and about what one may change of oneself, a group or another."""

from __future__ import annotations

from typing import Any

from tests.score.hard_estates import ALL, BOSS, DEPLOY, Estate
from tests.score.small_estates import IDS, allow, arn, deny


def deny_but(*actions: str) -> dict[str, Any]:
    return {"Effect": "Deny", "NotAction": list(actions), "Resource": "*"}


CASES: list[tuple[str, Estate, dict[tuple[str, str], str]]] = [
    (
        "conditions on whose a thing is, and denies of what others hold",
        {
            "1/user/ana": {"own": [allow("*"), deny("*", StringNotEquals={"aws:ResourceAccount": IDS["1"]})]},
            "1/user/bob": {"own": [allow("*"), deny("*", arn("2/role/*"))]},
            "1/user/cy": {"own": [allow("*"), deny("*", [arn("2/role/*"), arn("1/role/ops")])]},
            "1/user/eve": {"own": [allow("*", StringEquals={"aws:ResourceAccount": IDS["2"]})]},
            "1/user/fay": {
                "own": [allow(DEPLOY, StringEquals={"aws:ResourceAccount": "${aws:PrincipalAccount}"})]
            },
            "1/user/gus": {
                "own": [
                    allow(DEPLOY),
                    deny("*", StringEquals={"aws:ResourceAccount": "${aws:PrincipalAccount}"}),
                ]
            },
            "1/role/boss": BOSS,
        },
        {
            ("1/user/ana", "standing"): "yes",
            ("1/user/bob", "standing"): "yes",
            ("1/user/cy", "standing"): "no",
            ("1/user/eve", "standing"): "no",
            ("1/user/fay", "admin"): "yes",
            ("1/user/gus", "admin"): "no",
        },
    ),
    (
        "groups, policies and tags of one's own making, and a boundary that does not last",
        {
            "1/policy/edge": {"versions": [[allow("s3:*")]]},
            "1/user/ana": {"own": [allow(["iam:CreateGroup", "iam:AttachGroupPolicy", "iam:AddUserToGroup"],
                                         "arn:aws:iam::*:group/team-*")]},
            "1/user/bob": {"own": [allow(["iam:CreateGroup", "iam:AttachGroupPolicy", "iam:AddUserToGroup"],
                                         "arn:aws:iam::*:group/team-*")], "boundary": "1/policy/edge"},
            "1/role/cy": {"own": [allow("iam:CreatePolicy"),
                                  allow("iam:AttachRolePolicy", arn("1/role/cy"),
                                        ArnLike={"iam:PolicyARN": arn("1/policy/team-*")})]},
            "1/role/di": {"own": [allow("iam:CreatePolicy", arn("1/policy/other-*")),
                                  allow("iam:AttachRolePolicy", arn("1/role/di"),
                                        ArnLike={"iam:PolicyARN": arn("1/policy/team-*")})]},
            "1/user/eve": {"own": [allow("*", StringEquals={"aws:PrincipalTag/tier": "0"}),
                                   allow("iam:TagUser", arn("1/user/eve"))]},
            "1/user/fay": {"own": [allow("*", StringEquals={"aws:PrincipalTag/tier": "0"}),
                                   allow("iam:TagUser", StringEquals={"aws:RequestTag/tier": "1"})]},
            "1/user/gus": {"own": [allow(["iam:CreateRole", "iam:PutRolePolicy",
                                          "iam:DeleteRolePermissionsBoundary"], "arn:aws:iam::*:role/x/*"),
                                   deny("iam:CreateRole", StringNotEquals={
                                       "iam:PermissionsBoundary": arn("1/policy/edge")})]},
            "1/user/hal": {"own": [allow(["iam:CreateRole", "iam:PutRolePolicy"], "arn:aws:iam::*:role/x/*"),
                                   deny("iam:CreateRole", StringNotEquals={
                                       "iam:PermissionsBoundary": arn("1/policy/edge")})]},
            "1/user/boss": {**ALL, "tags": {"tier": "0"}},
            "1/user/ida": {"own": [allow("iam:CreateAccessKey", StringEquals={"aws:ResourceTag/tier": "9"}),
                                   allow("iam:TagUser", arn("1/user/boss"))]},
            "1/user/jim": {"own": [allow("iam:CreateAccessKey", StringEquals={"aws:ResourceTag/tier": "9"})]},
        },
        {
            ("1/user/ana", "admin"): "yes",
            ("1/user/bob", "admin"): "no",
            ("1/role/cy", "admin"): "yes",
            ("1/role/di", "admin"): "no",
            ("1/user/eve", "admin"): "yes",
            ("1/user/fay", "admin"): "no",
            ("1/user/gus", "admin"): "yes",
            ("1/user/hal", "admin"): "no",
            ("1/user/ida", "admin"): "yes",
            ("1/user/jim", "admin"): "no",
        },
    ),
    (
        "a deny of all but a few things leaves those",
        {
            "1/user/ana": {"own": [allow(DEPLOY), {"Effect": "Deny", "Action": "*",
                                                   "NotResource": ["arn:aws:lambda:*", arn("1/role/boss")]}]},
            "1/user/bob": {"own": [allow(DEPLOY), {"Effect": "Deny", "Action": "*",
                                                   "NotResource": ["arn:aws:lambda:*"]}]},
            "1/role/boss": BOSS,
        },
        {("1/user/ana", "admin"): "yes", ("1/user/bob", "admin"): "no"},
    ),
    (
        "a group's deny is taken from the group, a role put into another's profile",
        {
            "1/group/one": {"own": [deny_but("s3:*", "iam:DeleteGroupPolicy")]},
            "1/group/two": {"own": [deny_but("s3:*", "iam:DetachGroupPolicy")]},
            "1/user/ana": {**ALL, "groups": ["one"]},
            "1/user/bob": {**ALL, "groups": ["two"]},
            "1/role/web": {"own": [allow("s3:*")], "profile": True},
            "1/role/boss": ALL,
            "1/user/cy": {"own": [allow(["iam:PassRole", "iam:AddRoleToInstanceProfile", "ec2:RunInstances",
                                         "iam:RemoveRoleFromInstanceProfile"])]},
            "1/user/di": {"own": [allow(["iam:PassRole", "iam:AddRoleToInstanceProfile",
                                         "ec2:RunInstances"])]},
        },
        {
            ("1/user/ana", "admin"): "yes",
            ("1/user/bob", "admin"): "no",
            ("1/user/cy", "admin"): "yes",
            ("1/user/di", "admin"): "no",
        },
    ),
]  # fmt: skip
