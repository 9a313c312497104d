"""Where clients keep what they start: folders of editors, extensions, managed settings, profiles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sources.agents.documents import File, claiming, framed, read, rows
from tests.sources.agents.strange import found, mark, servers

CODE_STORAGE = ".config/Code/User/globalStorage"


@pytest.mark.parametrize(
    ("place", "path", "document", "source", "agent"),
    [
        (
            "home",
            "Library/Application Support/ClaudeCode/managed-mcp.json",
            {"mcpServers": servers(41)},
            "claude-code",
            "claude-code",
        ),
        ("home", ".claude/plugins/cache/mk/p/1.0/.mcp.json", servers(42), "claude-code", "claude-code"),
        (
            "home",
            ".claude/plugins/cache/mk/p/.claude-plugin/plugin.json",
            {"name": "p", "mcpServers": servers(43)},
            "claude-code",
            "claude-code",
        ),
        (
            "home",
            f"{CODE_STORAGE}/rooveterinaryinc.roo-cline/settings/mcp_settings.json",
            {"mcpServers": servers(44)},
            "cline",
            "cline",
        ),
        (
            "home",
            f"{CODE_STORAGE}/kilocode.kilo-code/settings/mcp_settings.json",
            {"mcpServers": servers(45)},
            "cline",
            "cline",
        ),
        ("repository", ".roo/mcp.json", {"mcpServers": servers(46)}, "cline", "cline"),
        (
            "repository",
            ".kiro/settings/mcp.json",
            {"mcpServers": servers(47)},
            "kiro",
            "kiro",
        ),
        (
            "home",
            ".qwen/settings.json",
            {"theme": 1, "mcpServers": servers(48)},
            "mcp-config",
            ".qwen/unknown",
        ),
        (
            "home",
            ".config/Cursor/User/settings.json",
            {"mcpServers": servers(49)},
            "mcp-config",
            ".config/Cursor/User/unknown",
        ),
        (
            "home",
            ".config/amp/settings.json",
            {"amp.mcpServers": servers(50)},
            "amp",
            "amp",
        ),
        ("home", ".config/github-copilot/intellij/mcp.json", {"servers": servers(51)}, "vscode", "vscode"),
        ("home", ".copilot/mcp-config.json", {"mcpServers": servers(52)}, "copilot-cli", "copilot"),
        (
            "home",
            ".gemini/antigravity/mcp_config.json",
            {"mcpServers": servers(53)},
            "mcp-config",
            ".gemini/antigravity/unknown",
        ),
        ("home", ".config/opencode/opencode.json", {"mcp": servers(54)}, "opencode", "opencode"),
        ("repository", ".opencode/opencode.jsonc", {"mcp": servers(55)}, "opencode", "opencode"),
        ("repository", ".crush.json", {"mcp": servers(56)}, "opencode", "crush"),
        ("home", ".local/share/crush/crush.json", {"mcp": servers(57)}, "opencode", "crush"),
    ],
)
def test_places_of_clients(place: str, path: str, document: Any, source: str, agent: str) -> None:
    text = json.dumps(document)
    assert claiming(File("", place, path, text)) == [source]  # type: ignore[arg-type]
    into = read(File("", place, path, text))  # type: ignore[arg-type]
    assert rows(into, "agents", "key", kind="client") == [(f"agent:plant/{agent}",)]
    assert rows(into, "tools", "package", name="x") == [("@acme/x",)]
    assert len(rows(into, "exposures", "at")) == 1
    framed(into)


@pytest.mark.parametrize(
    "path", [".claude/settings.json", ".vscode/settings.json", ".config/Code/User/settings.json"]
)
def test_settings_of_known_clients_stay_with_their_readers(path: str) -> None:
    assert "mcp-config" not in claiming(
        File("", "home", path, json.dumps({"mcpServers": servers(58), "mcp": {}}))
    )


def test_dotted_keys_profiles_and_switched_off_servers_of_codex() -> None:
    text = f"""
