"""Decisions: every layer, every form of principal, closed and open context."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import tomli

from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy, unread
from posture.access.aws.context import closed, opened
from posture.access.aws.decision import Answer, Attached, Level, Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.reference import known_action

CASES = tomli.loads((Path(__file__).parent / "cases" / "decisions.toml").read_text())["case"]
ANA = "arn:aws:iam::111122223333:user/ana"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(statements: object, version: str = "2012-10-17") -> dict[str, object]:
    return {"Version": version, "Statement": statements}


def level(case: dict[str, Any], name: str, grammar: str = IDENTITY, label: str = "") -> Level | None:
    if name not in case:
        return None
    return (Attached(label or name, compile_policy(document(case[name]), grammar)),)


def levels(case: dict[str, Any], name: str, grammar: str) -> tuple[Level, ...]:
    return tuple((Attached(name, compile_policy(document(s), grammar)),) for s in case.get(name, ()))


def policies(case: dict[str, Any]) -> Policies:
    without = case.get("without", ())
    trusted = case["action"] == "sts:AssumeRole" and "resource_policy" not in case
    unheld = "resource" in without or trusted
    return Policies(
        identity=level(case, "identity") or (),
        boundary=level(case, "boundary"),
        session=level(case, "session"),
        resource=None if unheld else level(case, "resource_policy", RESOURCE, "resource") or (),
        scps=None if "scps" in without else levels(case, "scps", IDENTITY),
        rcps=None if "rcps" in without else levels(case, "rcps", RESOURCE),
        endpoint=level(case, "endpoint", RESOURCE) or (),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_decision(case: dict[str, Any]) -> None:
    context = opened(case.get("context")) if case.get("open") else closed(case.get("context"))
    request = Request(
        case.get("principal", ANA),
        case["action"],
        case["resource"],
        context,
        case.get("resource_account", ""),
    )
    decision = evaluate(request, policies(case), known=known_action if case.get("known") else None)

    assert decision.answer == case["expect"]
    if "by" in case:
        assert [deciding.label for deciding in decision.deciding] == case["by"]
    assert list(decision.keys) == case.get("keys", [])
    if "reasons" in case:
        assert list(decision.reasons) == case["reasons"]
    if "assumes" in case:
        assert list(decision.assumes) == case["assumes"]
    if "chosen" in case:
        assert dict(decision.chosen) == case["chosen"]


def ask(*documents: object, action: str = "s3:GetObject", resource: str = "arn:aws:s3:::b/k") -> Answer:
    attached = tuple(Attached(str(n), compile_policy(one)) for n, one in enumerate(documents))
    return evaluate(Request(ANA, action, resource), Policies(identity=attached)).answer


def test_a_document_may_come_as_json_or_url_encoded() -> None:
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'

    assert ask(text) is Answer.ALLOWED
    assert ask(quote(text)) is Answer.ALLOWED
    assert ask({"Version": "2012-10-17", "Statement": [None, ALL], "Id": None}) is Answer.ALLOWED


@pytest.mark.parametrize(
    "broken",
    [
        "not json",
        None,
        [],
        {"Statement": "text"},
        document(["text"]),
        document({**ALL, "Effect": "Deny"}, version="2030-01-01"),
        document({"Effect": "Deny", "Action": 7, "Resource": "*"}),
        document({"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"}),
        document({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "text"}),
        document({"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}),
    ],
)
def test_what_cannot_be_read_is_never_ignored(broken: object) -> None:
    assert ask(document(ALL), broken) is Answer.DEPENDS


def test_a_policy_without_its_text_may_allow_and_may_deny() -> None:
    named = Attached("arn:aws:iam::111122223333:policy/x", unread("its text is not in the input"))
    request = Request(ANA, "s3:GetObject", "arn:aws:s3:::b/k")

    assert evaluate(request, Policies(identity=(named,))).answer is Answer.DEPENDS
    everything = Attached("all", compile_policy(document(ALL)))
    assert evaluate(request, Policies(identity=(everything,), boundary=(named,))).answer is Answer.DEPENDS


def test_an_empty_document_allows_nothing() -> None:
    assert ask({"Version": "2012-10-17"}) is Answer.IMPLICITLY_DENIED


def test_equal_documents_are_compiled_once() -> None:
    assert compile_policy(document(ALL)) is compile_policy(document(dict(reversed(ALL.items()))))


def test_a_policy_of_two_thousand_statements() -> None:
    many = [{"Effect": "Allow", "Action": f"s3:Get{n}", "Resource": "*"} for n in range(1999)]
    assert ask(document([*many, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}])) is (
        Answer.EXPLICITLY_DENIED
    )
