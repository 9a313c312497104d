"""S3 Block Public Access of buckets and accounts, by hand and from a snapshot that says there is none."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posture.settings import Settings
from posture.sources.gather import gather

ACCOUNT = "111122223333"
ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
OFF = {**ON, "RestrictPublicBuckets": False}


def inventory(service, setting, request):
    response = {"PublicAccessBlockConfiguration": setting}
    return [
        {"service": service, "operation": "GetPublicAccessBlock", "request": request, "response": response}
    ]


@pytest.mark.parametrize(("setting", "restricts"), [(ON, True), (OFF, False), ({}, False)])
def test_a_bucket_and_an_account(read, setting, restricts):
    found = read("aws_public_access_block", inventory("s3", setting, {"Bucket": "press"}))
    assert found.of("systems", "key", "kind", "restricts_public") == [
        ("arn:aws:s3:::press", "bucket", restricts)
    ]
    found = read("aws_public_access_block", inventory("s3control", setting, {"AccountId": ACCOUNT}))
    assert found.of("scopes", "key", "restricts_public") == [(f"aws:{ACCOUNT}", restricts)]


def test_an_answer_by_hand_is_named_by_its_file(read):
    answer = {"PublicAccessBlockConfiguration": ON}
    found = read("aws_public_access_block", answer, "s3-get-public-access-block-press.eu.json")
    assert found.of("systems", "key", "restricts_public") == [("arn:aws:s3:::press.eu", True)]
    found = read("aws_public_access_block", answer, "s3control-get-public-access-block.json")
    assert found.of("scopes", "key", "restricts_public") == [(f"aws:{ACCOUNT}", True)]
    lost = read("aws_public_access_block", answer, "block.json")
    assert lost.of("coverage", "table", "state", "why") == [
        ("systems", "partial", "one setting is set aside: nothing says of which bucket")
    ]


def test_what_a_snapshot_says_there_is_none_of(tmp_path: Path):
    def none(call, **request):
        return {"path": f"{call}.json", "call": call, "request": request, "region": "eu-west-1",
                "collected_at": "2026-07-01T00:00:00Z"}  # fmt: skip

    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:press"
    manifest = {
        "source": "aws", "scope": ACCOUNT, "collected_at": "2026-07-01T00:00:00Z", "complete": True,
        "files": [], "errors": [],
        "none": [
            none("s3:GetPublicAccessBlock", Bucket="press"),
            none("s3control:GetPublicAccessBlock", AccountId=ACCOUNT),
            none("s3:GetBucketPolicy", Bucket="press"),
            none("lambda:GetPolicy", FunctionName=function),
            none("ecr:GetRepositoryPolicy", repositoryName="plates"),
            none("lambda:ListFunctionUrlConfigs", FunctionName=function),
        ],
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    rows = gather([tmp_path], [], [], Settings()).rows.tables
    assert [(row["key"], row["restricts_public"]) for row in rows["scopes"]] == [(f"aws:{ACCOUNT}", False)]
    said = {(row["key"], row.get("own_policy"), row.get("restricts_public")) for row in rows["systems"]}
    assert said == {
        ("arn:aws:s3:::press", None, False),
        ("arn:aws:s3:::press", False, None),
        (function, False, None),
        (f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/plates", False, None),
    }
    assert {row["collected_at"] for row in rows["systems"]} == {datetime(2026, 7, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("block", "origin", "held"),
    [(True, "Internet", True), (False, "VPC", True), (False, "Internet", False)],
)
def test_an_access_point_is_shut_by_its_setting_or_by_its_network(read, block, origin, held):
    arn = "arn:aws:s3:eu-west-1:111122223333:accesspoint/readers"
    setting = {"RestrictPublicBuckets": block}
    answer = {"Name": "readers", "AccessPointArn": arn, "NetworkOrigin": origin}
    answer["PublicAccessBlockConfiguration"] = setting
    entry = {"service": "s3control", "operation": "GetAccessPoint", "response": answer}
    found = read("aws_public_access_block", [entry])
    assert found.of("systems", "key", "scope", "restricts_public") == [(arn, "aws:111122223333", held)]
