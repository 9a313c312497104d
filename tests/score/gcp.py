"""Answers the labelled Google Cloud cases with our own code, one row per case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from posture.access.gcp.resolve import resolve
from posture.estate.build import build, complete
from posture.estate.estate import Estate
from posture.model.classes import Classes
from posture.settings import Settings
from posture.sources import registry
from posture.sources.contract import Page, Place, Rows
from tests.score.aws import Row

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
"""The month in which the cases say their conditions are asked."""

_FILES = ("search_all_iam_policies", "asset_export_iam_policy", "asset_export_resource", "custom_roles",
          "group_memberships", "deny_policies")  # fmt: skip


def rows(folder: Path) -> Iterator[Row]:
    """The escalation cases of `folder`: can `from` come to act as `to`, or to administer the project `to`?"""
    for path in sorted(folder.glob("*/*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        asked = case["question"]
        answered, because = reached(estate_of(case["inputs"]), asked["from"], asked["to"])
        expected = "yes" if case["expected"]["reached"] else "no"
        yield Row(case["id"], "gcp_privesc", expected, answered, case["confidence"], because)


def estate_of(inputs: Mapping[str, Any]) -> Estate:
    """The estate that our readers and our resolving make of the files of a case.

    The labelled inputs list everything there is, so what they do not list does not exist.
    """
    into = Rows()
    for name in _FILES:
        given = inputs.get(name)
        if not given:
            continue
        written = (
            "\n".join(json.dumps(line) for line in given) if name.startswith("asset") else json.dumps(given)
        )
        place = Place("case", "folder")
        page = Page(place, PurePosixPath(f"{name}.json"), written.encode(), Settings(), AS_OF, str)
        for reader in registry.claiming(page):
            into.reading(reader.SOURCE.id, page)
            reader.read(page, into)
    built = build(into, [reader.SOURCE for reader in registry.every()], Settings(), AS_OF)
    found = resolve(built.estate, complete=True)
    tables = {
        "links": found.links,
        "systems": found.systems,
        "identities": found.identities,
        "coverage": found.coverage,
    }
    return complete(built, tables, {}).estate


def reached(estate: Estate, start: str, to: str) -> tuple[str, str]:
    """Whether `start` can come to act as `to`, or to administer the project that `to` names."""
    wanted = to
    if to.startswith("project-admin:"):
        wanted = f"gcp:{to.removeprefix('project-admin:projects/')}:control-plane"
    for certain, word in ((True, "yes"), (False, "undecided")):
        found = _walk(estate, start, certain)
        if wanted in found:
            return word, " > ".join(found[wanted])
    return "no", ""


def _walk(estate: Estate, start: str, certain: bool) -> dict[str, tuple[str, ...]]:
    """Everything that `start` leads to, with the methods on the way; an administrator is everybody below."""
    steps: dict[str, list[tuple[str, str]]] = {}
    links = estate["links"].filter(pl.col("kind").is_in(["may-become", "may-act", "contains", "member-of"]))
    for kind, source, target, classes, sure, method in links.select(
        "kind", "from", "to", "classes", "certain", "method"
    ).iter_rows():
        if (certain and not sure) or (kind == "may-act" and not (classes or 0) & Classes.ADMIN):
            continue
        if kind != "may-act" or target.endswith(":control-plane"):
            steps.setdefault(source, []).append((target, method or kind))
    for key, parent in estate["scopes"].select("key", "parent").iter_rows():
        if parent:
            steps.setdefault(f"{parent}:control-plane", []).append((f"{key}:control-plane", "below"))
    for key, scope in estate["identities"].filter(~pl.col("pattern")).select("key", "scope").iter_rows():
        if key.startswith("serviceAccount:"):
            steps.setdefault(f"{scope}:control-plane", []).append((key, "administrator"))
    found: dict[str, tuple[str, ...]] = {start: ()}
    queue = [start]
    while queue:
        now = queue.pop(0)
        for target, method in steps.get(now, ()):
            if target not in found:
                found[target] = (*found[now], method)
                queue.append(target)
    return found
