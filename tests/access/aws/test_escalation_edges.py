"""Where escalation ends: what a condition, a limit, a trust or a state of things still leaves."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.account import Group, Workload
from posture.access.aws.compile import RESOURCE
from posture.access.aws.gains import Gain
from tests.access.aws.test_escalation import (
    ACCOUNT,
    EVERYTHING,
    IAM,
    ROOT,
    allow,
    gains_of,
    policy,
    role,
    trust,
    user,
)

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
PLACE = "us-east-1:111122223333"


def ways(gains: list[Gain]) -> set[tuple[str, bool]]:
    return {(gain.method, gain.certain) for gain in gains}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ArnNotEquals": {"iam:PolicyARN": ADMINISTRATOR}}, True),
        ({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/IAMFullAccess"}}, True),
        ({"ArnEquals": {"iam:PolicyARN": READ_ONLY}}, False),
        ({"ArnLike": {"iam:PolicyARN": f"{IAM}policy/team-*"}}, True),
        ({"ArnLike": {"iam:PolicyARN": f"{IAM}policy/other-*"}}, False),
    ],
)
def test_whoever_may_attach_some_policy_attaches_the_strongest(
    condition: dict[str, Any], expected: bool
) -> None:
    own = policy("own", allow("iam:AttachUserPolicy", on=f"{IAM}user/actor", Condition=condition))
    strong = policy("strong", allow("iam:*"), arn=f"{IAM}policy/team-admin")
    found = gains_of(user("actor", (own,)), role("other", (strong,)))

    assert (("iam-008", True) in ways(found)) is expected


def test_a_policy_may_be_attached_only_where_the_condition_is_about_attaching() -> None:
    condition = {"ArnEquals": {"iam:PolicyARN": ADMINISTRATOR}}
    own = policy(
        "own", allow("iam:PutUserPolicy", "iam:AttachUserPolicy", on=f"{IAM}user/actor", Condition=condition)
    )

    assert ways(gains_of(user("actor", (own,)))) == {("iam-008", True)}


@pytest.mark.parametrize(
    ("wanted", "expected"), [(ADMINISTRATOR, True), (f"{IAM}policy/approved", False), (READ_ONLY, False)]
)
def test_a_boundary_that_may_be_replaced_by_approved_ones_only_holds(wanted: str, expected: bool) -> None:
    condition = {"StringEquals": {"iam:PermissionsBoundary": wanted}}
    edge = policy(
        "edge",
        allow("s3:*"),
        allow("iam:PutUserPermissionsBoundary", Condition=condition),
        arn=f"{IAM}policy/edge",
    )
    found = gains_of(user("actor", (EVERYTHING,), boundary=(edge,)))

    assert (("iam-replace-user-boundary", True) in ways(found)) is expected


@pytest.mark.parametrize(("spared", "expected"), [("policy/deny", False), ("policy/other", True)])
def test_a_deny_that_one_may_not_detach_stays(spared: str, expected: bool) -> None:
    deny = policy(
        "deny",
        {"Effect": "Deny", "NotAction": ["s3:*", "iam:DetachUserPolicy"], "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "iam:DetachUserPolicy",
            "Resource": "*",
            "Condition": {"ArnEquals": {"iam:PolicyARN": f"{IAM}{spared}"}},
        },
        arn=f"{IAM}policy/deny",
    )
    found = gains_of(user("actor", (EVERYTHING, deny)))

    assert (("iam-detach-user-deny", True) in ways(found)) is expected


def test_a_boundary_of_another_is_lifted_before_its_policies_are_written() -> None:
    edge = policy("edge", allow("s3:*"), arn=f"{IAM}policy/edge")
    target = role("clerk", (policy("plain", allow("s3:*")),), trust(ROOT), boundary=(edge,))
    write = ("iam:PutRolePolicy", "sts:AssumeRole")

    held = gains_of(user("actor", (policy("own", allow(*write)),)), target)
    freed = gains_of(
        user("actor", (policy("own", allow(*write, "iam:DeleteRolePermissionsBoundary")),)), target
    )

    assert not any(gain.admin for gain in held)
    assert ("iam-017", True) in ways([gain for gain in freed if gain.admin])


def test_lifting_a_boundary_with_nothing_behind_it_is_no_gain() -> None:
    edge = policy("edge", allow("s3:*"), arn=f"{IAM}policy/edge")
    target = role("clerk", (policy("plain", allow("ec2:*")),), trust(ROOT), boundary=(edge,))
    own = policy("own", allow("iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"))

    assert not any(gain.admin for gain in gains_of(user("actor", (own,)), target))


def test_a_group_without_the_target_in_it_strengthens_nobody() -> None:
    own = policy("own", allow("iam:PutGroupPolicy", "iam:CreateAccessKey"))
    found = gains_of(role("actor", (own,)), user("clerk", keys=0))

    assert not any(gain.admin for gain in found)


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "elasticmapreduce.amazonaws.com"])
def test_a_cluster_gives_the_role_of_its_machines_whichever_service_the_pass_names(service: str) -> None:
    condition = {"StringEquals": {"iam:PassedToService": service}}
    own = policy("own", allow("elasticmapreduce:RunJobFlow"), allow("iam:PassRole", Condition=condition))
    machines = trust({"Service": "ec2.amazonaws.com"})
    found = gains_of(
        role("actor", (own,)),
        role("boss", (EVERYTHING,), machines, instance_profile=True),
        role("bare", (EVERYTHING,), machines, instance_profile=False),
        role("service", (EVERYTHING,), trust({"Service": "elasticmapreduce.amazonaws.com"})),
    )

    assert [target.name for gain in found for target in gain.to] == ["boss"]


def test_a_template_gives_the_role_it_has_and_no_other() -> None:
    own = policy("own", allow("ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"))
    machines = trust({"Service": "ec2.amazonaws.com"})
    arn = f"arn:aws:ec2:{PLACE}:launch-template/lt-1"
    found = gains_of(
        role("actor", (own,)),
        role("boss", (EVERYTHING,), machines, instance_profile=True),
        role("plain", (), machines, instance_profile=True),
        workloads={"ec2:launch-template": (Workload(arn, f"{IAM}role/plain", started=True),)},
    )

    assert [target.name for gain in found for target in gain.to] == ["plain"]


def test_a_task_definition_whose_role_no_longer_trusts_the_service_runs_as_nobody() -> None:
    own = policy("own", allow("ecs:RunTask", "iam:PassRole"))
    arn = f"arn:aws:ecs:{PLACE}:task-definition/orders:3"
    there: dict[str, Any] = {
        "workloads": {"ecs:task-definition": (Workload(arn, f"{IAM}role/boss"),)},
        "resources": {"ecs:cluster": (f"arn:aws:ecs:{PLACE}:cluster/main",)},
    }
    trusting = role("boss", (EVERYTHING,), trust({"Service": "ecs-tasks.amazonaws.com"}))
    other = role("boss", (EVERYTHING,), trust({"Service": "rds.amazonaws.com"}))

    assert ("ecs-run-override", True) in ways(gains_of(role("actor", (own,)), trusting, **there))
    assert gains_of(role("actor", (own,)), other, **there) == []


@pytest.mark.parametrize("named", ["orders:3", "orders"])
def test_a_job_may_be_named_with_its_revision_or_without(named: str) -> None:
    own = policy("own", allow("batch:SubmitJob", on=f"arn:aws:batch:{PLACE}:job-definition/{named}"))
    arn = f"arn:aws:batch:{PLACE}:job-definition/orders:3"
    boss = role("boss", (EVERYTHING,), trust({"Service": "ecs-tasks.amazonaws.com"}))
    found = gains_of(
        role("actor", (own,)),
        boss,
        workloads={"batch:job-definition": (Workload(arn, boss.arn),)},
        resources={"batch:job-queue": (f"arn:aws:batch:{PLACE}:job-queue/q",)},
    )

    assert ways(found) == {("batch-002", True)}


@pytest.mark.parametrize("asked", ["automation-definition/new:1", "document/new", "automation-execution/*"])
def test_a_service_that_asks_about_either_of_two_things_is_asked_about_both(asked: str) -> None:
    own = policy(
        "own",
        allow("iam:PassRole", "ssm:CreateDocument"),
        allow("ssm:StartAutomationExecution", on=f"arn:aws:ssm:{PLACE}:{asked}"),
    )
    boss = role("boss", (EVERYTHING,), trust({"Service": "ssm.amazonaws.com"}))

    assert ways(gains_of(role("actor", (own,)), boss)) == {("ssm-003", True)}


def test_a_directory_that_no_complete_input_lists_hands_out_nothing() -> None:
    own = policy("own", allow("identitystore:CreateGroupMembership"))

    assert gains_of(user("actor", (own,))) == []
    assert ways(gains_of(user("actor", (own,)), complete=False)) == {("identitystore-membership", False)}


LAMBDA = ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")


def test_a_deny_that_keeps_one_from_writing_one_s_own_policy_is_taken_away_first() -> None:
    mine = policy("mine", allow("s3:ListAllMyBuckets"), arn=f"{IAM}policy/mine")
    deny = policy("deny", {"Effect": "Deny", "Action": "iam:CreatePolicyVersion", "Resource": "*"})
    own = policy("own", allow("iam:CreatePolicyVersion", "iam:DeleteUserPolicy"))

    assert ("iam-delete-user-deny", True) in ways(gains_of(user("actor", (own, mine, deny))))


def test_a_group_that_lets_its_members_write_themselves_policies_is_joined_first() -> None:
    members = policy("members", allow("iam:PutUserPolicy", on=f"{IAM}user/actor"))
    groups = (Group(f"{IAM}group/staff", ACCOUNT, (members,)),)
    actor = user("actor", (policy("own", allow("iam:AddUserToGroup")),))

    assert [(gain.method, gain.admin) for gain in gains_of(actor, groups=groups)] == [("iam-013", True)]


@pytest.mark.parametrize("behind", [LAMBDA, ("lambda:InvokeFunction",)])
def test_a_role_freed_of_its_boundary_leads_on_though_it_is_no_administrator(behind: tuple[str, ...]) -> None:
    edge = policy("edge", allow("s3:*"), arn=f"{IAM}policy/edge")
    target = role("clerk", (policy("plain", allow(*behind)),), trust(ROOT), boundary=(edge,))
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))
    own = policy("own", allow("iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"))
    found = [gain for gain in gains_of(user("actor", (own,)), target, boss) if gain.method == "iam-023"]

    assert [[to.name for to in gain.to] for gain in found] == ([["boss"]] if behind == LAMBDA else [])


@pytest.mark.parametrize("inside", [LAMBDA, ("lambda:InvokeFunction",)])
def test_a_role_that_its_boundary_holds_leads_as_far_as_that_lets_it(inside: tuple[str, ...]) -> None:
    edge = policy("edge", allow(*inside), arn=f"{IAM}policy/edge")
    target = role("clerk", (policy("plain", allow("s3:*")),), trust(ROOT), boundary=(edge,))
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))
    own = policy("own", allow("iam:PutRolePolicy", "sts:AssumeRole"))
    found = [gain for gain in gains_of(user("actor", (own,)), target, boss) if gain.method == "iam-017"]

    assert [[to.name for to in gain.to] for gain in found] == ([["boss"]] if inside == LAMBDA else [])


@pytest.mark.parametrize("application", ["orders", "other"])
def test_a_revision_is_registered_with_the_application_that_the_group_is_of(application: str) -> None:
    group = f"arn:aws:codedeploy:{PLACE}:deploymentgroup:orders/web"
    own = policy(
        "own",
        allow("codedeploy:CreateDeployment", on=group),
        allow("codedeploy:GetDeploymentConfig"),
        allow(
            "codedeploy:RegisterApplicationRevision",
            on=f"arn:aws:codedeploy:{PLACE}:application:{application}",
        ),
    )
    boss = role("boss", (EVERYTHING,), trust({"Service": "ec2.amazonaws.com"}), instance_profile=True)
    found = gains_of(
        role("actor", (own,)), boss, workloads={"codedeploy:deploymentgroup": (Workload(group, boss.arn),)}
    )

    assert ways(found) == ({("codedeploy-001", True)} if application == "orders" else set())


MACHINE = f"arn:aws:ec2:{PLACE}:instance/i-1"
FUNCTION = f"arn:aws:lambda:{PLACE}:function:f"


def on_machine(own: list[dict[str, Any]], **state: Any) -> set[tuple[str, bool]]:
    boss = role("boss", (EVERYTHING,), trust({"Service": "ec2.amazonaws.com"}), instance_profile=True)
    there = {"ec2:instance": (Workload(MACHINE, boss.arn, **state),)}
    return ways(gains_of(role("actor", (policy("own", *own),)), boss, workloads=there))


def test_a_session_needs_a_machine_that_systems_manager_reaches() -> None:
    session = [allow("ssm:StartSession")]

    assert on_machine(session, managed=True) == {("ssm-001", True)}
    assert on_machine(session, managed=False) == set()


def test_what_stands_still_is_started_first() -> None:
    session, start = allow("ssm:StartSession"), allow("ec2:StartInstances")

    assert on_machine([session], managed=True, paused=True) == set()
    assert on_machine([session, start], managed=True, paused=True) == {("ssm-001", True)}


@pytest.mark.parametrize("key", ["aws:ResourceTag/env", "ssm:resourceTag/env"])
def test_the_tags_of_a_machine_settle_conditions_on_them(key: str) -> None:
    session = [allow("ssm:StartSession", Condition={"StringEquals": {key: "prod"}})]

    assert on_machine(session, tags={"env": "prod"}) == {("ssm-001", True)}
    assert on_machine(session, tags={"env": "dev"}) == set()
    assert on_machine(session) == {("ssm-001", False)}


@pytest.mark.parametrize(
    ("own", "effect", "fires"),
    [
        ([], "Allow", True),
        ([allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction")], "Deny", False),
    ],
)
def test_the_policy_of_a_function_lets_in_and_keeps_out(own: list[Any], effect: str, fires: bool) -> None:
    statement = {
        "Effect": effect,
        "Principal": {"AWS": f"{IAM}user/actor"},
        "Action": ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
        "Resource": FUNCTION,
    }
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))
    lent = (policy("its policy", statement, grammar=RESOURCE),)
    there = {"lambda:function": (Workload(FUNCTION, boss.arn, policy=lent),)}
    actor = user("actor", (policy("own", *own),) if own else ())

    assert ways(gains_of(actor, boss, workloads=there)) == ({("lambda-004", True)} if fires else set())


@pytest.mark.parametrize(
    ("pattern", "fires"),
    [("arn:aws:lambda:*:*:function:*", True), ("arn:aws:*", True), ("arn:aws:ec2:*:*:instance/*", False)],
)
def test_a_role_that_is_passed_for_one_kind_of_thing_is_passed_for_no_other(
    pattern: str, fires: bool
) -> None:
    condition = {"ArnLike": {"iam:AssociatedResourceArn": pattern}}
    own = policy("own", allow(*LAMBDA[1:]), allow("iam:PassRole", Condition=condition))
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))

    assert ways(gains_of(role("actor", (own,)), boss)) == ({("lambda-001", True)} if fires else set())


@pytest.mark.parametrize(
    ("more", "condition", "expected"),
    [
        ((), {"Bool": {"aws:ViaAWSService": "false"}}, {True}),
        ((), {"Bool": {"aws:ViaAWSService": "true"}}, set()),
        ((), {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}, set()),
        (
            ("cloudformation:CreateStack",),
            {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}},
            {False},
        ),
    ],
)
def test_whoever_has_no_service_make_its_requests_makes_them_itself(
    more: tuple[str, ...], condition: dict[str, Any], expected: set[bool]
) -> None:
    own = policy("own", allow(*LAMBDA[1:], *more), allow("iam:PassRole", Condition=condition))
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))
    found = gains_of(role("actor", (own,)), boss)

    assert {gain.certain for gain in found if gain.method == "lambda-001"} == expected


def test_a_service_takes_a_role_under_another_name_than_the_role_trusts() -> None:
    condition = {"StringLike": {"iam:PassedToService": "apprunner.amazonaws.com"}}
    own = policy("own", allow("apprunner:CreateService"), allow("iam:PassRole", Condition=condition))
    boss = role("boss", (EVERYTHING,), trust({"Service": "tasks.apprunner.amazonaws.com"}))

    assert ways(gains_of(role("actor", (own,)), boss)) == {("apprunner-001", True)}
