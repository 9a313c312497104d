"""An allow of everything but some resources: in bulk as exact as one question after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from posture.access.asking import can
from tests.access.aws.test_resource_side import ONE, READ, TWO, WRITE, Company, allow, deny, resolved

LEDGER, PLATES = "arn:aws:s3:::ledger", "arn:aws:s3:::plates"
ORDERS, JOBS = (f"arn:aws:sqs:eu-west-1:{ONE}:{name}" for name in ("orders", "jobs"))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company(tmp_path)
    urls = [f"https://sqs.eu-west-1.amazonaws.com/{ONE}/{name}" for name in ("orders", "jobs")]
    made.recorded.append(
        {"service": "sqs", "operation": "ListQueues", "region": "eu-west-1", "response": {"QueueUrls": urls}}
    )
    return made


def all_but(action: Any, *resources: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "NotResource": list(resources), **more}


def reached(company: Company, who: str) -> dict[str, tuple[int, int]]:
    """The classes that are certain, and those that are possible, of each system that is no pattern."""
    found = resolved(company)
    links = found.links.filter(pl.col("kind") == "may-act", pl.col("from") == who)
    inside: dict[str, list[str]] = {}
    for start, end in found.links.filter(pl.col("kind") == "contains").select("from", "to").iter_rows():
        inside.setdefault(start, []).append(end)
    best: dict[str, tuple[int, int]] = {}
    for to, classes, certain in links.select("to", "classes", "certain").iter_rows():
        for system in inside.get(to, [] if to.endswith("*") else [to]):
            sure, maybe = best.get(system, (0, 0))
            best[system] = (sure | (classes if certain else 0), maybe | classes)
    return best


def test_a_bucket_and_its_objects_are_left_out(company: Company) -> None:
    ana = company.hire("ana", all_but("s3:GetObject", LEDGER, f"{LEDGER}/*"))
    assert reached(company, ana) == {PLATES: (READ, READ)}


def test_objects_alone_are_left_out(company: Company) -> None:
    ana = company.hire("ana", all_but(["s3:PutObject", "s3:ListBucket"], f"{LEDGER}/*"))
    assert reached(company, ana) == {LEDGER: (READ, READ), PLATES: (READ | WRITE, READ | WRITE)}


def test_a_bucket_without_its_objects_leaves_them_in(company: Company) -> None:
    ana = company.hire("ana", all_but(["s3:PutObject", "s3:ListBucket"], LEDGER))
    assert reached(company, ana) == {LEDGER: (WRITE, WRITE), PLATES: (READ | WRITE, READ | WRITE)}


def test_a_part_of_a_bucket_leaves_the_rest_of_it(company: Company) -> None:
    ana = company.hire("ana", all_but("s3:GetObject", f"{LEDGER}/secret/*"))
    assert reached(company, ana) == {LEDGER: (READ, READ), PLATES: (READ, READ)}


def test_what_leaves_out_all_leaves_nothing(company: Company) -> None:
    ana = company.hire("ana", all_but(["s3:GetObject", "sqs:ReceiveMessage"], "arn:aws:s3:::*"))
    bob = company.hire("bob", all_but(["s3:GetObject", "sqs:ReceiveMessage"], "arn:aws:sqs:*:*:*"))
    eve = company.hire("eve", all_but("sqs:ReceiveMessage", f"arn:aws:sqs:*:{ONE}:*"))
    queues = dict.fromkeys((JOBS, ORDERS), (WRITE | READ, WRITE | READ))
    assert set(reached(company, ana)) == set(queues)
    assert set(reached(company, bob)) == {LEDGER, PLATES}
    assert reached(company, eve) == {}


def test_one_queue_one_region_and_what_another_account_has(company: Company) -> None:
    ana = company.hire("ana", all_but("sqs:SendMessage", ORDERS))
    bob = company.hire("bob", all_but("sqs:SendMessage", "arn:aws:sqs:eu-west-1:*:*"))
    eve = company.hire("eve", all_but("sqs:SendMessage", f"arn:aws:sqs:*:{TWO}:*"))
    assert set(reached(company, ana)) == {JOBS}
    assert reached(company, bob) == {}
    assert {key: sure > 0 for key, (sure, _maybe) in reached(company, eve).items()} == {
        ORDERS: True,
        JOBS: True,
    }


def test_two_statements_leave_out_what_both_leave_out(company: Company) -> None:
    ana = company.hire("ana", all_but("s3:GetObject", f"{LEDGER}/*"), all_but("s3:GetObject", f"{PLATES}/*"))
    assert reached(company, ana) == {LEDGER: (READ, READ), PLATES: (READ, READ)}


def test_a_deny_and_a_variable_stay_in_doubt_where_they_have_to(company: Company) -> None:
    ana = company.hire("ana", all_but("s3:GetObject", f"{LEDGER}/*"), deny("s3:GetObject", f"{PLATES}/a*"))
    bob = company.hire("bob", all_but("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/box}/*"))
    assert reached(company, ana) == {PLATES: (0, READ)}
    assert {key: sure for key, (sure, _maybe) in reached(company, bob).items()} == {LEDGER: 0, PLATES: 0}


@pytest.mark.parametrize(
    "left_out",
    [
        [LEDGER],
        [f"{LEDGER}/*"],
        [LEDGER, f"{LEDGER}/*"],
        ["arn:aws:s3:::l*"],
        ["arn:aws:s3:::*/*"],
        ["arn:aws:s3:::*"],
        [ORDERS, f"{PLATES}/*"],
        ["arn:aws:sqs:*:*:*"],
        ["arn:aws:sqs:*:*:ord*", "arn:aws:s3:::???????"],
    ],
)
def test_bulk_agrees_with_single_questions(company: Company, left_out: list[str]) -> None:
    actions = ["s3:GetObject", "s3:DeleteBucket", "sqs:DeleteQueue"]
    ana = company.hire("ana", all_but(actions, *left_out), allow("iam:GetUser"))
    found = reached(company, ana)
    for system, asked in (
        (LEDGER, [("s3:GetObject", f"{LEDGER}/x"), ("s3:DeleteBucket", LEDGER)]),
        (PLATES, [("s3:GetObject", f"{PLATES}/x"), ("s3:DeleteBucket", PLATES)]),
        (ORDERS, [("sqs:DeleteQueue", ORDERS)]),
        (JOBS, [("sqs:DeleteQueue", JOBS)]),
    ):
        single = [can(company.estate(), ana, action, place, {}).answer for action, place in asked]
        sure, maybe = found.get(system, (0, 0))
        assert (sure > 0, maybe > 0) == ("Allowed" in single, "Allowed" in single), system
        assert bool(sure & READ) == (single[0] == "Allowed" and asked[0][0] == "s3:GetObject"), system


@pytest.mark.parametrize(
    ("left_out", "left"),
    [
        ("arn:aws:sqs:*", set()),
        ("arn:aws:sqs:*:*", set()),
        ("arn:aws:sqs:eu-west-1:*", set()),
        ("arn:aws:sqs:us-east-1:*", {ORDERS, JOBS}),
        ("arn:aws:sns:*", {ORDERS, JOBS}),
    ],
)
def test_a_wildcard_at_the_end_of_a_short_arn_stands_for_the_rest(
    company: Company, left_out: str, left: set[str]
) -> None:
    ana = company.hire("ana", all_but("sqs:SendMessage", left_out))
    assert set(reached(company, ana)) == left


@pytest.mark.parametrize("left_out", ["arn:aws:sqs", "arn:aws:sqs::", "sqs:*", "orders", ""])
def test_what_is_no_arn_leaves_it_open_what_is_left_out(company: Company, left_out: str) -> None:
    ana = company.hire("ana", all_but("sqs:SendMessage", left_out))
    found = reached(company, ana)
    assert {key: (sure > 0, maybe > 0) for key, (sure, maybe) in found.items()} == {
        ORDERS: (False, True),
        JOBS: (False, True),
    }
