"""Files of further readers, as documents.py holds them: source, place, path, text."""

from __future__ import annotations

from typing import Literal

MORE: tuple[tuple[str, Literal["home", "repository", "folder"], str, str], ...] = (
    ("copilot-cli", "home", ".copilot/mcp-config.json", """
{"mcpServers": {"hub": {"type": "http", "url": "https://hub.plant.example/mcp", "tools": ["read"],
                        "headers": {"X-Api-Key": "${HUB_KEY}", "X-Old-Key": "FAKED31mQz7Kw2Lx9Vt4"}}}}"""),
    ("copilot-agents", "repository", ".github/agents/press.agent.md", """---
description: Use when: the press stops
tools: ["read", "lamp/on", "hub/*"]
model: [GPT-5, Sonnet]
mcp-servers:
  lamp:
    type: local
    command: npx
    args: ["-y", "@plant/lamp@2.0.0"]
    env:
      LAMP_TOKEN: ${{ secrets.COPILOT_MCP_LAMP }}
      LAMP_HOST: $COPILOT_MCP_LAMP_HOST
---
The password is: `FAKED32-Zq8Lx2Vt7Rb`
"""),
    ("kiro", "repository", ".kiro/settings/mcp.json", """
{"mcpServers": {"kiln": {"url": "https://kiln.plant.example/mcp", "autoApprove": ["heat"],
                         "headers": {"Authorization": "Bearer ${KILN_TOKEN}"}}}}"""),
)  # fmt: skip
