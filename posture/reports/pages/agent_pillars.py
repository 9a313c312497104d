"""Identity, authorization and operation of one agent side by side, and where its gaps compound."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from posture.reports.names import listed
from posture.reports.pages.agent_facts import Facts, Row, held_by
from posture.reports.pages.words import count, percent, safe, table

ATTRIBUTES = 10
"""How many attributes a request-time policy may look at."""

_IDENTITY = frozenset(
    {
        "replace", "federate", "just-in-time", "rotate", "contain", "isolate-exception", "assign-owner",
        "decommission",
    }
)  # fmt: skip
_AUTHORIZATION = frozenset(
    {"narrow-scope", "enforce-policy", "limit-tools", "require-approval", "separate", "tighten-trust"}
)
_SEPARATE = ("tool-use", "token-mint", "secret-retrieval")
_LIFE = frozenset(f"owasp-nhi-top10/NHI{n}:2025" for n in (1, 2, 7, 9))
_RIGHTS = "owasp-nhi-top10/NHI5:2025"
_MOST_CONTROLS = 8


def pillars(agent: Row, gaps: pl.DataFrame | None, facts: Facts) -> str:
    """Identity, authorization and operation side by side, with the controls that the gaps of each touch."""
    own = [] if gaps is None else sorted(set(gaps["check"]))
    by: dict[str, list[str]] = {"identity": [], "authorization": [], "operation": []}
    for check in own:
        action = facts.checks[check].action if check in facts.checks else ""
        pillar = (
            "identity"
            if action in _IDENTITY
            else "authorization"
            if action in _AUTHORIZATION
            else "operation"
        )
        by[pillar].append(check)
    states = (
        ("identity", _identity(agent, facts)),
        ("authorization", _authorization(agent, facts)),
        ("operation", _operation(agent, facts)),
    )
    rows = [
        (name, state, str(len(by[name])) if by[name] else "–", _controls(by[name], facts))
        for name, state in states
    ]
    return table(("", "what was read", "kinds of gap", "controls they touch"), rows, right=(2,))


def _controls(checks: Iterable[str], facts: Facts) -> str:
    cited = sorted(
        {
            control
            for check in checks
            for control in facts.checks[check].controls
            if not control.startswith("mitre")
        }
    )
    return listed([control.partition("/")[2] for control in cited], _MOST_CONTROLS) or "–"


def _identity(agent: Row, facts: Facts) -> str:
    acts = facts.acts_as(agent["key"])
    if not acts:
        return "no identity of its own was read"
    attested = sorted({row["attested"] for row in acts if row["attested"]})
    shared = any("one identity" in row["because"] for row in facts.degraded.get(agent["key"], ()))
    kind = "shared" if shared else "not seen shared"
    proof = f"proves itself by {listed(attested)}" if attested else "how it proves itself is not known"
    return f"{kind}, {proof}"


def _authorization(agent: Row, facts: Facts) -> str:
    """Roles alone are a backstop, no decision at request time."""
    policies = [
        row
        for row in facts.safeguards.get(agent["key"], ())
        if row["kind"] == "request-policy" and row["scope"] != "issuance"
    ]
    if not policies:
        return "roles alone, a backstop: no decision at request time was read"
    policy = policies[0]
    seen = [word for word in (policy["attributes"] or "").split(",") if word.strip()]
    engine = f" by {safe(policy['engine'])}" if policy["engine"] else ""
    mode = policy["mode"] or "not known"
    return f"request-time policy{engine}, mode {mode}, looks at {len(seen)} of {ATTRIBUTES} attributes"


def _operation(agent: Row, facts: Facts) -> str:
    parts = [
        f"{word} {held_by(agent, kind, facts)}"
        for word, kind in (("monitor", "monitor"), ("limits", "limit"), ("override", "override"))
    ]
    events = {row["event"] for row in facts.events.get(agent["key"], ())}
    logged = [event for event in _SEPARATE if event in events]
    parts.append(f"logs {', '.join(logged)}" if logged else "logs not seen")
    for row in facts.approvals.get(agent["key"], ()):
        if row["decisions"] is not None:
            share = (
                f", {percent(row['approved_share'])} approved" if row["approved_share"] is not None else ""
            )
            pace = f", {row['median_seconds']:.0f} s each" if row["median_seconds"] is not None else ""
            parts.append(f"{row['decisions']} approvals in 30 d{share}{pace}")
    return ", ".join(parts)


def compounds(gaps: pl.DataFrame | None, facts: Facts) -> str:
    """Where a weak life cycle and too many rights meet on one agent, each makes the other worse."""
    own = (
        []
        if gaps is None
        else [facts.checks[check].controls for check in gaps["check"] if check in facts.checks]
    )
    weak = sum(any(one in _LIFE for one in cited) for cited in own)
    wide = sum(_RIGHTS in cited for cited in own)
    if not (weak and wide):
        return ""
    return f"- Compounding: {count(weak, 'gap')} of its life cycle and secrets meet {wide} of its rights"
