"""Prompts that agents are given from files: a secret in one is repeated by whoever asks."""

from __future__ import annotations

from posture.sources.agents import literals, writing
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.reading import decode

SOURCE = Source(
    id="agent-prompts",
    title="Prompts of agents",
    feeds=("credentials", "links", "exposures"),
    by_hand="CLAUDE.md, AGENTS.md, GEMINI.md, rules, commands and skills of a home or repository",
    blind="secrets in the standing instructions of agents",
    rank=50,
)

_NAMES = {
    "claude.md": "claude-code", "claude.local.md": "claude-code", "agents.md": "unknown",
    "gemini.md": "gemini-cli",
    ".cursorrules": "cursor", ".windsurfrules": "windsurf", ".clinerules": "cline", ".goosehints": "goose",
    "copilot-instructions.md": "vscode", "skill.md": "claude-code",
}  # fmt: skip
_FOLDERS = {
    (".claude", "commands"): "claude-code", (".claude", "output-styles"): "claude-code",
    (".cursor", "rules"): "cursor", (".windsurf", "rules"): "windsurf", (".github", "prompts"): "vscode",
    (".github", "chatmodes"): "vscode", (".gemini", "commands"): "gemini-cli",
}  # fmt: skip


def claims(page: Page) -> bool:
    """A file of one of those names or folders."""
    return _client(page) is not None


def _client(page: Page) -> str | None:
    named = _NAMES.get(page.parts[-1])
    if named is not None or len(page.parts) < 3:
        return named
    return _FOLDERS.get((page.parts[-3], page.parts[-2]))


def read(page: Page, into: Rows) -> None:
    """Secrets by line."""
    sheet = Sheet(page, into, _client(page) or "unknown")
    literals.text(sheet, decode(page.data), 1, "prompt")
    writing.covered(sheet, "credentials")
