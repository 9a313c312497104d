"""OpenCode and Crush: tool servers under `mcp`, agents, permissions, and the keys of model providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, literals, outside, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import front, parsed
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="opencode",
    title="OpenCode and Crush",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="~/.config/opencode/opencode.json, ~/.config/crush/crush.json, and both in projects",
    blind="tool servers of OpenCode and Crush, what they do unasked, and the secrets in their files",
    ends=("opencode.json", "opencode.jsonc", "crush.json", ".md"),
    rank=30,
)

_ENDS = (
    (".config/opencode/opencode.json", "opencode", "user"),
    (".config/opencode/opencode.jsonc", "opencode", "user"),
    (".opencode/opencode.json", "opencode", "project"),
    (".opencode/opencode.jsonc", "opencode", "project"),
    ("opencode.json", "opencode", "project"),
    ("opencode.jsonc", "opencode", "project"),
    (".config/crush/crush.json", "crush", "user"),
    (".local/share/crush/crush.json", "crush", "user"),
    (".crush.json", "crush", "project"),
    ("crush.json", "crush", "project"),
)
_EFFECTS = frozenset({"allow", "ask", "deny"})


_AGENTS = {(".opencode", "agent"), (".opencode", "agents"), ("opencode", "agent"), ("opencode", "agents")}


def claims(page: Page) -> bool:
    """Its files, by name; agents in folders of its own."""
    return _of_folder(page) or any(clients.tail(page, end) is not None for end, _client, _layer in _ENDS)


def _of_folder(page: Page) -> bool:
    folder = page.parts[-3:-1]
    return folder in _AGENTS and (folder[0] == ".opencode" or page.parts[-4:-3] == (".config",))


def read(page: Page, into: Rows) -> None:
    """One server per entry, one subagent per agent; what is allowed, asked and denied by tool and pattern."""
    if page.parts[-1].endswith(".md"):
        _written(page, into)
        return
    end, name, layer = next(one for one in _ENDS if clients.tail(page, one[0]) is not None)
    prefix = clients.tail(page, end) or ""
    sheet = Sheet(page, into, name, prefix, clients.layer_of(page, layer, prefix))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    writing.servers(sheet, document.get("mcp"), "/mcp", user)
    _permissions(sheet, document.get("permission"), "/permission", user)
    _allowed(sheet, document.get("permissions"), user)
    _switched_off(sheet, document.get("tools"), "/tools", user)
    _agents(sheet, document.get("agent"), user)
    for key in ("provider", "providers"):
        endpoints(sheet, document.get(key), f"/{key}", user)
        outside.inside(sheet, document.get(key), f"/{key}")
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _written(page: Page, into: Rows) -> None:
    """An agent in a file of its own, named for the file; its prompt stands below."""
    prefix = "/".join(page.path.parts[: -3 if page.parts[-3] == ".opencode" else -4])
    sheet = Sheet(page, into, "opencode", prefix, clients.layer_of(page, "either", prefix))
    given, matter = front(sheet)
    parent = writing.agent(sheet)
    key = _agent(sheet, "", page.path.stem, given, parent)
    literals.document(sheet, given)
    literals.text(sheet, matter.body, matter.body_line, "prompt", key)
    writing.covered(sheet, "agents", "permissions", "credentials")


def _permissions(sheet: Sheet, given: Any, at: str, user: str) -> None:
    """One word for everything, a word per tool, or a word per pattern of a tool."""
    if isinstance(given, str) and given in _EFFECTS:
        writing.permission(sheet, "mode", given, at, user)
    for tool, said in given.items() if isinstance(given, Mapping) else ():
        place = f"{at}/{escaped(str(tool))}"
        rules = said.items() if isinstance(said, Mapping) else [("", said)]
        for pattern, effect in rules:
            if isinstance(effect, str) and effect in _EFFECTS:
                rule = f"{tool}({pattern})" if pattern else str(tool)
                inner = f"{place}/{escaped(str(pattern))}" if pattern else place
                writing.permission(sheet, effect, rule, inner, user)
            else:
                sheet.problem(place, "is no rule")


def _allowed(sheet: Sheet, given: Any, user: str) -> None:
    """Crush lists the tools that it does not ask about."""
    if isinstance(given, Mapping):
        writing.permissions(sheet, "allow", given.get("allowed_tools"), "/permissions/allowed_tools", user)


def _switched_off(sheet: Sheet, given: Any, at: str, user: str) -> None:
    """Tools, or patterns of their names, that the settings take away."""
    for name, on in given.items() if isinstance(given, Mapping) else ():
        if on is False:
            writing.permission(sheet, "deny", str(name), f"{at}/{escaped(str(name))}", user)


def _agents(sheet: Sheet, given: Any, parent: str) -> None:
    for name, one in given.items() if isinstance(given, Mapping) else ():
        at = f"/agent/{escaped(str(name))}"
        if not isinstance(one, Mapping):
            sheet.problem(at, "is no agent")
            continue
        _agent(sheet, at, str(name), one, parent)


def _agent(sheet: Sheet, at: str, name: str, given: Mapping[str, Any], parent: str) -> str:
    key = writing.agent(sheet, at, name, "subagent", model=text(given.get("model")))
    sheet.own(at, key)
    sheet.put("links", at, kind="delegates", from_=parent, to=key, because="a subagent of the client")
    _permissions(sheet, given.get("permission"), f"{at}/permission", key)
    _switched_off(sheet, given.get("tools"), f"{at}/tools", key)
    return key
