"""What the tests of reports look at: the sample and the estate with hostile names, assessed once each."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from markdown_it import MarkdownIt

from posture.assess import Asked, assess, read
from posture.checks.added import view
from posture.checks.view import View
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


def parser() -> MarkdownIt:
    """Markdown as code hosts read it: addresses become links by themselves, bare host names do not."""
    made = MarkdownIt("gfm-like")
    assert made.linkify is not None
    made.linkify.set({"fuzzy_link": False})
    return made


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
