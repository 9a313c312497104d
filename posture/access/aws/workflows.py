"""Jobs of pipelines that name a role: which of their token subjects does the role's trust let in?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from posture.access.aws.account import Landscape, Principal
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt, Test
from posture.access.aws.context import opened
from posture.access.wildcards import STEP, overlap, spelt_out
from posture.estate.estate import Estate
from posture.model.text import plain

_ACTION = "sts:assumerolewithwebidentity"
_AUDIENCE = "sts.amazonaws.com"
"""What the provider's own login step asks a token for."""

Row = dict[str, Any]
Subjects = dict[str, list[tuple[str, str]]]


def admitted(estate: Estate, landscape: Landscape) -> Iterator[Row]:
    """A may-become link for every job whose configured role lets one of its subjects in.

    A subject may hold wildcards, such as an owner that no file names: what fits some owner counts as fitting.
    A job that the trust does not let in gets no link here; the one that its file claims stays in doubt.
    """
    becoming = estate["links"].filter(
        pl.col("kind") == "may-become", pl.col("from").str.starts_with("pipeline:")
    )
    subjects = _subjects(becoming)
    for job, to in becoming.select("from", "to").unique().sort("from", "to").iter_rows():
        role = landscape.principals.get(to)
        if role is not None and job in subjects:
            yield from _best(role, job, subjects[job])


def _subjects(becoming: pl.DataFrame) -> Subjects:
    found: Subjects = {}
    federated = becoming.filter(pl.col("to").str.starts_with("federated:")).sort("from", "to")
    for job, key in federated.select("from", "to").iter_rows():
        issuer, _, subject = key.removeprefix("federated:").partition("/")
        found.setdefault(job, []).append((issuer, subject))
    return found


def _best(role: Principal, job: str, subjects: list[tuple[str, str]]) -> Iterator[Row]:
    best, because, hangs_on = NO, "", ""
    said = [(attached, s) for attached in role.trust or () for s in attached.document.statements]
    denying = [statement for _attached, statement in said if statement.denies]
    for attached, statement in said:
        for issuer, subject in subjects if statement.allows else ():
            doubts: set[Doubt] = set()
            answer = _covers(statement, issuer, subject, doubts)
            for deny in denying if answer != NO else ():
                answer = min(answer, YES - _withheld(deny, issuer, subject, doubts))
            if answer > best:
                best = answer
                because = f"{attached.name} / {statement.label} lets in {subject}"
                hangs_on = "; ".join(sorted(key or reason for key, reason in doubts))
    if best != NO:
        yield {
            "kind": "may-become",
            "from": job,
            "to": role.node,
            "certain": best == YES,
            "because": plain(because),
            "depends_on": plain(hangs_on) if best == MAYBE else None,
        }


def _withheld(deny: Statement, issuer: str, subject: str, doubts: set[Doubt]) -> int:
    answer = _covers(deny, issuer, subject, doubts)
    if (
        answer == YES
        and "*" in subject
        and any(test.key == f"{issuer}:sub".lower() and not test.negated for test in deny.tests)
    ):
        # It fits one owner, and perhaps another than that of the repository.
        doubts.add(("", "whether the trust denies the repository"))
        return MAYBE
    return answer


def _covers(statement: Statement, issuer: str, subject: str, doubts: set[Doubt]) -> int:
    named = statement.principals
    if named is None or not statement.covers_action(_ACTION):
        return NO
    spoken_of = any(provider.endswith(f"/{issuer}") for provider in named.federated)
    if statement.denies:
        spoken_of = (spoken_of or named.everyone) is not named.excluding
    if not spoken_of:
        return NO
    answer = YES
    if statement.doubt:
        doubts.add(("", statement.doubt))
        answer = MAYBE
    context = opened({f"{issuer}:aud": _AUDIENCE})
    for test in statement.tests:
        held = (
            _of_subject(test, subject) if test.key == f"{issuer}:sub".lower() else test.holds(context, doubts)
        )
        answer = min(answer, held)
    return answer


def _of_subject(test: Test, subject: str) -> int:
    if test.null is not None:
        return NO if test.null else YES
    operator = test.operator.lower()
    values = [value if operator.endswith("like") else spelt_out(value) for value in test.values]
    if operator.endswith("ignorecase"):
        subject, values = subject.lower(), [value.lower() for value in values]
    # The owner that no file names holds no slash: else a trust in another repository would fit.
    meant = subject.replace("repo:*", f"repo:{STEP}", 1)
    fits = any(overlap(meant, value) for value in values)
    return YES if fits is not test.negated else NO
