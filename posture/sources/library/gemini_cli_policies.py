"""Gemini CLI's policy files: rules by tool, server and command, with a decision and a priority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import texts
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="gemini-cli-policies",
    title="Gemini CLI: policies",
    feeds=("agents", "permissions", "credentials"),
    by_hand="~/.gemini/policies/*.toml and the policy folders of the system",
    blind="what Gemini CLI may do unasked by policy",
    ends=(".toml",),
    rank=30,
)

_DECISIONS = {"allow": "allow", "deny": "deny", "ask_user": "ask"}


def claims(page: Page) -> bool:
    """TOML in a folder of policies of Gemini."""
    return page.parts[-3:-1] in (
        (".gemini", "policies"),
        ("gemini-cli", "policies"),
    )


def read(page: Page, into: Rows) -> None:
    """One permission per tool and command of each rule."""
    managed = page.parts[-3] == "gemini-cli"
    prefix = "" if managed else "/".join(page.path.parts[:-3])
    layer = "managed" if managed else "either"
    sheet = Sheet(page, into, "gemini-cli", prefix, clients.layer_of(page, layer, prefix))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    rules = document.get("rule")
    for n, rule in enumerate(rules if isinstance(rules, list) else ()):
        if f"/rule/{n}" in sheet.unfinished:
            # What it is about may follow behind the fault.
            continue
        effect = _DECISIONS.get(str(rule.get("decision"))) if isinstance(rule, Mapping) else None
        if effect is None:
            sheet.problem(f"/rule/{n}", "is no rule with a decision")
            continue
        for name in _names(rule):
            writing.permission(sheet, effect, name, f"/rule/{n}", user)
    literals.document(sheet, document)
    writing.covered(sheet, "permissions")


def _names(rule: Mapping[str, Any]) -> Iterator[str]:
    server = text(rule.get("mcpName"))
    tools = texts(rule.get("toolName")) or ("*",)
    patterns = (
        *texts(rule.get("commandPrefix")),
        *texts(rule.get("commandRegex")),
        *texts(rule.get("argsPattern")),
    )
    for tool in tools:
        named = f"{server}__{tool}" if server else tool
        yield from (f"{named}({pattern})" for pattern in patterns) if patterns else (named,)
