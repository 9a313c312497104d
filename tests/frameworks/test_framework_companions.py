"""Aliases, crosswalk, questions, figures and texts: complete, resolving, never passed off as published."""

from __future__ import annotations

import pytest

from posture.frameworks import load

SEED_LABELS = ("A01", "A2", "MT-01", "M1", "GOV-2", "TR-2", "NHI-03")


@pytest.mark.parametrize(
    ("label", "reads_as"),
    [
        ("A01", ["owasp-asi-top10/ASI02", "owasp-asi-top10/ASI03"]),
        ("A2", ["owasp-asi-top10/ASI02", "owasp-asi-top10/ASI03"]),
        ("MT-01", ["csa-maestro/L3", "csa-maestro/L7", "csa-maestro/cross-layer"]),
        ("M1", ["csa-maestro/L3", "csa-maestro/L6", "csa-maestro/L7"]),
        ("GOV-2", ["csa-maestro/L6"]),
        ("TR-2", ["csa-maestro/L3", "csa-maestro/L4", "csa-maestro/cross-layer"]),
        ("NHI-03", ["owasp-nhi-top10/NHI2:2025", "owasp-nhi-top10/NHI7:2025"]),
    ],
)
def test_seed_labels_resolve(label: str, reads_as: list[str]) -> None:
    alias = load().alias(label)
    assert alias is not None
    assert list(alias.reads_as) == reads_as


def test_an_alias_is_found_as_cited_and_nothing_else_is() -> None:
    frameworks = load()
    assert frameworks.alias("CSA MAESTRO TR-2") == frameworks.alias("TR-2")
    assert frameworks.alias("NHI3:2025") is None


def test_aliases_lead_to_controls_that_exist() -> None:
    frameworks = load()
    for alias in frameworks.aliases():
        for reference in (*alias.reads_as, *alias.also):
            assert frameworks.has(reference), reference


def test_no_alias_is_exported_as_an_official_id() -> None:
    frameworks = load()
    labels = [*SEED_LABELS, *(alias.label for alias in frameworks.aliases())]
    for label in labels:
        assert not frameworks.is_official(label)
        for framework in frameworks.every():
            assert not frameworks.is_official(f"{framework.id}/{label}")
            assert label not in {control.id for control in frameworks.controls(framework.id)}
    assert frameworks.is_official("owasp-nhi-top10/NHI3:2025")


def test_both_ends_of_every_pair_exist() -> None:
    frameworks = load()
    missing = {
        reference
        for pair in frameworks.crosswalk()
        for reference in (pair.source, pair.target)
        if not frameworks.has(reference)
    }
    assert missing == set()


def test_every_pair_keeps_its_basis() -> None:
    frameworks = load()
    bases: dict[str, int] = {}
    for pair in frameworks.crosswalk():
        bases[pair.basis] = bases.get(pair.basis, 0) + 1
        assert frameworks.basis(pair.basis).published == (not pair.because)
    assert bases == {
        "asi-2026-appendix-c": 19,
        "owasp-genai-crosswalk": 96,
        "mitre-atlas-5.6.0": 6,
        "ours": 257,
    }
    assert len({(pair.source, pair.target, pair.basis) for pair in frameworks.crosswalk()}) == 378


def test_no_published_pair_links_the_nhi_list_to_nist() -> None:
    """None was found, so all of them must say that they are ours."""
    found = {
        pair.basis
        for pair in load().crosswalk()
        if pair.source.framework == "owasp-nhi-top10" and pair.target.framework.startswith("nist-")
    }
    assert found == {"ours"}


def test_related_looks_from_both_ends() -> None:
    frameworks = load()
    assert "owasp-nhi-top10/NHI9:2025" in {
        pair.source for pair in frameworks.related("nist-sp-800-53-r5/AC-2(9)")
    }
    assert "nist-sp-800-53-r5/AC-2(9)" in {
        pair.target for pair in frameworks.related("owasp-nhi-top10/NHI9:2025")
    }


def test_questions_run_from_01_to_26() -> None:
    questions = load().questions()
    assert [question.id for question in questions] == [f"Q-{number:02}" for number in range(1, 27)]
    assert {question.id: question.valid_days for question in questions if question.valid_days != 365} == {
        "Q-03": 180,
        "Q-08": 180,
        "Q-09": 180,
        "Q-11": 180,
        "Q-12": 180,
        "Q-13": 180,
        "Q-19": 90,
        "Q-20": 180,
        "Q-21": 180,
        "Q-23": 90,
        "Q-24": 90,
        "Q-25": 180,
    }
    assert [question.id for question in questions if question.ends_with == ("tool-change",)] == ["Q-07"]


def test_a_question_knows_the_controls_that_name_it() -> None:
    frameworks = load()
    assert frameworks.question("Q-14").evidences == (
        "owasp-nhi-top10/NHI3:2025",
        "owasp-asi-top10/ASI04",
        "nist-ai-rmf-1.0/GOVERN 6.1",
        "nist-ai-rmf-1.0/MAP 4.1",
        "nist-ai-rmf-1.0/MANAGE 3.1",
        "nist-csf-2.0/GV.SC-05",
    )
    assert frameworks.question("Q-25").evidences == ("owasp-nhi-top10/NHI10:2025", "nist-csf-2.0/PR.AA-05")
    assert [question.id for question in frameworks.questions() if not question.evidences] == []


def test_figures_name_publisher_year_population_and_caution() -> None:
    figures = {
        figure.id: (figure.value, figure.publisher, figure.year, figure.population, figure.confirmed)
        for figure in load().figures()
    }
    assert figures == {
        "F-88": (88, "Akeyless", 2024, "security professionals who took a vendor's survey", False),
        "F-44": (44, "Entro Security", 2025, "customers of one vendor", True),
        "F-64": (64, "GitGuardian", 2026, "public code on GitHub", True),
    }
    assert all(figure.caution for figure in load().figures())


def test_texts_are_cited_by_control_and_by_action() -> None:
    frameworks = load()
    by_leak = [text.id for text in frameworks.publications_for(["owasp-nhi-top10/NHI2:2025"])]
    assert by_leak == ["secret-sprawl-guide", "secrets-in-appsec", "when-to-rotate"]
    assert [text.id for text in frameworks.publications_for(action="rotate")] == ["rotation-challenges"]
    assert frameworks.publications_for() == ()


def test_texts_speak_to_controls_that_exist() -> None:
    frameworks = load()
    for text in frameworks.publications():
        assert text.publisher
        assert all(frameworks.has(reference) for reference in text.controls)
