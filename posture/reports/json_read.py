"""A JSON report read back as far as two runs are compared by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from pydantic import ValidationError

from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.model.columns import columns
from posture.model.errors import InputError
from posture.model.frames import declared, empty, frame
from posture.model.overview import CheckRow, Overview, Risk, Score
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.reports.canonical import digest
from posture.reports.json_v1 import SCHEMA


def read(path: Path) -> Assessment:
    """The report at `path`; InputError where it is none, or was changed after it was written."""
    try:
        document = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InputError(f"{path.name}: is no JSON; give a report of `posture assess -f json`") from None
    if not isinstance(document, dict) or document.get("schema", {}).get("id") != SCHEMA:
        raise InputError(f"{path.name}: is no report of posture; give one of `posture assess -f json`")
    said = document.pop("digest", "")
    if digest(document) != said:
        raise InputError(f"{path.name}: was changed after it was written; give it as it was")
    if _cut(document):
        raise InputError(
            f"{path.name}: its lists are cut for size; compare with a saved run of the workspace"
        )
    try:
        return Assessment(_overview(document, said), _tables(document))
    except (KeyError, TypeError, ValueError, ValidationError, pl.exceptions.PolarsError):
        raise InputError(f"{path.name}: was written by another version; assess its input again") from None


def _cut(document: Mapping[str, Any]) -> bool:
    """Whether what a comparison rests on is not all there."""
    reach = document.get("graph_summary", {}).get("lists", {}).get("reach", {})
    return bool(reach.get("listed", 0) < reach.get("all", 0))


def _overview(document: Mapping[str, Any], said: str) -> Overview:
    request, tool = document["request"], document["tool"]
    checks = [
        CheckRow.model_validate({name: row[name] for name in CheckRow.model_fields if name in row})
        for row in document["checks"]
    ]
    return Overview(
        organisation=request["organisation"],
        as_of=_time(request["as_of"]),
        as_of_from=request["as_of_from"],
        version=tool["version"],
        catalogue=tool["catalogue"],
        reference=tool["reference"],
        digest=said,
        settings=request["settings"],
        checks=tuple(checks),
        identities=document["inventory"]["identities"],
        outside=document["inventory"].get("outside", {}),
        score=Score.model_validate(document["score"]),
        risk=Risk.model_validate(document["plan"]["risk"]),
    )


def _tables(document: Mapping[str, Any]) -> dict[str, pl.LazyFrame]:
    tables = {name: empty(name) for name in (*TABLES, *RESULTS)}
    reach = [
        {
            "origin": row["origin"],
            "system": system,
            "certain": _mask(sure := row.get("certain", ())),
            "possible": _mask(row.get("possible", sure)),
            "hops": row.get("hops", 0),
        }
        for row in document["graph_summary"]["reach"]
        for system in row["systems"]
    ]
    unknowns = [
        {**unknown, "check": check["id"], "scope": scope, "subjects": subjects}
        for check in document["checks"]
        for unknown in check["unknowns"]
        for scope, subjects in unknown["scopes"].items()
    ]
    for name, rows in (
        ("findings", document["findings"]),
        ("inputs", document["inputs"]),
        ("coverage", document["coverage"]),
        ("agents", document["inventory"]["agents"]),
        ("scopes", document["inventory"]["scopes"]),
        ("reach", reach),
        ("unknowns", unknowns),
    ):
        tables[name] = _frame(name, rows)
    return {name: rows.lazy() for name, rows in tables.items()}


def _frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of one table; what this version does not know of them is left out."""
    types = {column.name: column.type for column in columns(declared(name))}
    return frame(
        name,
        [
            {
                column: _time(value) if types[column] == "time" else value
                for column, value in row.items()
                if column in types
            }
            for row in rows
        ],
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _mask(words: Iterable[str]) -> int:
    return sum(Classes[word.upper()] for word in words)
