"""A live collection against a server on this machine: pages, refusals, and going on after a stop."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import boto3
import pytest
from botocore.hooks import HierarchicalEmitter
from moto.iam.models import iam_backends

from posture.access.aws.reference import known_action
from posture.estate.join import unalias
from posture.estate.twins import twins
from posture.model.errors import InputError
from posture.model.tables import TABLES
from posture.settings import Settings
from posture.sources.collectors import aws, aws_account, aws_asking
from posture.sources.collectors.telling import Far
from posture.sources.contract import Call
from posture.sources.gather import gather
from posture.sources.permissions import permissions
from tests.sources.collectors.cloud import Door, cloud

ACCOUNT = "123456789012"
WHEN = datetime(2026, 7, 1, 6, tzinfo=UTC)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
OF_MOTO = {"get_account_authorization_details", "get_credential_report", "list_access_keys"}
IAM = tuple(call for call in aws.declared() if call.service == "iam" and call.operation in OF_MOTO)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, Door]]:
    with cloud() as made:
        yield made


@pytest.fixture
def door(running: tuple[str, Door]) -> Door:
    running[1].reset()
    return running[1]


@pytest.fixture
def endpoint(running: tuple[str, Door], door: Door, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    server = running[0]
    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset", method="POST")).close()
    return server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every operation that leaves this machine's SDK, in order."""
    names: list[str] = []
    emit = HierarchicalEmitter.emit_until_response

    def note(self, name, **given):
        if name.startswith("before-call."):
            names.append(name.removeprefix("before-call."))
        return emit(self, name, **given)

    monkeypatch.setattr(HierarchicalEmitter, "emit_until_response", note)
    return names


def press(endpoint: str, users: int = 2) -> None:
    iam = boto3.client("iam", endpoint_url=endpoint)
    for n in range(users):
        iam.create_user(UserName=f"press{n:03d}")
        iam.create_access_key(UserName=f"press{n:03d}")
    iam.create_role(RoleName="ink", AssumeRolePolicyDocument=json.dumps(TRUST))


def run(endpoint, out, calls=IAM, **more):
    (one,) = aws.collect(
        out, endpoint_url=endpoint, calls=calls, now=lambda: WHEN, sleep=lambda _s: None, **more
    )
    return one


def test_what_is_collected_is_what_the_sources_read(endpoint, tmp_path):
    press(endpoint)
    done = run(endpoint, tmp_path)
    assert (done.account, done.called, done.kept, done.errors) == (ACCOUNT, 4, 0, ())
    assert sorted(path.name for path in done.folder.iterdir()) == [
        "account-authorization-details.json",
        "credential-report.json",
        "iam-list-access-keys-press000.json",
        "iam-list-access-keys-press001.json",
        "manifest.json",
    ]
    found = gather([tmp_path])
    assert found.problems == ()
    assert {row["key"] for row in found.rows.tables["identities"]} >= {
        f"arn:aws:iam::{ACCOUNT}:user/press000",
        f"arn:aws:iam::{ACCOUNT}:user/press001",
        f"arn:aws:iam::{ACCOUNT}:role/ink",
    }
    assert found.rows.tables["identities"][0]["collected_at"] == WHEN


def test_two_keys_of_one_second_are_two_in_report_and_list_together(endpoint, tmp_path):
    iam = boto3.client("iam", endpoint_url=endpoint)
    iam.create_user(UserName="twins")
    keys = [iam.create_access_key(UserName="twins")["AccessKey"]["AccessKeyId"] for _ in range(2)]
    for made in iam_backends[ACCOUNT]["aws"].users["twins"].access_keys:
        made.create_date = datetime(2026, 6, 1, 10, tzinfo=UTC).replace(tzinfo=None)
    calls = [call for call in aws.declared() if call.service == "iam" and call.operation in OF_KEYS]
    run(endpoint, tmp_path, calls)
    rows = gather([tmp_path]).rows
    tables = unalias(twins({name: rows.frame(name) for name in TABLES}))
    found = tables["credentials"].filter(tables["credentials"]["kind"] == "access-key")
    assert sorted(found["key"].unique()) == sorted(keys)
    # Each is told of by the report, by the list, and by when it was last used.
    assert found.height == 6


OF_KEYS = OF_MOTO | {"get_access_key_last_used"}


def test_every_page_is_read(endpoint, tmp_path):
    press(endpoint, users=110)
    done = run(
        endpoint, tmp_path, [call for call in IAM if call.operation == "get_account_authorization_details"]
    )
    answer = json.loads((done.folder / "account-authorization-details.json").read_text())
    assert len(answer["UserDetailList"]) == 110


