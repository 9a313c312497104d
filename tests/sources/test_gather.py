"""Every path that was looked at ends as an input; what fails is one line, and the rest is read."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posture.settings import Reading, Settings
from posture.sources import registry
from posture.sources.gather import gather
from posture.sources.library import aws_iam

GROUP = {"GroupDetailList": [{"GroupName": "g", "Arn": "arn:aws:iam::111122223333:group/g"}]}
ROLE_WITHOUT_ARN = {"RoleDetailList": [{"RoleName": "r"}], **GROUP}


def put(path: Path, data: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def ended(gathered) -> list[tuple[str, str, str]]:
    return [(item.file, item.outcome, item.why) for item in gathered.inputs]


def test_what_is_read_says_so(tmp_path):
    path = put(tmp_path / "exports" / "iam.json", GROUP)
    when = datetime(2026, 7, 1, tzinfo=UTC)
    found = gather([tmp_path / "exports"], collected_at=when)
    item = found.inputs[0]
    assert (item.file, item.source, item.outcome, item.bytes) == (
        "iam.json",
        "aws-iam",
        "read",
        path.stat().st_size,
    )
    assert item.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.used_sources == ("aws-iam",)
    assert found.rows.tables["groups"][0]["collected_at"] == when
    assert found.problems == ()
    assert found.anything


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("cut.json", b'{"UserDetailList": [', "line 1: ends in the middle of the JSON; export it again"),
        ("latin.json", b'{"UserDetailList": ["\xe9"]}', "is not UTF-8 from byte 21 on; save it as UTF-8"),
        ("empty.json", b"", "is empty; export it again"),
        ("odd.json", ROLE_WITHOUT_ARN, "one entry is set aside: it has no ARN"),
    ],
)
def test_bad_files_cost_one_line_each(tmp_path, name, data, line):
    put(tmp_path / "in" / "good.json", GROUP)
    put(tmp_path / "in" / name, data)
    found = gather([tmp_path / "in"])
    assert found.problems == (f"{name}: {line}",)
    assert len(found.rows.tables["groups"]) == (2 if name == "odd.json" else 1)
    assert found.anything


def test_a_file_that_failed_is_unread_in_coverage(tmp_path):
    found = gather([put(tmp_path / "in" / "cut.json", b'{"UserDetailList": [')])
    assert [(row["table"], row["state"], row["would_help"]) for row in found.rows.tables["coverage"]] == [
        (table, "unread", "aws iam get-account-authorization-details")
        for table in ("identities", "groups", "policies")
    ]
    assert not found.anything


def test_an_unforeseen_error_costs_one_file_and_tells_no_content(tmp_path, monkeypatch):
    def stumble(page, into):
        raise KeyError("FAKED31-in-the-text")

    monkeypatch.setattr(aws_iam, "read", stumble)
    found = gather([put(tmp_path / "in" / "iam.json", GROUP)])
    assert found.problems == (
        "iam.json: aws-iam stopped at KeyError; report this with the shape of the file",
    )
    assert "FAKED31" not in repr(found)


def test_unknown_files_are_told_one_by_one_only_where_they_look_like_exports(tmp_path):
    put(tmp_path / "in" / "strange.json", {"a": 1})
    put(tmp_path / "in" / "notes.txt", b"hello")
    put(tmp_path / "in" / "image.png", b"\x89PNG\0")
    put(tmp_path / "app" / ".git" / "HEAD", b"x")
    put(tmp_path / "app" / "package.json", {"a": 1})
    found = gather([tmp_path])
    assert ended(found) == [
        ("app", "skipped", "1 other file: no source knows its shape"),
        ("in", "skipped", "2 other files: no source knows their shape"),
        ("in/strange.json", "skipped", "no source knows this shape"),
    ]
    named = gather([tmp_path / "in" / "notes.txt"])
    assert ended(named) == [("notes.txt", "skipped", "no source knows this shape")]


def test_a_large_configuration_file_is_reported_and_a_large_export_is_read(tmp_path):
    padding = " " * 70_000
    put(tmp_path / "in" / "iam.json", (json.dumps(GROUP) + padding).encode())
    put(tmp_path / "in" / "inventory.toml", ("[[systems]]\nkey = 's'\n#" + padding).encode())
    settings = Settings(reading=Reading(file_bytes=60_000))
    assert ended(gather([tmp_path / "in"], settings=settings)) == [
        ("iam.json", "read", ""),
        ("inventory.toml", "skipped", "is larger than 0 MiB"),
    ]


def test_an_account_that_two_files_hold(tmp_path):
    put(tmp_path / "in" / "a.json", GROUP)
    put(tmp_path / "in" / "b.json", GROUP)
    found = gather([tmp_path / "in"])
    assert found.problems == (
        "b.json: aws:111122223333 was read from a.json as well: the newer answer counts",
    )


def test_a_link_is_one_stored_copy(tmp_path):
    put(tmp_path / "in" / "iam.json", GROUP)
    (tmp_path / "in" / "link.json").symlink_to("iam.json")
    found = gather([tmp_path / "in"])
    assert {row["file"] for row in found.rows.tables["groups"]} == {"iam.json"}
    assert ("link.json", "read", "is a link to iam.json") in ended(found)


def test_a_recorded_list_is_told_by_those_who_found_something(tmp_path):
    entry = {
        "service": "ec2",
        "operation": "DescribeInstances",
        "region": "r",
        "response": {"Reservations": []},
    }
    put(tmp_path / "111122223333" / "inventory.json", [entry])
    assert [(item.source, item.outcome) for item in gather([tmp_path]).inputs] == [("aws-ec2", "read")]


def test_progress_counts_bytes(tmp_path):
    put(tmp_path / "in" / "a.json", GROUP)
    put(tmp_path / "in" / "b.txt", b"12345")
    seen = []
    gather([tmp_path / "in"], progress=lambda done, total, label: seen.append((done, total, label)))
    size = len(json.dumps(GROUP))
    assert seen == [(0, size + 5, "a.json"), (size, size + 5, "b.txt"), (size + 5, size + 5, "")]


def manifest(**more: object) -> dict[str, object]:
    return {"source": "aws", "scope": "111122223333", "collected_at": "2026-07-01T06:00:00Z", **more}


def test_a_snapshot_says_when_what_was_refused_and_what_is_gone(tmp_path):
    folder = tmp_path / "111122223333"
    put(folder / "iam.json", GROUP)
    files = [
        {"path": "iam.json", "call": "iam:GetAccountAuthorizationDetails", "sha256": "00",
         "collected_at": "2026-07-01T07:00:00Z"},
        {"path": "gone.json", "call": "lambda:ListFunctions"},
    ]  # fmt: skip
    errors = [
        {"call": "lambda:ListFunctions", "region": "eu-west-1", "code": "AccessDeniedException",
         "permission": "lambda:ListFunctions"},
        {"call": "iam:GetCredentialReport", "code": "AccessDenied", "permission": "iam:GetCredentialReport"},
        {"call": "organizations:DescribeOrganization", "code": "AWSOrganizationsNotInUseException"},
    ]  # fmt: skip
    put(folder / "manifest.json", manifest(files=files, errors=errors))
    found = gather([folder])
    assert ended(found) == [
        ("111122223333/gone.json", "absent", "is listed in the manifest and gone"),
        ("111122223333/iam.json", "read", ""),
        ("111122223333/iam.json", "partial", "is not what the manifest says was collected"),
        ("111122223333/manifest.json", "read", ""),
    ]
    assert found.rows.tables["groups"][0]["collected_at"] == datetime(2026, 7, 1, 7, tzinfo=UTC)
    refused = [row for row in found.rows.tables["coverage"] if row["at"] == "/errors"]
    listing = "lambda:ListFunctions in eu-west-1 was refused (AccessDeniedException)"
    report = "iam:GetCredentialReport was refused (AccessDenied)"
    told = ("source", "table", "state", "why", "would_help")
    assert [tuple(row[name] for name in told) for row in refused] == [
        ("aws-workloads", "systems", "partial", listing, "lambda:ListFunctions"),
        ("aws-workloads", "credentials", "partial", listing, "lambda:ListFunctions"),
        ("aws-workloads", "systems/lambda:function", "partial", listing, "lambda:ListFunctions"),
        ("aws-credential-report", "scopes", "unread", report, "iam:GetCredentialReport"),
        ("aws-credential-report", "identities", "unread", report, "iam:GetCredentialReport"),
        ("aws-credential-report", "credentials", "unread", report, "iam:GetCredentialReport"),
    ]


def test_every_source_lives_where_its_id_says():
    ids = [reader.SOURCE.id for reader in registry.every()]
    assert len(ids) == len(set(ids))
    assert {"aws-iam", "aws-credential-report", "aws-workloads"} <= set(ids)
    for reader in registry.every():
        assert reader.SOURCE.by_hand
        assert reader.SOURCE.blind


def test_packed_rows_are_the_same_rows(tmp_path):
    for name in ("a", "b"):
        put(
            tmp_path / "in" / f"{name}.json",
            {"GroupDetailList": [{"Arn": f"arn:aws:iam::111122223333:group/{name}"}]},
        )
    loose = gather([tmp_path / "in"]).rows
    packed = gather([tmp_path / "in"]).rows
    packed.settle(least=1)
    assert packed.tables["groups"] == []
    assert len(packed.tables["coverage"]) == len(loose.tables["coverage"])
    packed.tables["groups"].append({"key": "late"})
    assert packed.frame("groups")["key"].to_list() == [*loose.frame("groups")["key"].to_list(), "late"]
    assert packed.frame("groups").head(2).equals(loose.frame("groups"))


def test_whoever_stops_it_leaves_no_file_open(tmp_path, monkeypatch):
    for n in range(40):
        (tmp_path / f"{n:02}.json").write_text("{}")
    left: set[int] = set()
    really_open, really_close = os.open, os.close

    def opened(*how: Any) -> int:
        handle = really_open(*how)
        left.add(handle)
        return handle

    def closed(handle: int) -> None:
        left.discard(handle)
        really_close(handle)

    def stop(done: int, _total: int, _label: str) -> None:
        if done > 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "close", closed)
    with pytest.raises(KeyboardInterrupt) as held:
        gather([tmp_path], progress=stop)

    # The error still holds the frames that it passed through.
    assert held.traceback
    assert left == set()
