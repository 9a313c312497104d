"""What a card says of one agent beyond its reach: time left, just-in-time state, pillars, governance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import inf
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.reports.lives import dead, said, span, timely, window
from posture.reports.names import Names, listed
from posture.reports.pages.words import count, safe
from posture.reports.reached import Reached

_ROWS = 6
_WRITES = int(Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN)

Row = Mapping[str, Any]


class Facts:
    """Tables that the cards ask, grouped by agent once."""

    def __init__(self, assessment: Assessment, agents: Sequence[str], names: Names) -> None:
        self.as_of: datetime | None = assessment.overview.as_of
        self.names = names
        links = assessment.tables["links"].select("kind", "from", "to", "ambient").collect()
        tools = _from(links, ("uses-tool", "declared-tool"), agents)
        held = _from(links, ("holds",), [*agents, *tools["to"]])
        acting = _from(links, ("runs-as", "authenticates"), [*agents, *held["to"]])
        self.links: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for kind, start, end, ambient in pl.concat([tools, held, acting]).iter_rows():
            self.links.setdefault((kind, start), []).append((end, ambient))
        self.credentials = _keyed(assessment, "credentials", held["to"])
        self.identities = _keyed(assessment, "identities", acting["to"])
        self.safeguards = _grouped(assessment, "safeguards", "subject", agents)
        self.events = _grouped(assessment, "log_events", "subject", agents)
        self.approvals = _grouped(assessment, "approvals", "agent", agents)
        self.degraded = _grouped(assessment, "degraded", "subject", agents)
        self.checks = {check.id: check for check in assessment.overview.checks}
        systems = assessment.tables["systems"].select("key", "provider", "kind").collect()
        self.planes = {key: _plane(key, provider, kind) for key, provider, kind in systems.iter_rows()}

    def held(self, agent: str, *, ambient: bool) -> list[Row]:
        """Working credentials that the agent or its tools hold; with what merely lies in their reach."""
        holders = [agent, *(tool for tool, _ in self.links.get(("uses-tool", agent), ()))]
        keys = {
            key
            for holder in holders
            for key, lying in self.links.get(("holds", holder), ())
            if ambient or not lying
        }
        found = (self.credentials[key] for key in sorted(keys) if key in self.credentials)
        return [row for row in found if not dead(row, self.as_of)]

    def acts_as(self, agent: str, *, ambient: bool = False) -> list[Row]:
        """Identities that it runs as, or that what it holds authenticates; with what lies in its reach."""
        starts = [agent, *(row["key"] for row in self.held(agent, ambient=ambient))]
        keys = {
            end
            for kind in ("runs-as", "authenticates")
            for start in starts
            for end, _ in self.links.get((kind, start), ())
        }
        return [self.identities[key] for key in sorted(keys) if key in self.identities]

    def ends(self, agent: str) -> tuple[dict[str, float], int]:
        """Hours that what lies in its reach still opens something, by credential; of how many none says."""
        windows = {row["key"]: window(row, self.as_of) for row in self.held(agent, ambient=True)}
        known = {key: hours for key, hours in windows.items() if hours is not None}
        return known, len(windows) - len(known)

    def outlives(self, agent: Row) -> float | None:
        """By how many hours its longest access outlives its longest task; not above zero where none does,
        which is only known where the end of all of it is.
        """
        windows = [window(row, self.as_of) for row in self.held(agent["key"], ambient=False)]
        known = [hours for hours in windows if hours is not None]
        if not known or agent["max_task"] is None:
            return None
        beyond = max(known) - agent["max_task"] / 3600
        return beyond if beyond > 0 or len(known) == len(windows) else None

    def lacks(self, agent: str) -> list[str]:
        """What is not all there of identity, token and decision."""
        short = [window(row, self.as_of) for row in self.held(agent, ambient=False)]
        policies = [row for row in self.safeguards.get(agent, ()) if row["kind"] == "request-policy"]
        tests = (
            ("identity", any(row["attested"] for row in self.acts_as(agent))),
            ("token", bool(short) and all(hours is not None and hours <= 24 for hours in short)),
            ("decision", any(row["mode"] == "enforce" for row in policies)),
        )
        return [word for word, there in tests if not there]

    def governance(self, agent: Row) -> dict[str, str]:
        """Owner, monitoring, revocation and override: what production asks for before anything acts in it."""
        guards = {row["kind"]: row for row in self.safeguards.get(agent["key"], ())}
        held = self.held(agent["key"], ambient=False)
        override = guards.get("override")
        tested = override["tested"] if override else None
        return {
            "owner": agent["owner"] or ("none" if agent["has_owner"] is False else "not known"),
            "monitoring": held_by(agent, "monitor", self),
            "revocation": said(timely(held).revoked if held else None),
            "override": f"tested {tested:%Y-%m-%d}" if tested else "named" if override else "not seen",
            "threat model": "yes" if "threat-model" in guards else "not seen",
        }

    def tools(self, kind: str, agent: str) -> list[str]:
        """Keys of the tools that it uses, or that are declared for it."""
        return sorted({tool for tool, _ in self.links.get((kind, agent), ())})

    def domains(self, reach: pl.DataFrame) -> list[str]:
        """The kinds of domain that it may change something in."""
        writing = reach.filter((pl.col("certain") & _WRITES) != 0)["system"]
        return sorted({self.planes.get(system, "") for system in writing} - {""})


def _from(links: pl.DataFrame, kinds: Sequence[str], starts: Iterable[str]) -> pl.DataFrame:
    return links.filter(pl.col("kind").is_in(kinds), pl.col("from").is_in(sorted(set(starts))))


def _keyed(assessment: Assessment, table: str, keys: Iterable[str]) -> dict[str, Row]:
    rows = assessment.tables[table].filter(pl.col("key").is_in(sorted(set(keys)))).collect()
    return {row["key"]: row for row in rows.iter_rows(named=True)}


def _grouped(assessment: Assessment, table: str, column: str, keys: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in assessment.tables[table].filter(pl.col(column).is_in(keys)).collect().iter_rows(named=True):
        found.setdefault(row[column], []).append(row)
    return found


def _plane(key: str, provider: str, kind: str) -> str:
    """The kind of domain that a system is in: a cloud, a pipeline, or somebody's service."""
    if kind in ("saas", "repository", "pipeline"):
        return {"saas": "SaaS", "repository": "code", "pipeline": "CI/CD"}[kind]
    return provider or key.partition(":")[0]


