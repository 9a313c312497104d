"""Answers to what only people can say, as records: with evidence, respondent and an end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from posture.assess.wording import worded
from posture.frameworks.records import Question
from posture.model.decided import Answer, Decided, Evidence, On
from posture.model.errors import InputError, UsageError
from posture.model.text import plain


def evidence(said: Iterable[str]) -> tuple[Evidence, ...]:
    """`LINK=FILE`, or a file that is its own link, each with the digest of the file's bytes."""
    found: list[Evidence] = []
    for one in said:
        link, _, name = one.rpartition("=")
        file = Path(name)
        try:
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"{file.name}: cannot be read ({error.strerror}); give LINK=FILE") from None
        found.append(Evidence(link=plain(link or file.name).replace(" ", "%20"), sha256=sha256))
    return tuple(found)


def attestation(
    question: Question,
    answer: Answer,
    author: str,
    decided: datetime,
    *,
    statement: str = "",
    respondent: str = "",
    control_owner: str = "",
    reviewer: str = "",
    about: str = "",
    shown: tuple[Evidence, ...] = (),
    valid_until: datetime | None = None,
) -> Decided:
    """The record; UsageError where the rules of the questionnaire forbid it."""
    latest = decided + timedelta(days=question.valid_days)
    until = valid_until or latest
    if until > latest:
        raise UsageError(
            f"{question.id}: an answer holds {question.valid_days} days at most; end it by {latest:%Y-%m-%d}"
        )
    if until <= decided:
        raise UsageError(f"{question.id}: the end {until:%Y-%m-%d} has passed; give a later one")
    if answer in ("yes", "not_applicable") and not statement.strip():
        raise UsageError(f"{question.id}: {answer} needs a statement; give one with --statement")
    answering = respondent or author
    if reviewer and reviewer.strip().casefold() == answering.strip().casefold():
        raise UsageError(f"{question.id}: who answers cannot review; name another reviewer")
    return Decided(
        kind="attestation",
        on=(On(subject=question.id, discriminator=worded(about, "about")),),
        author=worded(author, "author"),
        decided=decided,
        expires=until,
        answer=answer,
        statement=worded(statement, "statement", 4096),
        evidence=shown,
        respondent=worded(answering, "respondent"),
        control_owner=worded(control_owner, "control owner"),
        reviewer=worded(reviewer, "reviewer"),
    )
