"""What reports call a node: its own name where only one has it, else the name with the scope it lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from posture.estate import called
from posture.model.keys import short

_NAMED = ("systems", "identities", "agents", "tools", "credentials", "groups")
_PLANE = ":control-plane"


class Names:
    """Names by key: of everything in the tables of one estate, or only of what is `among` some keys."""

    def __init__(self, tables: Mapping[str, pl.LazyFrame], among: pl.Series | None = None) -> None:
        if among is not None:
            tables = _only(tables, among)
        scopes = tables["scopes"].select("key", "name").collect()
        self._scopes: Mapping[str, str] = {key: name or short(key) for key, name in scopes.iter_rows()}
        rows = pl.concat(
            [
                tables[table].select(
                    "key",
                    "name",
                    "scope",
                    (pl.col("pattern") if table == "systems" else pl.lit(False)).alias("pattern"),
                )
                for table in _NAMED
            ]
        ).collect()
        self._credentials = called.told(tables, "credentials")
        self._tools = called.told(tables, "tools")
        self._rows: dict[str, tuple[str, str]] = {}
        seen: dict[str, set[str]] = {}
        for key, name, scope, pattern in rows.iter_rows():
            said = self._named(key, name, scope, pattern)
            self._rows.setdefault(key, (said, scope))
            seen.setdefault(said, set()).add(key)
        self._twice = {said for said, keys in seen.items() if len(keys) > 1}

    def _named(self, key: str, name: str | None, scope: str, pattern: bool) -> str:
        if key.endswith(_PLANE):
            return f"control plane of {self.scope(key.removesuffix(_PLANE))}"
        if pattern and name and scope and "/" not in name:
            return f"{name} of {self.scope(scope)}"
        if key in self._credentials:
            return self._credentials[key]
        return called.plainly(key, name)

    def bare(self, key: str) -> str:
        """The name of `key` where the scope is plain from what stands around it."""
        return self._rows.get(key, (short(key), ""))[0]

    def of(self, key: str) -> str:
        """The name of `key`; a link `FROM -> TO` by both ends."""
        if " -> " in key:
            start, _, end = key.partition(" -> ")
            return f"{self.of(start)} → {self.of(end)}"
        if key in self._tools:
            return self._tools[key]
        said, scope = self._rows.get(key, (short(key), ""))
        place = self.scope(scope) if said in self._twice and scope else said
        return said if place == said else f"{said} in {place}"

    def where(self, key: str) -> str:
        """Key of the scope that `key` lies in; empty where nobody says."""
        return self._rows.get(key, ("", ""))[1] or ""

    def scope(self, key: str) -> str:
        """The name of an account, project, repository or the like."""
        return self._scopes.get(key) or short(key)

    def few(self, keys: Sequence[str], most: int = 3) -> list[str]:
        """The first `most` names in order, and how many more there are."""
        return few(list(dict.fromkeys(self.of(key) for key in keys)), most)


def _only(tables: Mapping[str, pl.LazyFrame], among: pl.Series) -> Mapping[str, pl.LazyFrame]:
    """What names the keys `among`: their own rows, and the links that say who uses or opens what."""
    keys = among.implode()
    used = (pl.col("kind") == "uses-tool") & pl.col("to").is_in(keys)
    opens = (pl.col("kind") == "authenticates") & pl.col("from").is_in(keys)
    own = {table: tables[table].filter(pl.col("key").is_in(keys)) for table in _NAMED}
    return {**tables, **own, "links": tables["links"].filter(used | opens), "agents": tables["agents"]}


def few(names: Sequence[str], most: int = 3) -> list[str]:
    """The first `most` of `names`, and how many more there are."""
    shown = list(names[:most])
    return [*shown, f"{len(names) - most} more"] if len(names) > most else shown


def listed(names: Sequence[str], most: int = 3) -> str:
    """`few` as one text."""
    shown = few(names, most)
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(names) > most else ", ".join(shown)


def reason(because: str) -> str:
    """A deciding statement as people say it: `deploy, statement 0`, or `roles/owner on quillhaven-lab`."""
    first, *others = because.split("; ")
    more = f" and {len(others)} more" if others else ""
    policy, slash, statement = first.partition(" / ")
    place, bound, role = policy.partition("#binding/")
    if bound:
        return f"{role} on {short(place)}{more}"
    if "#" in policy:
        owner, _, policy = policy.partition("#")
        policy = f"{policy} of {short(owner)}"
    return f"{policy}, {statement}{more}" if slash else f"{first}{more}"
