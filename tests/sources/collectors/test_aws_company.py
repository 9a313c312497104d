"""A whole organisation, collected over the loopback: members by a role, a kill, and what it comes to."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from botocore.hooks import HierarchicalEmitter

from posture.sources.collectors import aws
from posture.sources.collectors.telling import Far
from posture.sources.gather import gather
from posture.sources.permissions import permissions, session_policies
from tests.sources.collectors import company, recorded
from tests.sources.collectors.cloud import Door, cloud

WHEN = datetime(2026, 7, 1, 6, tzinfo=UTC)
TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"]*")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": company.REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
MISSING = {"bedrock-agentcore-control", "lambda:ListFunctionUrlConfigs"}
"""What neither moto knows nor is recorded; the rest of the run must not mind."""


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[str, Door, tuple[str, str]]]:
    kept = {name: os.environ.get(name) for name in (*ENVIRONMENT, "AWS_PROFILE")}
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_PROFILE", None)
    try:
        with cloud() as (endpoint, door):
            urllib.request.urlopen(
                urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
            ).close()
            yield endpoint, door, company.found(endpoint)
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture
def door(made: tuple[str, Door, tuple[str, str]]) -> Door:
    made[1].reset()
    made[1].answers.update(recorded.ANSWERS)
    return made[1]


def collected(endpoint: str, out: Path, **more: object) -> tuple[aws.Collected, ...]:
    return aws.collect(
        out,
        endpoint_url=endpoint,
        organisation=True,
        regions=[company.REGION],
        now=lambda: WHEN,
        sleep=lambda _seconds: None,
        **more,
    )


@pytest.fixture(scope="module")
def whole(made, tmp_path_factory) -> tuple[Path, tuple[aws.Collected, ...], list[str]]:
    endpoint, door, _members = made
    door.reset()
    door.answers.update(recorded.ANSWERS)
    out = tmp_path_factory.mktemp("whole")
    done = collected(endpoint, out)
    return out, done, list(door.seen)


def test_every_account_of_the_organisation_is_collected(made, whole):
    _out, done, _seen = whole
    assert [one.account for one in done] == [company.OWN, *sorted(made[2])]
    for one in done:
        unknown = {error["call"] for error in one.errors}
        assert {call for call in unknown if not call.startswith(tuple(MISSING))} == set()
        assert one.called > 40


def test_only_reads_report_jobs_and_roles_are_asked_for(whole):
    names = {line.split(" ", 2)[0] for line in whole[2] if not line.startswith(("GET ", "POST ", "HEAD "))}
    changing = {name for name in names if not name.startswith(("Get", "List", "Describe", "BatchGet"))}
    assert changing == {"AssumeRole", "GenerateCredentialReport", "GenerateServiceLastAccessedDetails"}
    posted = {line.split(" ")[1].partition("?")[0] for line in whole[2] if line.startswith("POST ")}
    assert posted <= {
        "/findingv2",
        "/agents/",
        "/runtimes/",
        "/code-interpreters",
        "/v1/describejobdefinitions",
        "/v1/domains",
        "/v1/repositories",
        "/v2/email/list-identities",
        "/ListSinks",
        "/ListVectorBuckets",
    }
    assert not [line for line in whole[2] if line.startswith(("PUT ", "DELETE ", "PATCH "))]


def test_no_value_is_in_the_snapshot(whole):
    for path in whole[0].rglob("*"):
        if path.is_file():
            assert company.MARK.encode() not in path.read_bytes(), path.name


def test_every_answer_is_read(whole):
    found = gather([whole[0]])
    assert [item for item in found.inputs if item.outcome != "read"] == []
    assert found.problems == ()


def test_what_the_snapshot_comes_to(made, whole):
    ink, paper = made[2]
    rows = gather([whole[0]]).rows.tables
    own = company.OWN
    policies = {(row["kind"], row["attached_to"], row["document"] is not None) for row in rows["policies"]}
    assert {
        ("resource", f"arn:aws:s3:::plates-{own}", True),
        ("resource", f"arn:aws:lambda:eu-west-1:{ink}:function:press", True),
    } <= policies
    unit = next(row["key"] for row in rows["scopes"] if row["key"].startswith("aws:ou-"))
    root = next(row["key"] for row in rows["scopes"] if row["key"].startswith("aws:r-"))
    assert ("scp", unit, False) in policies
    parents = {(row["key"], row["parent"]) for row in rows["scopes"] if row.get("parent")}
    assert {(f"aws:{ink}", unit), (f"aws:{paper}", unit), (unit, root), (f"aws:{own}", root)} <= parents
    management = [row["key"] for row in rows["aliases"] if row["alias"].endswith(":management")]
    assert set(management) == {f"aws:{own}"}
    runs = {(row["from"], row["to"]) for row in rows["links"] if row["kind"] == "runs-as"}
    for account in (own, ink, paper):
        role = f"arn:aws:iam::{account}:role/ink"
        assert {
            (f"arn:aws:lambda:eu-west-1:{account}:function:press", role),
            (f"arn:aws:ecs:eu-west-1:{account}:task-definition/press:1", role),
            (f"arn:aws:codebuild:eu-west-1:{account}:project/press", role),
        } <= runs
    kinds = {(row["kind"], row["name"]) for row in rows["systems"]}
    assert {("parameter", "/press/db"), ("secret", "db"), ("bucket", f"proofs-{own}")} <= kinds
    assert {row["key"] for row in rows["logs"]} == {
        f"arn:aws:cloudtrail:eu-west-1:{account}:trail/all" for account in (own, ink, paper)
    }
    assert {(row["service"], row["used"]) for row in rows["grants"] if row["subject"] == recorded.ROLE} == {
        ("s3", 1),
        ("kms", 0),
        ("s3", 0),
    }
    anywhere = [row for row in rows["links"] if row["kind"] == "may-become"]
    assert {(row["from"], row["to"], row["certain"]) for row in anywhere} == {
        (recorded.PROFILE, recorded.ROLE, False)
    }


def test_a_member_that_does_not_let_us_in_is_said(made, door, tmp_path):
    endpoint, _door, members = made
    calls = [call for call in aws.declared() if call.service == "organizations"]
    door.refused.add("AssumeRole")
    done = collected(endpoint, tmp_path, calls=calls, role="Reader")
    assert [(one.account, [error["permission"] for error in one.errors]) for one in done[1:]] == [
        (account, [f"sts:AssumeRole on arn:aws:iam::{account}:role/Reader"]) for account in sorted(members)
    ]
    rows = gather([tmp_path]).rows.tables["coverage"]
    unread = {(row["scope"], row["table"]) for row in rows if row["state"] == "unread"}
    assert unread == {
        (f"aws:{account}", table)
        for account in members
        for table in ("identities", "policies", "credentials", "systems")
    }


def posture(endpoint: str, out: Path, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "posture", "collect", "aws", "--org", "--region", company.REGION]
    return subprocess.Popen(
        [*words, "--endpoint-url", endpoint, "-o", str(out)],
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    )


def test_accounts_are_asked_side_by_side(made, door, tmp_path):
    """Three accounts meet at one call of theirs, which they could not if one were asked after another."""
    endpoint, _door, _members = made
    calls = [
        call
        for call in aws.declared()
        if call.service == "organizations" or call.operation == "get_account_authorization_details"
    ]
    door.meeting["GetAccountAuthorizationDetails"] = threading.Barrier(3, timeout=60)
    far: list[Far] = []
    done = collected(endpoint, tmp_path, calls=calls, progress=far.append)
    assert [one.errors for one in done] == [(), (), ()]
    assert (far[-1].accounts_done, far[-1].accounts) == (3, 3)
    assert far[-1].calls_done == far[-1].calls == sum(one.called for one in done)
    assert {one.account for one in far} == {one.account for one in done}


@pytest.fixture(scope="module")
def killed(made, tmp_path_factory) -> tuple[Path, set[str], list[str]]:
    """A run that was killed in the second account and run again: what was done by then, and what it asked."""
    endpoint, door, _members = made
    door.reset()
    door.answers.update(recorded.ANSWERS)
    door.stop_at = 110
    out = tmp_path_factory.mktemp("killed")
    first = posture(endpoint, out)
    assert door.stopped.wait(120)
    first.send_signal(signal.SIGKILL)
    first.wait()
    door.stop_at = 0
    door.go_on.set()
    done = _entries(out)
    door.seen.clear()
    assert posture(endpoint, out).wait(300) == 0
    return out, done, list(door.seen)


def test_a_run_that_was_killed_repeats_nothing_that_it_finished(whole, killed):
    out, done, seen = killed
    assert len(done) > 10
    everything = _entries(out)
    assert done < everything
    made = _by_operation(_entries(whole[0]))
    left = _by_operation(everything - done)
    uninterrupted, second = (Counter(line.partition(" ")[0] for line in lines) for lines in (whole[2], seen))
    # Of those that take one request each, the second run asked what was left and nothing else.
    single = {name for name, count in made.items() if uninterrupted[name] == count}
    assert len(single) > 15
    assert {name: second[name] for name in single} == {name: left[name] for name in single}
    assert [line.partition(" ")[0] for line in seen].count("AssumeRole") == 2 * len(session_policies())


def test_a_run_that_was_killed_comes_to_the_same_snapshot(whole, killed):
    files = {path.relative_to(whole[0]) for path in whole[0].rglob("*") if path.is_file()}
    assert {path.relative_to(killed[0]) for path in killed[0].rglob("*") if path.is_file()} == files
    for path in sorted(files):
        one, other = (folder.joinpath(path).read_bytes() for folder in (whole[0], killed[0]))
        if path.name == "credential-report.json":
            continue
        if path.name == "manifest.json":
            one, other = _without_hashes(one), _without_hashes(other)
        assert TIMES.sub(b"", one) == TIMES.sub(b"", other), path


def test_whoever_is_interrupted_reads_one_line_and_goes_on_later(made, door, whole, tmp_path):
    endpoint, _door, _members = made
    door.stop_at = 60
    out = tmp_path / "cut"
    first = posture(endpoint, out, subprocess.PIPE)
    assert door.stopped.wait(120)
    first.send_signal(signal.SIGINT)
    _stdout, said = first.communicate(timeout=60)
    door.stop_at = 0
    door.go_on.set()
    assert first.returncode == 130
    assert re.sub(r"after \d+ calls", "after N calls", said.decode()) == (
        f"posture: interrupted after N calls; they are kept in {out}, "
        "and the same command goes on from there\n"
    )
    done = len(_entries(out))
    assert done > 10
    assert {json.loads(path.read_text())["complete"] for path in out.glob("*/manifest.json")} == {False}
    again = collected(endpoint, out)
    assert sum(one.kept for one in again) == done
    assert sum(one.called + one.kept for one in again) == sum(one.called for one in whole[1])


def _entries(out: Path) -> set[str]:
    """What every account has by now, in manifest and journal."""
    done: set[str] = set()
    for path in out.glob("*/manifest.json"):
        found = json.loads(path.read_text())
        journal = path.with_name("manifest.journal")
        lines = journal.read_bytes().splitlines() if journal.exists() else []
        entries = [*found["files"], *found.get("none", ())]
        entries += [entry for line in lines for name, entry in json.loads(line).items() if name != "errors"]
        done |= {f"{path.parent.name} {entry['call']} {entry['path']}" for entry in entries}
    return done


def _by_operation(entries: set[str]) -> Counter[str]:
    return Counter(entry.split(" ")[1].partition(":")[2] for entry in entries)


def _without_hashes(manifest: bytes) -> bytes:
    return re.sub(rb'"(sha256|bytes)": [^\n]*', b"", manifest)


def test_a_session_in_a_member_account_may_only_read(whole):
    taken = [line for line in whole[2] if line.startswith("AssumeRole ")]
    policies = {json.loads(line.partition(" ")[2])["Policy"][0] for line in taken}
    # Two members, and as many sessions in each as it takes to name every action.
    assert len(taken) == 2 * len(session_policies())
    assert policies == {policy for _, policy in session_policies()}
    served = [service for services, _ in session_policies() for service in services]
    assert sorted(served) == sorted(set(served))
    for services, policy in session_policies():
        assert len(policy) <= 2048
        patterns = json.loads(policy)["Statement"][0]["Action"]
        for pattern in patterns:
            assert pattern == "apigateway:GET" or pattern.split(":")[1].startswith(READING)
            assert pattern.endswith(("List*", "Describe*")) or "*" not in pattern
        asked = [call for call in aws.declared() if call.service in services]
        needed = {action for call in asked for action in call.permissions}
        assert [action for action in needed if not any(fnmatchcase(action, p) for p in patterns)] == []
    assert set(served) == {call.service for call in aws.declared()} - {"organizations"}


READING = ("List", "Describe", "Get", "Generate", "BatchGet")


SERVICES = {
    "accessanalyzer": "access-analyzer",
    "amp": "aps",
    "api-gateway": "apigateway",
    "cloudwatch-logs": "logs",
    "efs": "elasticfilesystem",
    "eventbridge": "events",
    "opensearch": "es",
    "sesv2": "ses",
    "bedrock-agent": "bedrock",
    "bedrock-agentcore-control": "bedrock-agentcore",
    "s3-control": "s3",
    "s3control": "s3",
    "secrets-manager": "secretsmanager",
    "sfn": "states",
    "stepfunctions": "states",
}
"""What IAM calls a service that the SDK calls otherwise."""
ACTIONS = {
    "apigateway:getrestapis": "apigateway:get",
    "s3:listbuckets": "s3:listallmybuckets",
    "s3:getpublicaccessblock": "s3:getbucketpublicaccessblock",
    "access-analyzer:listfindingsv2": "access-analyzer:listfindings",
    "access-analyzer:getfindingv2": "access-analyzer:getfinding",
}
"""And an operation."""
FREE = "sts:getcalleridentity"
"""Needs no permission."""


def action_of(operation: str) -> str:
    """The IAM action behind `service.Operation` of the SDK, by hand and not from what is declared."""
    service, _, name = operation.lower().replace("_", "").partition(".")
    if service in ("s3-control", "s3control") and name == "getpublicaccessblock":
        return "s3:getaccountpublicaccessblock"
    plain = f"{SERVICES.get(service, service)}:{name}"
    return ACTIONS.get(plain, plain)


def test_the_printed_policy_is_what_is_really_called_and_no_more(made, door, tmp_path, monkeypatch):
    called: set[str] = set()
    emit = HierarchicalEmitter.emit_until_response

    def note(self, name, **given):
        if name.startswith("before-call."):
            called.add(name.removeprefix("before-call."))
        return emit(self, name, **given)

    monkeypatch.setattr(HierarchicalEmitter, "emit_until_response", note)
    collected(made[0], tmp_path, role="OrganizationAccountAccessRole")
    used = {action_of(operation) for operation in called} - {FREE}
    printed = permissions("aws", "OrganizationAccountAccessRole")["Statement"]
    allowed = {action.lower() for statement in printed for action in statement["Action"]}
    # The regions are given, so that nobody asks which there are.
    assert used <= allowed - {"ec2:describeregions"}
    # What this company has nothing of is declared all the same: each action belongs to one declared call.
    declared = {
        action_of(f"{call.service}.{operation}"): call
        for call in aws.declared()
        for operation in (call.operation, call.job)
        if operation
    }
    assert {"ec2:describeregions", "sts:assumerole", *declared} - {FREE} == allowed
    assert len(used) > 60
    left = allowed - used - {"ec2:describeregions"}
    assert {action for action in left if not declared[action].each} == set()
    assert printed[1]["Resource"] == "arn:aws:iam::*:role/OrganizationAccountAccessRole"
