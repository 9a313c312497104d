"""What reports call a node: its own name where only one has it, else the name with the scope it lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from posture.estate import called
from posture.model.keys import short

_NAMED = ("systems", "identities", "agents", "tools", "credentials", "groups")
_PLANE = ":control-plane"


class Names:
    """Names of everything in the tables of one estate, by key."""

    def __init__(self, tables: Mapping[str, pl.LazyFrame]) -> None:
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
        self._whose = _whose(tables)
        self._called = called.tools(tables)
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
        if key.startswith("arn:aws:iam:"):
            return short(key)
        if name and key in self._whose:
            return f"{name} of {self._whose[key]}"
        return name or short(key)

    def bare(self, key: str) -> str:
        """The name of `key` where the scope is plain from what stands around it."""
        return self._rows.get(key, (short(key), ""))[0]

    def of(self, key: str) -> str:
        """The name of `key`; a link `FROM -> TO` by both ends."""
        if " -> " in key:
            start, _, end = key.partition(" -> ")
            return f"{self.of(start)} → {self.of(end)}"
        if key in self._called:
            return self._called[key]
        said, scope = self._rows.get(key, (short(key), ""))
        return f"{said} in {self.scope(scope)}" if said in self._twice and scope else said

    def where(self, key: str) -> str:
        """Key of the scope that `key` lies in; empty where nobody says."""
        return self._rows.get(key, ("", ""))[1] or ""

    def scope(self, key: str) -> str:
        """The name of an account, project, repository or the like."""
        return self._scopes.get(key) or short(key)

    def few(self, keys: Sequence[str], most: int = 3) -> list[str]:
        """The first `most` names in order, and how many more there are."""
        return few(list(dict.fromkeys(self.of(key) for key in keys)), most)


def _whose(tables: Mapping[str, pl.LazyFrame]) -> dict[str, str]:
    """For each credential the identity that it authenticates, or the file that it lies in."""
    links = tables["links"].filter(pl.col("kind") == "authenticates").select("from", "to")
    keys = tables["credentials"].select("key")
    rows = keys.join(links, left_on="key", right_on="from", how="left").sort("key", "to").collect()
    found: dict[str, str] = {}
    for key, identity in rows.iter_rows():
        if key.startswith("secret:"):
            found.setdefault(key, key.removeprefix("secret:").partition("#")[0])
        elif identity and key.isalnum():
            found.setdefault(key, short(identity))
    return found


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
