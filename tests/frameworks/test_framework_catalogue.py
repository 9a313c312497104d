"""The shipped catalogues: complete, pinned to their editions, and honest about who can evidence what."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from posture.frameworks import Frameworks, load
from posture.frameworks.files import shipped_folder
from posture.model.errors import InputError

NHI = {
    "NHI1:2025": "Improper Offboarding",
    "NHI2:2025": "Secret Leakage",
    "NHI3:2025": "Vulnerable Third-Party NHI",
    "NHI4:2025": "Insecure Authentication",
    "NHI5:2025": "Overprivileged NHI",
    "NHI6:2025": "Insecure Cloud Deployment Configurations",
    "NHI7:2025": "Long-Lived Secrets",
    "NHI8:2025": "Environment Isolation",
    "NHI9:2025": "NHI Reuse",
    "NHI10:2025": "Human Use of NHI",
}
ASI = {
    "ASI01": "Agent Goal Hijack",
    "ASI02": "Tool Misuse and Exploitation",
    "ASI03": "Identity and Privilege Abuse",
    "ASI04": "Agentic Supply Chain Vulnerabilities",
    "ASI05": "Unexpected Code Execution (RCE)",
    "ASI06": "Memory & Context Poisoning",
    "ASI07": "Insecure Inter-Agent Communication",
    "ASI08": "Cascading Failures",
    "ASI09": "Human-Agent Trust Exploitation",
    "ASI10": "Rogue Agents",
}
LAYERS = {
    "L1": "Foundation Models",
    "L2": "Data Operations",
    "L3": "Agent Frameworks",
    "L4": "Deployment and Infrastructure",
    "L5": "Evaluation and Observability",
    "L6": "Security and Compliance",
    "L7": "Agent Ecosystem",
}
AI_RMF = """
GOVERN 1.1 human Q-01|GOVERN 1.2 human Q-02|GOVERN 1.3 human Q-02|GOVERN 1.4 human Q-02
GOVERN 1.5 mixed Q-03|GOVERN 1.6 tool Q-24|GOVERN 1.7 mixed Q-04|GOVERN 2.1 mixed Q-06
GOVERN 2.2 human Q-05|GOVERN 2.3 human Q-06|GOVERN 3.1 outside|GOVERN 3.2 mixed Q-08
GOVERN 4.1 human Q-02|GOVERN 4.2 mixed Q-07|GOVERN 4.3 mixed Q-16|GOVERN 5.1 human Q-26
GOVERN 5.2 human Q-26|GOVERN 6.1 mixed Q-14|GOVERN 6.2 human Q-15|MAP 1.1 mixed Q-07|MAP 1.2 outside
MAP 1.3 human Q-02|MAP 1.4 human Q-02|MAP 1.5 mixed Q-02|MAP 1.6 human Q-07|MAP 2.1 mixed Q-07
MAP 2.2 human Q-08|MAP 2.3 outside|MAP 3.1 outside|MAP 3.2 outside|MAP 3.3 mixed Q-07|MAP 3.4 human Q-05
MAP 3.5 mixed Q-08 Q-20|MAP 4.1 mixed Q-14|MAP 4.2 tool|MAP 5.1 mixed Q-07|MAP 5.2 human Q-26
MEASURE 1.1 mixed Q-02|MEASURE 1.2 human Q-03|MEASURE 1.3 human Q-10|MEASURE 2.1 human Q-11
MEASURE 2.2 outside|MEASURE 2.3 outside|MEASURE 2.4 mixed Q-19|MEASURE 2.5 outside|MEASURE 2.6 mixed Q-11
MEASURE 2.7 mixed Q-11|MEASURE 2.8 mixed Q-18|MEASURE 2.9 outside|MEASURE 2.10 mixed Q-13
MEASURE 2.11 outside|MEASURE 2.12 outside|MEASURE 2.13 human Q-12|MEASURE 3.1 mixed Q-03
MEASURE 3.2 mixed Q-24|MEASURE 3.3 human Q-26|MEASURE 4.1 human Q-10|MEASURE 4.2 human Q-10
MEASURE 4.3 mixed Q-03|MANAGE 1.1 mixed Q-08|MANAGE 1.2 tool|MANAGE 1.3 tool|MANAGE 1.4 mixed Q-23
MANAGE 2.1 human Q-06|MANAGE 2.2 outside|MANAGE 2.3 mixed Q-16|MANAGE 2.4 mixed Q-08
MANAGE 3.1 mixed Q-14|MANAGE 3.2 outside Q-22|MANAGE 4.1 mixed Q-16|MANAGE 4.2 mixed Q-26
MANAGE 4.3 human Q-17
"""
CSF_MIXED = """
DE.AE-02 DE.AE-03 DE.CM-03 DE.CM-09 GV.OV-03 GV.RM-02 GV.RR-02 GV.SC-06 GV.SC-07 GV.SC-10 ID.AM-02
ID.AM-08 ID.RA-01 ID.RA-03 ID.RA-04 ID.RA-05 ID.RA-06 ID.RA-07 ID.RA-09 PR.AA-01 PR.AA-02 PR.AA-03
PR.AA-04 PR.AA-05 PR.DS-02 PR.DS-10 PR.IR-01 PR.IR-03 PR.IR-04 PR.PS-01 PR.PS-04 PR.PS-05 PR.PS-06
RS.AN-06 RS.MA-01 RS.MA-03 RS.MI-01
"""
CSF_HUMAN = """
GV.OC-03 GV.OV-01 GV.RM-04 GV.RR-01 GV.SC-05 GV.SC-08 PR.AT-01 PR.AT-02 RS.CO-02 RS.AN-07 ID.IM-01
ID.IM-02 ID.IM-03 ID.IM-04 ID.AM-04
"""
ATLAS_CITED = """
T0010 T0010.005 T0011.002 T0012 T0029 T0034.002 T0036 T0048 T0049 T0050 T0051 T0051.001 T0053 T0055 T0057
T0070 T0073 T0080 T0080.000 T0081 T0082 T0083 T0085.001 T0086 T0091 T0091.000 T0095.000 T0098 T0099 T0100
T0101 T0103 T0105 T0108 T0109 T0110 T0111 T0112.000 M0012 M0014 M0019 M0023 M0024 M0026 M0027 M0028 M0029
M0030 M0031 M0032 M0033
"""


@pytest.fixture
def frameworks() -> Frameworks:
    return load()


def test_frameworks_in_order(frameworks: Frameworks) -> None:
    assert [(framework.id, framework.version) for framework in frameworks.status_frameworks()] == [
        ("owasp-nhi-top10", "2025"),
        ("owasp-asi-top10", "2026"),
        ("csa-maestro", "1"),
        ("nist-ai-rmf-1.0", "1.0"),
        ("nist-csf-2.0", "2.0"),
    ]
    assert [framework.id for framework in frameworks.citations()] == [
        "mitre-atlas",
        "mitre-attack-cloud",
        "nist-sp-800-53-r5",
        "cis-benchmarks",
    ]


def test_counts_of_controls_with_a_status(frameworks: Frameworks) -> None:
    counts = {framework.id: len(frameworks.status_controls(framework.id)) for framework in frameworks.every()}
    assert counts == {
        "owasp-nhi-top10": 10,
        "owasp-asi-top10": 10,
        "csa-maestro": 7,
        "nist-ai-rmf-1.0": 72,
        "nist-csf-2.0": 106,
        "mitre-atlas": 0,
        "mitre-attack-cloud": 0,
        "nist-sp-800-53-r5": 0,
        "cis-benchmarks": 0,
    }


def test_kinds_of_entries(frameworks: Frameworks) -> None:
    kinds = {
        framework.id: dict(Counter(control.kind for control in frameworks.controls(framework.id)))
        for framework in frameworks.every()
    }
    assert kinds == {
        "owasp-nhi-top10": {"risk": 10},
        "owasp-asi-top10": {"risk": 10},
        "csa-maestro": {"layer": 7, "group": 1, "threat": 55},
        "nist-ai-rmf-1.0": {"function": 4, "category": 19, "subcategory": 72},
        "nist-csf-2.0": {"function": 6, "category": 22, "subcategory": 106},
        "mitre-atlas": {"tactic": 16, "technique": 57, "sub-technique": 23, "mitigation": 21},
        "mitre-attack-cloud": {"tactic": 15, "technique": 21, "sub-technique": 35},
        "nist-sp-800-53-r5": {"control": 54, "enhancement": 23},
        "cis-benchmarks": {"recommendation": 56},
    }


@pytest.mark.parametrize(
    ("framework", "titles"), [("owasp-nhi-top10", NHI), ("owasp-asi-top10", ASI), ("csa-maestro", LAYERS)]
)
def test_published_titles(frameworks: Frameworks, framework: str, titles: dict[str, str]) -> None:
    assert {c.id: c.title for c in frameworks.status_controls(framework)} == titles
    assert not any(control.own_title for control in frameworks.status_controls(framework))


def test_subcategories_per_function(frameworks: Frameworks) -> None:
    rmf = Counter(control.id.split()[0] for control in frameworks.status_controls("nist-ai-rmf-1.0"))
    assert rmf == {"GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13}
    csf = Counter(control.id[:2] for control in frameworks.status_controls("nist-csf-2.0"))
    assert csf == {"GV": 31, "ID": 21, "PR": 22, "DE": 11, "RS": 13, "RC": 8}


def test_who_evidences_the_ai_rmf(frameworks: Frameworks) -> None:
    expected = {}
    for row in re.split(r"[|\n]", AI_RMF.strip()):
        function, number, evidence, *questions = row.split()
        expected[f"{function} {number}"] = (evidence, tuple(questions))
    found = {c.id: (c.evidence, c.questions) for c in frameworks.status_controls("nist-ai-rmf-1.0")}
    assert found == expected
    totals = Counter(evidence for evidence, _ in found.values())
    assert totals == {"tool": 4, "mixed": 30, "human": 25, "outside": 13}


def test_who_evidences_the_csf(frameworks: Frameworks) -> None:
    by_evidence: dict[str, set[str]] = {}
    for control in frameworks.status_controls("nist-csf-2.0"):
        by_evidence.setdefault(control.evidence, set()).add(control.id)
    assert by_evidence["mixed"] == set(CSF_MIXED.split())
    assert by_evidence["human"] == set(CSF_HUMAN.split())
    assert len(by_evidence["outside"]) == 106 - 37 - 15
    assert set(by_evidence) == {"mixed", "human", "outside"}


def test_who_evidences_the_threat_lists(frameworks: Frameworks) -> None:
    assert {c.evidence for c in frameworks.status_controls("owasp-nhi-top10")} == {"tool"}
    assert {c.evidence for c in frameworks.status_controls("owasp-asi-top10")} == {"mixed"}
    assert {c.evidence for c in frameworks.status_controls("csa-maestro")} == {"mixed"}
    assert all(c.questions and c.because for c in frameworks.status_controls("owasp-asi-top10"))


def test_whatever_a_tool_cannot_say_has_a_reason(frameworks: Frameworks) -> None:
    silent = [
        control.reference
        for framework in frameworks.status_frameworks()
        for control in frameworks.status_controls(framework.id)
        if control.evidence in ("human", "outside") and not control.because
    ]
    assert silent == []


def test_human_controls_ask_a_question(frameworks: Frameworks) -> None:
    mute = [
        control.reference
        for framework in frameworks.status_frameworks()
        for control in frameworks.status_controls(framework.id)
        if control.evidence == "human" and not control.questions
    ]
    assert mute == []


def test_published_ratings_of_the_nhi_list(frameworks: Frameworks) -> None:
    ratings = {
        control.id: tuple(value for _, value in control.ratings)
        for control in frameworks.status_controls("owasp-nhi-top10")
    }
    assert ratings == {
        "NHI1:2025": ("Easy", "Widespread", "Hard", "Severe"),
        "NHI2:2025": ("Easy", "Common", "Hard", "Severe"),
        "NHI3:2025": ("Average", "Common", "Hard", "Severe"),
        "NHI4:2025": ("Easy", "Widespread", "Easy", "Moderate"),
        "NHI5:2025": ("Hard", "Widespread", "Average", "Severe"),
        "NHI6:2025": ("Average", "Common", "Easy", "Severe"),
        "NHI7:2025": ("Hard", "Widespread", "Easy", "Severe"),
        "NHI8:2025": ("Average", "Uncommon", "Hard", "Moderate"),
        "NHI9:2025": ("Hard", "Widespread", "Hard", "Low"),
        "NHI10:2025": ("Hard", "Common", "Hard", "Low"),
    }


@pytest.mark.parametrize("short", ATLAS_CITED.split())
def test_cited_atlas_ids_exist(frameworks: Frameworks, short: str) -> None:
    assert frameworks.get(f"mitre-atlas/AML.{short}").title


@pytest.mark.parametrize(
    "old", ["PR.AC", "PR.AC-1", "PR.AC-01", "ID.BE", "ID.BE-5", "DE.DP-01", "RS.RP-1", "PR.PT-3"]
)
def test_ids_of_csf_1_1_are_refused(frameworks: Frameworks, old: str) -> None:
    assert not frameworks.has(f"nist-csf-2.0/{old}")
    with pytest.raises(
        InputError, match=r"is gone from NIST CSF 2\.0 since edition 2\.0; it is now nist-csf-2\.0/"
    ):
        frameworks.get(f"nist-csf-2.0/{old}")


def test_a_renamed_technique_says_its_new_id(frameworks: Frameworks) -> None:
    with pytest.raises(InputError) as told:
        frameworks.get("mitre-atlas/AML.T0104")
    assert str(told.value) == (
        "'mitre-atlas/AML.T0104' is gone from MITRE ATLAS since edition 2026.07;"
        " it is now mitre-atlas/AML.T0115.002"
    )


def test_what_replaced_a_retired_id_exists() -> None:
    frameworks = load()
    for framework in frameworks.every():
        parsed = tomllib.loads((shipped_folder() / framework.file).read_text("utf-8"))
        for retired in parsed.get("retired", []):
            assert not frameworks.has(f"{framework.id}/{retired['id']}")
            assert not retired.get("now") or frameworks.has(f"{framework.id}/{retired['now']}")


def test_maestro_threats_are_never_official(frameworks: Frameworks) -> None:
    assert not frameworks.framework("csa-maestro").official_ids
    official = {control.id for control in frameworks.controls("csa-maestro") if control.official_id}
    assert official == set(LAYERS)
    assert frameworks.is_official("csa-maestro/L6")
    assert not frameworks.is_official("csa-maestro/L7.agent-identity-attack")
    assert not frameworks.is_official("csa-maestro/cross-layer")


def test_threats_under_each_layer(frameworks: Frameworks) -> None:
    counts = {
        parent: len(frameworks.children(f"csa-maestro/{parent}")) for parent in (*LAYERS, "cross-layer")
    }
    assert counts == {"L1": 7, "L2": 5, "L3": 6, "L4": 6, "L5": 6, "L6": 7, "L7": 13, "cross-layer": 5}


def test_titles_of_ours_are_marked(frameworks: Frameworks) -> None:
    ours = {
        framework.id: sorted({c.kind for c in frameworks.controls(framework.id) if c.own_title})
        for framework in frameworks.every()
    }
    assert {key: kinds for key, kinds in ours.items() if kinds} == {
        "nist-ai-rmf-1.0": ["category", "subcategory"],
        "nist-csf-2.0": ["subcategory"],
        "cis-benchmarks": ["recommendation"],
    }


def test_published_frameworks_never_name_our_checks(frameworks: Frameworks) -> None:
    for framework in frameworks.every():
        frameworks.controls(framework.id)
    assert frameworks.checks_listed() == {}


def test_every_shipped_file_is_read_and_digested(frameworks: Frameworks) -> None:
    names = sorted(path.name for path in shipped_folder().glob("*.toml"))
    assert [name for name, _ in frameworks.digests()] == names
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for _, digest in frameworks.digests())


def test_every_framework_gives_edition_publisher_licence_and_reference(frameworks: Frameworks) -> None:
    for framework in frameworks.every():
        assert framework.version
        assert framework.publisher
        assert framework.published
        assert framework.licence
        assert framework.url.startswith("https://")


def test_loading_leaves_entries_unread_until_asked() -> None:
    load.cache_clear()
    frameworks = load()
    assert frameworks._bodies == {}
    frameworks.get("owasp-nhi-top10/NHI7:2025")
    assert set(frameworks._bodies) == {"owasp-nhi-top10"}
    assert load() is frameworks


def test_titles_agree_with_the_fact_files() -> None:
    """Beyond the pinned titles: every published title, where the fact files are at hand."""
    facts = Path(__file__).parents[3] / "shared" / "facts" / "frameworks"
    names = {
        "owasp_nhi_2025.toml": "owasp-nhi-top10",
        "owasp_agentic_2026.toml": "owasp-asi-top10",
        "maestro.toml": "csa-maestro",
        "nist_csf_2_0.toml": "nist-csf-2.0",
        "mitre_atlas.toml": "mitre-atlas",
        "mitre_attack_cloud.toml": "mitre-attack-cloud",
        "nist_800_53_r5.toml": "nist-sp-800-53-r5",
    }
    if not facts.is_dir():
        pytest.skip("the fact files are not beside this checkout; pinned titles were compared")
    for name, framework in names.items():
        published = {c["id"]: c["title"] for c in tomllib.loads((facts / name).read_text("utf-8"))["control"]}
        for control in load().controls(framework):
            if not control.own_title:
                source = (
                    re.sub(r"^cross-layer", "X", control.id) if framework == "csa-maestro" else control.id
                )
                assert control.title == published[source], control.reference
