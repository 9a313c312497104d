"""Tables of the estate become a landscape: nodes, roles, bindings, deny rules, groups and workloads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from posture.access.gcp.called import IN_POOL, IN_WORKFORCE, OF_CLUSTER
from posture.access.gcp.conditions import MAYBE, YES, Asked, condition, now
from posture.access.gcp.denies import deny_of
from posture.access.gcp.hierarchy import Tree, level_of
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape, Workload
from posture.access.gcp.permissions import Permissions
from posture.access.gcp.tagged import Tagged
from posture.estate.estate import Estate
from posture.model.text import plain


def read(estate: Estate, complete: bool = False) -> Landscape:
    """The landscape of `estate`; `complete` says that what is not listed does not exist."""
    return _Reader(estate, complete).read()


class _Reader:
    def __init__(self, estate: Estate, complete: bool) -> None:
        self._estate = estate
        self._complete = complete
        self._documents: dict[str, Any] = {}
        self._policies = estate["policies"].filter(pl.col("provider") == "gcp").sort("key")
        self._permissions = Permissions()
        self._roles: dict[str, int | None] = {}
        self._number = 0
        self._tagged = Tagged(Tree({}), {})

    def read(self) -> Landscape:
        wanted = self._policies["document"].drop_nulls().unique()
        texts = self._estate["documents"].filter(pl.col("key").is_in(wanted.implode()))
        for key, text in texts.select("key", "text").iter_rows():
            self._documents[key] = json.loads(text)
        settings = self._settings()
        parents, accounts, agents = self._nodes()
        for node, told in settings.items():
            # A bucket that nobody lists is taken to lie beside what runs from it.
            if told.get("code") and node in parents:
                parents.setdefault(told["code"], parents[node])
        found = Landscape(
            Tree(parents), self._permissions, now(self._estate.as_of, self._estate.as_of_is_bound)
        )
        self._tagged = Tagged(found.tree, settings)
        found.accounts, found.agents, found.settings = accounts, agents, settings
        for key, alias in self._estate["aliases"].select("key", "alias").iter_rows():
            if alias.startswith("gcp:projects/"):
                found.numbers[key] = alias.removeprefix("gcp:")
        self._custom(found)
        self._bindings(found)
        self._denies(found)
        found.complete = self._complete
        self._memberships(found)
        self._workloads(found)
        known = set(self._identities()["key"])
        named = {member for member in found.by_member if not member.startswith("project")}
        open_groups = {
            member for member in named if member.startswith("group:") and member not in found.closed_groups
        }
        others = {member for member in named if not member.startswith("group:")}
        found.principals = sorted({one for one in known if not one.startswith("//")} | others | open_groups)
        self._pools(found)
        return found

    def _identities(self) -> pl.DataFrame:
        return self._estate["identities"].filter(
            pl.col("provider") == "gcp", ~pl.col("key").str.starts_with("//")
        )

    def _nodes(self) -> tuple[dict[str, str], dict[str, bool], dict[str, list[str]]]:
        parents: dict[str, str] = {}
        scopes = self._estate["scopes"].filter(pl.col("provider") == "gcp")
        for key, parent in scopes.select("key", "parent").iter_rows():
            if parent:
                parents[key] = parent
        accounts: dict[str, bool] = {}
        agents: dict[str, list[str]] = defaultdict(list)
        columns = ("key", "scope", "kind", "provider_owned", "enabled")
        for key, scope, kind, owned, enabled in self._identities().select(columns).sort("key").iter_rows():
            if not key.startswith("serviceAccount:") or kind == "federated":
                continue
            if scope:
                parents[key] = scope
            if owned:
                agents[scope].append(key)
            elif kind == "service-account":
                accounts[key] = enabled is not False
        systems = self._estate["systems"].filter(pl.col("provider") == "gcp", ~pl.col("pattern"))
        for key, scope in systems.select("key", "scope").iter_rows():
            if scope and not key.startswith("gcp:"):
                parents[key] = scope
        return parents, accounts, agents

    def _custom(self, found: Landscape) -> None:
        rows = self._policies.filter(pl.col("kind") == "role").select("key", "scope", "document")
        for key, scope, document in rows.iter_rows():
            body = self._documents.get(document or "")
            gone = body is not None and body.get("deleted") is True
            if not gone:
                found.custom[key] = scope
            if body is None:
                self._roles[key] = None
            elif gone or body.get("stage") == "DISABLED":
                self._roles[key] = 0
            else:
                self._roles[key] = self._permissions.set_of(body["includedPermissions"])

    def _role(self, role: str) -> int | None:
        if role not in self._roles:
            self._roles[role] = self._permissions.predefined(role)
        return self._roles[role]

    def _bindings(self, found: Landscape) -> None:
        rows = self._policies.filter(pl.col("kind") == "binding")
        unknown: set[tuple[str, str]] = set()
        for key, scope, node, document in rows.select("key", "scope", "attached_to", "document").iter_rows():
            body = self._documents.get(document or "")
            if body is None:
                unknown.add((scope, f"the text of {key} was not given"))
                continue
            if node.startswith("//iam.googleapis.com/") and "/serviceAccounts/" in node:
                unknown.add(
                    (scope, f"which account has the unique id {node.rpartition('/')[2]} is not known")
                )
            mask = self._role(body["role"])
            if mask is None:
                unknown.add((scope, f"what the role {body['role']} holds is not known"))
                continue
            holdings = list(self._holdings(key, node, body, mask, found.attributes))
            for member in body["members"]:
                name = _spelled(member)
                if name and holdings:
                    found.by_member.setdefault(name, []).extend(holdings)
        found.untold += sorted(unknown)

    def _holdings(
        self, key: str, node: str, body: Mapping[str, Any], mask: int, attributes: Mapping[str, Any]
    ) -> Iterator[Holding]:
        """A role where its binding gives it, or further down where a condition on tags holds."""
        because, role = plain(f"{key} / {body['role']}"), body["role"]
        given = body.get("condition")
        if not isinstance(given, Mapping) or not given.get("expression"):
            self._number += 1
            yield Holding(self._number, node, role, mask, YES, because)
            return
        expression, title = str(given["expression"]), str(given.get("title") or "condition")
        held, hangs = condition(title, expression), plain(f"condition {title}: {expression}")
        for place, answer, told in self._tagged.places(
            node, expression, lambda known: held.holds(Asked({**attributes, **known}))
        ):
            self._number += 1
            if answer == YES:
                yield Holding(self._number, place, role, mask, YES, because)
            elif answer == MAYBE:
                yield Holding(self._number, place, role, mask, MAYBE, because, hangs, expression, title, told)

    def _denies(self, found: Landscape) -> None:
        rows = self._policies.filter(pl.col("kind") == "deny")
        for key, scope, node, document in rows.select("key", "scope", "attached_to", "document").iter_rows():
            body = self._documents.get(document or "")
            if body is None:
                found.untold.append((scope, f"the rules of {key} were not given"))
            found.denies += deny_of(node, key, body, self._permissions, found.attributes, self._tagged)

    def _settings(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        rows = self._policies.filter(pl.col("kind") == "setting").select("attached_to", "document")
        for node, document in rows.iter_rows():
            found.setdefault(node, {}).update(self._documents.get(document or "", {}))
        return found

    def _memberships(self, found: Landscape) -> None:
        links = self._estate["links"].filter(
            pl.col("kind") == "member-of", pl.col("to").str.starts_with("group:")
        )
        direct: dict[str, set[str]] = defaultdict(set)
        for member, group in links.select("from", "to").iter_rows():
            direct[member].add(group)
        for member in direct:
            reached: set[str] = set()
            waiting = list(direct[member])
            while waiting:
                group = waiting.pop()
                if group not in reached:
                    reached.add(group)
                    waiting += direct.get(group, ())
            found.groups_of[member] = frozenset(reached)
        read_whole = self._estate["coverage"].filter(
            pl.col("table").str.starts_with("groups/group:"), pl.col("state") == "complete"
        )["table"]
        found.closed_groups = frozenset(links["to"]) | {t.removeprefix("groups/") for t in read_whole}

    def _pools(self, found: Landscape) -> None:
        """Whoever comes in from outside, by where it is decided who does."""
        homes = {number: key for key, number in found.numbers.items()}
        scopes = self._estate["scopes"].filter(pl.col("provider") == "gcp")["key"]
        organisations = [key for key in scopes if level_of(key) == "organization"]
        trusts = self._policies.filter(pl.col("kind") == "trust")["attached_to"]
        for one in (*found.principals, *sorted(trusts)):
            if match := OF_CLUSTER.match(one):
                found.clusters.setdefault(f"gcp:{match['project']}", []).append(one)
            elif (match := IN_POOL.match(one)) and match["cluster"]:
                found.clusters.setdefault(f"gcp:{match['pool']}", []).append(one)
            elif match:
                home = homes.get(match["home"], f"gcp:{match['home']}")
                found.pools.setdefault(home, []).append(one)
            elif IN_WORKFORCE.match(one) and len(organisations) == 1:
                found.pools.setdefault(organisations[0], []).append(one)

    def _workloads(self, found: Landscape) -> None:
        systems = self._estate["systems"].filter(pl.col("provider") == "gcp", ~pl.col("pattern"))
        states = dict(systems.select("key", "state").iter_rows())
        for key in sorted(states):
            found.systems.setdefault(asset_type(key), []).append(key)
        links = self._estate["links"].filter(
            pl.col("kind") == "runs-as", pl.col("from").is_in(list(states)), pl.col("certain")
        )
        for key, account in links.select("from", "to").unique().sort("from", "to").iter_rows():
            found.workloads.append(Workload(key, asset_type(key), account))
        found.still = frozenset(key for key, state in states.items() if state not in (None, "active"))
        coverage = self._estate["coverage"].filter(
            pl.col("table") == "systems", pl.col("state") == "complete"
        )["scope"]
        scopes = self._estate["scopes"].filter(pl.col("provider") == "gcp")["key"]
        found.listed = frozenset(scopes if self._complete else coverage)


def _spelled(member: str) -> str:
    """A member as keys spell it; empty for one that is deleted."""
    if member.startswith("deleted:"):
        return ""
    kind, colon, name = member.partition(":")
    if kind in ("user", "serviceAccount", "group", "domain") and "[" not in member:
        return f"{kind}{colon}{name.lower()}"
    return member


_COLLECTIONS = {
    "instances": "Instance", "functions": "Function", "services": "Service", "jobs": "Job",
    "clusters": "Cluster", "environments": "Environment", "workflows": "Workflow",
    "reasoningEngines": "ReasoningEngine", "workerPools": "WorkerPool", "deployments": "Deployment",
    "instanceGroupManagers": "InstanceGroupManager",
}  # fmt: skip


def asset_type(full: str) -> str:
    """The type of the asset of this name, as `run.googleapis.com/Service`; empty where it has none."""
    parts = full.removeprefix("//").split("/")
    word = _COLLECTIONS.get(parts[-2], "") if len(parts) > 2 else ""
    return f"{parts[0]}/{word}" if word else ""
