"""Joins agents and tools to the files of variables, and to the static keys of profiles, they run with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import polars as pl

from posture.estate.estate import Estate
from posture.model import keys
from posture.model.frames import frame

_HOME = ("${userHome}/", "~/", "$HOME/", "${HOME}/")
_HERE = ("${workspaceFolder}/", "./")
_PAIR = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})


def nearby(estate: Estate) -> pl.DataFrame:
    """Links to credentials in a file that a configuration names, and by guess in one that lies beside it."""
    stored = _stored(estate["links"])
    names = dict(estate["credentials"].select("key", "name").iter_rows())
    rows = [
        *_named(estate["references"], stored),
        *_beside(estate["references"], stored, names),
        *_profiles(estate["links"], names),
    ]
    unique = {(row["from"], row["to"]): row for row in reversed(rows)}
    return frame("links", [unique[pair] for pair in sorted(unique)])


def _stored(links: pl.DataFrame) -> dict[str, list[str]]:
    """Credentials by the file of variables that holds them."""
    found: dict[str, list[str]] = defaultdict(list)
    listed = links.filter(pl.col("kind") == "stored-at", pl.col("source") == "env-file")
    for file, key in listed.select("file", "from").unique().sort("file", "from").iter_rows():
        found[file].append(key)
    return found


def _named(references: pl.DataFrame, stored: Mapping[str, list[str]]) -> Iterator[dict[str, object]]:
    for row in references.filter(pl.col("syntax") == "env-file").iter_rows(named=True):
        file = _resolved(row["name"], row["file"], stored)
        for key in stored.get(file, ()):
            yield _link(row, key, True, f"its variables come from {file}", None)


def _resolved(path: str, file: str, stored: Mapping[str, list[str]]) -> str:
    """The nearest file of that name on the way up from the configuration; empty where there is none."""
    for start in (*_HERE, *_HOME):
        path = path.removeprefix(start)
    if path.startswith(("/", "$", "..")) or not path:
        return ""
    for folder in PurePosixPath(file).parents:
        if (candidate := str(folder / path)) in stored:
            return candidate
    return ""


def _beside(
    references: pl.DataFrame, stored: Mapping[str, list[str]], names: Mapping[str, str | None]
) -> Iterator[dict[str, object]]:
    for row in references.filter(pl.col("credential").is_not_null()).iter_rows(named=True):
        root = row["credential"].removeprefix("variable:").removesuffix(f"/{row['name']}")
        for key in stored.get(f"{root}/.env", ()):
            same = names.get(key) == row["name"] or (keys.is_access_key(key) and row["name"] in _PAIR)
            if same:
                yield _link(
                    row,
                    key,
                    False,
                    f"{root}/.env sets {row['name']}",
                    "whether the client is started with this file",
                )


def _profiles(links: pl.DataFrame, names: Mapping[str, str | None]) -> Iterator[dict[str, object]]:
    """A profile with a static key is that key: the tool that runs with the profile holds it."""
    lying = links.filter(pl.col("kind") == "stored-at", pl.col("to").str.starts_with("home:"))
    static: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, home in lying.select("from", "to").unique().sort("from", "to").iter_rows():
        if (names.get(key) or "").startswith("profile ") and not key.startswith("profile:"):
            static[(home.removeprefix("home:"), str(names[key]).removeprefix("profile "))].append(key)
    held = links.filter(pl.col("kind") == "holds", pl.col("to").str.starts_with("profile:"))
    for row in held.iter_rows(named=True):
        root, _, name = row["to"].removeprefix("profile:").partition("/aws/")
        for key in static.get((root, name), ()):
            yield _link({**row, "subject": row["from"]}, key, True, f"the static key of profile {name}", None)


def _link(
    row: Mapping[str, object], key: str, certain: bool, because: str, depends_on: str | None
) -> dict[str, object]:
    return {
        "kind": "holds", "from": row["subject"], "to": key, "certain": certain, "because": because,
        "depends_on": depends_on, "source": "inferred", "file": row["file"], "at": row["at"],
    }  # fmt: skip
