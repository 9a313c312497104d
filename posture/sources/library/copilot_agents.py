"""Copilot's custom agents and chat modes: tools, model and servers in front matter, and a prompt below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posture.sources.agents import clients, literals, opening, writing
from posture.sources.agents.clients import Builtin
from posture.sources.agents.frameworks import text
from posture.sources.agents.server import placed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="copilot-agents",
    title="Copilot: custom agents",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="*.agent.md in .github/agents, *.chatmode.md in .github/chatmodes, agents in ~/.copilot",
    blind="agents that a repository defines for Copilot, their tool servers, and secrets in their prompts",
    ends=(".md",),
    rank=30,
)

_FOLDERS: dict[tuple[str, ...], str] = {
    (".github", "agents"): "copilot", (".copilot", "agents"): "copilot", (".github", "chatmodes"): "vscode",
}  # fmt: skip
_SPELT: tuple[tuple[frozenset[str], Callable[[Builtin], bool]], ...] = (
    (
        frozenset({"execute", "shell", "bash", "powershell", "runcommands", "runinterminal"}),
        lambda t: t.runs_code,
    ),
    (frozenset({"edit", "editfiles", "write", "create"}), lambda t: bool(t.effects & 2) and not t.runs_code),
    (frozenset({"read", "readfile", "view"}), lambda t: t.reads_private and not t.runs_code),
    (frozenset({"web", "fetch", "web_fetch", "webfetch"}), lambda t: t.sends_outside and not t.runs_code),
)
"""How such files call what the client brings along."""


def claims(page: Page) -> bool:
    """A Markdown file in one of those folders."""
    return page.parts[-3:-1] in _FOLDERS


def read(page: Page, into: Rows) -> None:
    """One subagent; without a list of tools it may use all that its parent may."""
    prefix = "/".join(page.path.parts[:-3])
    sheet = Sheet(page, into, _FOLDERS[page.parts[-3:-1]], prefix, clients.layer_of(page, "either", prefix))
    given, matter = opening.front(sheet)
    parent = writing.agent(sheet)
    stem = page.path.stem
    name = text(given.get("name")) or stem.removesuffix(".agent").removesuffix(".chatmode")
    tools = given.get("tools")
    # A list of models is one of preference.
    model = given.get("model")
    first = model[0] if isinstance(model, list) and model else model
    user = writing.agent(
        sheet, "", name, "subagent", model=text(first),
        selection="free" if tools is None or "*" in _names(tools) else "allow-list", selection_basis="kind",
    )  # fmt: skip
    sheet.own("", user)
    sheet.put("links", "", kind="delegates", from_=parent, to=user, because="a subagent of the client")
    found = writing.servers(sheet, given.get("mcp-servers"), "/mcp-servers", user, name)
    _tools(sheet, user, tools, found)
    literals.document(sheet, given)
    literals.text(sheet, matter.body, matter.body_line, "prompt", user)
    writing.covered(sheet, "agents", "credentials")


def _names(tools: Any) -> set[str]:
    return {name.lower() for _at, name in placed(tools, "")}


def _tools(sheet: Sheet, user: str, tools: Any, found: Mapping[str, str]) -> None:
    named = [(at, *name.partition("/")) for at, name in placed(tools, "/tools")]
    families = {name.lower() for _at, name, _slash, _operation in named}
    for spellings, meant in _SPELT:
        if tools is None or families & {"*", *spellings}:
            for one in filter(meant, sheet.client.tools):
                writing.builtin(sheet, "" if tools is None else "/tools", user, one.name)
    for at, name, slash, operation in named:
        if not slash or any(name.lower() in spellings for spellings, _meant in _SPELT):
            continue
        key = found.get(name) or writing.tool_key(sheet, name)
        if name not in found:
            because = "its front matter names the server"
            sheet.put("links", at, kind="uses-tool", from_=user, to=key, because=because)
        if operation and "*" not in operation:
            writing.operation(sheet, key, operation, at, enabled=True)
