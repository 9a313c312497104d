"""What access control lists of buckets grant, and to whom."""

from __future__ import annotations

import json
from typing import Any

import pytest

OWNER, OTHER = "a" * 64, "b" * 64
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
READ = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"]


def group(uri: str, permission: str) -> dict[str, Any]:
    return {"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission}


def user(id_: str, permission: str) -> dict[str, Any]:
    return {"Grantee": {"Type": "CanonicalUser", "ID": id_}, "Permission": permission}


def granted(read: Any, *grants: dict[str, Any]) -> dict[str, list[tuple[Any, list[str]]]]:
    """By list, each principal with the actions that it is given."""
    answer = {"Owner": {"ID": OWNER}, "Grants": list(grants)}
    entry = {
        "service": "s3",
        "operation": "GetBucketAcl",
        "request": {"Bucket": "plates"},
        "response": answer,
    }
    found = read("aws_bucket_acls", [entry])
    texts = dict(found.of("documents", "key", "text"))
    rows = found.of("policies", "key", "kind", "attached_to", "document")
    assert all(row[1:3] == ("acl", "arn:aws:s3:::plates") for row in rows)
    return {
        key.rpartition("/")[2]: [
            (one["Principal"], one["Action"]) for one in json.loads(texts[document])["Statement"]
        ]
        for key, _kind, _bucket, document in rows
    }


def test_what_only_the_owner_holds_says_nothing(read):
    assert granted(read, user(OWNER, "FULL_CONTROL"), group(DELIVERY, "WRITE")) == {}


@pytest.mark.parametrize("uri", [EVERYBODY, SIGNED])
@pytest.mark.parametrize(
    ("permission", "actions"),
    [
        ("READ", READ),
        ("WRITE", ["s3:PutObject"]),
        ("READ_ACP", ["s3:GetBucketAcl"]),
        ("WRITE_ACP", ["s3:PutBucketAcl"]),
        ("FULL_CONTROL", sorted([*READ, "s3:PutObject", "s3:GetBucketAcl", "s3:PutBucketAcl"])),
    ],
)
def test_a_group_of_everybody(read, uri, permission, actions):
    assert granted(read, group(uri, permission)) == {"everybody": [("*", actions)]}


def test_another_account_stands_apart_from_everybody(read):
    found = granted(read, group(EVERYBODY, "READ"), user(OTHER, "WRITE"), user(OWNER, "FULL_CONTROL"))
    assert found == {
        "everybody": [("*", READ)],
        "others": [({"CanonicalUser": OTHER}, ["s3:PutObject"])],
    }


def test_a_list_without_its_bucket_is_said(read):
    answer = {"Owner": {"ID": OWNER}, "Grants": [group(EVERYBODY, "READ")]}
    found = read("aws_bucket_acls", [{"service": "s3", "operation": "GetBucketAcl", "response": answer}])
    assert found.of("policies") == []
    assert found.of("coverage", "table", "state") == [("policies", "partial")]


def test_the_name_of_a_file_may_say_of_which_bucket(read):
    answer = {"Owner": {"ID": OWNER}, "Grants": [group(EVERYBODY, "READ")]}
    found = read("aws_bucket_acls", answer, "s3-get-bucket-acl-proofs.json")
    assert found.of("policies", "attached_to") == [("arn:aws:s3:::proofs",)]
