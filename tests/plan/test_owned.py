"""Findings on what nobody owns go to whoever answers for what it belongs to; a weak guess fills nothing."""

from __future__ import annotations

import polars as pl

from posture.plan.owners import owned

KNOWN = pl.DataFrame(
    [
        {"subject": "key", "owner": "pricing", "confidence": "high"},
        {"subject": "own", "owner": "somebody else", "confidence": "certain"},
        {"subject": "file", "owner": "@team", "confidence": "medium"},
    ]
)


def test_the_owner_of_the_identity_answers_for_its_key() -> None:
    findings = pl.DataFrame(
        [
            {"id": "1", "subject": "key", "owner": None},
            {"id": "2", "subject": "own", "owner": "stated"},
            {"id": "3", "subject": "file", "owner": None},
            {"id": "4", "subject": "nobody", "owner": None},
        ]
    )
    assert owned(findings, KNOWN).rows() == [
        ("1", "key", "pricing"),
        ("2", "own", "stated"),
        ("3", "file", None),
        ("4", "nobody", None),
    ]
