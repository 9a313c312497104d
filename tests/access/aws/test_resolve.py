"""Whole accounts from exported files to links, through the project's own readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from posture import access
from posture.access.resolved import Resolved
from posture.estate.build import build
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import gather

ACCOUNT = "111122223333"
SCOPE = f"aws:{ACCOUNT}"
IAM = f"arn:aws:iam::{ACCOUNT}:"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(principal: Any) -> dict[str, Any]:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def role(name: str, trust: Any, *attached: str, **inline: dict[str, Any]) -> dict[str, Any]:
    return {
        "RoleName": name,
        "Arn": f"{IAM}role/{name}",
        "AssumeRolePolicyDocument": trusting(trust),
        "AttachedManagedPolicies": [{"PolicyName": a.rpartition("/")[2], "PolicyArn": a} for a in attached],
        "RolePolicyList": [{"PolicyName": n, "PolicyDocument": d} for n, d in inline.items()],
        "InstanceProfileList": [],
        "Tags": [{"Key": "team", "Value": "payments"}],
    }


def resolved(tmp_path: Path, *roles: dict[str, Any], **lists: Any) -> Resolved:
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": list(roles),
        "Policies": [
            {
                "PolicyName": "AdministratorAccess",
                "Arn": ADMIN,
                "DefaultVersionId": "v1",
                "PolicyVersionList": [
                    {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(EVERYTHING)}
                ],
            }
        ],
        **lists,
    }
    (tmp_path / "authorization-details.json").write_text(json.dumps(details))
    gathered = gather([tmp_path], [], [], Settings())
    built = build(gathered.rows, [reader.SOURCE for reader in registry.every()], Settings())
    return access.resolve(built.estate)


def links(found: Resolved, kind: str) -> list[tuple[str, str, bool, str | None]]:
    rows = found.links.filter(pl.col("kind") == kind).select("from", "to", "certain", "method")
    return sorted(rows.iter_rows(), key=str)


def test_each_holder_of_a_managed_policy_is_an_administrator_with_its_statement(tmp_path: Path) -> None:
    found = resolved(
        tmp_path,
        role("one", {"Service": "ec2.amazonaws.com"}, ADMIN),
        role("two", {"Service": "ec2.amazonaws.com"}, ADMIN),
    )
    plane = f"{SCOPE}:control-plane"

    assert links(found, "may-act") == [
        (f"{IAM}role/one", plane, True, None),
        (f"{IAM}role/two", plane, True, None),
    ]
    assert set(found.links.filter(pl.col("kind") == "may-act")["because"]) == {
        "AdministratorAccess / statement 0"
    }


def test_what_administering_an_account_gives_in_another_is_one_link_of_its_control_plane(
    tmp_path: Path,
) -> None:
    away = role("away", {"AWS": f"{IAM}role/ana"})
    away["Arn"] = away["Arn"].replace(ACCOUNT, "444455556666")
    (tmp_path / "other.json").write_text(json.dumps({"UserDetailList": [], "RoleDetailList": [away]}))
    service = {"Service": "ec2.amazonaws.com"}
    found = resolved(tmp_path, role("one", service, ADMIN), role("two", service, ADMIN), role("ana", service))

    assert links(found, "lets-into") == [(f"{SCOPE}:control-plane", away["Arn"], True, None)]
    assert links(found, "may-become") == []


def test_a_trust_is_a_link_and_an_escalation_names_its_method(tmp_path: Path) -> None:
    starts = document(
        {"Effect": "Allow", "Action": ["iam:PassRole", "lambda:CreateFunction"], "Resource": "*"},
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"},
    )
    found = resolved(
        tmp_path,
        role("starter", {"Service": "ec2.amazonaws.com"}, starts=starts),
        role("crown", {"Service": "lambda.amazonaws.com"}, ADMIN),
        role("friend", {"AWS": f"{IAM}role/starter"}),
    )

    assert links(found, "may-become") == [
        (f"{IAM}role/starter", f"{IAM}role/crown", True, "lambda-001"),
        (f"{IAM}role/starter", f"{IAM}role/friend", True, None),
    ]


def test_a_tag_of_the_principal_settles_a_condition(tmp_path: Path) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "payments"}}
    read = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition})
    found = resolved(tmp_path, role("reader", {"Service": "ec2.amazonaws.com"}, read=read))

    assert links(found, "may-act") == [(f"{IAM}role/reader", f"{SCOPE}:bucket:*", True, None)]


def test_many_targets_are_one_link_to_a_pattern(tmp_path: Path) -> None:
    assume = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    others = [role(f"r{n}", {"AWS": f"{IAM}root"}) for n in range(9)]
    found = resolved(tmp_path, role("hub", {"Service": "ec2.amazonaws.com"}, assume=assume), *others)
    became = links(found, "may-become")

    assert [(start, certain, method) for start, _to, certain, method in became] == [
        (f"{IAM}role/hub", True, None)
    ]
    pattern = became[0][1]
    assert found.identities.filter(pl.col("pattern"))["key"].to_list() == [pattern]
    assert [to for start, to, _c, _m in links(found, "contains") if start == pattern] == [
        f"{IAM}role/r{n}" for n in range(9)
    ]


def test_who_comes_from_outside_is_a_node(tmp_path: Path) -> None:
    found = resolved(tmp_path, role("vendor", {"AWS": "arn:aws:iam::999988887777:root"}))

    assert links(found, "may-become") == [("arn:aws:iam::999988887777:root", f"{IAM}role/vendor", True, None)]
    assert found.identities.select("key", "kind").rows() == [("arn:aws:iam::999988887777:root", "external")]


def test_a_limit_without_its_text_makes_links_conditional(tmp_path: Path) -> None:
    held = role("held", {"Service": "ec2.amazonaws.com"}, ADMIN)
    held["PermissionsBoundary"] = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": f"{IAM}policy/missing",
    }
    found = resolved(tmp_path, held)

    plane = f"{SCOPE}:control-plane"
    assert (f"{IAM}role/held", plane, False, None) in links(found, "may-act")
    assert {certain for _s, _t, certain, _m in links(found, "may-act")} == {False}
    assert found.coverage.filter(pl.col("table") == "documents").height == 1


def test_layers_that_the_input_does_not_hold_are_assumptions(tmp_path: Path) -> None:
    found = resolved(tmp_path, role("one", {"Service": "ec2.amazonaws.com"}))

    assert [assumption.partition(":")[0] for assumption in found.assumptions] == [
        "no SCP",
        "no RCP",
        "no resource policy",
    ]


def test_an_estate_without_aws_has_nothing_to_resolve(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    built = build(gather([tmp_path], [], [], Settings()).rows, [], Settings())

    assert access.resolve(built.estate).links.is_empty()
