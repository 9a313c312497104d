"""CSV and SARIF hold what JSON holds, row for row."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from posture.reports.csv import tables
from tests.reports.given import SAMPLE, assessed, report


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables(assessed(SAMPLE))[name].decode(), newline="")))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(report("json", SAMPLE))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["findings.csv", "inventory.csv", "plan.csv", "controls.csv"])
def test_no_column_is_empty_in_every_row_but_what_needs_a_workspace(name: str) -> None:
    rows = _rows(name)
    empty = {column for column in rows[0] if not any(row[column] for row in rows)}
    assert empty <= {"first_seen", "last_seen"}


def test_findings_are_those_of_json(document: dict[str, Any]) -> None:
    told = [(row["id"], row["severity"], row["subject"]) for row in _rows("findings.csv")]
    assert told == [(one["id"], one["severity"], one["subject"]) for one in document["findings"]]


def test_the_plan_is_that_of_json(document: dict[str, Any]) -> None:
    assert [row["id"] for row in _rows("plan.csv")] == [step["id"] for step in document["plan"]["steps"]]


def test_lines_end_as_spreadsheets_want_it() -> None:
    data = report("csv", SAMPLE)
    assert data.startswith(b"id,check,title,")
    assert data.count(b"\r\n") == data.count(b"\n") == len(_rows("findings.csv")) + 1


def test_sarif_has_a_result_for_every_finding_and_every_doubt(document: dict[str, Any]) -> None:
    log = json.loads(report("sarif", SAMPLE))
    run = log["runs"][0]
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    fails = [result for result in run["results"] if result["kind"] == "fail"]
    reviews = [result for result in run["results"] if result["kind"] == "review"]
    assert len(fails) + len(reviews) == len(run["results"])
    assert [one["partialFingerprints"]["postureFinding/v1"] for one in fails] == [
        one["id"] for one in document["findings"]
    ]
    assert len(reviews) == len(assessed(SAMPLE).frame("unknowns"))
    assert {result["level"] for result in reviews} == {"none"}


def test_sarif_rules_and_taxa_resolve() -> None:
    run = json.loads(report("sarif", SAMPLE))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    taxa = {(tax["name"], taxon["id"]) for tax in run["taxonomies"] for taxon in tax["taxa"]}
    used = {
        (relation["target"]["toolComponent"]["name"], relation["target"]["id"])
        for rule in rules
        for relation in rule["relationships"]
    }
    assert used <= taxa


def test_what_was_accepted_is_suppressed_with_its_reason() -> None:
    run = json.loads(report("sarif", SAMPLE))["runs"][0]
    held = [one["suppressions"] for one in run["results"] if "suppressions" in one]
    assert held == [
        [{"kind": "external", "status": "accepted", "justification": "Emergency access, sealed and watched"}]
    ]
