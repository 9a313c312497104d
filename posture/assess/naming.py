"""Which node a person means: by key, by alias, or by a name that only one has."""

from __future__ import annotations

import polars as pl

from posture.estate.estate import Estate
from posture.model.errors import UsageError
from posture.model.keys import short

_NAMED = ("agents", "identities", "credentials", "tools", "systems", "groups")
_LISTED = 12


def node(estate: Estate, said: str) -> str:
    """The key of what `said` names; UsageError lists the candidates where there are none or several."""
    keys = pl.concat([estate[table].select("key", pl.col("name")) for table in _NAMED])
    if (keys["key"] == said).any():
        return said
    alias = estate["aliases"].filter(pl.col("alias") == said)["key"].unique()
    if len(alias) == 1:
        return str(alias[0])
    named = sorted(
        {key for key, name in keys.iter_rows() if said in (name, short(key), key.rsplit("/", 1)[-1])}
    )
    if len(named) == 1:
        return str(named[0])
    if named:
        raise UsageError(f"{said}: is the name of several; say which: {_listed(named)}")
    near = sorted({key for key in keys["key"] if said.lower() in key.lower()})
    hint = f"did you mean {_listed(near)}?" if near else "`posture assess -f json` lists every key"
    raise UsageError(f"{said}: nothing of that key or name was read; {hint}")


def _listed(keys: list[str]) -> str:
    more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
    return ", ".join(keys[:_LISTED]) + more