def test_a_collection_that_was_stopped_goes_on_and_repeats_nothing(endpoint, tmp_path, asked, monkeypatch):
    press(endpoint)
    whole = run(endpoint, tmp_path / "whole")
    calls = 0

    def stop(clients, task, sleep):
        nonlocal calls
        calls += 1
        if calls >= 3:
            raise KeyboardInterrupt
        return ask(clients, task, sleep)

    ask = aws_account.ask
    monkeypatch.setattr(aws_account, "ask", stop)
    with pytest.raises(KeyboardInterrupt):
        run(endpoint, tmp_path / "cut", workers=1)
    monkeypatch.setattr(aws_account, "ask", ask)
    assert json.loads((tmp_path / "cut" / ACCOUNT / "manifest.json").read_text())["complete"] is False
    found = gather([tmp_path / "cut"])
    stopped = [row for row in found.rows.tables["coverage"] if row["at"] == "/complete"]
    assert {(row["table"], row["state"]) for row in stopped} == {
        (table, "partial") for table in ("identities", "policies", "credentials", "systems")
    }
    asked.clear()
    again = run(endpoint, tmp_path / "cut")
    assert (again.called, again.kept) == (2, 2)
    assert asked == ["sts.GetCallerIdentity", "iam.ListAccessKeys", "iam.ListAccessKeys"]
    assert sorted(path.name for path in again.folder.iterdir()) == sorted(
        path.name for path in whole.folder.iterdir()
    )
    for path in sorted(whole.folder.iterdir()):
        if path.name not in ("credential-report.json", "manifest.json"):
            assert (again.folder / path.name).read_bytes() == path.read_bytes()


def test_a_refusal_names_its_permission_and_the_others_go_on(endpoint, door, tmp_path):
    press(endpoint, users=1)
    door.refused.add("GetAccountAuthorizationDetails")
    done = run(endpoint, tmp_path)
    assert done.errors == (
        {
            "call": "iam:GetAccountAuthorizationDetails",
            "code": "AccessDenied",
            "permission": "iam:GetAccountAuthorizationDetails",
            "message": "not [31mauthorized",
        },
    )
    found = gather([tmp_path])
    assert found.used_sources == ("aws-credential-report",)
    refused = [row for row in found.rows.tables["coverage"] if row["at"] == "/errors"]
    assert {(row["table"], row["state"], row["would_help"]) for row in refused} == {
        (table, "unread", "iam:GetAccountAuthorizationDetails")
        for table in ("scopes", "identities", "groups", "policies")
    }


def test_a_service_that_failed_is_told_and_asked_again(endpoint, door, tmp_path, asked, monkeypatch):
    press(endpoint, users=1)
    door.broken.add("ListAccessKeys")
    with monkeypatch.context() as patch:
        patch.setattr(aws_asking, "client", partial(aws_asking.client, attempts=1))
        done = run(endpoint, tmp_path)
    (error,) = done.errors
    assert (error["call"], error["code"], "permission" in error) == (
        "iam:ListAccessKeys",
        "ResponseParserError",
        False,
    )
    rows = gather([tmp_path]).rows.tables["coverage"]
    assert {(row["table"], row["state"], row["why"], row["would_help"]) for row in rows
            if row["at"] == "/errors"} == {
        ("credentials", "partial", "iam:ListAccessKeys failed at the provider (ResponseParserError)",
         "run the same `posture collect` again")
    }  # fmt: skip
    door.broken.clear()
    asked.clear()
    again = run(endpoint, tmp_path)
    assert (again.called, again.kept, again.errors) == (1, 2, ())
    assert asked == ["sts.GetCallerIdentity", "iam.ListAccessKeys"]


def test_a_region_that_is_none_is_said_before_anything_is_asked(endpoint, tmp_path, asked):
    with pytest.raises(InputError) as raised:
        run(endpoint, tmp_path, regions=["eu-west-1", "eu-wset-1"])
    assert str(raised.value) == (
        "region eu-wset-1: is none that AWS has, as far as is known here; did you mean eu-west-1?"
    )
    assert asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("addresses", "there"),
    [
        ({"s3vectors.eu-west-1.api.aws", "ec2.eu-west-1.amazonaws.com"}, True),
        ({"s3vectors.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"}, True),
        ({"ec2.eu-west-1.amazonaws.com"}, False),
        # Without any address the network is down, which says nothing of the service.
        (set(), True),
    ],
)
def test_a_service_without_an_address_in_a_region_is_not_there(monkeypatch, addresses, there):
    monkeypatch.setattr(aws_asking, "_has_address", addresses.__contains__)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = boto3.Session("x", "y", region_name="eu-west-1")
    clients = aws_asking.Clients(aws_asking.Sessions(session), None)
    assert clients.is_there("s3vectors", "eu-west-1") is there


