"""One card per agent: what it reaches now and for how long, as whom, by which tools, what holds it back."""

from __future__ import annotations

from math import inf
from typing import Any

import polars as pl

from posture.model.assessment import Assessment
from posture.reports.canonical import plain_value, said
from posture.reports.lives import timely
from posture.reports.names import Names
from posture.reports.pages.agent_facts import Facts, Row
from posture.reports.reached import by_origin

_GUARD = ("kind", "scope", "strength", "mode", "engine", "tested")


def cards(assessment: Assessment) -> list[dict[str, Any]]:
    """In the order of keys; what is empty or zero is left out."""
    agents = assessment.frame("agents").sort("key").rows(named=True)
    facts = Facts(assessment, [agent["key"] for agent in agents], Names(assessment.tables))
    reached, empty = by_origin(assessment.tables), assessment.frame("reach").clear()
    reach = assessment.frame("reach").partition_by("origin", as_dict=True)
    logged = _logged(assessment)
    return [
        said(
            {
                "agent": key,
                "reach": said(
                    {
                        "systems": reached[key].named,
                        "patterns": reached[key].patterns,
                        "possibly": reached[key].maybe,
                        "by_becoming_another": int((rows["hops"] > 1).sum()),
                        "writes_across": facts.domains(rows),
                    }
                ),
                "access": _access(key, facts),
                "tools": facts.tools("uses-tool", key),
                "declared_tools": facts.tools("declared-tool", key),
                "acts_as": [row["key"] for row in facts.acts_as(key)],
                "just_in_time": _just_in_time(agent, facts),
                "lacks": facts.lacks(key),
                "safeguards": _guards(key, facts),
                "approvals": _approvals(key, facts),
                "logged": logged.get(key, []),
                "governance": facts.governance(agent),
            },
            "agent",
        )
        for agent in agents
        for key in (agent["key"],)
        for rows in (reach.get((key,), empty),)
    ]


def _access(agent: str, facts: Facts) -> dict[str, Any]:
    """Until when what lies in its reach opens something; hours where there is an end."""
    known, unsaid = facts.ends(agent)
    if not known:
        return said({"not_known": unsaid})
    last = max(known, key=lambda key: (known[key], key))
    endless = known[last] == inf
    hours = {} if endless else {"hours": plain_value(known[last])}
    return {"credential": last, "endless": endless, **hours, **said({"not_known": unsaid})}


def _just_in_time(agent: Row, facts: Facts) -> dict[str, Any]:
    held = facts.held(agent["key"], ambient=False)
    if not held:
        return {}
    tests, beyond = timely(held), facts.outlives(agent)
    told = {
        "state": tests.word,
        "task_bound": tests.task,
        "identity_bound": tests.identity,
        "revoked_at_end": tests.revoked,
        "outlives_task_hours": plain_value(max(beyond, 0.0)) if beyond not in (None, inf) else None,
        "outlives_task_endlessly": True if beyond == inf else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _guards(agent: str, facts: Facts) -> list[dict[str, Any]]:
    rows = [{name: plain_value(row[name]) for name in _GUARD} for row in facts.safeguards.get(agent, ())]
    told = [said(row, "kind") for row in rows]
    return sorted(told, key=lambda row: (row["kind"], row.get("scope", ""), str(row)))


def _approvals(agent: str, facts: Facts) -> list[dict[str, Any]]:
    names = ("decisions", "approved_share", "median_seconds")
    rows = [{name: plain_value(row[name]) for name in names} for row in facts.approvals.get(agent, ())]
    return [told for row in rows if (told := {k: v for k, v in row.items() if v is not None})]


def _logged(assessment: Assessment) -> dict[str, list[str]]:
    """Kinds of event that some log records of each agent."""
    rows = assessment.tables["log_events"].select("subject", "event").drop_nulls().unique()
    grouped = rows.group_by("subject").agg(pl.col("event").sort()).collect()
    return dict(grouped.iter_rows())
