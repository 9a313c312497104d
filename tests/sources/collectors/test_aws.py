"""A live collection against a server on this machine: pages, refusals, and going on after a stop."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from botocore.hooks import HierarchicalEmitter
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

from posture.model.errors import InputError
from posture.sources.collectors import aws
from posture.sources.contract import Call
from posture.sources.gather import gather
from posture.sources.permissions import permissions

ACCOUNT = "123456789012"
WHEN = datetime(2026, 7, 1, 6, tzinfo=UTC)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
IAM = tuple(call for call in aws.declared() if call.service == "iam")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def endpoint(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
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
    return aws.collect(
        out, endpoint_url=endpoint, calls=calls, now=lambda: WHEN, sleep=lambda _s: None, **more
    )


def test_what_is_collected_is_what_the_sources_read(endpoint, tmp_path):
    press(endpoint)
    done = run(endpoint, tmp_path)
    assert (done.account, done.called, done.kept, done.errors) == (ACCOUNT, 5, 0, ())
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


def test_every_page_is_read(endpoint, tmp_path):
    press(endpoint, users=110)
    done = run(
        endpoint, tmp_path, [call for call in IAM if call.operation == "get_account_authorization_details"]
    )
    answer = json.loads((done.folder / "account-authorization-details.json").read_text())
    assert len(answer["UserDetailList"]) == 110


def test_only_reads_and_report_jobs_are_asked_for(endpoint, tmp_path, asked):
    press(endpoint, users=1)
    asked.clear()
    run(endpoint, tmp_path, aws.declared(), regions=["eu-west-1", "us-east-1"])
    assert sorted(set(asked)) == [
        "iam.GenerateCredentialReport",
        "iam.GetAccountAuthorizationDetails",
        "iam.GetCredentialReport",
        "iam.ListAccessKeys",
        "lambda.ListFunctions",
        "organizations.DescribeOrganization",
        "organizations.ListAccounts",
        "secrets-manager.ListSecrets",
        "sts.GetCallerIdentity",
    ]


def test_a_collection_that_was_stopped_goes_on_and_repeats_nothing(endpoint, tmp_path, asked, monkeypatch):
    press(endpoint)
    whole = run(endpoint, tmp_path / "whole")
    calls = 0

    def stop(run, task):
        nonlocal calls
        calls += 1
        if calls >= 3:
            raise KeyboardInterrupt
        return one(run, task)

    one = aws._one
    monkeypatch.setattr(aws, "_one", stop)
    with pytest.raises(KeyboardInterrupt):
        run(endpoint, tmp_path / "cut", workers=1)
    monkeypatch.setattr(aws, "_one", one)
    assert json.loads((tmp_path / "cut" / ACCOUNT / "manifest.json").read_text())["complete"] is False
    asked.clear()
    again = run(endpoint, tmp_path / "cut")
    assert (again.called, again.kept) == (2, 2)
    assert asked == ["sts.GetCallerIdentity", "iam.ListAccessKeys", "iam.ListAccessKeys"]
    for path in sorted(whole.folder.iterdir()):
        if path.name != "credential-report.json":
            assert (
                again.folder / path.name
            ).read_bytes() == path.read_bytes() or path.name == "manifest.json"


def test_a_refusal_names_its_permission_and_the_others_go_on(endpoint, tmp_path, monkeypatch):
    press(endpoint, users=1)
    client = aws._Run.client

    def refusing(self, service, region):
        found = client(self, service, region)
        if service == "iam" and not hasattr(found, "stubbed"):
            found.stubbed = True
            found.meta.events.register("before-call.iam.GetAccountAuthorizationDetails", deny)
        return found

    def deny(**_given):
        error = {"Error": {"Code": "AccessDenied", "Message": "not \x1b[31mauthorized"}}
        response = type("Response", (), {"status_code": 403, "headers": {}})()
        return response, error

    monkeypatch.setattr(aws._Run, "client", refusing)
    done = run(endpoint, tmp_path)
    assert done.errors == (
        {
            "call": "iam:GetAccountAuthorizationDetails",
            "code": "AccessDenied",
            "permission": "iam:GetAccountAuthorizationDetails",
            "message": "not ␛[31mauthorized",
        },
    )
    found = gather([tmp_path])
    assert found.used_sources == ("aws-credential-report",)
    refused = [row for row in found.rows.tables["coverage"] if row["at"] == "/errors"]
    assert {(row["table"], row["state"], row["would_help"]) for row in refused} == {
        (table, "unread", "iam:GetAccountAuthorizationDetails")
        for table in ("scopes", "identities", "groups", "policies")
    }


def test_values_at_declared_places_are_never_written(endpoint, tmp_path, monkeypatch):
    mark = "FAKED44-zebra-kiosk-91"
    client = aws._Run.client

    def recorded(self, service, region):
        found = client(self, service, region)
        stub = Stubber(found)
        function = {"FunctionName": "press", "Environment": {"Variables": {"DB_PASSWORD": mark}}}
        stub.add_response("list_functions", {"Functions": [function]})
        stub.activate()
        return found

    monkeypatch.setattr(aws._Run, "client", recorded)
    call = next(call for call in aws.declared() if call.operation == "list_functions")
    done = run(endpoint, tmp_path, [call])
    text = (done.folder / "lambda-list-functions-eu-west-1.json").read_text()
    assert mark not in text
    assert json.loads(text)["Functions"][0]["Environment"]["Variables"] == {
        "DB_PASSWORD": {"posture": {"shape": "password", "group": "1"}}
    }


def test_progress_names_each_call(endpoint, tmp_path):
    press(endpoint, users=1)
    seen: list[tuple[int, int, str]] = []
    run(endpoint, tmp_path, workers=1, progress=lambda done, known, name: seen.append((done, known, name)))
    assert sorted(name for _done, _known, name in seen) == [
        "iam:GenerateCredentialReport",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetCredentialReport",
        "iam:ListAccessKeys",
    ]
    assert seen[-1][:2] == (4, 4)


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
        {permission for call in aws.declared() for permission in call.permissions}
    )
    assert "iam:GetAccountAuthorizationDetails" in statement["Action"]
    assert all(
        action.split(":")[1].startswith(("Get", "List", "Describe", "Generate"))
        for action in statement["Action"]
    )


def test_every_declared_call_exists_in_the_sdk(endpoint):
    for call in aws.declared():
        client = boto3.client(call.service, region_name="eu-west-1")
        assert call.operation in client.meta.method_to_api_mapping
    assert isinstance(IAM[0], Call)
