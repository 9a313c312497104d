"""Which run a new one follows: the last that is not younger, and the same one when it is made again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from posture.assess.following import previous
from posture.model.assessment import Assessment
from posture.model.frames import empty
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.workspace import runs


def day(number: int) -> datetime:
    return datetime(2026, 7, number, tzinfo=UTC)


def digest_of(name: str, before: str = "") -> str:
    return f"{name}{before[:1]}".ljust(64, "0")


def saved(workspace: Path, name: str, number: int | None, before: str = "") -> str:
    tables = {table: empty(table).lazy() for table in (*TABLES, *RESULTS)}
    as_of = None if number is None else day(number)
    overview = Overview(digest=digest_of(name, before), as_of=as_of, previous=before)
    return runs.save(workspace, Assessment(overview, tables))


def follows(workspace: Path, name: str, number: int | None) -> str:
    as_of = None if number is None else day(number)
    return previous(workspace, lambda before: digest_of(name, before), as_of)


def test_the_first_run_follows_none(tmp_path: Path) -> None:
    assert follows(tmp_path, "a", 1) == ""


def test_a_run_follows_the_last_that_is_not_younger(tmp_path: Path) -> None:
    first = saved(tmp_path, "a", 1)
    second = saved(tmp_path, "b", 3, first)
    assert follows(tmp_path, "c", 4) == second
    assert follows(tmp_path, "c", 3) == second
    assert follows(tmp_path, "c", 2) == first
    assert follows(tmp_path, "c", None) == second


def test_a_run_made_again_follows_what_it_followed(tmp_path: Path) -> None:
    first = saved(tmp_path, "a", 1)
    saved(tmp_path, "b", 3, first)
    assert follows(tmp_path, "b", 3) == first


def test_what_was_pruned_is_not_followed(tmp_path: Path) -> None:
    first = saved(tmp_path, "a", 1)
    saved(tmp_path, "b", 3, first)
    second = runs.latest(tmp_path)
    assert runs.prune(tmp_path, 1) == (first,)
    assert follows(tmp_path, "c", 2) == ""
    assert follows(tmp_path, "b", 3) == second