def now(agent: Row, reach: pl.DataFrame | None, reached: Reached, facts: Facts) -> str:
    """What it can do right now, and for how long."""
    known, unsaid = facts.ends(agent["key"])
    ends = "no credential was read, so nobody can say when"
    if known:
        last = max(known, key=lambda key: (known[key], key))
        ends = f"{span(known[last])} ({safe(facts.names.of(last))})"
        if unsaid:
            ends += f"; of {unsaid} more nothing says"
    elif unsaid:
        ends = f"not known, of {count(unsaid, 'credential')} nothing says"
    if reach is None or reach.is_empty():
        return f"- Now: no system is known to be in its reach. Access ends: {ends}"
    wide = (
        f"{reached.words} in reach" if reached.sure else f"{count(reached.maybe, 'system')} possibly in reach"
    )
    if reached.sure and reached.maybe:
        wide += f" and {reached.maybe:,} more possibly"
    lateral = int((reach["hops"] > 1).sum())
    planes = facts.domains(reach)
    crossing = f", writes across {', '.join(planes)}" if len(planes) > 1 else ""
    return (
        f"- Now: {wide}, {lateral or 'none'} of them by becoming somebody else{crossing}. Access ends: {ends}"
    )


def just_in_time(agent: Row, facts: Facts) -> str:
    """Task-bound, bound to its identity, revoked at the end; and how long access outlives the task."""
    held = facts.held(agent["key"], ambient=False)
    if not held:
        return "- Just in time: no credential of its own was read"
    tests = timely(held)
    longest = facts.outlives(agent)
    if longest is None:
        outlives = "not known by how much access outlives the task"
    elif longest <= 0:
        outlives = "access never outlives the task"
    else:
        outlives = f"access outlives the task by {'an unbounded time' if longest == inf else span(longest)}"
    return (
        f"- Just in time: {tests.word} (bound to the task: {said(tests.task)}, to its identity: "
        f"{said(tests.identity)}, revoked at the end: {said(tests.revoked)}); {outlives}"
    )


def acts_as(agent: str, facts: Facts) -> str:
    """As whom it acts, and as whom it could with what merely lies in its reach."""
    own = [row["key"] for row in facts.acts_as(agent)]
    more = [row["key"] for row in facts.acts_as(agent, ambient=True) if row["key"] not in own]
    said = [listed([safe(facts.names.of(key)) for key in keys], _ROWS) for keys in (own, more)]
    also = f"; by what lies in its reach also {said[1]}" if more else ""
    return f"- Acts as: {said[0] or 'no identity that was read'}{also}"


def purpose(agent: Row, facts: Facts, names: Names) -> str:
    """Declared tools against those it has."""
    tools = set(facts.tools("uses-tool", agent["key"]))
    declared = set(facts.tools("declared-tool", agent["key"]))
    if not declared:
        return f"- Declared against effective: no tool is declared, {count(len(tools), 'tool')} found"
    extra = [safe(names.bare(tool)) for tool in sorted(tools - declared)]
    beyond = f"{len(extra)} beyond them: {listed(extra, 6)}" if extra else "none beyond them"
    return f"- Declared against effective: {len(declared)} declared, {beyond}"


def held_by(agent: Row, kind: str, facts: Facts) -> str:
    """Whether a safeguard of this kind is in force; one that is off, or only logs, is told as that."""
    modes = {row["mode"] for row in facts.safeguards.get(agent["key"], ()) if row["kind"] == kind}
    if "enforce" in modes:
        return "yes"
    return listed(sorted(mode or "mode not known" for mode in modes)) if modes else "not seen"


def governance(agent: Row, facts: Facts) -> str:
    """What production asks for before anything acts in it."""
    answers = facts.governance(agent)
    return "- Governance: " + ", ".join(f"{word} {safe(answer)}" for word, answer in answers.items())


def complete(agent: Row, facts: Facts) -> str:
    """Whether identity, token and decision are all there."""
    lacking = facts.lacks(agent["key"])
    return "- Identity, token, decision: " + (f"lacks {listed(lacking)}" if lacking else "complete")


def degrades(agent: Row, facts: Facts) -> str:
    """Why controls work on it only in part; nothing where they do not."""
    reasons = sorted({row["because"] for row in facts.degraded.get(agent["key"], ())})
    return f"- Controls degrade here: {'; '.join(reasons)}" if reasons else ""
