"""Authorization details become rows; whatever is odd in them costs one entry and is said."""

import hashlib
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from posture.model.errors import Unreadable

ACCOUNT = "111122223333"
SCOPE = f"aws:{ACCOUNT}"
READS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def arn(rest: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{rest}"


def trust(**principal: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": statement}


def digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document, separators=(",", ":")).encode()).hexdigest()


def role(name: str, **fields: object) -> dict[str, object]:
    whole = {"RoleName": name, "Arn": arn(f"role/{name}"), "AssumeRolePolicyDocument": trust(AWS=arn("root"))}
    return {**whole, **fields}


def user(name: str, **fields: object) -> dict[str, object]:
    return {"UserName": name, "Arn": arn(f"user/{name}"), **fields}


WHOLE = {
    "UserDetailList": [
        {
            "Path": "/team/",
            "UserName": "press",
            "UserId": "AIDAFAKE",
            "Arn": arn("user/team/press"),
            "CreateDate": "2023-03-09T10:41:45+00:00",
            "GroupList": ["readers"],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": READS}],
            "AttachedManagedPolicies": [{"PolicyName": "wide", "PolicyArn": arn("policy/wide")}],
            "PermissionsBoundary": {"PermissionsBoundaryArn": arn("policy/limit")},
            "Tags": [{"Key": "Team", "Value": "printing"}, {"Key": "env", "Value": "prod"}],
        }
    ],
    "GroupDetailList": [
        {"GroupName": "readers", "GroupId": "AGPAFAKE", "Arn": arn("group/readers"), "GroupPolicyList": []}
    ],
    "RoleDetailList": [
        {
            "RoleName": "ink",
            "RoleId": "AROAFAKE",
            "Arn": arn("role/ink"),
            "CreateDate": "2024-01-02T03:04:05Z",
            "AssumeRolePolicyDocument": trust(Service="lambda.amazonaws.com"),
            "InstanceProfileList": [{"Arn": arn("instance-profile/ink")}],
            "RoleLastUsed": {"LastUsedDate": "2026-06-30T00:00:00+00:00", "Region": "eu-west-1"},
        }
    ],
    "Policies": [
        {
            "PolicyName": "wide",
            "Arn": arn("policy/wide"),
            "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {"Document": READS, "VersionId": "v2", "IsDefaultVersion": True},
                {"Document": {"Version": "2012-10-17", "Statement": []}, "VersionId": "v1"},
            ],
        }
    ],
}


def test_one_of_each(read):
    found = read("aws_iam", WHOLE)
    press, ink = arn("user/team/press"), arn("role/ink")
    assert found.of("identities") == [
        {
            "at": "/UserDetailList/0",
            "key": press,
            "scope": SCOPE,
            "provider": "aws",
            "kind": "user",
            "name": "press",
            "created": datetime(2023, 3, 9, 10, 41, 45, tzinfo=UTC),
            "boundary": arn("policy/limit"),
            "owner": "printing",
            "owner_basis": "tag",
            "environment": "production",
            "environment_basis": "tag",
        },
        {
            "at": "/RoleDetailList/0",
            "key": ink,
            "scope": SCOPE,
            "provider": "aws",
            "kind": "role",
            "name": "ink",
            "provider_owned": False,
            "created": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
            "enabled": True,
            "interactive": False,
            "trusted_service": "lambda.amazonaws.com",
            "attested": "cloud",
            "last_used": datetime(2026, 6, 30, tzinfo=UTC),
            "last_used_blind": False,
            "has_boundary": False,
        },
    ]
    assert found.of("policies", "key", "kind", "attached_to", "document") == [
        (arn("policy/wide"), "managed", None, digest(READS)),
        (
            f"{arn('policy/wide')}#version/v1",
            "managed",
            None,
            digest({"Version": "2012-10-17", "Statement": []}),
        ),
        (arn("policy/limit"), "boundary", press, None),
        (arn("policy/wide"), "managed", press, digest(READS)),
        (f"{press}#inline/own", "inline", press, digest(READS)),
        (f"{ink}#trust", "trust", ink, digest(trust(Service="lambda.amazonaws.com"))),
    ]
    assert found.of("tags", "subject", "name", "value", "at") == [
        (press, "Team", "printing", "/UserDetailList/0/Tags/0"),
        (press, "env", "prod", "/UserDetailList/0/Tags/1"),
    ]
    assert found.of("links", "kind", "from", "to", "at") == [
        ("member-of", press, arn("group/readers"), "/UserDetailList/0/GroupList/0")
    ]
    assert found.of("aliases", "key", "alias") == [
        (arn("group/readers"), "AGPAFAKE"),
        (press, "AIDAFAKE"),
        (press, arn("user/press")),
        (ink, "AROAFAKE"),
        (ink, arn("instance-profile/ink")),
    ]
    assert found.of("coverage", "scope", "table", "state") == [
        (SCOPE, table, "complete") for table in ("identities", "groups", "policies", "documents", "tags")
    ]


