"""Whoever is in the estate is somebody, too: what is open to everybody counts in everybody's reach."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from posture.assess.reading import Asked, read
from posture.graph.answers import answers
from tests.access.aws.test_resource_side import (
    BUCKET,
    KEY,
    ONE,
    READ,
    TWO,
    WRITE,
    Company,
    allow,
    deny,
    document,
    resolved,
    unblocked,
    user,
)

ALL = f"arn:aws:iam::{ONE}:everyone"
AGENT, WIDE = f"arn:aws:iam::{ONE}:role/agent", f"arn:aws:iam::{ONE}:role/wide"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def of(company: Company, *kinds: str) -> set[tuple[str, str, int | None, bool]]:
    links = resolved(company).links.filter(pl.col("kind").is_in(list(kinds)), pl.col("from") != "*")
    return set(links.select("from", "to", "classes", "certain").iter_rows())


def test_a_public_bucket_is_open_to_each_principal_of_every_account(company: Company) -> None:
    company.hire("ana")
    company.hire("bob", account=TWO)
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*"))
    other = ALL.replace(ONE, TWO)
    assert of(company, "member-of", "may-act") == {
        (user("ana"), ALL, None, True),
        (user("bob", TWO), other, None, True),
        (ALL, BUCKET, READ, True),
        (other, BUCKET, READ, True),
    }


def test_who_may_not_sign_for_it_still_asks_without_a_signature(company: Company) -> None:
    company.hire("ana", deny("s3:*", "*"))
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*"))
    assert of(company, "member-of", "may-act") == {(user("ana"), BUCKET, READ, True)}


def test_what_asks_for_a_signature_is_not_for_who_is_denied(company: Company) -> None:
    company.hire("ana", deny("kms:*", "*"))
    company.hire("bob")
    company.hire("eve", account=TWO)
    company.guard("kms", "GetKeyPolicy", {"KeyId": KEY}, allow("kms:Decrypt", "*", Principal={"AWS": "*"}))
    assert of(company, "member-of", "may-act") == {(user("bob"), ALL, None, True), (ALL, KEY, WRITE, True)}


def test_a_key_that_is_used_through_a_service_opens_nothing_by_itself(company: Company) -> None:
    company.hire("ana")
    through = {"StringEquals": {"kms:CallerAccount": ONE, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    company.guard(
        "kms", "GetKeyPolicy", {"KeyId": KEY}, allow("kms:Decrypt", "*", Principal="*", Condition=through)
    )
    assert of(company, "may-act") == set()


def test_everybody_of_one_account_is_nobody_of_another(company: Company) -> None:
    company.hire("ana")
    company.hire("eve", account=TWO)
    own = {"StringEquals": {"aws:PrincipalAccount": ONE}}
    company.bucket(allow("s3:PutObject", f"{BUCKET}/*", Principal="*", Condition=own))
    assert of(company, "member-of", "may-act") == {(user("ana"), ALL, None, True), (ALL, BUCKET, WRITE, True)}


def test_a_condition_on_who_comes_means_those(company: Company) -> None:
    company.hire("ana")
    company.hire("bob")
    meant = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ONE}:user/a*"}}
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*", Condition=meant))
    assert of(company, "may-act") == {(user("ana"), BUCKET, READ, True)}


def test_an_administrator_needs_no_group(company: Company) -> None:
    company.hire("root", allow("*"))
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*"))
    assert of(company, "member-of") == set()


def test_an_agents_identity_reaches_the_public_bucket_and_the_role_that_trusts_everybody(
    tmp_path: Path,
) -> None:
    def role(arn: str, trust: object, *statements: object) -> dict[str, object]:
        return {
            "RoleName": arn.rpartition("/")[2],
            "Arn": arn,
            "AssumeRolePolicyDocument": document(trust),
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
        }

    queue = f"arn:aws:sqs:eu-west-1:{ONE}:jobs"
    roles = [
        role(
            AGENT,
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
        role(
            WIDE,
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
            allow("sqs:SendMessage", queue),
        ),
    ]
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}
    (tmp_path / "details.json").write_text(json.dumps(details))
    policy = json.dumps(document(allow("s3:GetObject", f"{BUCKET}/*", Principal="*")))
    inventory = [
        {
            "service": "s3",
            "operation": "GetBucketPolicy",
            "request": {"Bucket": "ledger"},
            "response": {"Policy": policy},
        },
        *unblocked(),
        {
            "service": "bedrock-agent",
            "operation": "GetAgent",
            "region": "eu-west-1",
            "response": {
                "agent": {
                    "agentId": "A1",
                    "agentArn": f"arn:aws:bedrock:eu-west-1:{ONE}:agent/A1",
                    "agentName": "press",
                    "agentResourceRoleArn": AGENT,
                }
            },
        },
    ]
    (tmp_path / ONE).mkdir()
    (tmp_path / ONE / "inventory.json").write_text(json.dumps(inventory))
    estate = read(Asked((tmp_path,), fingerprint_key=b"k")).built.estate
    links = set(estate["links"].select("kind", "from", "to").iter_rows())
    assert ("may-become", AGENT, WIDE) in links
    nodes = answers(estate).nodes.filter(pl.col("key") == AGENT)
    # The bucket, and the queue by way of the role.
    assert nodes["reaches_systems"].to_list() == [2]
