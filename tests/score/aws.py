"""Answers the labelled AWS cases with our own code, one row per case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy
from posture.access.aws.context import closed
from posture.access.aws.decision import Attached, Level, Policies, Request
from posture.access.aws.evaluate import evaluate


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
