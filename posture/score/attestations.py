"""How what people attested stands at the moment of the run: valid, bare of evidence, run out, answered no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import polars as pl
from msgspec import Struct

State = Literal["missing", "valid", "bare", "partly", "no", "expired", "not applicable"]

_WORST: tuple[State, ...] = ("no", "expired", "partly", "bare", "not applicable", "valid")


class Standing(Struct, frozen=True):
    """How the answers to one question stand together; `says` is the sentence for whoever asks why."""

    question: str
    state: State = "missing"
    says: str = ""


def standings(decisions: pl.DataFrame, as_of: datetime | None) -> Mapping[str, Standing]:
    """By question. An answer whose end cannot be compared with a moment counts as run out."""
    by_question: dict[str, list[dict[str, Any]]] = {}
    for row in decisions.filter(pl.col("kind") == "attestation").iter_rows(named=True):
        by_question.setdefault(row["subject"], []).append(row)
    return {
        question: _together(question, [_one(row, as_of) for row in rows])
        for question, rows in sorted(by_question.items())
    }


def _one(row: Mapping[str, Any], as_of: datetime | None) -> tuple[State, str, bool]:
    """State, sentence, and whether it speaks for the whole organisation."""
    question, who, whole = row["subject"], row["respondent"] or row["author"] or "somebody", not row["about"]
    about = "" if whole else f" for {row['about']}"
    if as_of is None or row["expires"] is None or row["expires"] < as_of:
        end = f"{row['expires']:%Y-%m-%d}" if row["expires"] else "an unknown day"
        return "expired", f"{question} was answered by {who}{about} and held until {end}", whole
    if row["answer"] == "not_applicable":
        reason = row["reason"] or row["statement"] or "without a reason"
        return "not applicable", f"{question} does not apply, says {row['author']}: {reason}", whole
    if row["answer"] == "yes":
        if row["evidence"]:
            return "valid", f"{question} was answered yes by {who}{about} with evidence", whole
        return "bare", f"{question} was answered yes by {who}{about} without evidence", whole
    state: State = "partly" if row["answer"] == "partly" else "no"
    return state, f"{question} was answered {row['answer']} by {who}{about}", whole


def _together(question: str, said: list[tuple[State, str, bool]]) -> Standing:
    """The worst of them; valid only where somebody spoke for the whole organisation."""
    state, says, _whole = min(said, key=lambda one: (_WORST.index(one[0]), one[1]))
    if state in ("valid", "not applicable") and not any(whole for *_rest, whole in said):
        return Standing(question, "partly", f"{says}, and nobody spoke for the whole organisation")
    return Standing(question, state, says)
