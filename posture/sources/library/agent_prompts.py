"""Prompts that agents are given from files: a secret in one is repeated by whoever asks."""

from __future__ import annotations

from itertools import pairwise

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import front
from posture.sources.agents.server import placed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.reading import decode

SOURCE = Source(
    id="agent-prompts",
    title="Prompts of agents",
    feeds=("agents", "permissions", "credentials", "links", "exposures"),
    by_hand="CLAUDE.md, AGENTS.md, GEMINI.md, rules, commands and skills of a home or repository",
    blind="secrets in the standing instructions of agents",
    rank=50,
)

_SKILL = "skill.md"
_WRITTEN = (".md", ".mdc", ".mdx", ".txt", ".toml")
_NAMES = {
    "claude.md": "claude-code", "claude.local.md": "claude-code", "agents.md": "unknown",
    "agent.md": "unknown", "gemini.md": "gemini-cli", "crush.md": "crush", ".roorules": "cline",
    ".cursorrules": "cursor", ".windsurfrules": "windsurf", ".clinerules": "cline", ".goosehints": "goose",
    "copilot-instructions.md": "vscode", _SKILL: "claude-code",
}  # fmt: skip
_FOLDERS = {
    (".claude", "commands"): "claude-code", (".claude", "output-styles"): "claude-code",
    (".cursor", "rules"): "cursor", (".windsurf", "rules"): "windsurf", (".github", "prompts"): "vscode",
    (".gemini", "commands"): "gemini-cli", (".claude", "skills"): "claude-code",
    (".github", "instructions"): "vscode", (".cursor", "commands"): "cursor",
    (".windsurf", "workflows"): "windsurf", (".kiro", "steering"): "kiro", (".amazonq", "rules"): "amazon-q",
    (".continue", "rules"): "continue", (".roo", "rules"): "cline", (".opencode", "command"): "opencode",
    (".junie", "guidelines.md"): "unknown",
}  # fmt: skip


def claims(page: Page) -> bool:
    """A file of one of those names or folders."""
    return _client(page) is not None


def _client(page: Page) -> str | None:
    named = _NAMES.get(page.parts[-1])
    if named is not None:
        return named
    if not page.parts[-1].endswith(_WRITTEN):
        return None
    # Folders below one of these part its files by topic.
    return next((client for pair in pairwise(page.parts) if (client := _FOLDERS.get(pair))), None)


def read(page: Page, into: Rows) -> None:
    """Secrets by line, and what a skill may use unasked while it is at work."""
    skills = _skills(page)
    prefix = "/".join(page.path.parts[: skills or 0])
    layer = clients.layer_of(page, "either", prefix)
    sheet = Sheet(page, into, _client(page) or "unknown", prefix, layer)
    if skills is not None:
        _skill(sheet)
    literals.text(sheet, decode(page.data), 1, "prompt")
    writing.covered(sheet, "credentials")


def _skills(page: Page) -> int | None:
    """How many folders stand before the client's own folder of skills that holds the page."""
    parts = page.parts
    if parts[-1] != _SKILL:
        return None
    return next((n for n in range(len(parts) - 1) if parts[n : n + 2] == (".claude", "skills")), None)


def _skill(sheet: Sheet) -> None:
    """The model takes a skill up by itself, and its rules with it, unless that is left to people."""
    given, _matter = front(sheet)
    if given.get("disable-model-invocation") is True or "allowed-tools" not in given:
        return
    user = writing.agent(sheet)
    for at, rule in placed(given["allowed-tools"], "/allowed-tools"):
        writing.permission(sheet, "allow", rule, at, user)
