"""Whom from outside a resource's own policy lets in, whatever its conditions say."""

import json

import polars as pl
import pytest

from posture.access.aws.account import Account, Landscape
from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.decision import Attached
from posture.access.aws.narrowing import is_public
from posture.access.aws.resolve import resolve
from posture.access.aws.resource_side import Guarded
from posture.access.aws.strangers import strangers
from tests.checks.small import estate_of

OWN, OTHER = "111122223333", "999988887777"
BUCKET = "arn:aws:s3:::plates"
QUEUE = f"arn:aws:sqs:eu-west-1:{OWN}:orders"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/k1"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:jobs"
FUNCTION = f"arn:aws:lambda:eu-west-1:{OWN}:function:press"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:ink-AbCdEf"
REPOSITORY = f"arn:aws:ecr:eu-west-1:{OWN}:repository/press"
TABLE = f"arn:aws:dynamodb:eu-west-1:{OWN}:table/prints"
ACTION = {
    BUCKET: "s3:GetObject", QUEUE: "sqs:SendMessage", KEY: "kms:Decrypt", TOPIC: "sns:Publish",
    FUNCTION: "lambda:InvokeFunction", SECRET: "secretsmanager:GetSecretValue",
    REPOSITORY: "ecr:BatchGetImage", TABLE: "dynamodb:GetItem",
}  # fmt: skip


def document(resource, principal, condition=None, *more):
    allow = {"Effect": "Allow", "Principal": principal, "Action": ACTION[resource], "Resource": "*"}
    if condition:
        allow["Condition"] = condition
    return compile_policy({"Version": "2012-10-17", "Statement": [allow, *more]}, RESOURCE)


def found(resource, principal, condition=None, *more, block=False, organisation="o-own", rcp=None):
    """Who comes in, and whether that is certain."""
    level = (Attached("own", document(resource, principal, condition, *more)),)
    rcps = ((Attached("rcp", compile_policy(json.dumps(rcp), RESOURCE)),),) if rcp else None
    account = Account(OWN, organisation=organisation, rcps=rcps)
    guarded = Guarded(resource, OWN, level, block, account)
    return {link["from"]: link["certain"] for _row, link in strangers(Landscape({OWN: account}), guarded)}


