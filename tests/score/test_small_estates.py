"""Questions about small estates, each answered by hand from the rules of the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posture.access.aws.admin import standing
from posture.access.aws.escalate import Escalation
from tests.score import hard_changes, hard_estates
from tests.score.aws import WORDS, landscape_of, reached
from tests.score.hard_estates import ALL, Estate
from tests.score.small_estates import IDS, allow, arn, function, let, write

CASES = [*hard_estates.CASES, *hard_changes.CASES]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
@pytest.mark.parametrize(("title", "principals", "answers"), CASES, ids=[case[0] for case in CASES])
def test_small_estate(
    tmp_path: Path, title: str, principals: Estate, answers: dict[tuple[str, str], str], partition: str
) -> None:
    def of(name: str) -> str:
        return arn(name).replace("arn:aws:", f"arn:{partition}:")

    write(tmp_path, principals, {})
    for path in tmp_path.glob("*/*"):
        path.write_text(path.read_text().replace("arn:aws:", f"arn:{partition}:"))
    whole = landscape_of(tmp_path)
    found = {}
    for start, to in answers:
        if to == "standing":
            principal = whole.principals[of(start)]
            found[start, to] = WORDS[standing(principal, whole.accounts[principal.account]).answer]
        else:
            found[start, to] = reached(whole, of(start), of(to))[0]

    assert found == answers, title


def test_the_code_of_a_function_is_rewritten_where_it_runs(tmp_path: Path) -> None:
    rewrite = "lambda:UpdateFunctionCode"
    principals = {
        "1/user/ana": {"own": [allow([rewrite, "lambda:InvokeFunction"])]},
        "1/user/bob": {"own": [allow([rewrite, "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:b*")]},
        "1/role/sweep": {"own": [allow("sts:AssumeRole", arn("2/role/vault"))],
                         "trust": [let("lambda.amazonaws.com")]},
        "2/role/vault": {**ALL, "trust": [let("1/role/sweep")]},
    }  # fmt: skip
    write(tmp_path, principals, {"1": [function("1", "sweep", "1/role/sweep")]})
    whole = landscape_of(tmp_path)

    assert reached(whole, arn("1/user/ana"), arn("2/role/vault"))[0] == "yes"
    assert reached(whole, arn("1/user/bob"), arn("1/role/sweep"))[0] == "no"


def listed(service: str, operation: str, **response: Any) -> dict[str, Any]:
    return {"service": service, "operation": operation, "region": "eu-west-1", "response": response}


def test_a_group_of_machines_is_given_a_role(tmp_path: Path) -> None:
    own = ["autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup", "iam:PassRole"]
    write(
        tmp_path,
        {"1/user/ana": {"own": [allow(own)]}, "1/role/boss": {**ALL, "profile": True}},
        {"1": [listed("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroups=[{
            "AutoScalingGroupARN": f"arn:aws:autoscaling:eu-west-1:{IDS['1']}:autoScalingGroup:1:"
                                   "autoScalingGroupName/web"}])]},
    )  # fmt: skip

    assert reached(landscape_of(tmp_path), arn("1/user/ana"), "admin")[0] == "yes"


def test_no_list_tells_that_nothing_starts_a_function_or_a_build(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"1/user/ana": {"own": [allow(["codebuild:UpdateProject", "lambda:UpdateFunctionCode"])]},
         "1/role/other": {**ALL, "trust": [let("lambda.amazonaws.com")]},
         "1/role/boss": {**ALL, "trust": [let("codebuild.amazonaws.com")]}},
        {"1": [
            function("1", "night", "1/role/other"),
            listed("lambda", "ListEventSourceMappings", EventSourceMappings=[]),
            listed("codebuild", "BatchGetProjects", projects=[{
                "name": "web", "arn": f"arn:aws:codebuild:eu-west-1:{IDS['1']}:project/web",
                "serviceRole": arn("1/role/boss")}]),
        ]},
    )  # fmt: skip
    whole = landscape_of(tmp_path)
    found = Escalation(whole).gains(whole.principals[arn("1/user/ana")])

    assert [(gain.method, gain.certain) for gain in found] == [
        ("codebuild-edit", False),
        ("lambda-003", False),
    ]
