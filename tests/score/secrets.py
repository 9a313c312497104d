"""Scores secret detection on labelled files: one row a case, and never a decoded value in any of them."""

import base64
import json
from pathlib import Path
from typing import NamedTuple

from posture.sources.secrets import scan_text


class Row(NamedTuple):
    case: str
    category: str
    expected: bool
    answered: bool
    confidence: str


def rows(cases: Path) -> list[Row]:
    """For a secret, answered means that some span overlaps the labelled one."""
    scored = []
    for line in (cases / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        case = json.loads(line)
        text = base64.b64decode(case["text_b64"]).decode("utf-8", "surrogateescape")
        answered = _answered(text, case["file"], case["span"])
        scored.append(
            Row(case["id"], case["type"], bool(case["label"]), answered, case.get("confidence", "high"))
        )
    return scored


def _answered(text: str, file: str, span: list[int] | None) -> bool:
    found = scan_text(text, file)
    if span is None:
        return bool(found)
    return any(one.start < span[1] and span[0] < one.end for one in found)
