"""The rows that `posture frameworks` shows."""

from __future__ import annotations

from posture.frameworks import load
from posture.frameworks.printing import (
    Line,
    alias_text,
    control_lines,
    control_rows,
    figure_text,
    framework_lines,
    framework_rows,
)


def test_the_list_counts_who_can_evidence() -> None:
    assert {row.id: row.entries for row in framework_rows(load())} == {
        "owasp-nhi-top10": "10 tool",
        "owasp-asi-top10": "10 mixed",
        "csa-maestro": "7 mixed",
        "nist-ai-rmf-1.0": "4 tool, 30 mixed, 25 human, 13 outside",
        "nist-csf-2.0": "37 mixed, 15 human, 54 outside",
        "mitre-atlas": "21 mitigation, 23 sub-technique, 16 tactic, 57 technique",
        "mitre-attack-cloud": "35 sub-technique, 15 tactic, 21 technique",
        "nist-sp-800-53-r5": "54 control, 23 enhancement",
        "cis-benchmarks": "56 recommendation",
    }


def test_entries_stand_below_their_parent() -> None:
    rows = control_rows(load(), "nist-csf-2.0")
    assert [(row.id, row.depth) for row in rows[:4]] == [
        ("GV", 0),
        ("GV.OC", 1),
        ("GV.OC-01", 2),
        ("GV.OC-02", 2),
    ]
    assert len(rows) == len(load().controls("nist-csf-2.0"))


def test_no_entry_is_lost_in_any_framework() -> None:
    frameworks = load()
    for framework in frameworks.every():
        rows = control_rows(frameworks, framework.id)
        assert sorted(row.id for row in rows) == sorted(c.id for c in frameworks.controls(framework.id))


def test_the_page_of_a_framework_carries_the_notice_its_licence_asks_for() -> None:
    frameworks = load()
    lines = framework_lines(frameworks.framework("mitre-attack-cloud"))
    assert Line("licence", "ATT&CK terms of use") in lines
    assert any(line.label == "" and line.value.startswith("© 2026 The MITRE Corporation") for line in lines)


def test_the_page_of_a_control() -> None:
    lines = control_lines(load(), "owasp-nhi-top10/NHI10:2025")
    assert lines[:5] == (
        Line("reference", "owasp-nhi-top10/NHI10:2025"),
        Line("title", "Human Use of NHI"),
        Line("kind", "risk"),
        Line("about", "A person works through a machine's identity and so hides who acted."),
        Line("evidence", "tool"),
    )
    related = [line.value for line in lines[[line.label for line in lines].index("corresponds to") :]]
    assert related[0] == (
        "owasp-asi-top10/ASI09 Human-Agent Trust Exploitation (OWASP Agentic Top 10, Appendix C)"
    )
    assert related[-1].endswith("(our reading)")


def test_an_id_of_ours_says_so() -> None:
    frameworks = load()
    assert Line("mark", "our id; the publisher gives none") in control_lines(
        frameworks, "csa-maestro/L1.model-stealing"
    )
    assert "mark" not in {line.label for line in control_lines(frameworks, "csa-maestro/L1")}


def test_an_alias_is_told_apart_from_what_is_published() -> None:
    alias = load().alias("NHI-03")
    assert alias is not None
    assert alias_text(alias) == "NHI-03 (our reading: owasp-nhi-top10/NHI2:2025, owasp-nhi-top10/NHI7:2025)"


def test_a_figure_carries_its_source_and_its_caution() -> None:
    told = {figure.id: figure_text(figure) for figure in load().figures()}
    assert told["F-64"] == (
        "64% of secrets leaked and valid in 2022 still worked when tried again"
        " (GitGuardian, State of Secrets Sprawl 2026, 2026; public code on GitHub)."
        " The article that quotes it names another publisher; the 2025 edition said 70 percent."
        " Context, not evidence about this organisation."
    )
    assert all(text.endswith("Context, not evidence about this organisation.") for text in told.values())
