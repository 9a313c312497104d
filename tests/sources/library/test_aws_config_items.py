"""Items of AWS Config, as a delivered snapshot and as the API write them."""

import json

import pytest

ACCOUNT = "111122223333"
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]})


def bucket(name, spelt, **more):
    return {
        "resourceType": "AWS::S3::Bucket",
        "resourceName": name,
        "awsAccountId": ACCOUNT,
        "supplementaryConfiguration": {key: spelt(value) for key, value in more.items()},
    }


@pytest.mark.parametrize(
    ("top", "spelt"), [("configurationItems", lambda o: o), ("baseConfigurationItems", json.dumps)]
)
def test_buckets_and_their_account(read, top, spelt):
    items = [
        bucket("press", spelt, BucketPolicy={"policyText": POLICY},
               PublicAccessBlockConfiguration={"restrictPublicBuckets": False}),
        bucket("plates", spelt, BucketPolicy={"policyText": None},
               PublicAccessBlockConfiguration={"restrictPublicBuckets": True}),
        bucket("quiet", spelt),
        {**bucket("gone", spelt), "configurationItemStatus": "ResourceDeleted"},
        {"resourceType": "AWS::S3::Bucket"},
        {"resourceType": "AWS::IAM::Role"},
        {"resourceType": "AWS::S3::AccountPublicAccessBlock", "resourceId": ACCOUNT,
         "configuration": spelt({"restrictPublicBuckets": True})},
    ]  # fmt: skip
    found = read("aws_config_items", {"fileVersion": "1.0", top: items})
    assert found.of("systems", "key", "restricts_public", "own_policy") == [
        ("arn:aws:s3:::press", False, None),
        ("arn:aws:s3:::plates", True, False),
        ("arn:aws:s3:::quiet", None, None),
    ]
    assert found.of("policies", "attached_to", "kind") == [("arn:aws:s3:::press", "resource")]
    assert [json.loads(row["text"]) for row in found.of("documents")] == [json.loads(POLICY)]
    assert found.of("scopes", "key", "restricts_public") == [(f"aws:{ACCOUNT}", True)]
    assert found.of("coverage", "table", "state") == [("systems", "partial")]


def test_a_text_that_is_no_json_says_nothing(read):
    item = bucket("press", lambda value: value, PublicAccessBlockConfiguration="{", BucketPolicy=7)
    found = read("aws_config_items", {"configurationItems": [item]})
    assert found.of("systems", "key", "restricts_public") == [("arn:aws:s3:::press", None)]
    assert found.of("policies") == []
