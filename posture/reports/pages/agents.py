"""One card per agent: what it reaches now and as whom, what holds it back, who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.classes import Classes, strongest
from posture.reports.names import Names, listed
from posture.reports.pages import agent_facts, agent_pillars
from posture.reports.pages.words import code, count, percent, safe, table
from posture.reports.reached import by_origin

_CARDS, _ROWS, _TOOLS, _GAPS, _LINED, _GUARDS = 25, 6, 10, 6, 100, 8
_IDLE = {"off": "switched off", "log-only": "only logging", "once": "decided once and not since"}
"""Modes in which a safeguard holds nothing back."""
_RECORDS = ("threat-model", "review", "scan")
"""Kinds that are there or not, and are in no mode."""
_WINDOW = 30
"""Days over which decisions of approvers are counted."""
_PLANE = ":control-plane"
_SEVERITIES = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_KINDS = (
    "approval", "request-policy", "sandbox", "limit", "guardrail", "override", "monitor", "threat-model",
    "review",
)  # fmt: skip


class _Known:
    """What the cards look up, read once."""

    def __init__(self, assessment: Assessment) -> None:
        self.names = Names(assessment.tables)
        systems = assessment.tables["systems"].select("key", "criticality", "scope").collect()
        self.systems: Mapping[str, tuple[int, str]] = {
            key: (criticality or 0, scope) for key, criticality, scope in systems.iter_rows()
        }
        self.reach = {key[0]: rows for key, rows in assessment.frame("reach").partition_by(
            "origin", as_dict=True
        ).items()}  # fmt: skip
        self.reached = by_origin(assessment.tables)
        self.titles = {check.id: check.title for check in assessment.overview.checks}
        gaps = assessment.frame("findings").filter(pl.col("result") == "gap", pl.col("noun") == "agents")
        self.gaps = {key[0]: rows for key, rows in gaps.partition_by("subject", as_dict=True).items()}
        guards = assessment.frame("safeguards").sort("subject", "kind", "scope", nulls_last=False)
        self.guards = {key[0]: rows for key, rows in guards.partition_by("subject", as_dict=True).items()}

    def worst(self, agent: str) -> int:
        """The highest criticality that it reaches."""
        rows = self.reach.get(agent)
        return 0 if rows is None else max(self.systems.get(system, (0, ""))[0] for system in rows["system"])


def agents(assessment: Assessment, _frameworks: Frameworks) -> str:
    """A line for each, then the cards, widest reach first."""
    found = assessment.frame("agents")
    if found.is_empty():
        return "## Agents\n\nNo agent was found in what was read."
    known = _Known(assessment)
    rows = sorted(found.iter_rows(named=True), key=lambda row: (*_wide(known, row["key"]), row["key"]))
    parts = ["## Agents\n", _lines(rows[:_LINED], known)]
    parts.append(_approvals(assessment, known))
    facts = agent_facts.Facts(assessment, [row["key"] for row in rows[:_CARDS]], known.names)
    if len(rows) > _LINED:
        parts.append(f"{len(rows) - _LINED} more agents are in the JSON report.\n")
    parts.extend(_card(row, known, facts) for row in rows[:_CARDS])
    if len(rows) > _CARDS:
        parts.append(f"The cards of the other {len(rows) - _CARDS} agents are in the JSON report.")
    return "\n".join(parts)


def _wide(known: _Known, agent: str) -> tuple[int, int, int]:
    reached = known.reached[agent]
    return -known.worst(agent), -reached.sure, -reached.maybe


def _lines(rows: list[dict[str, Any]], known: _Known) -> str:
    lines = []
    for row in rows:
        reached = known.reached[row["key"]]
        lines.append(
            (
                safe(known.names.of(row["key"])),
                safe(row["owner"] or "–"),
                row["environment"] or "–",
                row["autonomy"] or "–",
                row["input"] or "–",
                str(reached.named),
                str(reached.patterns or "–"),
                str(reached.maybe or "–"),
                str(known.worst(row["key"]) or "–"),
                str(len(known.gaps.get(row["key"], ()))),
            )
        )
    head = (
        "agent",
        "owner",
        "environment",
        "autonomy",
        "input",
        "systems by name",
        "patterns",
        "possibly",
        "worst",
        "gaps",
    )
    return table(head, lines, right=(5, 6, 7, 8, 9))


def _approvals(assessment: Assessment, known: _Known) -> str:
    """How much deciding costs the people who are asked, most decisions first."""
    rows = assessment.frame("approvals").filter(pl.col("decisions").is_not_null())
    if rows.is_empty():
        return ""
    lines = []
    for row in rows.sort("decisions", "agent", descending=[True, False]).head(_CARDS).iter_rows(named=True):
        daily, pace, share = row["decisions"] / _WINDOW, row["median_seconds"], row["approved_share"]
        lines.append(
            (
                safe(known.names.of(row["agent"])),
                f"{daily:.1f}",
                "not known" if pace is None else f"{pace:,.0f} s",
                "not known" if pace is None else f"{daily * pace / 60:,.1f} min",
                "not known" if share is None else percent(share),
            )
        )
    head = ("approvals of", "a day", "each, in the middle", "together a day", "approved")
    return "### Approval load\n\n" + table(head, lines, right=(1, 2, 3, 4))


def _card(agent: dict[str, Any], known: _Known, facts: agent_facts.Facts) -> str:
    key = agent["key"]
    tools = [safe(known.names.bare(tool)) for tool in facts.tools("uses-tool", key)]
    stated = ", ".join(
        f"{name} {safe(agent[column])}" if agent[column] else f"{name} not known"
        for name, column in (
            ("environment", "environment"),
            ("autonomy", "autonomy"),
            ("input", "input"),
            ("tool selection", "selection"),
        )
    )
    lines = [
        f"### {safe(known.names.of(key))}\n",
        f"{safe(agent['purpose']) if agent['purpose'] else 'Purpose not known'}. {code(key)}\n",
        agent_facts.now(agent, known.reach.get(key), known.reached[key], facts),
        f"- Facts: owner {safe(facts.governance(agent)['owner'])}, {stated}",
        f"- Tools ({len(tools)}): {listed(tools, _TOOLS) or 'none found'}",
        agent_facts.purpose(agent, facts, known.names),
        agent_facts.acts_as(key, facts),
        agent_facts.just_in_time(agent, facts),
        agent_facts.complete(agent, facts),
        agent_facts.governance(agent, facts),
        f"- Held back by: {_held_back(known.guards.get(key))}",
        agent_pillars.compounds(known.gaps.get(key), facts),
        agent_facts.degrades(agent, facts),
        f"- Gaps: {_gaps(known.gaps.get(key), known.titles)}\n",
        agent_pillars.pillars(agent, known.gaps.get(key), facts),
        _reach(known.reach.get(key), known),
    ]
    return "\n".join(line for line in lines if line)


def _held_back(guards: pl.DataFrame | None) -> str:
    """What is in force, then what is there and holds nothing back, then what is not there."""
    if guards is None:
        return "nothing that was read"
    rows = list(guards.iter_rows(named=True))
    idle = [row for row in rows if row["mode"] in _IDLE]
    said = listed([_guard(row) for row in rows if row["mode"] not in _IDLE], _GUARDS)
    parts = [said or "nothing that is known to be in force"]
    for mode, words in _IDLE.items():
        those = [_guard(row) for row in idle if row["mode"] == mode]
        if those:
            parts.append(f"{words}: {listed(those, _GUARDS)}")
    lacking = [kind for kind in ("approval", "override") if kind not in {row["kind"] for row in rows}]
    if lacking:
        parts.append(f"no {' and no '.join(lacking)} that was read")
    return "; ".join(parts)


def _guard(row: Mapping[str, Any]) -> str:
    words = [row["kind"]]
    if row["scope"]:
        words.append(f"of {safe(row['scope'])}")
    if row["strength"] and row["strength"] != "none":
        words.append(f"({row['strength']})")
    if row["kind"] == "override":
        words.append(f"tested {row['tested']:%Y-%m-%d}" if row["tested"] else "never seen tested")
    elif row["mode"] is None and row["kind"] not in _RECORDS:
        words.append("(mode not known)")
    return " ".join(words)


def _gaps(gaps: pl.DataFrame | None, titles: Mapping[str, str]) -> str:
    if gaps is None:
        return "none found"
    ranked = sorted(
        {
            (_SEVERITIES[severity], check, severity)
            for check, severity in gaps.select("check", "severity").iter_rows()
        }
    )
    said = [f"{safe(titles.get(check, check))} ({severity})" for _, check, severity in ranked]
    return f"{len(gaps)}: {'; '.join(said[:_GAPS])}" + (
        f"; {len(said) - _GAPS} more kinds" if len(said) > _GAPS else ""
    )


def _reach(rows: pl.DataFrame | None, known: _Known) -> str:
    """What it reaches; everything in a scope that it administers is one line."""
    if rows is None:
        return "No system is known to be in its reach.\n"
    admin = {
        row["system"].removesuffix(_PLANE): row
        for row in rows.iter_rows(named=True)
        if row["system"].endswith(_PLANE) and row["possible"] & Classes.ADMIN
    }
    inside: dict[str, int] = {}
    single = []
    for row in rows.iter_rows(named=True):
        criticality, scope = known.systems.get(row["system"], (0, ""))
        if scope in admin:
            inside[scope] = inside.get(scope, 0) + 1
        else:
            single.append((-criticality, -row["possible"], known.names.of(row["system"]), row, criticality))
    lines = [
        (
            f"everything in {safe(known.names.scope(scope))} ({count(inside.get(scope, 1), 'system')})",
            "5",
            *_classes(admin[scope]),
        )
        for scope in sorted(admin)
    ]
    single.sort(key=lambda item: item[:3])
    lines.extend(
        (safe(name), str(criticality or "–"), *_classes(row))
        for _, _, name, row, criticality in single[:_ROWS]
    )
    more = f"\nand {count(len(single) - _ROWS, 'more system')}.\n" if len(single) > _ROWS else ""
    return table(("reaches", "criticality", "certain", "possibly"), lines, right=(1,)) + more


def _classes(row: dict[str, Any]) -> tuple[str, str]:
    sure = strongest(row["certain"]) if row["certain"] else "–"
    return sure, strongest(row["possible"]) if row["possible"] != row["certain"] else ""
