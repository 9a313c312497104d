"""Checks are expressions that keep null: what decides where nothing is known is not written in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from posture.checks import library

GUESSES = frozenset({
    "filter", "when", "any", "all", "sum", "contains", "max_horizontal", "min_horizontal", "any_horizontal",
    "all_horizontal", "sum_horizontal", "coalesce", "eq_missing", "ne_missing", "n_unique", "join",
    "fill_null",
    "fill_nan", "is_null", "is_not_null", "drop_nulls", "map_elements", "is_nan", "sql_expr", "list", "over",
})  # fmt: skip
"""Methods and functions of Polars that turn not known into an answer."""

LOOPS = (
    ast.For,
    ast.While,
    ast.If,
    ast.IfExp,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Try,
)

ROOMS = frozenset({
    "posture.checks.check", "posture.checks.kleene", "posture.checks.subjects", "posture.checks.view",
    "posture.model.results", "polars", "__future__",
})  # fmt: skip

ASKED = frozenset({"view.limits", "view.older", "view.past", "view.days"})
"""What a check may ask of the view."""

FILES = sorted(Path(library.__path__[0]).glob("*.py"))


def complaints(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in GUESSES:
            yield f"line {node.lineno}: {node.attr} decides where nothing is known"
        if isinstance(node, LOOPS):
            yield f"line {node.lineno}: a check is one expression"
        if isinstance(node, ast.ImportFrom) and node.module not in ROOMS:
            yield f"line {node.lineno}: {node.module} is no room for a check"
        if isinstance(node, ast.Attribute) and ast.unparse(node) not in ASKED and _of_view(node):
            yield f"line {node.lineno}: {ast.unparse(node)} looks at rows"


def _of_view(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "view"


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_check_keeps_null(file: Path) -> None:
    assert list(complaints(file.read_text("utf-8"))) == []
    assert len(file.read_text("utf-8").splitlines()) < 90


@pytest.mark.parametrize(
    "source",
    [
        "c.x.fill_null(False)",
        "pl.when(c.x).then(1)",
        "c.x.list.contains(1)",
        "[c.x for x in y]",
        "view.estate",
        "from posture.graph import build",
        "pl.max_horizontal(c.x, c.y)",
    ],
)
def test_what_guesses_is_found(source: str) -> None:
    assert list(complaints(source)) != []
