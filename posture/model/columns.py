"""How a table's columns are declared once and everything else is derived from that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

# Nobody's plugin looks into records; to search every installed package for one costs each start besides.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

T = TypeVar("T")


class Fact(Struct, frozen=True):
    """Marks a column with three states: a value, known to be none, not known.

    A boolean `has_NAME` stands beside it: null not known, false none, true present. Facts that people
    state (`of="people"`) also carry `NAME_basis`: declared, tag, name, kind or assumed.
    """

    of: Literal["systems", "people"] = "systems"


Maybe = Annotated[T | None, Fact()]
"""A fact of a system; the freshest observation wins."""

Stated = Annotated[T | None, Fact(of="people")]
"""A fact that people state; a declaration wins."""

BASES = ("declared", "tag", "name", "kind", "assumed")
"""Where a stated fact comes from, strongest first."""


class Column(Struct, frozen=True):
    """One column of a table as the frame, the validation and the published schema see it."""

    name: str
    type: Literal["str", "int", "float", "bool", "time"]
    field: str
    """The field of the record that it is, or stands beside."""
    allowed: tuple[str, ...] = ()
    of: Literal["", "systems", "people"] = ""
    """For a column with three states: whose fact it is."""
    beside: str = ""
    """For `has_x` and `x_basis`: the column that it stands beside."""
    whose: Literal["", "systems", "people"] = ""
    """The same, for the columns beside it too."""
    required: bool = False
    default: str | int | float | bool | None = None


class Record(BaseModel):
    """The base of every table: frozen, closed, its meanings written under its fields."""

    # Validators are built at first use: most commands validate few of the tables, or none.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Row(Record):
    """The base of the tables of the estate: where a row came from travels with it."""

    source: str = ""
    """Id of the source that gave the row; `declared` for a declaration, `inferred` for our own conclusion."""
    file: str = ""
    """Label of the file, relative to what was named on the command line."""
    at: str = ""
    """Place inside the file: a JSON pointer, a line, or a row."""
    collected_at: datetime | None = None
    """When the source answered, in UTC; null where nobody says."""


_TYPES: dict[Any, Literal["str", "int", "float", "bool", "time"]] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "time",
}


@cache
def columns(table: type[Record]) -> tuple[Column, ...]:
    """Every column of `table` in order, the derived `has_x` and `x_basis` included."""
    return tuple(_columns(table))


def _columns(table: type[Record]) -> Iterator[Column]:
    for attribute, field in table.model_fields.items():
        name = field.alias or attribute
        base, allowed = _base(field.annotation)
        fact = next((m for m in field.metadata if isinstance(m, Fact)), None)
        of = fact.of if fact else ""
        required = field.is_required()
        default = None if required else field.default
        yield Column(name, base, attribute, allowed, of=of, whose=of, required=required, default=default)
        if fact:
            yield Column(
                f"has_{name}",
                "bool",
                attribute,
                beside=name,
                whose=of,
            )
        if of == "people":
            yield Column(f"{name}_basis", "str", attribute, BASES, beside=name, whose=of)


def _base(annotation: Any) -> tuple[Literal["str", "int", "float", "bool", "time"], tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return "str", get_args(annotation)
    args = [arg for arg in get_args(annotation) if arg is not NoneType]
    if args and get_origin(annotation) is not Literal:
        return _base(args[0])
    return _TYPES[annotation], ()