def test_a_refusal_about_one_item_leaves_the_others_read(endpoint, door, tmp_path):
    press(endpoint)
    door.refused.add("ListAccessKeys")
    done = run(endpoint, tmp_path)
    assert [error["call"] for error in done.errors] == ["iam:ListAccessKeys"] * 2
    rows = gather([tmp_path]).rows.tables["coverage"]
    assert {(row["table"], row["state"]) for row in rows if row["at"] == "/errors"} == {
        ("credentials", "partial")
    }


def test_who_is_throttled_waits_and_gets_the_answer(endpoint, door, tmp_path):
    press(endpoint, users=1)
    door.throttled["ListAccessKeys"] = 2
    done = run(endpoint, tmp_path)
    assert (done.called, done.errors) == (3, ())
    assert len([name for name in door.seen if name.startswith("ListAccessKeys")]) == 3


def test_no_policy_is_an_answer_and_no_refusal(endpoint, tmp_path):
    bucket = boto3.client("s3", endpoint_url=endpoint)
    bucket.create_bucket(Bucket="plates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    calls = [call for call in aws.declared() if call.service == "s3"]
    done = run(endpoint, tmp_path, calls)
    assert (done.called, done.errors) == (4, ())
    noted = json.loads((done.folder / "manifest.json").read_text())["none"]
    assert [(entry["call"], entry["request"]) for entry in noted] == [
        ("s3:GetBucketPolicy", {"Bucket": "plates"}),
        ("s3:GetPublicAccessBlock", {"Bucket": "plates"}),
    ]


def test_block_public_access_of_a_bucket_and_of_the_account(endpoint, tmp_path):
    bucket = boto3.client("s3", endpoint_url=endpoint)
    bucket.create_bucket(Bucket="plates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    setting = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True}
    bucket.put_public_access_block(Bucket="plates", PublicAccessBlockConfiguration=setting)
    of_account = boto3.client("s3control", endpoint_url=endpoint)
    of_account.meta.events.register("before-sign.s3-control", lambda request, **_: _at(endpoint, request))
    of_account.put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={**setting, "RestrictPublicBuckets": True}
    )
    calls = [call for call in aws.declared() if call.service in ("s3", "s3control", "sts")]
    done = run(endpoint, tmp_path, calls)
    assert done.errors == ()
    rows = gather([done.folder], [], [], Settings()).rows.tables
    assert [(row["key"], row["restricts_public"]) for row in rows["scopes"]] == [(f"aws:{ACCOUNT}", True)]
    held = [row for row in rows["systems"] if row.get("restricts_public") is not None]
    assert [(row["key"], row["restricts_public"]) for row in held] == [("arn:aws:s3:::plates", False)]


def test_an_open_list_of_a_bucket(endpoint, tmp_path):
    bucket = boto3.client("s3", endpoint_url=endpoint)
    bucket.create_bucket(Bucket="plates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket.create_bucket(Bucket="proofs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bucket.put_bucket_acl(Bucket="plates", ACL="public-read")
    done = run(endpoint, tmp_path, [call for call in aws.declared() if call.service == "s3"])
    rows = gather([done.folder], [], [], Settings()).rows.tables
    (row,) = [row for row in rows["policies"] if row["kind"] == "acl"]
    assert (row["key"], row["attached_to"]) == ("arn:aws:s3:::plates#acl/everybody", "arn:aws:s3:::plates")
    (text,) = [one["text"] for one in rows["documents"] if one["key"] == row["document"]]
    assert [one["Sid"] for one in json.loads(text)["Statement"]] == ["AllUsers"]


def _at(endpoint, request):
    """Keeps the host of the test's own server, which has no name per account."""
    request.url = endpoint + "/v20180820/configuration/publicAccessBlock"


def test_what_is_gone_is_taken_out_of_the_next_snapshot(endpoint, tmp_path):
    press(endpoint)
    run(endpoint, tmp_path)
    iam = boto3.client("iam", endpoint_url=endpoint)
    for key in iam.list_access_keys(UserName="press001")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="press001", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="press001")
    again = run(endpoint, tmp_path)
    assert sorted(path.name for path in again.folder.iterdir()) == [
        "account-authorization-details.json",
        "credential-report.json",
        "iam-list-access-keys-press000.json",
        "manifest.json",
    ]


def test_regions_that_nobody_looked_at_are_said(endpoint, tmp_path):
    calls = [call for call in aws.declared() if call.operation == "list_functions"]
    run(endpoint, tmp_path, calls, regions=["eu-west-1"])
    rows = gather([tmp_path]).rows.tables["coverage"]
    said = [row for row in rows if row["table"] == "systems/lambda:function"]
    assert sorted((row["state"], row["why"]) for row in said) == [
        ("complete", "eu-west-1"),
        ("partial", "only eu-west-1 was collected"),
    ]


def test_without_a_choice_every_enabled_region_is_asked(endpoint, tmp_path):
    calls = [call for call in aws.declared() if call.operation == "list_functions"]
    done = run(endpoint, tmp_path, calls)
    enabled = {
        one["RegionName"] for one in boto3.client("ec2", endpoint_url=endpoint).describe_regions()["Regions"]
    }
    offered = set(boto3.Session().get_available_regions("lambda"))
    entries = json.loads((done.folder / "manifest.json").read_text())["files"]
    of_sdk = set(boto3.Session().get_available_regions("ec2"))
    assert {entry["region"] for entry in entries} == {
        region for region in enabled if region in offered or region not in of_sdk
    }
    assert len(entries) > 10


def test_progress_names_each_call(endpoint, tmp_path):
    press(endpoint, users=1)
    seen: list[Far] = []
    run(endpoint, tmp_path, workers=1, progress=seen.append)
    assert sorted(far.call for far in seen if far.call) == [
        "iam:GetAccountAuthorizationDetails",
        "iam:GetCredentialReport",
        "iam:ListAccessKeys",
    ]
    assert seen[-1] == Far(accounts_done=1, accounts=1, calls_done=3, calls=3, account=ACCOUNT, call="")


def test_the_enabled_regions_are_asked_once_for_a_run_and_its_continuation(
    endpoint, tmp_path, asked, monkeypatch
):
    calls = [call for call in aws.declared() if call.operation == "list_functions"]
    whole = run(endpoint, tmp_path / "whole", calls)

    def stop(*_given):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(aws_account, "ask", stop)
        with pytest.raises(KeyboardInterrupt):
            run(endpoint, tmp_path / "cut", calls)
    asked.clear()
    again = run(endpoint, tmp_path / "cut", calls)
    assert [name for name in asked if name.startswith("ec2.")] == []
    assert (again.called, again.kept) == (whole.called, 0)


def test_nobody_to_ask(endpoint, tmp_path):
    with pytest.raises(InputError) as raised:
        aws.collect(tmp_path, endpoint_url="http://127.0.0.1:1", calls=IAM)
    assert str(raised.value) == (
        "AWS cannot be asked (EndpointConnectionError); set AWS_PROFILE or sign in, and check the network"
    )
    with pytest.raises(InputError) as raised:
        aws.collect(tmp_path, profile="nobody", calls=IAM)
    assert str(raised.value) == "AWS profile nobody is not configured; `aws configure list-profiles`"


def test_the_least_policy_follows_from_the_calls():
    statement = permissions("aws")["Statement"][0]
    assert statement["Action"] == sorted(
        {"ec2:DescribeRegions", *(need for call in aws.declared() for need in call.permissions)}
    )
    assert "iam:GetAccountAuthorizationDetails" in statement["Action"]
    # The one action of API Gateway that reads is called as its request is.
    assert all(
        action.split(":")[1].startswith(("Get", "List", "Describe", "Generate", "BatchGet"))
        for action in statement["Action"]
        if action != "apigateway:GET"
    )
    assert not {"secretsmanager:GetSecretValue", "ssm:GetParameter", "s3:GetObject"} & set(
        statement["Action"]
    )


def test_every_permission_is_an_action_that_aws_knows():
    for action in permissions("aws")["Statement"][0]["Action"]:
        assert known_action(action.lower()), action


def test_every_declared_call_exists_in_the_sdk(endpoint):
    for call in aws.declared():
        client = boto3.client(call.service, region_name="eu-west-1")
        assert call.operation in client.meta.method_to_api_mapping
        assert not call.job or call.job in client.meta.method_to_api_mapping
    assert isinstance(IAM[0], Call)
