"""The same input, moment and settings give the same bytes, whatever the machine is like."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.whole.running import MOMENT, SAMPLE, posture

WORDS = ("-f", "json", "--as-of", MOMENT, "--quiet")


@pytest.fixture(scope="module")
def usual() -> bytes:
    ended = posture("assess", SAMPLE, *WORDS, PYTHONHASHSEED="0")
    assert ended.code == 0, ended.err
    return ended.out


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu"},
        {"PYTHONHASHSEED": "4711", "LANG": "tr_TR.UTF-8", "POLARS_MAX_THREADS": "1"},
        {"POLARS_MAX_THREADS": "2", "TZ": "America/Caracas", "LC_ALL": "C"},
    ],
    ids=["seed and zone", "locale and one thread", "two threads"],
)
def test_environment_changes_nothing(usual: bytes, environment: dict[str, str]) -> None:
    assert posture("assess", SAMPLE, *WORDS, **environment).out == usual


def test_working_folder_and_a_copy_with_other_times_change_nothing(usual: bytes, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / SAMPLE.name
    shutil.copytree(SAMPLE, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert posture("assess", SAMPLE.name, *WORDS, cwd=copy.parent).out == usual
    assert posture("assess", ".", *WORDS, cwd=copy).out == usual


def test_the_order_of_sources_changes_nothing() -> None:
    parts = sorted(path for path in SAMPLE.iterdir() if path.is_dir())
    there = posture("assess", *parts, SAMPLE / "inventory.toml", *WORDS)
    back = posture("assess", SAMPLE / "inventory.toml", *reversed(parts), *WORDS)
    assert there.code == back.code == 0
    assert there.out == back.out


def test_the_document_fits_the_printed_schema(usual: bytes) -> None:
    schema = json.loads(posture("schema", "report").out)
    document = json.loads(usual)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert document["findings"]
    assert document["plan"]["steps"]


def test_every_key_of_the_top_level_is_there(usual: bytes) -> None:
    assert sorted(json.loads(usual)) == [
        "agent_cards", "attestations", "checks", "controls", "coverage", "degraded", "digest", "evidence",
        "exceptions", "findings", "frameworks", "graph_summary", "inputs", "inventory", "limitations",
        "paths", "plan", "request", "schema", "score", "tool", "trend",
    ]  # fmt: skip


def test_no_absolute_path_leaves_us(usual: bytes, tmp_path: Path) -> None:
    assert str(SAMPLE.parent).encode() not in usual
    markdown = posture("assess", SAMPLE, "-f", "markdown", "--as-of", MOMENT, "--quiet")
    assert str(SAMPLE.parent).encode() not in markdown.out
