"""References are read in one place, and a wrong one says what to write instead."""

from __future__ import annotations

import json

import pytest

from posture.frameworks import load, parse
from posture.model.errors import InputError


def test_a_reference_is_its_own_text() -> None:
    reference = parse("nist-ai-rmf-1.0/GOVERN 1.6")
    assert reference == "nist-ai-rmf-1.0/GOVERN 1.6"
    assert (reference.framework, reference.control) == ("nist-ai-rmf-1.0", "GOVERN 1.6")
    assert json.dumps([reference]) == '["nist-ai-rmf-1.0/GOVERN 1.6"]'
    assert sorted([parse("b/1"), parse("a/2")]) == ["a/2", "b/1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NHI7:2025", "'NHI7:2025' is no control reference"),
        ("", "'' is no control reference"),
        ("/NHI7:2025", "names no framework before the slash"),
        ("OWASP NHI/NHI7:2025", "names no framework before the slash"),
        ("owasp-nhi-top10/", "names no control after the slash"),
        ("owasp-nhi-top10/ NHI7:2025", "names no control after the slash"),
        ("a/b/c", "names no control after the slash"),
    ],
)
def test_wrong_form(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse(text)


def test_every_control_is_found_by_its_reference() -> None:
    frameworks = load()
    for framework in frameworks.every():
        for control in frameworks.controls(framework.id):
            assert frameworks.get(control.reference) is control
            assert parse(control.reference) == control.reference


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("nist-ai-rmf-1.0/GOVERN-1.6", "NIST AI RMF 1.0 has no 'GOVERN-1.6'; did you mean 'GOVERN 1.6'?"),
        ("owasp-nhi-top10/NHI7", "OWASP NHI Top 10 has no 'NHI7'; did you mean 'NHI7:2025'?"),
        ("owasp-nhi-top-10/NHI7:2025", "no framework 'owasp-nhi-top-10'; did you mean 'owasp-nhi-top10'?"),
        ("mitre-atlas/AML.T9999.99", "MITRE ATLAS has no 'AML.T9999.99'"),
        (
            "csa-maestro/MT-01",
            "CSA MAESTRO has no 'MT-01'; `posture frameworks csa-maestro` lists what it has",
        ),
    ],
)
def test_an_unknown_reference_names_the_nearest(reference: str, said: str) -> None:
    frameworks = load()
    assert not frameworks.has(reference)
    with pytest.raises(InputError) as told:
        frameworks.get(reference)
    assert said in str(told.value)
    assert told.value.exit_code == 3
