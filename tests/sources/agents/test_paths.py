"""Which client a path belongs to, and how servers of several files of one client are told apart."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.sources.agents.documents import File, claiming, read, rows

SERVERS = '{"mcpServers": {"x": {"command": "x-mcp"}}}'
EDITOR = '{"servers": {"x": {"command": "x-mcp"}}}'


@pytest.mark.parametrize(
    ("kind", "path", "text", "source", "key"),
    [
        ("home", "AppData/Roaming/Claude/claude_desktop_config.json", SERVERS, "claude-desktop",
         "claude-desktop/x"),
        ("home", "Library/Application Support/Claude/claude_desktop_config.json", SERVERS, "claude-desktop",
         "claude-desktop/x"),
        ("folder", "etc/claude-code/managed-mcp.json", SERVERS, "claude-code", "claude-code/x"),
        ("repository", "web/.mcp.json", SERVERS, "claude-code", "web/claude-code/x"),
        ("home", ".claude/plugins/cache/shop/lamp/1.0/.mcp.json", '{"x": {"command": "x-mcp"}}',
         "claude-code",
         "claude-code/x (plug-in lamp)"),
        ("home", ".claude/plugins/cache/shop/lamp/.claude-plugin/plugin.json", SERVERS, "claude-code",
         "claude-code/x (plug-in lamp)"),
        ("home", ".copilot/mcp-config.json", SERVERS, "copilot-cli", "copilot/x"),
        ("home", ".config/Code/User/mcp.json", EDITOR, "vscode", "vscode/x"),
        ("home", "Library/Application Support/Code - Insiders/User/mcp.json", EDITOR, "vscode", "vscode/x"),
        ("home", ".config/Code/User/profiles/ab12/mcp.json", EDITOR, "vscode", "vscode/x (profile ab12)"),
        ("home", ".config/Code/User/settings.json", f'{{"mcp": {EDITOR}}}', "vscode", "vscode/x"),
        ("repository", ".vscode/settings.json", f'{{"mcp": {EDITOR}}}', "vscode", "vscode/x"),
        ("repository", "packages/a/.cursor/mcp.json", SERVERS, "cursor", "packages/a/cursor/x"),
        ("home", ".codeium/windsurf-next/mcp_config.json", SERVERS, "windsurf", "windsurf/x"),
        ("home",
         "AppData/Roaming/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
         SERVERS, "cline", "cline/x"),
        ("home", ".gemini/extensions/e/gemini-extension.json", SERVERS.replace("{", '{"name": "e", ', 1),
         "gemini-cli",
         "gemini-cli/x (extension e)"),
        ("home", ".codex/work.config.toml", '[mcp_servers.x]\ncommand = "x-mcp"\n', "codex-cli",
         "codex-cli/x (profile work)"),
        ("repository", ".continue/mcpServers/p.yaml", "mcpServers: [{name: x, command: x-mcp}]\n",
         "continue-dev",
         "continue/x"),
        ("repository", ".continue/mcpServers/copy.json", SERVERS, "continue-dev", "continue/x (copy)"),
        ("home", ".continue/config.yaml", "mcpServers: [{command: npx, args: [late-mcp]}]\n", "continue-dev",
         "continue/late-mcp"),
        ("home", "AppData/Roaming/Block/goose/config/config.yaml",
         "extensions: {x: {type: stdio, cmd: x-mcp}}\n",
         "goose", "goose/x"),
        ("home", ".aws/amazonq/mcp.json", SERVERS, "amazon-q", "amazon-q/x"),
        ("repository", ".amazonq/cli-agents/bot.json", SERVERS, "amazon-q", "amazon-q/x (bot)"),
        ("home", ".config/zed/settings.json", '{"context_servers": {"x": {"command": {"path": "x-mcp"}}}}',
         "zed", "zed/x"),
        ("folder", "mcp.json", SERVERS, "mcp-config", "unknown/x"),
        ("repository", "tools/lamp.json", SERVERS, "mcp-config", "tools/unknown/x"),
    ],
)  # fmt: skip
def test_a_path_decides_the_client(
    kind: Literal["home", "repository", "folder"], path: str, text: str, source: str, key: str
) -> None:
    file = File(source, kind, path, text)
    assert claiming(file) == [source]
    assert rows(read(file), "tools", "key", kind="mcp-server") == [(f"tool:plant/{key}",)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".cursor/notes.json", SERVERS[:-1].replace("mcpServers", "servers") + "}"),
        ("settings.json", "{}"),
        ("package.json", '{"name": "mcpServers"}'),
        ("README.md", "mcpServers"),
        ("config.toml", "[mcp_servers.x]\n"),
        ("other.yaml", "kind: nothing\n"),
    ],
)
def test_a_file_of_nobody_is_left_alone(path: str, text: str) -> None:
    assert claiming(File("", "repository", path, text)) == []
