"""Every demand of the source articles has something that shows it, and each pointer leads to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli

from posture import frameworks
from posture.checks.registry import every as every_check
from posture.model.columns import columns
from posture.model.tables import TABLES
from posture.plan.classes import CLASSES
from posture.reports.json_v1 import schema
from posture.settings import every as every_setting

HERE = Path(__file__).parent
RULES: Mapping[str, Mapping[str, Any]] = tomli.loads((HERE / "seed_rules.toml").read_text(encoding="utf-8"))
CHECKS = {check.id: check for check in every_check()}
CATALOGUE = frameworks.load()


def _check(wanted: str) -> bool:
    """It exists, and its cases show that it can say gap and clear."""
    if wanted not in CHECKS:
        return False
    cases = tomli.loads((HERE / "checks" / f"{wanted.replace('-', '_')}.toml").read_text(encoding="utf-8"))
    gap, clear = (any(case.get(word) for case in cases["case"]) for word in ("gaps", "clears"))
    return gap and clear


def _cites(wanted: str) -> bool:
    check, _, reference = wanted.partition(" ")
    return CATALOGUE.has(reference) and reference in CHECKS[check].controls


@cache
def _tests(folder: str) -> Mapping[str, str]:
    """Every test function of a folder, with the text of its file."""
    found = {}
    for path in sorted((HERE / folder).glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        found.update(
            {node.name: text for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        )
    return found


@cache
def _cases(folder: str) -> str:
    """What stands in the files of cases of a folder."""
    files = [*(HERE / folder).glob("*.jsonl"), *(HERE / folder).glob("*.toml")]
    return "".join(path.read_text(encoding="utf-8") for path in sorted(files))


def _test(wanted: str) -> bool:
    """The function is there; a word in brackets stands beside it as the name of a case."""
    folder, _, rest = wanted.partition("::")
    name, _, case = rest.partition("[")
    if name not in _tests(folder):
        return False
    return not case or f'"{case.removesuffix("]")}"' in _tests(folder)[name] + _cases(folder)


@cache
def _sample() -> str:
    return (HERE / "golden" / "sample.md").read_text(encoding="utf-8")


def _report(wanted: str) -> bool:
    return wanted in _sample()


def _json(wanted: str) -> bool:
    """Each name is a field of what the one before it holds, through lists, mappings and definitions."""
    whole = schema()
    at: Mapping[str, Any] = whole
    for name in wanted.split("."):
        field = at.get("properties", {}).get(name)
        if field is None:
            return False
        at = _inside(field, whole)
    return True


def _inside(field: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    for way in ("items", "additionalProperties"):
        if isinstance(field.get(way), dict):
            return _inside(field[way], whole)
    if "$ref" in field:
        found: Mapping[str, Any] = whole["$defs"][field["$ref"].rpartition("/")[2]]
        return found
    return field


def _column(wanted: str) -> bool:
    place, _, value = wanted.partition("=")
    table, _, name = place.partition(".")
    column = {one.name: one for one in columns(TABLES[table])}.get(name)
    return column is not None and (not value or value in column.allowed)


def _figure(wanted: str) -> bool:
    """It names publisher, year and population."""
    found = [figure for figure in CATALOGUE.figures() if figure.id == wanted]
    return bool(found) and all(figure.publisher and figure.year and figure.population for figure in found)


def _alias(wanted: str) -> bool:
    """It is kept as a label, reads as controls that exist, and is no control itself."""
    alias = CATALOGUE.alias(wanted)
    if alias is None:
        return False
    published = {control.id for one in CATALOGUE.every() for control in CATALOGUE.controls(one.id)}
    return all(CATALOGUE.has(str(reference)) for reference in alias.reads_as) and wanted not in published


POINTERS: Mapping[str, Callable[[str], bool]] = {
    "check": _check,
    "cites": _cites,
    "test": _test,
    "report": _report,
    "json": _json,
    "column": _column,
    "setting": lambda wanted: wanted in {setting.name for setting in every_setting()},
    "action": lambda wanted: wanted in CLASSES,
    "reference": lambda wanted: wanted in {text.id for text in CATALOGUE.publications()},
    "figure": _figure,
    "alias": _alias,
    "question": lambda wanted: bool(CATALOGUE.question(wanted).question),
    "control": CATALOGUE.has,
}


def test_every_rule_has_an_entry_and_no_entry_is_without_a_rule() -> None:
    assert list(RULES) == [f"S-{number:03}" for number in range(1, 199)]


@pytest.mark.parametrize("rule", RULES)
def test_what_shows_a_rule_is_there(rule: str) -> None:
    entry = RULES[rule]
    assert re.fullmatch(r"[A-Z].{12,110}[.?]", entry["rule"])
    assert entry["shown"]
    missing = []
    for pointer in entry["shown"]:
        kind, _, wanted = pointer.partition(" ")
        if not POINTERS[kind](wanted):
            missing.append(pointer)
    assert missing == []


@pytest.mark.parametrize(
    "pointer",
    [
        "check no-such-thing",
        "cites key-too-old owasp-asi-top10/ASI06",
        "test plan::test_nothing",
        "test plan::test_the_rule_holds_and_only_because_of_itself[PL-99]",
        "report compliant with",
        "json findings.value",
        "column agents.role=manager",
        "column agents.password",
        "setting limits.nothing",
        "action hope",
        "reference nothing",
        "figure F-99",
        "alias ASI01",
        "control nist-csf-2.0/PR.AC-01",
    ],
)  # fmt: skip
def test_a_pointer_to_nothing_is_seen(pointer: str) -> None:
    kind, _, wanted = pointer.partition(" ")
    assert not POINTERS[kind](wanted)


def test_what_is_found_on_agents_cites_a_risk_and_a_layer() -> None:
    on_agents = [check for check in CHECKS.values() if "owasp-nhi-top10/NHI7:2025" in check.controls]
    lacking = [
        check.id
        for check in on_agents
        for framework in ("owasp-asi-top10/", "csa-maestro/")
        if not any(reference.startswith(framework) for reference in check.controls)
    ]
    assert len(on_agents) == 20
    assert lacking == []


def test_every_setting_names_its_source() -> None:
    assert [setting.name for setting in every_setting() if not setting.source or not setting.unit] == []