def test_one_text_is_given_once_in_whatever_form(read):
    spaced = json.dumps(READS, indent=3)
    found = read(
        "aws_iam",
        {
            "RoleDetailList": [
                role("a", RolePolicyList=[{"PolicyName": "p", "PolicyDocument": READS}]),
                role("b", RolePolicyList=[{"PolicyName": "p", "PolicyDocument": spaced}]),
                role("c", RolePolicyList=[{"PolicyName": "p", "PolicyDocument": quote(spaced)}]),
            ]
        },
    )
    texts = {row["key"]: row["text"] for row in found.of("documents")}
    assert texts[digest(READS)] == json.dumps(READS, separators=(",", ":"))
    assert len(texts) == 2
    inline = [row["document"] for row in found.of("policies") if row["kind"] == "inline"]
    assert inline == [digest(READS)] * 3


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ({"RoleLastUsed": {}}, {"has_last_used": False}),
        ({"RoleLastUsed": {"LastUsedDate": None}}, {"has_last_used": False}),
        ({"RoleLastUsed": None}, {}),
        ({}, {}),
        (
            {"RoleLastUsed": {"LastUsedDate": 1751328000}},
            {"last_used": datetime(2025, 7, 1, tzinfo=UTC), "last_used_blind": False},
        ),
    ],
)
def test_never_used_is_not_the_same_as_not_told(read, used, expected):
    row = read("aws_iam", {"RoleDetailList": [role("r", **used)]}).of("identities")[0]
    assert {name: value for name, value in row.items() if "last_used" in name} == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (
            {"Service": ["ec2.amazonaws.com", "bedrock.amazonaws.com"]},
            ("bedrock.amazonaws.com", "cloud", False),
        ),
        ({"Federated": arn("oidc-provider/token.actions.githubusercontent.com")}, (None, "oidc-ci", False)),
        ({"Federated": arn("oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB")}, (None, "oidc", False)),
        ({"Federated": arn("saml-provider/corp")}, (None, "saml", True)),
        ({"AWS": "*"}, (None, None, False)),
    ],
)
def test_who_a_role_trusts(read, principal, expected):
    found = read("aws_iam", {"RoleDetailList": [role("r", AssumeRolePolicyDocument=trust(**principal))]})
    assert found.of("identities", "trusted_service", "attested", "interactive") == [expected]
    assert found.of("identities")[0].get("has_trusted_service") == (None if expected[0] else False)


