"""Which definitions of tools were approved: each approval is a decision on the tool, in the same log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import polars as pl
from msgspec import Struct

from posture.model.decided import Decided, On
from posture.model.errors import UsageError
from posture.model.text import plain


class Definition(Struct, frozen=True):
    """What a tool or an operation of it says of itself now, and what was approved, both as digests."""

    key: str
    now: str
    approved: str | None

    @property
    def state(self) -> Literal["new", "changed", "approved"]:
        """new: nothing was approved yet; changed: something else was."""
        if self.approved is None:
            return "new"
        return "approved" if self.approved == self.now else "changed"


def read(tools: pl.DataFrame) -> tuple[Definition, ...]:
    """Every tool and operation whose definition was read, by key."""
    known = tools.filter(pl.col("definition").is_not_null()).sort("key")
    return tuple(
        Definition(*row) for row in known.select("key", "definition", "approved_definition").iter_rows()
    )


def approve(
    definitions: Iterable[Definition], author: str, decided: datetime, reason: str = ""
) -> tuple[Decided, ...]:
    """The records that approve what the tools say now; nothing for what is approved already."""
    if not author.strip():
        raise UsageError("an approval needs its author; name one with --author")
    said = {"author": plain(author), "decided": decided, **({"reason": plain(reason)} if reason else {})}
    return tuple(
        Decided.model_validate(
            {
                "kind": "facts",
                "on": (On(subject=one.key, table="tools"),),
                "facts": {"approved_definition": one.now},
                **said,
            }
        )
        for one in definitions
        if one.state != "approved"
    )
