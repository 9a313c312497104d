"""A company's own checks: one TOML file each, whose questions are expressions in SQL."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import tomli
from polars.exceptions import PolarsError
from pydantic import Field, ValidationError

from posture.checks import added
from posture.checks.check import Check, Verdicts, verdicts
from posture.checks.sentences import names
from posture.checks.view import AGE, View
from posture.frameworks.references import parse
from posture.model.columns import Record, columns
from posture.model.errors import InputError
from posture.model.results import Severity, SeverityWord
from posture.model.tables import TABLES

FUNCTIONS = frozenset({"lower", "upper", "length", "starts_with", "ends_with", "abs", "round", "strpos"})
"""Functions that answer null for null."""

_OPERATORS = frozenset({"and", "or", "not", "in", "like", "between"})
_GUESSES = frozenset({"case", "is", "null", "coalesce", "ifnull", "nullif", "nvl", "if", "exists", "select"})
_TEXT = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r'"[^"]*"|[A-Za-z_]\w*')
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")


class Own(Record):
    """What the file of a company's own check holds."""

    id: str = Field(pattern=r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
    title: str = Field(min_length=1)
    why: str = Field(min_length=1)
    fix: str = Field(min_length=1)
    severity: SeverityWord
    raised: SeverityWord | None = None
    action: str
    controls: tuple[str, ...] = ()
    table: str
    applies: str = "TRUE"
    gap: str
    raised_if: str = "FALSE"
    says: str = Field(min_length=1)
    expected: str = ""
    unknown: str = "the source does not say"


def read(folder: Path) -> Iterator[tuple[str, Check]]:
    """File name and check of every `.toml` in `folder`; InputError says what is wrong with which file."""
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".toml")
    except OSError as error:
        raise InputError(f"{folder.name}: checks cannot be read there ({error.strerror})") from None
    for file in files:
        yield file.name, _check(file)


def _check(file: Path) -> Check:
    try:
        said = Own.model_validate(tomli.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    except tomli.TOMLDecodeError as error:
        raise InputError(f"{file.name}: {error}; correct the file") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file.name}: {where}: {first['msg'].lower()}") from None
    if said.table not in TABLES or "key" not in TABLES[said.table].model_fields:
        raise InputError(f"{file.name}: table: there is no table {said.table} of subjects")
    questions = {
        name: expression(file.name, name, text, said.table)
        for name, text in (("applies", said.applies), ("gap", said.gap), ("raised_if", said.raised_if))
    }
    for name in names(said.says, said.expected):
        _known(file.name, "says", name, said.table)

    def ask(view: View) -> Verdicts:
        return verdicts(
            said.table,
            applies=questions["applies"],
            gap=questions["gap"],
            raised=questions["raised_if"],
            says=said.says,
            expected=said.expected,
            unknown=said.unknown,
        )

    severity = Severity[said.severity.upper()]
    return Check(
        id=said.id,
        title=said.title,
        why=said.why,
        fix=said.fix,
        severity=severity,
        weight=severity,
        raised=Severity[(said.raised or said.severity).upper()],
        action=said.action,
        controls=tuple(parse(reference) for reference in said.controls),
        ask=ask,
        own=True,
    )


def expression(file: str, name: str, text: str, table: str) -> pl.Expr:
    """`text` as an expression over `table` that keeps null for not known; InputError where it might guess."""
    bare = _TEXT.sub("''", text)
    for word in _WORD.findall(bare):
        if word.lower() in _GUESSES:
            raise InputError(
                f"{file}: {name}: {word} decides where nothing is known; compare the column, or its has_ "
                "column, and leave not known to come out as unknown"
            )
    for called in _CALL.findall(bare):
        if called.lower() not in FUNCTIONS | _OPERATORS:
            raise InputError(f"{file}: {name}: {called}() is not among {', '.join(sorted(FUNCTIONS))}")
    try:
        made = pl.sql_expr(text)
    except PolarsError as error:
        raise InputError(f"{file}: {name}: {str(error).splitlines()[0]}") from None
    for column in made.meta.root_names():
        _known(file, name, column, table)
    return made


def _known(file: str, name: str, column: str, table: str) -> None:
    own = columns(TABLES[table])
    known = {one.name for one in own}
    known |= {f"{one.name}{AGE}" for one in own if one.type == "time"}
    known |= {word for one in added.every().get(table, ()) for word in one.columns}
    if column not in known:
        near = difflib.get_close_matches(column, sorted(known), n=1)
        hint = f"did you mean {near[0]}?" if near else "`posture schema` lists them"
        raise InputError(f"{file}: {name}: {table} has no column {column}; {hint}")
