"""The sample company's files are well formed, agree with each other and hold no secret that could be real."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml

from posture.estate.declared import apply

SAMPLE = Path(__file__).parents[2] / "sample_inventory"
AS_OF = datetime(2026, 7, 1, 9, tzinfo=UTC)
AWS = SAMPLE / "aws"
ACCOUNTS = ("111122223333", "444455556666")
FILES = sorted(path for path in SAMPLE.rglob("*") if path.is_file())
"""Every file that is shipped."""
INVENTED_ACCOUNTS = {*ACCOUNTS, "777788889999", "999900001111", "222200003333"}
REAL_HOSTS = (
    "googleapis.com",
    "gserviceaccount.com",
    "google.com",
    "github.com",
    "githubusercontent.com",
    "ghcr.io",
    "amazonaws.com",
    "amazon.com",
)
"""What the providers themselves print into such files; every other host is invented."""


def _name(path: Path) -> str:
    return path.relative_to(SAMPLE).as_posix()


def _load(*parts: str) -> Any:
    return json.loads(SAMPLE.joinpath(*parts).read_text(encoding="utf-8"))


def _details(account: str) -> Any:
    return _load("aws", account, "account-authorization-details.json")


def _report(account: str) -> list[dict[str, str]]:
    with (AWS / account / "credential-report.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _access_keys() -> dict[str, tuple[str, str, bool]]:
    """Access key id -> (account, user, active)."""
    found = {}
    for account in ACCOUNTS:
        for path in sorted((AWS / account).glob("iam-list-access-keys-*.json")):
            for key in json.loads(path.read_text())["AccessKeyMetadata"]:
                found[key["AccessKeyId"]] = (account, key["UserName"], key["Status"] == "Active")
    return found


def _principals() -> set[str]:
    return {
        row["Arn"]
        for account in ACCOUNTS
        for table in ("UserDetailList", "RoleDetailList", "GroupDetailList")
        for row in _details(account)[table]
    }


def test_the_sample_is_small_and_plain_text() -> None:
    assert sum(path.stat().st_size for path in FILES) < 600_000
    for path in FILES:
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text, _name(path)
        assert text.endswith("\n"), _name(path)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".json"], ids=_name)
def test_json_parses(path: Path) -> None:
    assert isinstance(json.loads(path.read_text(encoding="utf-8")), dict | list)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".ndjson"], ids=_name)
def test_every_line_of_an_asset_export_parses(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["name"].startswith("//")


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix in (".yml", ".yaml")], ids=_name)
def test_yaml_parses(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob(".claude/agents/*.md")), ids=_name)
def test_front_matter_parses(path: Path) -> None:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert yaml.safe_load(front)["name"] == path.stem
    assert body.strip()


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".toml"], ids=_name)
def test_toml_parses(path: Path) -> None:
    assert tomli.loads(path.read_text(encoding="utf-8"))


def test_declared_facts_fit_the_tables() -> None:
    document = tomli.loads((SAMPLE / "inventory.toml").read_text(encoding="utf-8"))
    declarations = [
        {
            "table": table,
            "key": row.pop("key", ""),
            "match": "",
            "columns": {name: value for name, value in row.items() if name != "match"},
            "file": "inventory.toml",
            "at": f"/{table}/{number}",
        }
        for table, rows in document.items()
        for number, row in enumerate(rows)
    ]
    declared = apply(declarations, {})
    assert declared.problems == ()
    assert len(declarations) > 100


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob("manifest.json")), ids=_name)
def test_a_manifest_describes_its_folder_exactly(path: Path) -> None:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    listed = {entry["path"]: entry for entry in manifest["files"]}
    assert set(listed) == {p.name for p in path.parent.iterdir()} - {"manifest.json"}
    for name, entry in listed.items():
        data = (path.parent / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest(), name
        assert entry["bytes"] == len(data), name
    assert manifest["scope"]
    assert manifest["source"] in ("aws", "gcp")


def test_every_snapshot_folder_has_a_manifest() -> None:
    folders = {path.parent for top in ("aws", "gcp") for path in (SAMPLE / top).rglob("*") if path.is_file()}
    assert {folder for folder in folders if not (folder / "manifest.json").is_file()} == set()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_credential_report_names_the_users_of_the_export(account: str) -> None:
    users = {user["UserName"]: user["CreateDate"] for user in _details(account)["UserDetailList"]}
    rows = {row["user"]: row for row in _report(account)}
    assert set(rows) == {*users, "<root_account>"}
    for user, created in users.items():
        assert rows[user]["user_creation_time"] == created
        assert rows[user]["arn"] == f"arn:aws:iam::{account}:user/{user}"


@pytest.mark.parametrize("account", ACCOUNTS)
def test_access_keys_and_the_credential_report_agree(account: str) -> None:
    by_user: dict[str, list[bool]] = {}
    for where, user, active in _access_keys().values():
        if where == account:
            by_user.setdefault(user, []).append(active)
    for row in _report(account):
        slots = [
            row[f"access_key_{slot}_active"] == "true"
            for slot in "12"
            if row[f"access_key_{slot}_last_rotated"] != "N/A"
        ]
        assert slots == by_user.get(row["user"], [])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_key_was_made_when_the_report_says_it_was_rotated(account: str) -> None:
    rotated = {
        (row["user"], row[f"access_key_{slot}_last_rotated"])
        for row in _report(account)
        for slot in "12"
        if row[f"access_key_{slot}_last_rotated"] != "N/A"
    }
    made = {
        (key["UserName"], key["CreateDate"])
        for path in (AWS / account).glob("iam-list-access-keys-*.json")
        for key in json.loads(path.read_text())["AccessKeyMetadata"]
    }
    assert made == rotated


def test_every_access_key_id_in_a_file_belongs_to_a_user_of_the_export() -> None:
    keys = _access_keys()
    seen = {
        (found, _name(path))
        for path in FILES
        for found in re.findall(r"\bAKIA[A-Z0-9]{16}\b", path.read_text(encoding="utf-8"))
    }
    assert {found for found, _ in seen} == set(keys)
    laptop = {found for found, name in seen if name.startswith("laptops/mara.lindqvist/.aws/")}
    assert {keys[found][:2] for found in laptop} == {("444455556666", "mara-cli")}


def test_every_role_that_a_file_names_exists() -> None:
    known = _principals()
    pattern = re.compile(r"arn:aws:iam::\d{12}:(?:role|user|group)/[\w+=.@/*-]+")
    for path in FILES:
        for arn in pattern.findall(path.read_text(encoding="utf-8")):
            if arn.endswith("*"):
                assert any(name.startswith(arn.rstrip("*")) for name in known), (arn, _name(path))
            else:
                assert arn in known, (arn, _name(path))


def test_functions_run_as_roles_of_the_export() -> None:
    for account in ACCOUNTS:
        for function in _load("aws", account, "lambda-list-functions.json")["Functions"]:
            assert function["Role"] in _principals()
            assert function["FunctionArn"].split(":")[4] == account


def test_attached_policies_come_with_their_documents() -> None:
    for account in ACCOUNTS:
        details = _details(account)
        documents = {policy["Arn"]: policy for policy in details["Policies"]}
        counts = dict.fromkeys(documents, 0)
        bounds = dict.fromkeys(documents, 0)
        for table in ("UserDetailList", "RoleDetailList", "GroupDetailList"):
            for row in details[table]:
                for attached in row["AttachedManagedPolicies"]:
                    counts[attached["PolicyArn"]] += 1
                if "PermissionsBoundary" in row:
                    bounds[row["PermissionsBoundary"]["PermissionsBoundaryArn"]] += 1
        for arn, policy in documents.items():
            assert policy["AttachmentCount"] == counts[arn], arn
            assert policy["PermissionsBoundaryUsageCount"] == bounds[arn], arn
            assert [v["IsDefaultVersion"] for v in policy["PolicyVersionList"]] == [True]


def test_service_account_keys_on_laptops_are_in_the_project_export() -> None:
    file = _load("laptops", "mara.lindqvist", ".config", "gcloud", "application_default_credentials.json")
    project, email = file["project_id"], file["client_email"]
    keys = _load("gcp", project, f"iam-service-accounts-keys-list-{email.partition('@')[0]}.json")
    assert f"projects/{project}/serviceAccounts/{email}/keys/{file['private_key_id']}" in {
        key["name"] for key in keys
    }


def test_google_members_of_the_company_exist_as_service_accounts() -> None:
    projects = [path.name for path in (SAMPLE / "gcp").iterdir() if path.name != "organization"]
    assert len(projects) == 3
    listed = {
        account["email"]
        for project in projects
        for account in _load("gcp", project, "iam-service-accounts-list.json")
    }
    search = _load("gcp", "organization", "search-all-iam-policies.json")
    members = {
        member.partition(":")[2]
        for found in search
        for binding in found["policy"]["bindings"]
        for member in binding["members"]
        if member.startswith("serviceAccount:")
    }
    ours = {member for member in members if member.partition("@")[2].startswith("quillhaven-")}
    assert ours <= listed
    assert ours


def test_both_google_exports_hold_the_same_bindings() -> None:
    search = _load("gcp", "organization", "search-all-iam-policies.json")
    lines = (SAMPLE / "gcp/organization/asset-export-iam-policy.ndjson").read_text().splitlines()
    exported = {row["name"]: row["iam_policy"]["bindings"] for row in map(json.loads, lines)}
    assert {found["resource"]: found["policy"]["bindings"] for found in search} == exported


_STAMP = re.compile(r"\b(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|\+00:?00)")
_FUTURE_BY_NATURE = ("NextRotationDate", "validBeforeTime", "request.time <", "expires", "ends")


def test_nothing_happened_after_the_day_of_the_assessment() -> None:
    for path in FILES:
        for line in path.read_text(encoding="utf-8").replace(",", ",\n").splitlines():
            if any(word in line for word in _FUTURE_BY_NATURE):
                continue
            for day, time, _ in _STAMP.findall(line):
                assert datetime.fromisoformat(f"{day}T{time}+00:00") <= AS_OF, (_name(path), line.strip())


def test_exports_were_collected_on_the_morning_of_the_assessment() -> None:
    for path in SAMPLE.rglob("manifest.json"):
        assert json.loads(path.read_text())["collected_at"] == "2026-07-01T06:00:00Z"


def _entropy(text: str) -> float:
    return -sum(text.count(c) / len(text) * math.log2(text.count(c) / len(text)) for c in set(text))


_IDENTIFIERS = re.compile(
    r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9]+|(?:AIDA|AROA|AGPA|ANPA|AIPA)[A-Z2-7]{17}"
    r"|AWSReservedSSO_\w+|AWSSSO_\w+|quillhaven-[a-z0-9-]+|auth_provider_x509_cert_url"
)


def _literals(text: str) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z0-9+_-]{20,}", text):
        digits = sum(c.isdigit() for c in word)
        if not _IDENTIFIERS.fullmatch(word) and digits >= 3 and _entropy(word) > 3.8 and "FAKED" not in word:
            yield word


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_whatever_looks_like_a_secret_carries_its_mark(path: Path) -> None:
    text = re.sub(r"-----BEGIN [A-Z ]+-----\\n(FAKED\d\d).*?-----END [A-Z ]+-----", "", path.read_text())
    text = re.sub(r'"(?:CodeSha256|RevisionId|etag)": ?"[^"]*"', "", text)
    assert list(_literals(text)) == []


def test_a_mark_stands_for_one_value() -> None:
    values: dict[str, set[str]] = {}
    for path in (path for path in FILES if path.name != "README.md"):
        for word in re.findall(r"[A-Za-z0-9_+/-]*FAKED\d\d[A-Za-z0-9+/]*", path.read_text(encoding="utf-8")):
            mark = re.search(r"FAKED\d\d", word)
            assert mark
            kind = "id" if word.startswith("AKIA") else "value"
            values.setdefault(f"{mark[0]} {kind}", set()).add(word)
    assert {mark: found for mark, found in values.items() if len(found) > 1} == {}
    assert len(values) >= 12


def test_names_are_invented() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix != ".md")
    accounts = set(re.findall(r"(?<=:)\d{12}(?=:)", text))
    assert accounts <= INVENTED_ACCOUNTS
    hosts = set(re.findall(r"(?:https?://|@)((?:[a-z0-9-]+\.)+[a-z]{2,})", text))
    foreign = {host for host in hosts if not host.endswith(".example") and not host.endswith(REAL_HOSTS)}
    assert foreign == set()
