"""What real exports get wrong, through the program: what is sound is assessed, and the rest is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.whole.running import MOMENT, Ended, posture

ONE = "111122223333"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def arn(name: str) -> str:
    return f"arn:aws:iam::{ONE}:role/{name}"


def role(name: str, policy: Any, trust: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROAFAKED{name.upper()}",
        "Arn": arn(name),
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": document(LAMBDA) if trust is None else trust,
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy}] if policy is not None else [],
        **more,
    }


SOUND = role("sound", document(ALL))
"""Beside what is wrong stands one that is right, and is still found."""


def export(folder: Path, *roles: dict[str, Any], **more: Any) -> Path:
    file = folder / "account-authorization-details.json"
    whole = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [SOUND, *roles], "Policies": []}
    file.write_text(json.dumps({**whole, **more}), encoding="utf-8")
    return file


def assess(file: Path) -> tuple[dict[str, Any], Ended]:
    ended = posture("assess", file, "-f", "json", "--as-of", MOMENT, "--quiet")
    assert ended.code == 0, ended.err
    return json.loads(ended.out), ended


def administrators(found: dict[str, Any]) -> dict[str, str]:
    """By role, the sentence of its finding."""
    return {
        one["name"]: one["observed"]
        for one in found["findings"]
        if one["check"] == "admin-wildcard" and one["result"] == "gap"
    }


def in_doubt(found: dict[str, Any]) -> set[str]:
    (check,) = [one for one in found["checks"] if one["id"] == "admin-wildcard"]
    return {one["example"] for one in check["unknowns"]}


SAYS = f"administrator of aws:{ONE} by own / statement 0"


def test_nulls_where_numbers_and_lists_are(tmp_path: Path) -> None:
    policy = {
        "PolicyName": "wide",
        "PolicyId": None,
        "Arn": f"arn:aws:iam::{ONE}:policy/wide",
        "AttachmentCount": None,
        "PermissionsBoundaryUsageCount": None,
        "IsAttachable": None,
        "DefaultVersionId": "v1",
        "PolicyVersionList": [{"Document": document(ALL), "VersionId": "v1", "IsDefaultVersion": True}],
    }
    attached = [{"PolicyName": None, "PolicyArn": policy["Arn"]}]
    nulls = {"MaxSessionDuration": None, "Tags": None, "InstanceProfileList": None, "RoleLastUsed": None}
    bad = role("nulls", None, AttachedManagedPolicies=attached, **nulls)
    found, ended = assess(export(tmp_path, bad, Policies=[policy], UserDetailList=None))
    assert administrators(found) == {
        "sound": SAYS,
        "nulls": f"administrator of aws:{ONE} by wide / statement 0",
    }
    assert ended.err == ""


def test_an_inline_policy_without_its_name(tmp_path: Path) -> None:
    bad = role("unnamed", None, RolePolicyList=[{"PolicyDocument": document(ALL)}])
    found, _ended = assess(export(tmp_path, bad))
    assert administrators(found) == {
        "sound": SAYS,
        "unnamed": f"administrator of aws:{ONE} by {arn('unnamed')}#inline/[0] / statement 0",
    }


def test_a_version_that_nobody_knows_is_no_answer(tmp_path: Path) -> None:
    found, _ended = assess(export(tmp_path, role("future", {"Version": "2030-01-01", "Statement": [ALL]})))
    assert administrators(found) == {"sound": SAYS}
    assert arn("future") in in_doubt(found)


@pytest.mark.parametrize("times", [1, 2])
def test_policies_encoded_as_in_an_address(tmp_path: Path, times: int) -> None:
    def encoded(given: Any) -> str:
        text = json.dumps(given)
        for _ in range(times):
            text = quote(text)
        return text

    bad = role("encoded", encoded(document(ALL)), encoded(document(LAMBDA)))
    found, ended = assess(export(tmp_path, bad))
    assert administrators(found) == {"sound": SAYS, "encoded": SAYS}
    assert ended.err == ""


def test_one_id_for_two(tmp_path: Path) -> None:
    twins = [role(name, document(ALL), RoleId="AROAFAKEDTWIN") for name in ("one", "two")]
    found, ended = assess(export(tmp_path, *twins))
    assert administrators(found) == {"sound": SAYS, "one": SAYS, "two": SAYS}
    assert "the id AROAFAKEDTWIN stands for more than one entry" in ended.err


def test_one_arn_for_two(tmp_path: Path) -> None:
    twice = role("twice", document(ALL))
    found, _ended = assess(export(tmp_path, twice, {**twice, "RolePolicyList": []}))
    assert administrators(found) == {"sound": SAYS, "twice": SAYS}


def test_a_statement_that_is_no_list(tmp_path: Path) -> None:
    single = {"Version": "2012-10-17", "Statement": ALL}
    trust = {"Version": "2012-10-17", "Statement": LAMBDA}
    found, ended = assess(export(tmp_path, role("single", single, trust)))
    assert administrators(found) == {"sound": SAYS, "single": SAYS}
    assert ended.err == ""


def test_two_thousand_statements(tmp_path: Path) -> None:
    many = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": f"arn:aws:s3:::b{n}/*"}
        for n in range(1999)
    ]
    found, _ended = assess(export(tmp_path, role("many", document(*many, ALL))))
    assert administrators(found) == {
        "sound": SAYS,
        "many": f"administrator of aws:{ONE} by own / statement 1999",
    }


def test_roles_that_lead_to_each_other_in_a_circle(tmp_path: Path) -> None:
    def onward(name: str, before: str, to: str) -> dict[str, Any]:
        trust = {"Effect": "Allow", "Principal": {"AWS": arn(before)}, "Action": "sts:AssumeRole"}
        go = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn(to)}
        return role(name, document(go), document(trust))

    circle = [onward("a", "c", "b"), onward("b", "a", "c"), onward("c", "b", "a")]
    circle[2]["RolePolicyList"].append({"PolicyName": "all", "PolicyDocument": document(ALL)})
    file = export(tmp_path, *circle)
    found, _ended = assess(file)
    assert administrators(found) == {"sound": SAYS, "c": SAYS.replace("own", "all")}
    asked = posture("reach", file, "--from", arn("a"), "--to", f"aws:{ONE}:control-plane", "--quiet")
    assert asked.code == 0, asked.err
    assert [name for name in ("role/a", "role/b", "role/c") if name in asked.out.decode()] == [
        "role/a",
        "role/b",
        "role/c",
    ]
