"""Certificates lead to a role where its trust, the anchors and the profile say so, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from posture.assess.reading import Asked, read

ONE, REGION = "111122223333", "eu-west-1"
ROLE = f"arn:aws:iam::{ONE}:role/plant"
ANCHOR = f"arn:aws:rolesanywhere:{REGION}:{ONE}:trust-anchor/a1"
PROFILE = f"arn:aws:rolesanywhere:{REGION}:{ONE}:profile/p1"


def trust(condition: Any = None, service: str = "rolesanywhere.amazonaws.com") -> dict[str, Any]:
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
    return {"Statement": [statement | ({"Condition": condition} if condition else {})]}


def ways(folder: Path, given: dict[str, Any], anchors: Any = None, **profile: Any) -> list[tuple[Any, ...]]:
    role = {"RoleName": "plant", "Arn": ROLE, "AssumeRolePolicyDocument": given}
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []}
    (folder / "details.json").write_text(json.dumps(details))
    entry = {"profileArn": PROFILE, "name": "machines", "enabled": True, "roleArns": [ROLE], **profile}
    answers = {"ListProfiles": {"profiles": [entry]}}
    if anchors is not None:
        listed = [{"trustAnchorArn": arn, "name": "ca", "enabled": on} for arn, on in anchors.items()]
        answers["ListTrustAnchors"] = {"trustAnchors": listed}
    inventory = [
        {"service": "rolesanywhere", "operation": name, "region": REGION, "response": body}
        for name, body in answers.items()
    ]
    (folder / "inventory.json").write_text(json.dumps(inventory))
    links = read(Asked((folder,), fingerprint_key=b"k")).built.estate["links"]
    found = links.filter(pl.col("from") == PROFILE, pl.col("kind") == "may-become")
    return found.select("to", "certain", "breadth", "depends_on").rows()


def test_a_trusted_service_and_an_anchor_that_is_on_are_enough(tmp_path: Path) -> None:
    assert ways(tmp_path, trust(), {ANCHOR: True}) == [(ROLE, True, "organisation", None)]


def test_an_anchor_that_the_trust_names(tmp_path: Path) -> None:
    named = trust({"ArnEquals": {"aws:SourceArn": ANCHOR}})
    assert ways(tmp_path, named, {ANCHOR: True}) == [(ROLE, True, "organisation", None)]


@pytest.mark.parametrize(
    ("given", "anchors"),
    [
        (trust(service="lambda.amazonaws.com"), {ANCHOR: True}),
        (trust({"ArnEquals": {"aws:SourceArn": f"{ANCHOR}other"}}), {ANCHOR: True}),
        (trust(), {ANCHOR: False}),
        (trust({"StringEquals": {"aws:SourceAccount": "999988887777"}}), {ANCHOR: True}),
    ],
    ids=["another service", "another anchor", "every anchor off", "another account"],
)
def test_what_lets_no_certificate_in_is_no_way(
    tmp_path: Path, given: dict[str, Any], anchors: dict[str, bool]
) -> None:
    assert ways(tmp_path, given, anchors) == []


def test_a_condition_on_the_certificate_means_its_holder(tmp_path: Path) -> None:
    meant = trust({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "press-1"}})
    assert ways(tmp_path, meant, {ANCHOR: True}) == [
        (ROLE, False, "exact", "aws:principaltag/x509subject/cn")
    ]


def test_without_the_anchors_it_hangs_on_them(tmp_path: Path) -> None:
    assert ways(tmp_path, trust()) == [
        (ROLE, False, "organisation", "which certificates the trust anchors accept")
    ]


def test_a_profile_with_policies_of_its_own_gives_less_than_the_role(tmp_path: Path) -> None:
    found = ways(
        tmp_path, trust(), {ANCHOR: True}, managedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    )
    assert found == [(ROLE, False, "organisation", "what the policies of the profile leave of the role")]


def test_a_role_that_is_not_in_the_input_stays_open(tmp_path: Path) -> None:
    other = ROLE.replace("plant", "elsewhere")
    found = ways(tmp_path, trust(), {ANCHOR: True}, roleArns=[other])
    assert [(to, certain) for to, certain, *_ in found] == [(other, False)]
