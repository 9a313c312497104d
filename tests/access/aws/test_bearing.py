"""Of which systems the policy that stands on them is known, and what coverage says of the others."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.aws.bearing import coverage, known, restricting
from posture.sources.aws.carriers import REQUIRED
from tests.checks.small import estate_of

ONE = "aws:1"
BUCKET, OTHER = "arn:aws:s3:::plates", "arn:aws:s3:::ledger"


def system(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "scope": ONE, "provider": "aws", "kind": "other", **more}


def tables(*systems: dict[str, Any], listed: bool = True, **more: Any) -> dict[str, Any]:
    rows = [{"scope": ONE, "table": f"systems/{type_}", "state": "complete"} for type_ in REQUIRED if listed]
    scopes = [{"key": ONE, "kind": "account", "provider": "aws"}]
    return {"systems": list(systems), "coverage": rows, "scopes": scopes, **more}


POLICY = [
    {"key": f"{BUCKET}#resource", "scope": ONE, "provider": "aws", "kind": "resource", "attached_to": BUCKET}
]


def test_only_what_can_carry_a_policy_is_asked_about() -> None:
    made = tables(
        system(BUCKET),
        system(OTHER, own_policy=False),
        system("arn:aws:sqs:eu-west-1:1:orders"),
        system("arn:aws:dynamodb:eu-west-1:1:table/prints"),
        system("arn:aws:ecs:eu-west-1:1:cluster/press"),
        system("aws:1:control-plane"),
        system("aws:1:bucket:*", pattern=True),
        policies=POLICY,
    )
    assert dict(known(estate_of(made)).select("key", "known").iter_rows()) == {
        BUCKET: True,
        OTHER: True,
        "arn:aws:sqs:eu-west-1:1:orders": False,
        "arn:aws:dynamodb:eu-west-1:1:table/prints": False,
    }


@pytest.mark.parametrize(
    "key",
    [
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2",
        "arn:aws:glue:eu-west-1:1:database/proofs",
        "arn:aws:logs:eu-west-1:1:destination:away",
        "arn:aws:s3:eu-west-1:1:accesspoint/readers",
        "arn:aws:lambda:eu-west-1:1:layer:shared:3",
        "arn:aws:ses:eu-west-1:1:identity/press.example",
    ],
)
def test_what_may_carry_a_policy_that_nobody_lists_is_not_known(key: str) -> None:
    assert dict(known(estate_of(tables(system(key)))).select("key", "known").iter_rows()) == {key: False}


@pytest.mark.parametrize(
    ("systems", "listed", "expected"),
    [
        ([], True, ("complete", None)),
        ([], False, ("unread", "blind")),
        ([system(BUCKET)], True, ("complete", None)),
        ([system(BUCKET)], False, ("partial", "blind")),
        (
            [system(OTHER)],
            True,
            ("unread", "1 of 1 systems (other: 1): whether a policy of their own lets anybody in"),
        ),
        (
            [system(BUCKET), system(OTHER)],
            True,
            ("partial", "1 of 2 systems (other: 1): whether a policy of their own lets anybody in"),
        ),
    ],
)
def test_what_coverage_says(
    systems: list[dict[str, Any]], listed: bool, expected: tuple[str, str | None]
) -> None:
    rows = list(coverage(estate_of(tables(*systems, listed=listed, policies=POLICY)), "by hand", "blind"))
    assert [(row["scope"], row["table"], row["state"], row.get("why")) for row in rows] == [
        (ONE, "resource-policies", *expected)
    ]


def test_what_nobody_listed_is_named() -> None:
    made = tables(system(BUCKET), policies=POLICY)
    made["coverage"] = [row for row in made["coverage"] if not row["table"].startswith("systems/s")]
    (row,) = coverage(estate_of(made), "by hand", "what lets in")
    named = "s3:accesspoint, s3:bucket, s3tables:tablebucket, s3vectors:vectorbucket"
    assert row["why"] == f"what lets in: {named} and 6 more were not listed"


def test_of_each_kind_it_is_told_how_many_are_not_known() -> None:
    made = tables(
        system(BUCKET, kind="bucket"),
        system(OTHER, kind="bucket"),
        system("arn:aws:sqs:eu-west-1:1:orders", kind="queue"),
        system("arn:aws:sqs:eu-west-1:1:jobs", kind="queue"),
        policies=POLICY,
    )
    (row,) = coverage(estate_of(made), "by hand", "blind")
    assert row["why"] == (
        "3 of 4 systems (bucket: 1, queue: 2): whether a policy of their own lets anybody in"
    )


@pytest.mark.parametrize(
    ("bucket", "account", "expected"),
    [
        (True, None, True),
        (None, True, True),
        (False, True, True),
        (False, False, False),
        (False, None, None),
        (None, False, None),
    ],
)
def test_a_bucket_is_held_by_itself_or_by_its_account(
    bucket: bool | None, account: bool | None, expected: bool | None
) -> None:
    made = tables(system(BUCKET, restricts_public=bucket))
    made["scopes"][0]["restricts_public"] = account
    found = restricting(estate_of(made), {BUCKET: "1", "arn:aws:sqs:eu-west-1:1:orders": "1"})
    assert found == {BUCKET: expected}


def test_an_access_point_is_held_by_itself_or_by_its_account() -> None:
    point = "arn:aws:s3:eu-west-1:1:accesspoint/readers"
    assert restricting(estate_of(tables(system(point, restricts_public=True))), {point: "1"}) == {point: True}
    made = tables(system(point, restricts_public=False))
    made["scopes"][0]["restricts_public"] = True
    assert restricting(estate_of(made), {point: "1"}) == {point: True}