@pytest.mark.parametrize("resource", list(ACTION))
def test_everybody_and_another_account(resource):
    assert found(resource, "*") == {"*": True}
    assert found(resource, {"AWS": OTHER}) == {f"arn:aws:iam::{OTHER}:root": True}
    role = f"arn:aws:iam::{OTHER}:role/reader"
    assert found(resource, {"AWS": [role, OWN, f"arn:aws:iam::{OWN}:role/own"]}) == {role: True}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-own"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-own/r-1/*"}},
        {"StringEquals": {"aws:PrincipalAccount": OWN}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}},
        {"StringEquals": {"aws:SourceVpce": ["vpce-0a1b2c3d", "vpce-1a1b2c3d"]}},
        {"StringEquals": {"aws:SourceAccount": OWN}},
        {"StringEquals": {"AWS:SourceOwner": OWN}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}},
        {"StringEquals": {"kms:CallerAccount": OWN}},
        {"StringEquals": {"s3:DataAccessPointAccount": OWN}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_a_condition_that_means_ourselves_lets_in_nobody_else(condition):
    assert found(QUEUE, {"AWS": "*"}, condition) == {}


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringNotEquals": {"aws:PrincipalAccount": OWN}},
        {"StringEqualsIfExists": {"aws:SourceAccount": OWN}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringLike": {"aws:SourceVpce": "vpce-*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}},
        {"StringEquals": {"aws:PrincipalTag/team": "press"}},
        {"StringLike": {"aws:Referer": "https://press.example/*"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-own/*"}, "Null": {"aws:userid": "false"}},
    ],
)
def test_a_condition_that_anybody_can_meet_is_none(condition):
    expected = {} if "ForAllValues:StringEquals" in condition else {"*": True}
    assert found(QUEUE, {"AWS": "*"}, condition) == expected


def test_a_condition_on_what_nobody_here_knows_leaves_it_open():
    assert found(BUCKET, "*", {"StringEquals": {"s3:ExistingObjectTag/class": "open"}}) == {"*": False}


@pytest.mark.parametrize(
    ("condition", "who"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": OTHER}}, f"arn:aws:iam::{OTHER}:root"),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}}, f"arn:aws:iam::{OTHER}:root"),
        ({"StringEquals": {"aws:SourceAccount": OTHER}}, f"arn:aws:iam::{OTHER}:root"),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-other"}}, "aws:o-other"),
    ],
)
def test_a_condition_that_means_others_lets_in_those(condition, who):
    assert found(QUEUE, {"AWS": "*"}, condition) == {who: True}


def test_an_organisation_of_which_nobody_knows_whose_it_is():
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-own"}}
    assert found(QUEUE, {"AWS": "*"}, condition, organisation=None) == {"aws:o-own": False}


def test_a_deny_of_everybody_else_closes_it():
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-own"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": outside}
    assert found(BUCKET, "*", None, deny) == {}
    network = {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}
    assert found(BUCKET, "*", None, {**deny, "Condition": network}) == {}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    assert found(BUCKET, "*", None, {**deny, "Condition": plain}) == {"*": True}


def test_what_the_organisation_asks_of_every_request_closes_it_too():
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-own"}}
    rcp = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                          "Condition": outside}]}  # fmt: skip
    assert found(BUCKET, "*", rcp=rcp) == {}
    # Resource control policies bind some services, and topics are none of them.
    assert found(TOPIC, "*", rcp=rcp) == {"*": True}


def test_all_but_somebody_is_everybody():
    level = (
        Attached(
            "own",
            compile_policy(
                {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER}:user/eve"},
                            "Action": "sqs:SendMessage",
                            "Resource": "*",
                        }
                    ]
                },
                RESOURCE,
            ),
        ),
    )
    rows = strangers(Landscape({OWN: Account(OWN)}), Guarded(QUEUE, OWN, level))
    assert [(link["from"], link["certain"]) for _row, link in rows] == [("*", True)]


def test_an_action_that_nobody_knows_leaves_it_open():
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetPlate", "Resource": "*"}
    level = (Attached("own", compile_policy({"Statement": [allow]}, RESOURCE)),)
    rows = list(strangers(Landscape({OWN: Account(OWN)}), Guarded(BUCKET, OWN, level)))
    assert [(link["from"], link["certain"]) for _row, link in rows] == [("*", False)]
    assert "s3:getplate" in rows[0][1]["depends_on"].lower()


def test_who_is_gone_and_what_aws_itself_reads_as_is_nobody():
    assert found(BUCKET, {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}) == {}
    assert found(BUCKET, {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}) == {}


def test_block_public_access_holds_a_public_policy_to_its_account():
    assert found(BUCKET, "*", block=True) == {}
    assert found(BUCKET, "*", block=None) == {"*": False}
    assert found(BUCKET, {"AWS": OTHER}, block=True) == {f"arn:aws:iam::{OTHER}:root": True}


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        (None, True),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}, True),
    ],
)
def test_what_s3_calls_public(condition, public):
    assert is_public((Attached("own", document(BUCKET, "*", condition)),)) is public
    assert not is_public((Attached("own", document(BUCKET, {"AWS": OTHER}, condition)),))


@pytest.mark.parametrize("network", ["anywhere", "10.0.0.0/33", "${aws:SourceIp}", "10.*", ""])
def test_a_network_that_cannot_be_read_costs_its_own_statement_alone(network):
    condition = {"IpAddress": {"aws:SourceIp": network}}
    other = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": ACTION[BUCKET], "Resource": "*"}

    assert found(BUCKET, "*", condition, other)[f"arn:aws:iam::{OTHER}:root"] is True


AT = f"eu-west-1:{OWN}"


@pytest.mark.parametrize(
    ("key", "action", "speaks_of"),
    [
        (f"arn:aws:ecr:{AT}:registry", "ecr:BatchImportUpstreamImage", f"arn:aws:ecr:{AT}:repository/team/*"),
        (f"arn:aws:ecr:{AT}:registry", "ecr:CreateRepository", "*"),
        (f"arn:aws:glue:{AT}:catalog", "glue:GetTable", f"arn:aws:glue:{AT}:table/sales/*"),
        (f"arn:aws:logs:{AT}:resource-policy:a", "logs:PutLogEvents", f"arn:aws:logs:{AT}:log-group:/x/*:*"),
        (
            f"arn:aws:schemas:{AT}:registry/own",
            "schemas:DescribeSchema",
            f"arn:aws:schemas:{AT}:schema/own/*",
        ),
        (f"arn:aws:execute-api:{AT}:a1", "execute-api:Invoke", f"arn:aws:execute-api:{AT}:a1/prod/GET/*"),
        (
            f"arn:aws:lambda:{AT}:layer:shared:3",
            "lambda:GetLayerVersion",
            f"arn:aws:lambda:{AT}:layer:shared:3",
        ),
        (f"arn:aws:backup:{AT}:backup-vault:v", "backup:CopyIntoBackupVault", "*"),
        (
            f"arn:aws:events:{AT}:event-bus/default",
            "events:PutEvents",
            f"arn:aws:events:{AT}:event-bus/default",
        ),
        (f"arn:aws:ses:{AT}:identity/a.example", "ses:SendEmail", f"arn:aws:ses:{AT}:identity/a.example"),
        (f"arn:aws:kinesis:{AT}:stream/jobs", "kinesis:GetRecords", f"arn:aws:kinesis:{AT}:stream/jobs"),
    ],
)
def test_what_a_policy_governs_may_bear_other_names(key, action, speaks_of):
    assert opened_to({"AWS": OTHER}, key, action, speaks_of) == {f"arn:aws:iam::{OTHER}:root": None}
    elsewhere = speaks_of.replace(OWN, "444455556666")
    if elsewhere != speaks_of:
        assert opened_to({"AWS": OTHER}, key, action, elsewhere) == {}


def opened_to(principal, key, action, resource):
    """Who comes in, and on what that hangs."""
    allow = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    policy = compile_policy({"Version": "2012-10-17", "Statement": [allow]}, RESOURCE)
    guarded = Guarded(key, OWN, (Attached("own", policy),))
    links = strangers(Landscape({OWN: Account(OWN)}), guarded)
    return {link["from"]: link["depends_on"] for _row, link in links}


@pytest.mark.parametrize(
    ("key", "action", "anyone", "friend"),
    [
        (
            f"arn:aws:execute-api:{AT}:a1",
            "execute-api:Invoke",
            "which authorization its methods ask for, and whether it is private",
            None,
        ),
        (
            f"arn:aws:elasticfilesystem:{AT}:file-system/fs-1",
            "elasticfilesystem:ClientMount",
            *["who reaches a mount target in its network"] * 2,
        ),
        (
            f"arn:aws:es:{AT}:domain/d",
            "es:ESHttpGet",
            *["who reaches its endpoint, and what its own access control asks for"] * 2,
        ),
    ],
)
def test_what_more_than_the_policy_decides_is_named(key, action, anyone, friend):
    assert opened_to("*", key, action, "*") == {"*": anyone}
    assert opened_to({"AWS": OTHER}, key, action, "*") == {f"arn:aws:iam::{OTHER}:root": friend}


CANONICAL = "b" * 64


def listed(grants, bucket=None, account=None):
    """Who an access control list lets in, on what that hangs, and the classes."""
    scope = f"aws:{OWN}"
    whole = [{"Effect": "Allow", "Resource": [BUCKET, f"{BUCKET}/*"], **one} for one in grants.values()]
    texts = {whom: json.dumps({"Version": "2012-10-17", "Statement": [one]})
             for whom, one in zip(grants, whole, strict=True)}  # fmt: skip
    made = {
        "scopes": [{"key": scope, "kind": "account", "provider": "aws", "ignores_public": account}],
        "systems": [{"key": BUCKET, "scope": scope, "provider": "aws", "kind": "bucket",
                     "ignores_public": bucket}],
        "documents": [{"key": whom, "text": text} for whom, text in texts.items()],
        "policies": [
            {"key": f"{BUCKET}#acl/{whom}", "kind": "acl", "scope": scope, "provider": "aws",
             "attached_to": BUCKET, "document": whom}
            for whom in texts
        ],
    }  # fmt: skip
    links = resolve(estate_of(made)).links.filter(pl.col("kind") == "may-act")
    return {row["from"]: (row["depends_on"], row["classes"]) for row in links.iter_rows(named=True)}


EVERYBODY = {"everybody": {"Principal": "*", "Action": ["s3:PutObject"]}}
OTHERS = {"others": {"Principal": {"CanonicalUser": CANONICAL}, "Action": ["s3:PutObject"]}}
WHOSE = "whose canonical id it is: of another account, or of a CloudFront identity"


@pytest.mark.parametrize(
    ("bucket", "account", "expected"),
    [
        (False, False, {"*": None}),
        (True, False, {}),
        (False, True, {}),
        (False, None, {"*": "whether S3 Block Public Access restricts the bucket"}),
    ],
)
def test_a_list_for_everybody_counts_unless_it_is_ignored(bucket, account, expected):
    found = listed(EVERYBODY, bucket, account)
    assert {who: hangs_on for who, (hangs_on, _classes) in found.items()} == expected


def test_a_list_for_another_account_counts_whatever_is_ignored():
    assert {who: why for who, (why, _) in listed(OTHERS, True, True).items()} == {CANONICAL: WHOSE}
    assert {who: why for who, (why, _) in listed({**EVERYBODY, **OTHERS}, True, True).items()} == {
        CANONICAL: WHOSE
    }


POINT = f"arn:aws:s3:{AT}:accesspoint/readers"


def test_what_comes_through_an_access_point_needs_its_bucket_too():
    through = "whether the policy of its bucket lets in what comes through it"
    friend = f"arn:aws:iam::{OTHER}:root"
    assert opened_to({"AWS": OTHER}, POINT, "s3:GetObject", f"{POINT}/object/*") == {friend: through}
    assert opened_to("*", POINT, "s3:GetObject", f"{POINT}/object/*") == {"*": through}


def test_a_policy_may_name_another_account_by_its_canonical_id():
    assert opened_to({"CanonicalUser": CANONICAL}, BUCKET, "s3:GetObject", f"{BUCKET}/*") == {
        CANONICAL: WHOSE
    }
