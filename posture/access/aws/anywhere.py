"""Roles Anywhere: which of the roles that a profile lists its certificates really lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from msgspec import Struct

from posture.access.aws.account import Landscape, Principal
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import opened
from posture.access.aws.decision import Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.held import Held, held
from posture.access.aws.looseness import EXACT, ORGANISATION
from posture.estate.estate import Estate
from posture.model import keys
from posture.model.text import plain

Row = dict[str, Any]
_SERVICE = "rolesanywhere.amazonaws.com"
_SUBJECT = "aws:principaltag/x509"
"""The certificate's own fields, which Roles Anywhere makes tags of the session.
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"""


class Certificates(Struct, frozen=True):
    """What became of the links that profiles gave: those that hold, and every one that was decided."""

    links: tuple[Row, ...]
    decided: tuple[tuple[str, str, str], ...]
    """kind, from and to."""


def certificates(estate: Estate, landscape: Landscape) -> Certificates:
    """The links of profiles to roles whose trust is in the input, decided."""
    given = estate["identities"].filter(
        pl.col("provider") == "aws", pl.col("kind") == "federated", pl.col("attested") == "certificate"
    )
    ways = estate["links"].filter(
        pl.col("kind") == "may-become", pl.col("from").is_in(given["key"].implode())
    )
    anchors = estate["credentials"].filter(pl.col("key").str.contains(":trust-anchor/", literal=True))
    enabled = dict(anchors.select("key", "enabled").iter_rows())
    links: list[Row] = []
    decided: list[tuple[str, str, str]] = []
    for row in ways.sort("from", "to").iter_rows(named=True):
        role = landscape.principals.get(row["to"])
        if role is None or role.trust is None:
            continue
        decided.append((row["kind"], row["from"], row["to"]))
        links += _of_profile(row, role, {key: on for key, on in enabled.items() if _beside(key, row["from"])})
    return Certificates(tuple(links), tuple(decided))


def _of_profile(row: Row, role: Principal, anchors: dict[str, bool | None]) -> Iterator[Row]:
    """The best way in through any of `anchors`; none where all of them are off or the trust names others."""
    best = Held(NO)
    for anchor in [key for key in sorted(anchors) if anchors[key] is not False] if anchors else [""]:
        answer = _lets_in(role, anchor)
        if answer.answer > best.answer:
            best = answer
    if best.answer == NO:
        return
    by_subject = any(key.startswith(_SUBJECT) for key in best.depends_on)
    doubts = list(best.depends_on)
    if not anchors:
        doubts.append("which certificates the trust anchors accept")
    if row["depends_on"] and row["narrowed"]:
        doubts.append(row["depends_on"])
    yield {
        "kind": "may-become",
        "from": row["from"],
        "to": row["to"],
        "certain": best.answer == YES and not doubts,
        "breadth": EXACT if by_subject else ORGANISATION,
        "guarded": by_subject,
        "because": plain("; ".join([row["because"] or "", *best.because])),
        "depends_on": plain("; ".join(doubts)) or None,
    }


def _lets_in(role: Principal, anchor: str) -> Held:
    facts: dict[str, object] = {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": _SERVICE,
        "aws:SourceAccount": role.account,
        "aws:SecureTransport": "true",
    }
    if anchor:
        facts["aws:SourceArn"] = anchor
    context = opened(facts, ("aws:PrincipalTag/",))
    request = Request(_SERVICE, "sts:AssumeRole", role.arn, context, role.account)
    answer = held(evaluate(request, Policies(resource=role.trust)))
    if answer.answer == MAYBE and not answer.depends_on:
        return Held(MAYBE, answer.because, ("the trust of the role",))
    return answer


def _beside(anchor: str, profile: str) -> bool:
    """Whether both are of one account and region, as they have to be."""
    one, other = keys.arn_parts(anchor), keys.arn_parts(profile)
    return one is not None and other is not None and one[:4] == other[:4]
