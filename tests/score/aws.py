"""Answers the labelled AWS cases with our own code, one row per case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.admin import standing
from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import closed
from posture.access.aws.decision import Attached, Level, Policies, Request
from posture.access.aws.escalate import Escalation
from posture.access.aws.evaluate import evaluate
from tests.score.aws_accounts import account_of, load


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled case: what is right and what we say. `answered` is `undecided` where we leave it open."""

    case: str
    category: str
    expected: str
    answered: str
    confidence: str
    because: str = ""


def iam_eval(folder: Path) -> Iterator[Row]:
    """The decision cases of `folder`/cases.jsonl, each in closed context."""
    for line in (folder / "cases.jsonl").read_text().splitlines():
        if line.strip():
            yield _iam_eval_row(json.loads(line))


def _iam_eval_row(case: dict[str, Any]) -> Row:
    asked, given = case["request"], case["policies"]
    request = Request(
        asked["principal"],
        asked["action"],
        asked["resource"],
        closed(asked.get("context")),
        asked.get("resource_account") or "",
    )
    policies = Policies(
        identity=_level("identity", given.get("identity"), IDENTITY),
        boundary=_optional("boundary", given.get("boundary"), IDENTITY),
        session=_optional("session", given.get("session"), IDENTITY),
        resource=_optional("resource", given.get("resource"), RESOURCE) or (),
        scps=tuple(_level("scp", level, IDENTITY) for level in given.get("scps") or ()),
        rcps=tuple(_level("rcp", level, RESOURCE) for level in given.get("rcps") or ()),
        endpoint=_level("endpoint", given.get("vpc_endpoint"), RESOURCE),
    )
    decision = evaluate(request, policies, known=None)
    words = "; ".join((*(d.label for d in decision.deciding), *decision.keys, *decision.reasons))
    return Row(case["id"], "iam_eval", case["expected"], decision.answer.value, case["confidence"], words)


def _level(name: str, documents: Any, grammar: str) -> Level:
    listed = [documents] if isinstance(documents, dict) else documents or []
    return tuple(
        Attached(f"{name}-{position}", compile_policy(one, grammar)) for position, one in enumerate(listed)
    )


def _optional(name: str, documents: Any, grammar: str) -> Level | None:
    return None if documents is None else _level(name, documents, grammar)


def aws_privesc(folder: Path) -> Iterator[Row]:
    """The escalation cases that `folder`/index.jsonl lists: can `from` come to act as `to`?"""
    for line in (folder / "index.jsonl").read_text().splitlines():
        if line.strip():
            entry = json.loads(line)
            yield _privesc_row(load(folder / entry["technique"] / f"{entry['id']}.json"))


def _privesc_row(case: dict[str, Any]) -> Row:
    given = case["inputs"]
    account = account_of(
        case["account"],
        given["authorization_details"],
        given.get("inventory") or (),
        given.get("credential_report_csv") or "",
        given.get("scps"),
    )
    asked = case["question"]
    answered, because = reached(Landscape({account.id: account}), asked["from"], asked["to"])
    expected = "yes" if case["expected"]["reached"] else "no"
    return Row(case["id"], "aws_privesc", expected, answered, case["confidence"], because)


def estates(folder: Path) -> Iterator[Row]:
    """The questions about whole estates, each estate read as one landscape."""
    for estate in sorted(path for path in folder.iterdir() if (path / "questions.jsonl").exists()):
        accounts = {}
        for home in sorted((estate / "accounts").iterdir()):
            accounts[home.name] = account_of(
                home.name,
                load(home / "account-authorization-details.json"),
                json.loads((home / "inventory.json").read_text()),
                (home / "credential-report.csv").read_text(),
            )
        landscape = Landscape(accounts)
        for line in (estate / "questions.jsonl").read_text().splitlines():
            yield _estate_row(json.loads(line), landscape)


def _estate_row(case: dict[str, Any], landscape: Landscape) -> Row:
    asked = case["question"]
    if asked["kind"] == "effective_admin":
        principal = landscape.principals[asked["from"]]
        now = standing(principal, landscape.accounts[principal.account])
        answered, because, expected = WORDS[now.answer], now.because, case["expected"]["admin"]
    else:
        answered, because = reached(landscape, asked["from"], asked["to"])
        expected = case["expected"]["reached"]
    return Row(case["id"], "estates", "yes" if expected else "no", answered, case["confidence"], because)


WORDS = {NO: "no", MAYBE: "undecided", YES: "yes"}


def reached(landscape: Landscape, start: str, to: str) -> tuple[str, str]:
    """Whether `start` can come to act as `to`, or to administer an account where `to` is admin.

    The labelled inputs list every workload there is, so what they do not list does not exist.
    """
    escalation = Escalation(landscape, complete=True)
    certain = walk(escalation, start, certain=True)
    if to in certain:
        return "yes", " > ".join(certain[to])
    possible = walk(escalation, start, certain=False)
    return ("undecided", " > ".join(possible[to])) if to in possible else ("no", "")


def walk(escalation: Escalation, start: str, certain: bool) -> dict[str, tuple[str, ...]]:
    """Whoever `start` can become, and `admin`, each with the methods that lead there."""
    landscape = escalation.landscape
    found: dict[str, tuple[str, ...]] = {start: ()}
    queue = [start]
    while queue:
        now = queue.pop(0)
        principal = landscape.principals[now]
        account = landscape.accounts[principal.account]
        for to, method in _steps(escalation, principal, account, certain):
            if to not in found:
                found[to] = (*found[now], method)
                if to != "admin":
                    queue.append(to)
    return found


def _steps(
    escalation: Escalation, principal: Principal, account: Account, certain: bool
) -> Iterator[tuple[str, str]]:
    now = standing(principal, account)
    admin = "as it stands" if now.answer == YES or (now.answer == MAYBE and not certain) else ""
    if not admin:
        for gain in escalation.gains(principal):
            if certain and not gain.certain:
                continue
            if gain.admin:
                admin = admin or gain.method
            for target in gain.to:
                yield target.arn, gain.method
    if admin:
        yield "admin", admin
        for other in account.principals:
            yield other.arn, "administrator"
        for gain in escalation.gains(principal):
            if gain.certain or not certain:
                for target in gain.to:
                    yield target.arn, gain.method
