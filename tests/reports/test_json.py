"""The JSON report: valid by its own schema, one record a line, long lists cut with their counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from posture.frameworks import load
from posture.model.errors import InputError
from posture.reports import json_read, json_v1
from posture.reports.canonical import digest, said, text
from posture.reports.json_v1 import ways
from tests.reports.given import SAMPLE, assessed, report


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report("json", SAMPLE))
    return found


def test_it_is_valid_by_its_own_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(document, json_v1.schema())


def test_its_digest_is_that_of_the_rest(document: dict[str, Any]) -> None:
    rest = {name: value for name, value in document.items() if name != "digest"}
    assert document["digest"] == digest(rest)


def test_a_record_is_one_line(document: dict[str, Any]) -> None:
    lines = report("json", SAMPLE).decode().splitlines()
    told = [line for line in lines if line.startswith('  {"') and '"observed":' in line]
    assert [json.loads(line.rstrip(","))["id"] for line in told] == [
        one["id"] for one in document["findings"]
    ]


def test_text_is_the_same_document_however_it_is_laid_out() -> None:
    value = {"b": [{"y": [], "x": {}}], "a": [[1, 2], []], "c": {"d": [{"e": 1}, {"f": "ü"}], "g": None}}
    assert json.loads(text(value)) == value
    assert text(value) == text(dict(reversed(value.items())))


def test_what_says_nothing_is_left_out() -> None:
    assert said({"a": "", "b": 0, "c": [], "d": False, "e": "x", "f": 0}, "f") == {"e": "x", "f": 0}


def test_a_step_and_its_action_say_what_the_table_says(document: dict[str, Any]) -> None:
    rows = assessed(SAMPLE).frame("steps").sort("lane", "n", descending=[True, False])
    for row, step in zip(rows.iter_rows(named=True), document["plan"]["steps"], strict=True):
        action = document["plan"]["actions"][step["action"]]
        for name in ("failure_mode", "proof", "how", "may_break"):
            assert step.get(name, action.get(name, "")) == row[name], (step["id"], name)


def test_a_finding_and_its_check_say_what_the_table_says(document: dict[str, Any]) -> None:
    checks = {check["id"]: check for check in document["checks"]}
    rows = assessed(SAMPLE).frame("findings").iter_rows(named=True)
    for row, finding in zip(rows, document["findings"], strict=True):
        assert finding.get("expected", checks[row["check"]].get("expected", "")) == row["expected"]
        assert finding.get("cause", finding["subject"]) == row["cause"]


def test_no_doubt_is_lost_in_the_sums(document: dict[str, Any]) -> None:
    rows = assessed(SAMPLE).frame("unknowns")
    told = {
        (check["id"], one["reason"], one["says"], one["severity"], scope): subjects
        for check in document["checks"]
        for one in check["unknowns"]
        for scope, subjects in one["scopes"].items()
    }
    summed = rows.group_by("check", "reason", "says", "severity", "scope").agg(pl.col("subjects").sum())
    assert told == {row[:5]: row[5] for row in summed.iter_rows()}


def test_reach_is_read_back_whole(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(report("json", SAMPLE))
    back = json_read.read(tmp_path / "report.json")
    assert sorted(back.frame("reach").rows()) == sorted(assessed(SAMPLE).frame("reach").rows())


def test_a_report_whose_reach_is_cut_is_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "MOST_REACH", 5)
    (tmp_path / "report.json").write_bytes(text(json_v1.document(assessed(SAMPLE), load())))
    with pytest.raises(InputError, match=r"report\.json: its lists are cut for size"):
        json_read.read(tmp_path / "report.json")


def test_long_lists_are_cut_to_the_heaviest_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "MOST_PATHS", 3)
    paths = assessed(SAMPLE).frame("paths").sort("weight", "id", descending=[True, False])
    graph = ways.graph(assessed(SAMPLE))
    assert graph["lists"]["paths"] == {"listed": 3, "all": len(paths)}
    assert [path["id"] for path in ways.paths(assessed(SAMPLE))] == sorted(paths["id"][:3])


def test_a_finding_has_its_controls_by_its_check_as_the_schema_says() -> None:
    made = json_v1.document(assessed(SAMPLE), load())
    controls = {check["id"]: check["controls"] for check in made["checks"]}
    cited = load()
    for finding in made["findings"]:
        assert controls[finding["check"]]
        assert all(cited.has(reference) for reference in controls[finding["check"]])
    told = json_v1.schema()["$defs"]["FindingV1"]["description"]
    assert "Its controls are those of the entry in `checks` whose `id` is its `check`" in told
    assert "`findings[].check` is the `id` of an entry in `checks`" in json_v1.schema()["description"]


def test_every_step_says_what_it_answers_by_its_action() -> None:
    plan = json_v1.document(assessed(SAMPLE), load())["plan"]
    for step in plan["steps"]:
        frameworks = {
            reference.partition("/")[0] for reference in plan["actions"][step["action"]]["controls"]
        }
        assert {"owasp-nhi-top10", "owasp-asi-top10", "csa-maestro", "nist-ai-rmf-1.0"} <= frameworks