mcp_servers.dot.command = "uvx"
mcp_servers.dot.args = ["dot-mcp==1.2"]
mcp_servers.dot.env.API_KEY = "{mark(59)}"
mcp_servers."two words" = {{ url = "https://q.example/mcp", http_headers = {{ X-Api-Key = "{mark(60)}" }} }}
[mcp_servers.off]
command = "npx"
args = ["off"]
enabled = false
[profiles.fast]
approval_policy = "never"
"""
    assert found("home", ".codex/config.toml", text) == (
        {"dot": "dot-mcp", "two words": "q.example:443", "off": "off"},
        ["/mcp_servers/dot/env/API_KEY", "/mcp_servers/two words/http_headers/X-Api-Key"],
    )
    into = read(File("", "home", ".codex/config.toml", text))
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("mode", "never", "/profiles/fast/approval_policy")
    ]
    assert rows(into, "tools", "name", enabled=False) == [("off",)]


def test_anchors_merges_and_tags_of_goose() -> None:
    text = f"""
base: &base
  type: stdio
  envs: &envs {{API_KEY: {mark(61)}}}
extensions:
  a: {{<<: *base, cmd: uvx, args: [a-mcp]}}
  b: {{<<: *base, cmd: npx, args: ["-y", "b-mcp@1.0.0"], enabled: false}}
  c: !!map
    type: !!str streamable_http
    uri: https://c.example/mcp
    headers: {{Authorization: !!str "Bearer {mark(62)}"}}
"""
    assert found("home", ".config/goose/config.yaml", text) == (
        {"a": "a-mcp", "b": "b-mcp", "c": "c.example:443"},
        [
            "/base/envs/API_KEY",
            "/extensions/a/envs/API_KEY",
            "/extensions/b/envs/API_KEY",
            "/extensions/c/headers/Authorization",
        ],
    )


def test_managed_settings_may_lie_in_a_folder_of_their_own() -> None:
    text = json.dumps({"permissions": {"deny": ["WebFetch"]}})
    into = read(File("", "home", "etc/claude-code/managed-settings.d/10-web.json", text))
    assert rows(into, "permissions", "effect", "rule", "layer") == [("deny", "WebFetch", "managed")]


def test_an_extension_of_claude_desktop_is_one_server_in_two_files() -> None:
    folder = "Library/Application Support/Claude"
    manifest = {
        "name": "files",
        "server": {
            "type": "node",
            "mcp_config": {
                "command": "node",
                "args": ["${__dirname}/i.js"],
                "env": {"API_KEY": "${user_config.key}"},
            },
        },
    }
    bundle = read(File("", "home", f"{folder}/Claude Extensions/ant.x/manifest.json", json.dumps(manifest)))
    given = {"isEnabled": False, "userConfig": {"api_key": mark(63)}}
    settings = read(File("", "home", f"{folder}/Claude Extensions Settings/ant.x.json", json.dumps(given)))
    key = "tool:plant/claude-desktop/ant.x"
    assert rows(bundle, "tools", "key", kind="mcp-server") == [(key,)]
    assert rows(settings, "tools", "key", "enabled", kind="mcp-server") == [(key, False)]
    assert rows(settings, "exposures", "at") == [("/userConfig/api_key",)]
    assert rows(bundle, "exposures", "at") == []


def test_what_opencode_allows_by_tool_and_pattern() -> None:
    document = {
        "permission": {"edit": "ask", "bash": {"*": "allow", "git push*": "deny"}, "odd": 3},
        "agent": {"review": {"permission": {"webfetch": "deny"}}, "bad": None},
    }
    into = read(File("", "repository", "opencode.json", json.dumps(document)))
    parent, child = "agent:plant/opencode", "agent:plant/opencode/review"
    assert rows(into, "permissions", "subject", "effect", "rule") == [
        (parent, "ask", "edit"),
        (parent, "allow", "bash(*)"),
        (parent, "deny", "bash(git push*)"),
        (child, "deny", "webfetch"),
    ]
    assert rows(into, "links", "from_", "to", kind="delegates") == [(parent, child)]
    assert [why for (why,) in rows(into, "coverage", "why", state="partial")] == ["is no rule", "is no agent"]
    whole = read(File("", "repository", "opencode.json", '{"permission": "allow"}'))
    assert rows(whole, "permissions", "effect", "rule", "at") == [("mode", "allow", "/permission")]
