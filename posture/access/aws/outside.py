"""Who comes in from outside: other accounts, token issuers and strangers that a role's trust lets in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from posture.access.aws.account import Landscape, Principal
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import opened
from posture.access.aws.looseness import of_federation, of_principal
from posture.access.aws.principals import Principals
from posture.model import keys
from posture.model.text import plain

Row = dict[str, Any]
ANYONE = "arn:aws:iam::*:root"
_ACTIONS = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")


def outsiders(landscape: Landscape) -> Iterator[tuple[Row, Row]]:
    """An identity row and a may-become link for everybody from outside whom a role's trust names."""
    for arn in sorted(landscape.principals):
        role = landscape.principals[arn]
        for attached in role.trust or ():
            for statement in attached.document.statements:
                if statement.allows and any(statement.covers_action(action) for action in _ACTIONS):
                    yield from _of_statement(landscape, role, attached.name, statement)


def _of_statement(
    landscape: Landscape, role: Principal, policy: str, statement: Statement
) -> Iterator[tuple[Row, Row]]:
    named = statement.principals
    if named is None:
        return
    doubts: set[Doubt] = set()
    answer = _let_in(statement, doubts)
    if answer == NO:
        return
    hangs_on = "; ".join(sorted(key or reason for key, reason in doubts))
    for row in _rows(landscape, role, named):
        if row["kind"] == "federated":
            breadth, guarded = of_federation(statement, row["key"])
        else:
            breadth, guarded = of_principal(statement, row["key"] == ANYONE)
        yield (
            row,
            {
                "kind": "may-become",
                "from": row["key"],
                "to": role.node,
                "certain": answer == YES,
                "breadth": breadth,
                "guarded": guarded,
                "because": plain(f"{policy} / {statement.label}"),
                "depends_on": plain(hangs_on) if answer == MAYBE else None,
            },
        )


def _let_in(statement: Statement, doubts: set[Doubt]) -> int:
    """Whether the conditions of `statement` let in a stranger of whom nothing is known."""
    answer = YES
    if statement.doubt:
        doubts.add(("", statement.doubt))
        answer = MAYBE
    context = opened()
    for test in statement.tests:
        answer = min(answer, test.holds(context, doubts))
    return answer


def _rows(landscape: Landscape, role: Principal, named: Principals) -> Iterator[Row]:
    if named.everyone or named.excluding:
        yield identity(ANYONE, "external", "anyone in AWS", "")
    for account in sorted(named.accounts - landscape.accounts.keys()):
        yield identity(f"arn:aws:iam::{account}:root", "external", f"account {account}", account)
    for arn in sorted(set(named.arns)):
        if keys.arn_account(arn) not in landscape.accounts:
            yield identity(arn, "external", keys.short(arn), keys.arn_account(arn))
    for provider in sorted(named.federated):
        name = provider.partition("-provider/")[2] or provider
        yield identity(provider, "federated", name, role.account)


def identity(key: str, kind: str, name: str, account: str) -> Row:
    """The row of somebody from outside."""
    return {
        "key": plain(key, 2048), "kind": kind, "provider": "aws", "name": plain(name),
        "scope": keys.aws_scope(account) if account else "",
    }  # fmt: skip
