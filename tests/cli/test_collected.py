"""What a person reads of calls that have no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.cli.collected import ended, lines
from posture.sources.collectors.aws_account import Collected
from posture.sources.unanswered import is_answer, may_pass, words


def collected(account: str, *errors: dict[str, str]) -> Collected:
    return Collected(Path(account), account, 9, 0, errors)


def denied(region: str) -> dict[str, str]:
    return {"call": "kms:ListKeys", "code": "AccessDenied", "permission": "kms:ListKeys", "region": region}


FAILED = {"call": "sqs:ListQueues", "code": "500", "region": "eu-west-1", "message": "<html>"}
ALONE = {"call": "organizations:ListRoots", "code": "AWSOrganizationsNotInUseException"}


def test_a_call_that_was_refused_everywhere_is_one_line() -> None:
    regions = ("eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-2")
    run = [collected("1", *map(denied, regions), FAILED, ALONE)]
    assert list(lines(run)) == [
        "kms:ListKeys was refused (AccessDenied) in 1 eu-west-1, 1 eu-west-2, 1 us-east-1 and 2 more places; "
        "needs kms:ListKeys",
        "sqs:ListQueues failed at the provider (500) in 1 eu-west-1",
    ]
    assert ended(run) == (
        ", 5 refused, 1 failed: the same command within the hour asks only for what is missing"
    )


def test_nothing_refused_says_no_more_than_that() -> None:
    assert list(lines([collected("1", ALONE)])) == []
    assert ended([collected("1", ALONE)]) == ", 0 refused"


def test_many_lines_are_cut() -> None:
    run = [collected("1", *({"call": f"a:Call{n:02d}", "code": "AccessDenied"} for n in range(23)))]
    told = list(lines(run))
    assert len(told) == 21
    assert told[-1] == "3 more kinds of calls have no answer; manifest.json of each account lists them"


@pytest.mark.parametrize(
    ("code", "told", "passing"),
    [
        ("AccessDenied", "was refused (AccessDenied)", False),
        ("UnauthorizedOperation", "was refused (UnauthorizedOperation)", False),
        ("NotImplemented", "was refused (NotImplemented)", False),
        ("404", "was refused (404)", False),
        ("500", "failed at the provider (500)", True),
        ("InternalServerErrorException", "failed at the provider (InternalServerErrorException)", True),
        ("ServiceUnavailable", "failed at the provider (ServiceUnavailable)", True),
        ("ResponseParserError", "failed at the provider (ResponseParserError)", True),
        ("Timeout", "failed at the provider (Timeout)", True),
        ("EndpointConnectionError", "was not answered (EndpointConnectionError)", True),
        ("ReadTimeoutError", "was not answered (ReadTimeoutError)", True),
        ("SSLError", "was not answered (SSLError)", True),
        ("ThrottlingException", "was put off as one of too many (ThrottlingException)", True),
        ("SlowDown", "was put off as one of too many (SlowDown)", True),
        ("", "was refused (no code)", False),
    ],
)
def test_a_code_tells_whether_to_ask_again(code: str, told: str, passing: bool) -> None:
    assert (words({"code": code}), may_pass({"code": code})) == (told, passing)


def test_an_account_without_an_organisation_has_answered() -> None:
    assert is_answer(ALONE)
    assert not is_answer(FAILED)
