"""Every control of a framework stands somewhere: in a line of its own, or by name under what it lacks."""

from __future__ import annotations

import polars as pl
import pytest

from posture.frameworks import load
from posture.model.overview import FrameworkCount
from posture.reports.pages.controls import frameworks
from tests.reports.given import SAMPLE, assessed, report


@pytest.mark.parametrize("word", ["owasp-nhi-top10", "csa-maestro", "nist-ai-rmf-1.0", "nist-csf-2.0"])
def test_no_control_is_left_unsaid(word: str) -> None:
    rows = assessed(SAMPLE).frame("controls").filter(pl.col("framework") == word)
    title = next(one.title for one in assessed(SAMPLE).overview.frameworks if one.framework == word)
    page = report("markdown", SAMPLE).decode().partition("## Frameworks")[2]
    own = page[page.index(f"### {title}\n") :].partition("\n##")[0]
    said = own.replace(",", " ").replace("\n", " ") + " "
    assert [control for control in rows["control"] if f" {control} " not in said] == []
    assert f"{len(rows)} controls: " in own


def test_statuses_are_counted_and_named() -> None:
    before = assessed(SAMPLE)
    control = {"framework": "owasp-nhi-top10", "title": "Some | title", "because": ""}
    rows = [
        {
            **control,
            "control": "A",
            "status": "clear",
            "evidence": "tool",
            "clears": 3,
            "gaps": 0,
            "unknowns": 0,
        },
        {**control, "control": "B", "status": "attested", "evidence": "human"},
        {**control, "control": "C", "status": "unknown", "evidence": "human"},
        {**control, "control": "D", "status": "unknown", "evidence": "outside"},
        {**control, "control": "E", "status": "unknown", "evidence": "tool"},
    ]
    counts = FrameworkCount(
        framework="owasp-nhi-top10", title="OWASP", counts={"clear": 1, "attested": 1, "unknown": 3}
    )
    made = type(before)(
        before.overview.model_copy(update={"frameworks": (counts,)}),
        {"controls": pl.LazyFrame(rows, schema=before.tables["controls"].collect_schema())},
    )
    page = frameworks(made, load())
    assert "| OWASP 2025 | threats | – | – | – | – | 1 | 1 | 3 | – |" in page
    assert "5 controls: 1 clear, 1 attested, 3 unknown; none gap, accepted, expired, partial.\n" in page
    assert "| A | Some \\| title | clear | – | 3 | – |" in page
    assert [line for line in page.splitlines() if line.startswith("- ")] == [
        "- attested (1): B Some \\| title",
        "- unknown, only people can say, and nobody did (1): C",
        "- unknown, outside of what is assessed here (1): D",
        "- unknown, no check could decide (1): E",
    ]
