"""IAM Access Analyzer: what is open to outsiders, and access that nobody used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import items, text, when
from posture.sources.contract import Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-access-analyzer",
    title="AWS Access Analyzer findings",
    feeds=("grants", "systems", "identities", "credentials"),
    by_hand="aws accessanalyzer get-finding-v2 for each of list-findings-v2",
    blind="what AWS itself found open to the public, and permissions that it saw nobody use",
    provider="aws",
    calls=(
        asks("accessanalyzer", "list_analyzers", "access-analyzer:ListAnalyzers"),
        asks("accessanalyzer", "list_findings_v2", "access-analyzer:ListFindings",
             each="list_analyzers:/analyzers/*", takes={"analyzerArn": "/arn"},
             arguments={"filter": {"status": {"eq": ["ACTIVE"]}}}),
        asks("accessanalyzer", "get_finding_v2", "access-analyzer:GetFinding",
             each="list_findings_v2:/findings/*",
             takes={"analyzerArn": "request/analyzerArn", "id": "/id"}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_FINDING = "accessanalyzer:GetFindingV2"
_KNOWN = {
    "accessanalyzer:ListAnalyzers": "analyzers",
    "accessanalyzer:ListFindingsV2": "findings",
    _FINDING: "findingDetails",
}
_KINDS = {
    "AWS::S3::Bucket": "bucket",
    "AWS::SQS::Queue": "queue",
    "AWS::SNS::Topic": "topic",
    "AWS::KMS::Key": "key",
    "AWS::Lambda::Function": "function",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::ECR::Repository": "registry",
    "AWS::DynamoDB::Table": "table",
    "AWS::RDS::DBSnapshot": "database",
    "AWS::EC2::Snapshot": "storage",
    "AWS::EFS::FileSystem": "storage",
}


def claims(page: Page) -> bool:
    """Analyzers, their findings, or one finding."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """What each finding says; the lists only lead to the findings."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        if answer.call != _FINDING or not isinstance(body, Mapping) or body.get("status") != "ACTIVE":
            continue
        for at, detail in items(answer, "findingDetails"):
            _detail(into, at, answer, body, detail, account)


def _detail(
    into: Rows, at: str, answer: Recorded, body: Mapping[str, Any], detail: Mapping[str, Any], account: str
) -> None:
    resource = text(body, "resource")
    scope = scope_of(resource, account)
    seen = moment(body.get("analyzedAt"))
    for name, given in detail.items():
        if not isinstance(given, Mapping) or not resource:
            into.problem(
                keys.aws_scope(account), "grants", at, "one finding is set aside: it names no resource"
            )
        elif name == "externalAccessDetails":
            _open(into, at, body, given, resource, scope)
        elif name == "unusedPermissionDetails":
            _unused(into, at, given, resource, seen)
        elif name == "unusedIamRoleDetails":
            into.add(
                "identities", at, key=resource, scope=scope, provider="aws", kind="role",
                **when("last_used", moment(given.get("lastAccessed"))),
            )  # fmt: skip
        elif name == "unusedIamUserAccessKeyDetails" and text(given, "accessKeyId"):
            into.add(
                "credentials", at, key=text(given, "accessKeyId"), scope=scope, provider="aws",
                kind="access-key", **when("last_used", moment(given.get("lastAccessed"))),
            )  # fmt: skip


def _open(
    into: Rows, at: str, body: Mapping[str, Any], given: Mapping[str, Any], resource: str, scope: str
) -> None:
    kind = _KINDS.get(str(body.get("resourceType")))
    if kind and given.get("isPublic") is True:
        into.add(
            "systems", at, key=resource, scope=scope, provider="aws", kind=kind,
            name=plain(keys.short(resource)), public=True,
        )  # fmt: skip


def _unused(into: Rows, at: str, given: Mapping[str, Any], subject: str, seen: datetime | None) -> None:
    """None of the listed actions was used, or nothing of the service where it lists none."""
    actions = given.get("actions")
    last = moment(given.get("lastAccessed"))
    window = {"window_days": (seen - last).days} if seen and last else {}
    into.add(
        "grants",
        at,
        subject=subject,
        service=text(given, "serviceNamespace") or None,
        granted=len(actions) if isinstance(actions, list) and actions else 1,
        used=0,
        **window,
    )
