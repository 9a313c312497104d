"""What the fields of a record mean: the texts that stand under them, read from the source when asked for."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def meanings(record: type[BaseModel]) -> Mapping[str, str]:
    """The text under each field, by the field's own name. Reading them at import would cost every command."""
    found: dict[str, str] = {}
    for base in reversed(record.__mro__):
        if base.__module__ in sys.modules and issubclass(base, BaseModel) and base is not BaseModel:
            found.update(_classes(base.__module__).get(base.__qualname__, {}))
    return found


@cache
def _classes(module: str) -> Mapping[str, Mapping[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: _fields(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(node: ast.ClassDef) -> dict[str, str]:
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(node.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
