"""A question about one principal gets the decision and the command that checks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.access.aws.can import can
from posture.access.aws.decision import Answer
from posture.estate.build import build
from posture.estate.estate import Estate
from posture.model.errors import UsageError
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import gather

DETAILS = """{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{
  "RoleName": "etl", "Arn": "arn:aws:iam::111122223333:role/etl", "InstanceProfileList": [],
  "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
  "AttachedManagedPolicies": [], "Tags": [], "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": {
    "Version": "2012-10-17", "Statement": [{"Sid": "Office", "Effect": "Allow", "Action": "s3:GetObject",
      "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}}]}]}"""
ETL = "arn:aws:iam::111122223333:role/etl"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    (tmp_path / "authorization-details.json").write_text(DETAILS)
    rows = gather([tmp_path], [], [], Settings()).rows
    return build(rows, [reader.SOURCE for reader in registry.every()], Settings()).estate


def test_an_open_question_names_the_keys_it_hangs_on(estate: Estate) -> None:
    answered = can(estate, ETL, "s3:GetObject", "arn:aws:s3:::ledger/q1")

    assert answered.decision.answer is Answer.DEPENDS
    assert answered.decision.keys == ("aws:sourceip",)
    assert [deciding.label for deciding in answered.decision.deciding] == ["data / Office"]
    assert answered.decision.assumes == ("no SCP", "no RCP", "no resource policy")
    assert answered.check_with == (
        "aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::111122223333:role/etl "
        "--action-names s3:GetObject --resource-arns arn:aws:s3:::ledger/q1"
    )


def test_a_given_key_settles_it(estate: Estate) -> None:
    answered = can(estate, ETL, "s3:GetObject", "arn:aws:s3:::ledger/q1", {"aws:SourceIp": "10.1.2.3"})

    assert answered.decision.answer is Answer.ALLOWED
    assert "aws:sourceip" in answered.check_with


def test_a_stranger_is_told_apart(estate: Estate) -> None:
    with pytest.raises(UsageError, match="is no AWS user or role of the input"):
        can(estate, "arn:aws:iam::111122223333:role/nobody", "s3:GetObject", "*")
