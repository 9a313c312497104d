"""Every case of every check: what it finds, what it cannot know, where it stays silent, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

from posture.checks.asked import results
from posture.checks.judge import judge
from posture.checks.registry import every
from tests.checks.small import estate_of, seen

FOLDER = Path(__file__).parent
EXPECTED = ("gaps", "clears", "unknowns", "says", "cause")


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """(check, case) of all files; what stands beside the cases of a file is part of each."""
    for file in sorted(FOLDER.glob("*.toml")):
        document = tomli.loads(file.read_text("utf-8"))
        for case in document.pop("case"):
            yield file.stem.replace("_", "-"), {**document, **case}


def tables_of(case: dict[str, Any]) -> dict[str, Any]:
    """The tables of the inventory in a case."""
    return {name: rows for name, rows in case.items() if name not in (*EXPECTED, "name")}


CASES = list(cases())


@pytest.mark.parametrize(
    ("check_id", "case"), CASES, ids=[f"{check}: {case['name']}" for check, case in CASES]
)
def test_case(check_id: str, case: dict[str, Any]) -> None:
    check = next(one for one in every() if one.id == check_id)
    view = seen(estate_of(tables_of(case)))
    judged = judge(view, [check])
    assert judged.errors == ()
    found = dict(results(check, view).select("key", "result").iter_rows())
    severities = {
        row["subject"]: row["severity"] + ("?" if row["may_be_higher"] else "")
        for row in judged.findings.iter_rows(named=True)
    }
    assert severities == case.get("gaps", {})
    assert sorted(key for key, result in found.items() if result == "clear") == sorted(case.get("clears", []))
    assert sorted(key for key, result in found.items() if result == "unknown") == sorted(
        case.get("unknowns", [])
    )
    said = dict(judged.findings.select("subject", "observed").iter_rows())
    assert {key: said[key] for key in case.get("says", {})} == case.get("says", {})
    causes = dict(judged.findings.select("subject", "cause").iter_rows())
    assert {key: causes[key] for key in case.get("cause", {})} == case.get("cause", {})


def test_every_check_has_a_gap_a_silence_and_a_doubt() -> None:
    lacking = {
        (check.id, what)
        for check in every()
        for what in ("gaps", "clears", "unknowns")
        if not any(case.get(what) for name, case in CASES if name == check.id)
    }
    assert lacking == set()