def test_roles_of_the_provider_and_of_permission_sets(read):
    slr = arn("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    sso = arn("role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_RoutePlanner_0123456789abcdef")
    found = read("aws_iam", {"RoleDetailList": [role("s", Arn=slr), role("o", Arn=sso)]})
    assert found.of("identities", "key", "provider_owned") == [(slr, True), (sso, False)]
    assert (sso, f"{SCOPE}:permission-set:RoutePlanner") in found.of("aliases", "key", "alias")


def test_an_arn_without_a_number_belongs_to_the_account_of_the_others(read):
    odd = "arn:aws:iam::aws:group/odd"
    found = read(
        "aws_iam",
        {
            "GroupDetailList": [{"GroupName": "odd", "Arn": odd}],
            "UserDetailList": [user("u", GroupList=["odd"])],
        },
        root="elsewhere",
    )
    assert found.of("groups", "key", "scope") == [(odd, SCOPE)]
    assert found.of("links", "from", "to") == [(arn("user/u"), odd)]


def test_the_folder_names_the_account_where_no_arn_does(read):
    found = read(
        "aws_iam", {"GroupDetailList": [{"Arn": "arn:aws:iam::aws:group/odd"}]}, root="x/444455556666"
    )
    assert found.of("groups", "scope") == [("aws:444455556666",)]


def test_entries_that_cannot_be_read_leave_their_siblings(read):
    found = read(
        "aws_iam",
        {
            "UserDetailList": [None, user("kept"), {"UserName": "nameless"}, user("odd", GroupList={"a": 1})],
            "RoleDetailList": [
                role(
                    "r",
                    RolePolicyList=[
                        {"PolicyDocument": READS},
                        None,
                        {"PolicyName": "t", "PolicyDocument": "{"},
                    ],
                )
            ],
            "Policies": [{"Arn": arn("policy/p"), "PolicyVersionList": None, "AttachmentCount": None}],
        },
    )
    assert found.of("identities", "key") == [(arn("user/kept"),), (arn("role/r"),)]
    assert [row["key"] for row in found.of("policies") if row["kind"] == "inline"] == [
        f"{arn('role/r')}#inline/[0]",
        f"{arn('role/r')}#inline/[1]",
        f"{arn('role/r')}#inline/t",
    ]
    partial = [row for row in found.of("coverage") if row["state"] == "partial"]
    assert [(row["table"], row["at"], row["why"]) for row in partial] == [
        (
            "policies",
            "/RoleDetailList/0/RolePolicyList/1",
            f"an inline policy of {arn('role/r')} cannot be read",
        ),
        (
            "policies",
            "/RoleDetailList/0/RolePolicyList/2",
            f"an inline policy of {arn('role/r')} cannot be read",
        ),
        ("identities", "/UserDetailList/0", "one entry is set aside: Expected object, got null"),
        ("identities", "/UserDetailList/2", "one entry is set aside: it has no ARN"),
        (
            "identities",
            "/UserDetailList/3",
            "one entry is set aside: Expected array | null, got object - at GroupList",
        ),
    ]


def test_an_id_that_two_entries_share_names_neither(read):
    found = read(
        "aws_iam", {"RoleDetailList": [role("a", RoleId="AROATWICE"), role("b", RoleId="AROATWICE")]}
    )
    assert found.of("aliases") == []
    assert found.page.problems == [("", "the id AROATWICE stands for more than one entry")]


@pytest.mark.parametrize("form", ["list", "lines", "one after another"])
def test_pages_in_one_file(read, form):
    pages = [
        {"UserDetailList": [user("a")], "IsTruncated": True},
        {"RoleDetailList": [role("b")], "IsTruncated": False},
    ]
    if form == "list":
        data = json.dumps(pages)
    else:
        data = "\n".join(json.dumps(page, indent=None if form == "lines" else 2) for page in pages)
    found = read("aws_iam", data)
    assert found.of("identities", "key") == [(arn("user/a"),), (arn("role/b"),)]
    assert {row["state"] for row in found.of("coverage")} == {"complete"}


def test_a_page_that_others_follow_is_partial(read):
    found = read("aws_iam", {"UserDetailList": [user("a")], "IsTruncated": True, "Marker": "x"})
    assert set(found.of("coverage", "state", "why")) == {("partial", "more pages follow this one")}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_of_other_systems(read, encoding):
    found = read("aws_iam", json.dumps(WHOLE).encode(encoding))
    assert found.of("identities", "name") == [("press",), ("ink",)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"UserDetailList": [', "line 1: ends in the middle of the JSON; export it again"),
        (b'{"UserDetailList": [}\n, 1]}', "line 1: is no JSON from here on; export it again"),
        (b'{"UserDetailList": ["\xff"]}', "is not UTF-8 from byte 21 on; save it as UTF-8"),
        (
            b'{"UserDetailList": {}}',
            "is not in AWS's shape: Expected array | null, got object - at UserDetailList",
        ),
        (
            b'{"UserDetailList": [' + b"[" * 5000 + b"]" * 5000 + b"]}",
            "nests deeper than any export does; export it again",
        ),
    ],
)
def test_files_that_cannot_be_read(read, data, said):
    with pytest.raises(Unreadable) as raised:
        read("aws_iam", data)
    assert str(raised.value) == said


def test_half_a_surrogate_pair_costs_nothing(read):
    data = json.dumps({"UserDetailList": [user("a", Tags=[{"Key": "owner", "Value": "\ud800x"}])]})
    assert read("aws_iam", data).of("identities", "owner") == [("?x",)]
