"""The reports of the sample, byte for byte but for digests; of JSON, which is long, the shape.

Digests cover every check, setting and file, so each change to any of them would change them.

`UPDATE_GOLDEN=1 pytest tests/reports/test_golden.py` writes them anew; read the difference first.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.reports.given import SAMPLE, report

GOLDEN = Path(__file__).parents[1] / "golden"


_DIGEST = re.compile(rb"\b[0-9a-f]{12,64}\b")


def _same(name: str, made: bytes) -> None:
    path = GOLDEN / name
    made = _DIGEST.sub(b"DIGEST", made)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(made)
    assert made.decode() == path.read_text("utf-8"), f"{name} differs; see the head of this file"


@pytest.mark.parametrize(("word", "name"), [("markdown", "sample.md"), ("summary", "sample.txt")])
def test_the_report_of_the_sample_is_as_it_was(word: str, name: str) -> None:
    _same(name, report(word, SAMPLE))


def _shape(value: Any) -> Any:
    """Names of fields, length of lists, and what the first entry looks like."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        fields = sorted({key for entry in value if isinstance(entry, dict) for key in entry})
        return {"entries": len(value), **({"fields": fields} if fields else {})}
    return type(value).__name__


def test_the_json_of_the_sample_has_the_shape_that_it_had() -> None:
    document = json.loads(report("json", SAMPLE))
    told = {
        "score": document["score"],
        "immediate": document["plan"]["immediate"],
        "shape": _shape(document),
    }
    _same("sample.json.shape", (json.dumps(told, indent=1, sort_keys=True) + "\n").encode())
