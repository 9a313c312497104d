"""Answers with a part replaced by something odd cost entries, never the run."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pytest

from posture.access.gcp.resolve import resolve
from posture.estate.build import build
from posture.model.errors import Unreadable
from posture.settings import Settings
from posture.sources import registry
from posture.sources.contract import Page, Place, Rows
from tests.sources.library import test_gcp as given

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
ODD: tuple[Any, ...] = (
    None, True, 7, -1.5, "", "x", "\x1b[31m", [], [None], [{}], [[1]], {}, {"a": 1}, {"": None}, "a" * 3000,
    "projects/", "//iam.googleapis.com/projects/x/serviceAccounts/", "9999-99-99",
)  # fmt: skip
DENY = {
    "name": "policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fprod-app/denypolicies/guard",
    "rules": [{"denyRule": {
        "deniedPrincipals": ["principalSet://goog/public:all"],
        "exceptionPrincipals": ["principal://goog/subject/a"],
        "deniedPermissions": ["iam.googleapis.com/roles.*"],
        "exceptionPermissions": ["iam.googleapis.com/roles.get"],
        "denialCondition": {"title": "t", "expression": "true"}}}],
}  # fmt: skip
ANSWERS = {**given.ANSWERS, "gcp-deny-policies": [DENY]}


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, value in (
        body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    ):
        yield from places(value, (*path, key))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def page_of(body: Any) -> Page:
    path = PurePosixPath("prod-app/a.json")
    return Page(Place("exports"), path, json.dumps(body).encode(), Settings(), AS_OF)


@pytest.mark.parametrize("source", sorted(ANSWERS))
def test_any_part_may_be_odd(source: str) -> None:
    rolled = random.Random(source)
    found = list(places(ANSWERS[source]))
    reader = next(one for one in registry.every() if one.SOURCE.id == source)
    for _round in range(250):
        body = replaced(ANSWERS[source], rolled.choice(found), rolled.choice(ODD))
        page = Page(
            Place("exports"), PurePosixPath("prod-app/a.json"), json.dumps(body).encode(), Settings(), AS_OF
        )
        rows = Rows()
        rows.reading(source, page)
        try:
            reader.read(page, rows)
        except Unreadable:
            continue
        for name in rows.tables:
            if name != "declarations":
                rows.frame(name)


def test_odd_policies_are_resolved_all_the_same() -> None:
    rolled = random.Random("resolve")
    sources = [reader.SOURCE for reader in registry.every()]
    for _round in range(25):
        rows = Rows()
        for source, answer in sorted(ANSWERS.items()):
            body = answer
            for _twice in range(2):
                body = replaced(body, rolled.choice(list(places(body))), rolled.choice(ODD))
            page = Page(
                Place("exports"),
                PurePosixPath("prod-app/a.json"),
                json.dumps(body).encode(),
                Settings(),
                AS_OF,
            )
            reader = next(one for one in registry.every() if one.SOURCE.id == source)
            rows.reading(source, page)
            try:
                reader.read(page, rows)
            except Unreadable:
                continue
        resolve(build(rows, sources, Settings(), AS_OF).estate)
