"""What the sample's README says of AWS permissions is what its policies decide."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.context import opened
from posture.access.aws.decision import Attached, Policies, Request
from posture.access.aws.evaluate import evaluate

AWS = Path(__file__).parents[2] / "sample_inventory" / "aws"
PRODUCTION, DEVELOPMENT = "111122223333", "444455556666"


@cache
def _principals() -> dict[str, tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]]:
    """ARN -> policy documents by name, boundary, trust policy."""
    found = {}
    for account in (PRODUCTION, DEVELOPMENT):
        details = json.loads((AWS / account / "account-authorization-details.json").read_text())
        documents = {p["Arn"]: p["PolicyVersionList"][0]["Document"] for p in details["Policies"]}
        groups = {group["GroupName"]: group for group in details["GroupDetailList"]}
        for row in details["UserDetailList"] + details["RoleDetailList"]:
            holders = [row, *(groups[name] for name in row.get("GroupList", []))]
            policies: dict[str, Any] = {}
            for holder in holders:
                for kind in ("UserPolicyList", "GroupPolicyList", "RolePolicyList"):
                    policies |= {p["PolicyName"]: p["PolicyDocument"] for p in holder.get(kind, [])}
                policies |= {
                    p["PolicyName"]: documents[p["PolicyArn"]] for p in holder["AttachedManagedPolicies"]
                }
            boundary = row.get("PermissionsBoundary")
            found[row["Arn"]] = (
                policies,
                documents[boundary["PermissionsBoundaryArn"]] if boundary else None,
                row.get("AssumeRolePolicyDocument"),
            )
    return found


def _decision(principal: str, action: str, resource: str) -> str:
    policies, boundary, _ = _principals()[principal]
    trust = _principals()[resource][2] if action == "sts:AssumeRole" else None
    return evaluate(
        Request(principal, action, resource, context=opened()),
        Policies(
            identity=tuple(Attached(name, compile_policy(text)) for name, text in policies.items()),
            boundary=(Attached("boundary", compile_policy(boundary)),) if boundary else None,
            resource=(Attached("trust", compile_policy(trust, RESOURCE)),) if trust else None,
        ),
    ).answer.value


def _role(name: str, account: str = PRODUCTION) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def _user(name: str, account: str = PRODUCTION) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def _in_production(service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{PRODUCTION}:{rest}"


@pytest.mark.parametrize(
    ("principal", "role", "answer"),
    [
        (_user("mara-cli", DEVELOPMENT), _role("ops-admin"), "Allowed"),
        (_user("tomas.brandt", DEVELOPMENT), _role("breakfix", DEVELOPMENT), "Depends"),
        (_role("breakfix", DEVELOPMENT), _role("ops-admin"), "Allowed"),
        (_role("dispatch-broker"), _role("dispatch-worker"), "Allowed"),
        (_role("dispatch-broker"), _role("dispatch-executor"), "Allowed"),
        (_role("dispatch-executor"), _role("ledger-writer"), "ExplicitlyDenied"),
        (_role("preview-runner", DEVELOPMENT), _role("shipment-sync"), "Allowed"),
        (_role("shipment-sync"), _role("ledger-writer"), "Allowed"),
        (_role("preview-runner", DEVELOPMENT), _role("load-test", DEVELOPMENT), "Allowed"),
        (_role("load-test", DEVELOPMENT), _role("preview-runner", DEVELOPMENT), "Allowed"),
        (_role("load-test", DEVELOPMENT), _role("quote-mirror"), "Depends"),
        (_user("svc-tariff-batch"), _role("ledger-writer"), "ImplicitlyDenied"),
    ],
)
def test_who_may_become_whom(principal: str, role: str, answer: str) -> None:
    assert _decision(principal, "sts:AssumeRole", role) == answer


@pytest.mark.parametrize(
    ("principal", "action", "resource", "answer"),
    [
        (_role("deploy-freight-platform"), "lambda:CreateFunction", "function:any", "Allowed"),
        (_role("deploy-freight-platform"), "iam:PassRole", _role("fleet-maintenance-exec"), "Allowed"),
        (_role("report-builder"), "lambda:CreateFunction", "function:report-daily", "Allowed"),
        (_role("report-builder"), "iam:PassRole", _role("report-render-exec"), "Allowed"),
        (_role("report-builder"), "iam:PassRole", _role("fleet-maintenance-exec"), "ImplicitlyDenied"),
        (_role("dispatch-executor"), "dynamodb:DeleteItem", "table/bookings", "Allowed"),
        (_role("dispatch-executor"), "dynamodb:DeleteItem", "table/fleet", "ExplicitlyDenied"),
        (_user("ines.okafor"), "dynamodb:DeleteItem", "table/ledger", "ExplicitlyDenied"),
        (_user("svc-label-printer"), "sqs:ReceiveMessage", "label-jobs", "Depends"),
    ],
)
def test_who_may_do_what(principal: str, action: str, resource: str, answer: str) -> None:
    full = resource if resource.startswith("arn:") else _in_production(action.partition(":")[0], resource)
    assert _decision(principal, action, full) == answer


def test_the_role_that_report_builder_passes_does_not_trust_functions() -> None:
    trust = _principals()[_role("report-render-exec")][2]
    assert trust is not None
    assert [statement["Principal"] for statement in trust["Statement"]] == [
        {"Service": "ecs-tasks.amazonaws.com"}
    ]
