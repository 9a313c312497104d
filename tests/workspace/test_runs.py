"""Runs are saved whole, read lazily, and the last one is found again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from posture.model.assessment import Assessment
from posture.model.errors import InputError
from posture.model.frames import empty, frame
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.workspace import atomic, runs


def invented(digest: str = "ab" * 32, day: int = 1) -> Assessment:
    tables = {name: empty(name).lazy() for name in (*TABLES, *RESULTS)}
    tables["agents"] = frame("agents", [{"key": "agent:a/b", "name": "b"}]).lazy()
    return Assessment(Overview(digest=digest, as_of=datetime(2026, 7, day, tzinfo=UTC)), tables)


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    run = runs.save(tmp_path, invented())
    again = runs.load(tmp_path, run)
    assert run == "abababababababab"
    assert again.overview == invented().overview
    assert again.frame("agents").equals(invented().frame("agents"))
    assert again.frame("findings").schema == empty("findings").schema


def test_runs_are_listed_by_moment_and_the_last_saved_is_the_latest(tmp_path: Path) -> None:
    runs.save(tmp_path, invented("b" * 64, day=3))
    runs.save(tmp_path, invented("a" * 64, day=2))
    assert runs.every(tmp_path) == ("a" * 16, "b" * 16)
    assert runs.latest(tmp_path) == "a" * 16


def test_saving_again_replaces_and_leaves_no_scraps(tmp_path: Path) -> None:
    runs.save(tmp_path, invented())
    runs.save(tmp_path, invented())
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["abababababababab"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    atomic.write(tmp_path / "x", b"old")
    with pytest.raises(RuntimeError), atomic.folder(tmp_path / "y") as into:
        _fill_half(into)
    assert (tmp_path / "x").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def _fill_half(into: Path) -> None:
    (into / "half").write_bytes(b"half")
    raise RuntimeError


def test_an_unknown_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="run nope: is not in this workspace"):
        runs.load(tmp_path, "nope")
    assert runs.latest(tmp_path) is None


def test_pruning_keeps_the_newest_and_the_latest(tmp_path: Path) -> None:
    for day, letter in enumerate("abcd", 1):
        runs.save(tmp_path, invented(letter * 64, day=day))
    runs.save(tmp_path, invented("a" * 64, day=1))
    assert runs.prune(tmp_path, 2) == ("b" * 16,)
    assert runs.every(tmp_path) == ("a" * 16, "c" * 16, "d" * 16)
    assert runs.prune(tmp_path, 2) == ()
