"""The AWS part of an estate's tables as the accounts that access resolution works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
from msgspec import Struct, field

from posture.access.aws.account import Account, Group, Landscape, Principal, Workload
from posture.access.aws.bearing import restricting
from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy, unread
from posture.access.aws.decision import Attached, Level
from posture.access.aws.indexed import Indexed, Row
from posture.access.aws.shapes import type_of
from posture.estate.estate import Estate
from posture.model import keys

NO_TEXT = "the text of the policy is not in the input"

_SHUT = frozenset({"cognito-identity:identitypool", "batch:job-queue"})
"""Types of things that serve nobody while they are paused."""


class Reading(Struct, frozen=True):
    """The accounts, what resource policies stand on which system, and which layers the input does not
    hold."""

    landscape: Landscape
    resource_policies: Mapping[str, Level]
    assumptions: tuple[str, ...]
    owners: Mapping[str, str] = field(default_factory=dict)
    """Account of each system with a resource policy, which the ARN of a bucket does not tell."""
    untold: tuple[tuple[str, str], ...] = ()
    """(scope, policy) of every attached policy without a text."""
    restricts_public: Mapping[str, bool | None] = field(default_factory=dict)
    """Of each bucket with a policy: whether it, or its account, holds a public policy to the account."""
    lists: tuple[tuple[str, str, Level, bool | None], ...] = ()
    """Of each access control list of a bucket: the bucket, its account, what it grants as a policy would, and
    whether what it grants everybody is ignored."""


def read(estate: Estate) -> Reading:
    """Every AWS account that `estate` holds identities of."""
    return _Reader(estate).read()


class _Reader(Indexed, dict=True):
    untold: set[tuple[str, str]] = field(default_factory=set)

    def read(self) -> Reading:
        accounts = {
            scope.removeprefix("aws:"): self._account(scope, rows) for scope, rows in self._by_scope().items()
        }
        has_scp = any(account.scps is not None for account in accounts.values())
        resource = {
            subject: tuple(self._attached(row, RESOURCE) for row in rows)
            for (kind, subject), rows in self._policies.items()
            if kind == "resource"
        }
        owners = {
            subject: rows[0]["scope"].removeprefix("aws:")
            for (kind, subject), rows in self._policies.items()
            if kind == "resource"
        }
        assumptions = ["no SCP: no organisation policy is in the input"] if accounts and not has_scp else []
        if accounts and not any(account.rcps for account in accounts.values()):
            assumptions.append("no RCP: no resource control policy is in the input")
        if accounts and not resource:
            assumptions.append("no resource policy: none is in the input")
        return Reading(
            Landscape(accounts),
            resource,
            tuple(assumptions),
            owners,
            tuple(sorted(self.untold)),
            restricting(self.estate, owners),
            tuple(self._lists()),
        )

    def _lists(self) -> Iterator[tuple[str, str, Level, bool | None]]:
        found = {key: rows for (kind, key), rows in self._policies.items() if kind == "acl"}
        owners = {key: rows[0]["scope"].removeprefix("aws:") for key, rows in found.items()}
        ignored = restricting(self.estate, owners, "ignores_public")
        for key, rows in sorted(found.items()):
            for row in sorted(rows, key=lambda row: str(row["key"])):
                yield key, owners[key], (self._attached(row, RESOURCE),), ignored.get(key, False)

    def _by_scope(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        rows = self.estate["identities"].filter(
            (pl.col("provider") == "aws") & pl.col("kind").is_in(["user", "role"]) & ~pl.col("pattern")
        )
        wanted = ("key", "kind", "scope", "boundary", "has_boundary")
        for row in rows.select(wanted).iter_rows(named=True):
            found.setdefault(row["scope"], []).append(row)
        return found

    def _account(self, scope: str, rows: Iterable[Row]) -> Account:
        id_ = scope.removeprefix("aws:")
        groups = {
            key: Group(key, id_, self._identity_policies(key, key)) for key in self._groups.get(scope, ())
        }
        principals = [self._principal(row, id_, groups) for row in rows]
        workloads, resources, partial = self._systems(scope)
        profiles: dict[str, tuple[str, ...]] = {}
        if (scope, "identities") in self._complete:
            found = {arn for one in principals for arn in self._profiles.get(one.arn, ())}
            profiles = {"iam:instance-profile": tuple(sorted(found))}
        path = list(self._path(scope))
        free = scope in self._managing
        return Account(
            id_,
            tuple(sorted(principals, key=lambda principal: principal.arn)),
            tuple(groups[key] for key in sorted(groups)),
            workloads,
            resources | profiles,
            partial,
            self._versions,
            () if free else self._organisation_policies("scp", path),
            () if free else self._organisation_policies("rcp", path),
            organisation=next((n.removeprefix("aws:") for n in path if n.startswith("aws:o-")), None),
            partition=next(
                (one.arn.split(":", 2)[1] for one in principals if one.arn.startswith("arn:")), "aws"
            ),
        )

    def _principal(self, row: Row, account: str, groups: Mapping[str, Group]) -> Principal:
        key, kind = row["key"], row["kind"]
        joined = [groups[group] for group in sorted(self._groups_of.get(key, ())) if group in groups]
        password, count = self._logins.get(key, (False, 0))
        listed = (row["scope"], "credentials") in self._complete
        profile = key in self._profiles or (
            None if (row["scope"], "identities") not in self._complete else False
        )
        return Principal(
            key,
            account,
            kind,
            (*self._identity_policies(key), *(policy for group in joined for policy in group.policies)),
            self._boundary(row),
            self._trust(key) if kind == "role" else None,
            self._tags.get(key) or ({} if (row["scope"], "tags") in self._complete else None),
            tuple(group.arn for group in joined),
            (password or (None if not listed else False)) if kind == "user" else None,
            count if listed and kind == "user" else None,
            profile if kind == "role" else None,
            id=self._ids.get(key, ""),
        )

    def _identity_policies(self, key: str, group: str = "") -> Level:
        rows = sorted(self._policies.get(("identity", key), ()), key=lambda row: row["key"])
        return tuple(self._attached(row, IDENTITY, group) for row in rows)

    def _attached(self, row: Row, grammar: str, group: str = "") -> Attached:
        text = self._texts.get(row["document"] or self._stated_elsewhere.get(row["key"], ""))
        if text is None:
            self.untold.add((row["scope"], row["key"]))
        document = unread(NO_TEXT) if text is None else compile_policy(text, grammar)
        arn = row["key"] if row["kind"] in ("managed", "boundary") else ""
        return Attached(row["name"] or row["key"], document, arn, group)

    def _boundary(self, row: Row) -> Level | None:
        rows = self._policies.get(("boundary", row["key"]))
        if rows:
            return tuple(self._attached(one, IDENTITY) for one in rows)
        if row["has_boundary"] is False:
            return None
        reason = NO_TEXT if row["has_boundary"] else "whether it has a boundary is not in the input"
        return (Attached(row["boundary"] or "boundary", unread(reason), row["boundary"] or ""),)

    def _trust(self, key: str) -> Level | None:
        rows = self._policies.get(("trust", key))
        return tuple(self._attached(row, RESOURCE) for row in rows) if rows else None

    def _path(self, scope: str) -> Iterator[str]:
        """`scope` and everything that contains it, up to the organisation."""
        seen: set[str] = set()
        now: str | None = scope
        while now and now not in seen:
            seen.add(now)
            yield now
            now = self._parents.get(now)

    def _organisation_policies(self, kind: str, path: list[str]) -> tuple[Level, ...] | None:
        levels = []
        grammar = IDENTITY if kind == "scp" else RESOURCE
        for node in reversed(path):
            rows = self._policies.get((kind, node))
            if rows:
                levels.append(tuple(self._attached(row, grammar) for row in rows))
        return tuple(levels) or None

    def _systems(
        self, scope: str
    ) -> tuple[dict[str, tuple[Workload, ...]], dict[str, tuple[str, ...]], frozenset[str]]:
        rows = self._systems_in.get(scope, ())
        types = self._listed.get(scope, frozenset())
        started = {
            name for key, name, state, _ in rows if ":event-source-mapping:" in key and state != "deleted"
        }
        workloads: dict[str, list[Workload]] = {type_: [] for type_ in types if ":" in type_}
        resources: dict[str, list[str]] = {type_: [] for type_ in workloads}
        partial: set[str] = set()
        for key, _, state, managed in rows:
            type_ = type_of(key).lower().removesuffix("-revision")
            if not type_ or state == "deleted" or (state == "paused" and type_ in _SHUT):
                continue
            if type_ not in types:
                partial.add(type_)
            resources.setdefault(type_, []).append(key)
            # Rules, schedules and other programs start things as well: that nothing does, no list tells.
            runs = True if key in started else None
            found = workloads.setdefault(type_, [])
            if managed is None and "ssm:managed-instance" in types:
                managed = False
            policy = tuple(self._attached(row, RESOURCE) for row in self._policies.get(("resource", key), ()))
            found += [
                Workload(key, role, runs, managed, state == "paused", self._tags.get(key, {}), policy)
                for role in sorted(set(self._roles_of.get(key, ())))
            ]
        return (
            {type_: tuple(found) for type_, found in workloads.items()},
            {type_: tuple(arns) for type_, arns in resources.items()},
            frozenset(partial),
        )


def account_scope(principal: Principal) -> str:
    """Key of the scope that `principal` lives in."""
    return keys.aws_scope(principal.account)
