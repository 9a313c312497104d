"""Stores in which clients keep the tokens of a sign-in: that they are there, and never what they hold."""

from __future__ import annotations

from posture.model import keys
from posture.sources.agents import clients
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="agent-token-stores",
    title="Token stores of agent clients",
    feeds=("credentials", "links"),
    by_hand="files such as ~/.gemini/mcp-oauth-tokens.json, ~/.codex/auth.json, ~/.claude/.credentials.json",
    blind="tokens at rest that a client signed in with",
    ends=(".json",),
    rank=45,
)

_STORES = {
    ".gemini/mcp-oauth-tokens.json": "gemini-cli",
    ".gemini/oauth_creds.json": "gemini-cli",
    ".codex/auth.json": "codex-cli",
    ".codex/.credentials.json": "codex-cli",
    ".claude/.credentials.json": "claude-code",
}


def claims(page: Page) -> bool:
    """A file of that name and place."""
    return clients.tail(page, *_STORES) is not None


def read(page: Page, into: Rows) -> None:
    """One credential per store; the file is not parsed."""
    end = next(end for end in _STORES if clients.tail(page, end) is not None)
    sheet = Sheet(page, into, _STORES[end], clients.tail(page, end) or "")
    key = keys.secret(page.label, "")
    sheet.put(
        "credentials", "", key=key, scope=sheet.scope, kind="oauth-grant", name=page.path.name, store="file",
        exposure="at-rest", holder="human", holder_basis="kind",
    )  # fmt: skip
    sheet.put("links", "", kind="stored-at", from_=key, to=sheet.scope, because=f"the store {page.label}")
    user = keys.agent(sheet.root, sheet.client.id)
    sheet.put("links", "", kind="holds", from_=user, to=key, because="signs in with what the store holds")
