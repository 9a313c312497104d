"""What the tests of reports look at: the sample and the estate with hostile names, assessed once each."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from posture.assess import Asked, assess, read
from posture.checks.view import View, view
from posture.frameworks import load
from posture.graph.answers import Answers, answers
from posture.model.assessment import Assessment
from posture.reports.registry import named

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_inventory"
NASTY = ROOT / "tests" / "sample" / "nasty"
AS_OF = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def asked(folder: Path) -> Asked:
    """What the command line asks for `folder`."""
    if folder == NASTY:
        return Asked(sources=(folder / "aws",), homes=(folder / "home",), as_of=AS_OF)
    return Asked(sources=(folder,), as_of=AS_OF)


@cache
def assessed(folder: Path) -> Assessment:
    return assess(asked(folder)).assessment


@cache
def seen(folder: Path) -> tuple[View, Answers]:
    """What `posture leaked` looks at."""
    estate = read(asked(folder)).built.estate
    answered = answers(estate)
    return view(estate, answered), answered


@cache
def report(word: str, folder: Path) -> bytes:
    out = BytesIO()
    named(word).write(assessed(folder), load(), out)
    return out.getvalue()
