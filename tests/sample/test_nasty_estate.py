"""The estate with hostile names still holds every hazard that the outputs must survive."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

NASTY = Path(__file__).parent / "nasty"


def _strings() -> list[str]:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                found.append(key)
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str):
            found.append(value)

    for path in sorted(NASTY.rglob("*.json")):
        walk(json.loads(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize(
    "hazard",
    [
        "\x1b[31m", "\x1b]8;;", "\x1b]0;", "\x9b", "\x07", "\x00",
        "\u202e", "\u2066", "\u200b", "\ufeff", "\u0430", "\u0301",
        "[bold red]", "[@click=", "[/]",
        "| **bold** |", "`code`", "](https://", "# heading",
        "<script>", "<img src=x onerror=", "&amp;",
        "\n", "\r", "\t", "x" * 300, "../../", "${HOME}", '"', "\\",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_hazard_stands_in_some_name(hazard: str) -> None:
    assert any(hazard in text for text in _strings())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"], ids=ascii)
def test_a_name_starts_as_a_formula_would(start: str) -> None:
    assert any(text.startswith(start) for text in _strings())


def test_its_manifest_is_right() -> None:
    folder = NASTY / "aws" / "888800008888"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]:
        assert hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]


def test_its_only_secret_carries_its_mark() -> None:
    text = (NASTY / "home" / ".claude.json").read_text(encoding="utf-8")
    assert text.count("FAKED90") == text.count("ghp_") == 1
