"""The bulk form of access agrees with the evaluation of single requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.aws.account import Account, Principal, context_of, policies_of
from posture.access.aws.actions import bit
from posture.access.aws.compile import compile_policy
from posture.access.aws.decision import Answer, Attached, Level, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.grants import Grant, grants
from posture.access.aws.match import arn_glob
from posture.access.aws.places import EVERY, place_of
from posture.access.aws.reference import reference
from posture.access.classes import rules
from posture.model.classes import Classes
from tests.access.aws.policies import conditions

ACCOUNT = "111122223333"
ASKED = {
    "s3:GetObject": "arn:aws:s3:::ledger/q1",
    "s3:DeleteObject": "arn:aws:s3:::ledger/q1",
    "s3:PutBucketPolicy": "arn:aws:s3:::ledger",
    "sqs:SendMessage": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders",
    "kms:Decrypt": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
    "ssm:GetParameter": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/key",
}
KIND = {"s3": "bucket", "sqs": "queue", "kms": "key", "ssm": "parameter"}
ACTIONS = ["*", "s3:*", "s3:Get*", "s3:DeleteObject", "sqs:*", "kms:Decrypt", "ssm:*", "*:Get*"]
RESOURCES = [
    "*",
    "arn:aws:s3:::ledger*",
    "arn:aws:s3:::ledger/*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:sqs:*:*:*",
    "arn:aws:sqs:*:*:ord?rs",
    "arn:aws:ssm:*:*:parameter/app/*",
    "arn:aws:kms:eu-west-1:*:key/1",
]


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    inverse = st.sampled_from(["", "", "", "Not"])
    made: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    made[draw(inverse) + "Action"] = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2))
    made[draw(inverse) + "Resource"] = draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2))
    tested = draw(st.one_of(st.just({}), st.just({}), conditions()))
    return {**made, "Condition": tested} if tested else made


documents = st.lists(statements(), min_size=1, max_size=4)


def level(given: list[dict[str, Any]]) -> Level:
    return (Attached("policy", compile_policy({"Version": "2012-10-17", "Statement": given})),)


def classes_of(action: str) -> Classes:
    return rules("aws").of(action, reference().action(action.lower()).level)


def on(found: list[Grant], action: str) -> list[Grant]:
    """The grants that reach what `action` is asked for."""
    service = action.partition(":")[0]
    place = place_of(ASKED[action])[2]
    return [
        grant
        for grant in found
        if grant.kind == KIND[service]
        and (grant.resource == EVERY or arn_glob(grant.resource)(place))
        and not grant.leaves_out(place)
    ]


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(documents, st.one_of(st.none(), documents), st.one_of(st.none(), documents))
def test_bulk_agrees_with_single_decisions(
    given: list[Any], limit: list[Any] | None, scp: list[Any] | None
) -> None:
    principal = Principal(
        f"arn:aws:iam::{ACCOUNT}:user/ana",
        ACCOUNT,
        "user",
        level(given),
        level(limit) if limit else None,
        tags={},
    )
    account = Account(ACCOUNT, (principal,), scps=(level(scp),) if scp else None)
    found = grants(principal, account)
    for action, resource in ASKED.items():
        request = Request(principal.arn, action, resource, context_of(principal, account))
        answer = evaluate(request, policies_of(principal, account)).answer
        possible = certain = 0
        for grant in on(found, action):
            possible |= grant.possible
            certain |= grant.certain
        if answer in (Answer.ALLOWED, Answer.DEPENDS):
            assert classes_of(action) & ~possible == 0, (action, answer)
    for grant in found:
        assert grant.certain & ~grant.possible == 0
        assert grant.because


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(documents, st.one_of(st.none(), documents), st.one_of(st.none(), documents))
def test_what_bulk_is_sure_of_is_allowed_one_by_one(
    given: list[Any], limit: list[Any] | None, scp: list[Any] | None
) -> None:
    principal = Principal(
        f"arn:aws:iam::{ACCOUNT}:user/ana",
        ACCOUNT,
        "user",
        level(given),
        level(limit) if limit else None,
        tags={},
    )
    account = Account(ACCOUNT, (principal,), scps=(level(scp),) if scp else None)
    for grant in grants(principal, account):
        for action, resource in ASKED.items():
            if on([grant], action) and grant.sure & bit(action):
                request = Request(principal.arn, action, resource, context_of(principal, account))
                decision = evaluate(request, policies_of(principal, account))
                assert decision.answer is Answer.ALLOWED, (action, grant)


def only(**statement: Any) -> list[tuple[str, str, int, int]]:
    principal = Principal(f"arn:aws:iam::{ACCOUNT}:user/ana", ACCOUNT, "user", level([statement]), tags={})
    return [
        (g.kind, g.resource, g.certain, g.possible) for g in grants(principal, Account(ACCOUNT, (principal,)))
    ]


def test_a_grant_on_everything_is_one_per_kind() -> None:
    assert only(Effect="Allow", Action="s3:GetObject", Resource="*") == [("bucket", EVERY, 1, 1)]


def test_a_grant_on_one_bucket_is_on_that_bucket() -> None:
    found = only(Effect="Allow", Action="s3:GetObject", Resource="arn:aws:s3:::ledger/*")

    assert found == [("bucket", "arn:aws:s3:::ledger", 1, 1)]


def test_a_condition_makes_it_possible_only() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}

    assert only(Effect="Allow", Action="s3:GetObject", Resource="*", Condition=condition) == [
        ("bucket", EVERY, 0, 1)
    ]


def test_an_action_without_resources_is_not_granted_on_one() -> None:
    assert only(Effect="Allow", Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::ledger") == []


def test_a_deny_on_one_bucket_leaves_the_others_certain() -> None:
    statements = [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": ["arn:aws:s3:::ledger/*", "arn:aws:s3:::b/*"],
        },
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::ledger/secret/*"},
    ]
    principal = Principal(f"arn:aws:iam::{ACCOUNT}:user/ana", ACCOUNT, "user", level(statements), tags={})
    found = grants(principal, Account(ACCOUNT, (principal,)))
    assert {
        (g.resource, g.certain != 0, tuple(g.depends_on)) for g in found if g.kind != "control-plane"
    } == {
        ("arn:aws:s3:::ledger", False, ("denied in part by policy / statement 2",)),
        ("arn:aws:s3:::b", True, ()),
        (EVERY, True, ()),
    }


def test_a_bucket_is_none_of_its_objects() -> None:
    assert only(Effect="Allow", Action="s3:GetObject", Resource="arn:aws:s3:::ledger") == []
    assert only(Effect="Allow", Action="s3:ListBucket", Resource="arn:aws:s3:::ledger/*") == []


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("*", ("", "", EVERY)),
        ("arn:aws:s3:::*", ("s3", "bucket", EVERY)),
        ("arn:aws:s3:::ledger-*/*", ("s3", "bucket", "arn:aws:s3:::ledger-*")),
        ("arn:aws:dynamodb:*:*:table/*", ("dynamodb", "table", EVERY)),
        (
            "arn:aws:dynamodb:eu-west-1:111122223333:table/a/index/b",
            ("dynamodb", "table", "arn:aws:dynamodb:eu-west-1:111122223333:table/a"),
        ),
        ("arn:aws:ssm:*:*:parameter/*", ("ssm", "parameter", EVERY)),
        ("arn:aws:sqs:*:*:*", ("sqs", "queue", EVERY)),
        (
            "arn:aws:sqs:eu-west-1:111122223333:orders",
            ("sqs", "queue", "arn:aws:sqs:eu-west-1:111122223333:orders"),
        ),
        ("arn:aws:ec2:*:*:volume/*", ("ec2", "storage", EVERY)),
        (
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/readers/object/*",
            ("s3", "bucket", "arn:aws:s3:eu-west-1:111122223333:accesspoint/readers"),
        ),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/*", ("s3", "bucket", EVERY)),
    ],
)
def test_a_pattern_has_a_place(pattern: str, place: tuple[str, str, str]) -> None:
    assert place_of(pattern) == place


def test_a_condition_on_whose_a_thing_is_holds_at_home_and_is_open_abroad() -> None:
    own, other = ({"StringEquals": {"aws:ResourceAccount": id_}} for id_ in (ACCOUNT, "444455556666"))

    assert only(Effect="Allow", Action="s3:GetObject", Resource="*", Condition=own) == [
        ("bucket", EVERY, 1, 1)
    ]
    assert only(Effect="Allow", Action="s3:GetObject", Resource="*", Condition=other) == [
        ("bucket", EVERY, 0, 1)
    ]
