"""Which node a person means: by key, by alias, or by a name that only one has."""

from __future__ import annotations

import polars as pl

from posture.estate.estate import Estate
from posture.model.errors import UsageError
from posture.model.keys import short

_NAMED = ("agents", "identities", "credentials", "tools", "systems", "groups")
_LISTED = 12
ADMIN = "admin"
"""What people call the control plane of an account or project, where nothing else is named so."""


def node(estate: Estate, said: str, beside: str = "") -> str:
    """The key of what `said` names; UsageError lists the candidates where there are none or several.

    `admin` is the control plane of the scope that the identity `beside` is in.
    """
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
    if said == ADMIN:
        planes = _control_planes(estate, beside)
        if len(planes) == 1:
            return planes[0]
        if planes:
            raise UsageError(f"{said}: there are several control planes; say which: {_listed(planes)}")
    near = sorted({key for key in keys["key"] if said.lower() in key.lower()})
    few = 0 < len(near) <= _LISTED
    hint = f"did you mean {_listed(near)}?" if few else "`posture assess -f json` lists every key"
    raise UsageError(f"{said}: nothing of that key or name was read; {hint}")


def _control_planes(estate: Estate, beside: str) -> list[str]:
    """Of the scope that `beside` is in; without one, of every scope."""
    found = estate["systems"].filter(pl.col("kind") == "control-plane")
    scopes = estate["identities"].filter(pl.col("key") == beside)["scope"].drop_nulls()
    near = found.filter(pl.col("scope").is_in(scopes.implode()))
    return sorted((found if near.is_empty() else near)["key"])


def _listed(keys: list[str]) -> str:
    more = f" and {len(keys) - _LISTED} more" if len(keys) > _LISTED else ""
    return ", ".join(keys[:_LISTED]) + more
