"""The tables of an estate by what access resolution looks up in them, each indexed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl
from msgspec import Struct

from posture.access.aws.compile import Document, compile_policy
from posture.estate.estate import Estate
from posture.model import keys

Row = Mapping[str, Any]


class Indexed(Struct, dict=True):
    """An estate and the indexes of its tables."""

    estate: Estate

    @cached_property
    def _texts(self) -> dict[str, str]:
        rows = self.estate["documents"]
        return dict(zip(rows["key"], rows["text"], strict=True))

    @cached_property
    def _stated_elsewhere(self) -> dict[str, str]:
        """The document of each policy by its key: lists of attachments name policies without their texts."""
        rows = self.estate["policies"].filter(
            pl.col("document").is_not_null() & pl.col("key").str.starts_with("arn:")
        )
        return dict(zip(rows["key"], rows["document"], strict=True))

    @cached_property
    def _policies(self) -> dict[tuple[str, str], list[Row]]:
        """Policy rows by layer and by what they are attached to."""
        found: dict[tuple[str, str], list[Row]] = {}
        rows = self.estate["policies"].filter(pl.col("provider") == "aws", pl.col("attached_to") != "")
        wanted = ("key", "kind", "scope", "name", "document", "attached_to")
        for row in rows.select(wanted).iter_rows(named=True):
            layer = "identity" if row["kind"] in ("inline", "managed") else row["kind"]
            found.setdefault((layer, row["attached_to"]), []).append(row)
        return found

    @cached_property
    def _versions(self) -> dict[str, tuple[Document, ...]]:
        found: dict[str, list[Document]] = {}
        rows = self.estate["policies"].filter(pl.col("key").str.contains("#version/", literal=True))
        for row in rows.iter_rows(named=True):
            text = self._texts.get(row["document"] or "")
            if text is not None:
                found.setdefault(row["key"].partition("#version/")[0], []).append(compile_policy(text))
        return {arn: tuple(documents) for arn, documents in found.items()}

    @cached_property
    def _groups_of(self) -> dict[str, list[str]]:
        return self._links("member-of")

    @cached_property
    def _roles_of(self) -> dict[str, list[str]]:
        """By system, the roles that it runs as."""
        return self._links("runs-as")

    def _links(self, kind: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        rows = self.estate["links"].filter(pl.col("kind") == kind)
        for start, end in zip(rows["from"], rows["to"], strict=True):
            found.setdefault(start, []).append(end)
        return found

    @cached_property
    def _profiles(self) -> dict[str, list[str]]:
        """The instance profiles of each role that has some."""
        found: dict[str, list[str]] = {}
        rows = self.estate["aliases"].filter(pl.col("alias").str.contains(":instance-profile/", literal=True))
        for key, alias in rows.sort("alias").select("key", "alias").iter_rows():
            found.setdefault(key, []).append(alias)
        return found

    @cached_property
    def _ids(self) -> dict[str, str]:
        """The unique id of each user that has one."""
        rows = self.estate["aliases"].filter(pl.col("alias").str.starts_with("AIDA"))
        return dict(rows.select("key", "alias").iter_rows())

    @cached_property
    def _complete(self) -> frozenset[tuple[str, str]]:
        rows = self.estate["coverage"]
        partial = set(rows.filter(pl.col("state") != "complete").select("scope", "table").iter_rows())
        whole = set(rows.filter(pl.col("state") == "complete").select("scope", "table").iter_rows())
        return frozenset((scope, table.lower()) for scope, table in whole - partial)

    @cached_property
    def _listed(self) -> dict[str, frozenset[str]]:
        """By scope, the tables that were read whole, and the types of systems by their bare names."""
        found: dict[str, set[str]] = {}
        for scope, table in self._complete:
            found.setdefault(scope, set()).add(table.removeprefix("systems/"))
        return {scope: frozenset(tables) for scope, tables in found.items()}

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return dict(self.estate["scopes"].select("key", "parent").iter_rows())

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for scope, key in self.estate["groups"].select("scope", "key").iter_rows():
            found.setdefault(scope, []).append(key)
        return found

    @cached_property
    def _systems_in(self) -> dict[str, list[tuple[str, str, str, bool | None]]]:
        """By scope, key, name and state of its systems, and whether a machine is managed."""
        found: dict[str, list[tuple[str, str, str, bool | None]]] = {}
        rows = self.estate["systems"].filter(~pl.col("pattern")).sort("key")
        for scope, *system in rows.select("scope", "key", "name", "state", "managed").iter_rows():
            found.setdefault(scope, []).append(tuple(system))
        return found

    @cached_property
    def _logins(self) -> dict[str, tuple[bool, int]]:
        """Of each user: whether it has a password, and how many access keys."""
        kinds = dict(zip(self.estate["credentials"]["key"], self.estate["credentials"]["kind"], strict=True))
        found: dict[str, tuple[bool, int]] = {}
        for start, ends in self._links("authenticates").items():
            for user in ends:
                password, count = found.get(user, (False, 0))
                kind = kinds.get(start)
                found[user] = (password or kind == "password", count + (kind == "access-key"))
        return found

    @cached_property
    def _tags(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for row in self.estate["tags"].iter_rows(named=True):
            found.setdefault(row["subject"], {})[row["name"]] = row["value"]
        return found

    @cached_property
    def _managing(self) -> frozenset[str]:
        """Scopes of accounts that manage their organisation: no organisation policy limits them."""
        rows = self.estate["aliases"].filter(pl.col("alias").str.ends_with(keys.aws_management("")))
        return frozenset(rows["key"])
