"""Services that a policy lets in for anybody who sets them up, and those that it holds to their account."""

import json

import pytest

from posture.access.aws import deputies
from tests.checks.small import estate_of

ROLE = "arn:aws:iam::111122223333:role/press"
BUCKET = "arn:aws:s3:::plates"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:jobs"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:press"
OWN = {"StringEquals": {"aws:SourceAccount": "111122223333"}}


def found(subject, service, condition=None, *more, rcp=None):
    action = {ROLE: "sts:AssumeRole", BUCKET: "s3:PutObject", TOPIC: "sns:Publish"}.get(
        subject, "lambda:InvokeFunction"
    )
    resource = {} if subject == ROLE else {"Resource": f"{BUCKET}/*" if subject == BUCKET else subject}
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, **resource}
    if condition:
        allow["Condition"] = condition
    tables = {
        "policies": [
            {
                "key": f"{subject}#p",
                "provider": "aws",
                "kind": "trust" if subject == ROLE else "resource",
                "attached_to": subject,
                "document": "d",
            }
        ],
        "documents": [
            {"key": "d", "text": json.dumps({"Version": "2012-10-17", "Statement": [allow, *more]})}
        ],
    }
    if rcp:
        tables["policies"].append(
            {"key": "rcp", "provider": "aws", "kind": "rcp", "attached_to": "aws:r-1", "document": "r"}
        )
        tables["documents"].append({"key": "r", "text": json.dumps(rcp)})
    return {one.service: one.open for one in deputies.deputies(estate_of(tables))}


@pytest.mark.parametrize(
    "service", ["lambda", "ec2", "ecs-tasks", "edgelambda", "codebuild", "glue", "sagemaker", "pods.eks"]
)
def test_roles_that_the_account_itself_hands_to_a_service_are_no_way_in(service):
    assert found(ROLE, f"{service}.amazonaws.com") == {}


@pytest.mark.parametrize(
    ("condition", "open_"),
    [
        (None, True),
        (OWN, False),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:bedrock:eu-west-1:111122223333:agent/*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:bedrock:*:*:*"}}, True),
        ({"StringEquals": {"aws:SourceOrgID": "o-ours"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}, False),
        ({"StringLike": {"aws:SourceAccount": "*"}}, True),
        ({"StringEquals": {"aws:RequestTag/team": "press"}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"StringEquals": {"bedrock:something": "x"}}, None),
    ],
)
def test_a_role_is_open_to_an_agents_service_but_for_what_a_condition_keeps_out(condition, open_):
    assert found(ROLE, "bedrock.amazonaws.com", condition) == {"bedrock.amazonaws.com": open_}


def test_a_service_that_the_list_does_not_know_is_a_question():
    assert found(ROLE, "newthing.amazonaws.com") == {"newthing.amazonaws.com": None}
    assert found(ROLE, "newthing.amazonaws.com", OWN) == {"newthing.amazonaws.com": False}


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        (TOPIC, "s3.amazonaws.com"),
        (TOPIC, "cloudwatch.amazonaws.com"),
        (FUNCTION, "s3.amazonaws.com"),
        (FUNCTION, "apigateway.amazonaws.com"),
        (FUNCTION, "logs.eu-west-1.amazonaws.com"),
        (BUCKET, "cloudtrail.amazonaws.com"),
        (BUCKET, "delivery.logs.amazonaws.com"),
    ],
)
def test_a_resource_lets_in_whoever_points_a_service_at_it(subject, service):
    assert found(subject, service) == {service: True}
    assert found(subject, service, OWN) == {service: False}


def test_the_acl_that_a_service_writes_with_keeps_no_stranger_out():
    written = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    assert found(BUCKET, "cloudtrail.amazonaws.com", written) == {"cloudtrail.amazonaws.com": True}


def test_a_source_of_ones_own_narrows_by_name():
    own = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::plates"}}
    assert found(TOPIC, "s3.amazonaws.com", own) == {"s3.amazonaws.com": False}
    any_bucket = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}
    assert found(TOPIC, "s3.amazonaws.com", any_bucket) == {"s3.amazonaws.com": True}
    any_api = {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:*:*:*"}}
    assert found(FUNCTION, "apigateway.amazonaws.com", any_api) == {"apigateway.amazonaws.com": True}


def test_a_deny_of_other_accounts_closes_it():
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:*",
        "Resource": TOPIC,
        "Condition": {
            "StringNotEqualsIfExists": {"aws:SourceAccount": "111122223333"},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        },
    }
    assert found(TOPIC, "s3.amazonaws.com", None, deny) == {"s3.amazonaws.com": False}


def test_a_perimeter_of_the_organisation_leaves_it_open_to_doubt():
    perimeter = {
        "Statement": {"Effect": "Deny", "Condition": {"StringNotEquals": {"aws:SourceOrgID": "o-1"}}}
    }
    full = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    assert found(TOPIC, "s3.amazonaws.com", rcp=perimeter) == {"s3.amazonaws.com": None}
    assert found(TOPIC, "s3.amazonaws.com", rcp=full) == {"s3.amazonaws.com": True}


def test_what_could_not_be_read_is_not_known():
    rows = [{"key": "p", "provider": "aws", "kind": "trust", "attached_to": ROLE, "document": "gone"}]
    (one,) = deputies.deputies(estate_of({"policies": rows}))
    assert (one.subject, one.open) == (ROLE, None)


def test_no_service_is_in_both_lists():
    for table in deputies._tables().values():
        assert not table.shared & table.own
