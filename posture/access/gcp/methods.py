"""Escalation methods as data: which permissions each needs, on what, and what it gives."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import tomli
from msgspec import Struct

TOKEN = "gcp-account-token"
"""The method that others lead to: whatever takes an account ends in a token of it."""

WAYS = ("policy", "account", "deploy", "workload", "agent", "delegate", "role", "pool", "cluster")
"""How a method works.

`policy`: one writes the allow policy of a scope and so gives oneself anything below it. `account`: one takes
a service account itself. `deploy`: one has a service run one's code as a service account of the same project.
`workload`: one puts code into something that already runs as a service account. `agent`: one has an account
that Google runs for the project act. `delegate`: one goes through an account to those that it may become.
`role`: one adds permissions to a custom role that one holds. `pool`: one says who comes in through a pool of
outside identities. `cluster`: one acts as an account of a cluster that policies name.
"""


class Need(Struct, frozen=True):
    """One permission.

    `on` is organization, folder, project, target (a service account), workload, or code: the bucket from
    which a workload takes what it runs.
    """

    permission: str
    on: str


class Method(Struct, frozen=True):
    """One way to gain more than one has."""

    id: str
    name: str
    way: str
    needs: tuple[Need, ...]
    references: tuple[str, ...]
    workload: str = ""
    """Type of asset that has to exist: it is changed or used."""
    running: bool = False
    """Whether the workload has to run now."""
    stopped: bool = False
    """Whether it must not run now."""
    accounts: tuple[str, ...] = ()
    """For an agent: endings of the addresses that act."""
    login: str = ""
    """For a machine that one logs in to: by which way in; its settings decide."""
    barred_by: tuple[tuple[str, ...], ...] = ()
    """Constraints of the organisation: where one of each group is enforced, it does not work."""
    certain: bool = True
    """False where something that no export shows decides too."""
    depends_on: str = ""
    """For one that is not certain: what decides."""


@lru_cache(maxsize=1)
def methods() -> tuple[Method, ...]:
    """Every method, by id."""
    folder = files("posture.access.gcp") / "escalation"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    tables = [tomli.loads((folder / name).read_text(encoding="utf-8")) for name in names]
    found = [_method(row) for table in tables for row in table["method"]]
    return tuple(sorted(found, key=lambda method: method.id))


def _method(row: dict[str, Any]) -> Method:
    given = dict(row)
    given["needs"] = tuple(Need(permission, on) for permission, on in given["needs"])
    for name in ("references", "accounts"):
        given[name] = tuple(given.get(name, ()))
    given["barred_by"] = tuple(tuple(group) for group in given.get("barred_by", ()))
    return Method(**given)
