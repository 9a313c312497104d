"""Agents, modes and skills that Markdown defines, and the clients that read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posture.model.errors import Unreadable
from tests.sources.agents.documents import File, document, read, rows

CLAUDE = "agent:plant/claude-code"


def test_a_colon_in_its_description_hides_no_subagent() -> None:
    text = """---
name: picker
description: Use when: it broke. user: "help"
tools: Read, Bash(git diff:*, git log:*), mcp__ledger__query
permissionMode: bypassPermissions
hooks:
  Stop:
    - hooks: [{type: command, command: ./done.sh}]
---
x
"""
    into = read(File("", "repository", ".claude/agents/picker.md", text))
    picker = f"{CLAUDE}/picker"
    assert rows(into, "permissions", "effect", "rule", "at", subject=picker) == [
        ("mode", "bypassPermissions", "/permissionMode"),
        ("hook", "./done.sh", "/hooks/Stop/0/hooks/0/command"),
    ]
    used = {str(to).rpartition("/")[2] for (to,) in rows(into, "links", "to", kind="uses-tool", from_=picker)}
    assert used == {"Read", "Bash", "ledger"}
    assert rows(into, "coverage", "at", state="partial") == [("/description",)]


def test_a_subagent_whose_head_is_broken_is_not_read_but_its_secrets_are() -> None:
    text = "---\nname: a\ntools: [Read\nx: {token: FAKED33-Zq8Lx2Vt7Rb4Mn}\n---\n"
    into_text = File("", "repository", ".claude/agents/a.md", text)
    with pytest.raises(Unreadable):
        read(into_text)


@pytest.mark.parametrize(
    ("head", "rules"),
    [
        ("allowed-tools: Bash(git push:*), Read", ["Bash(git push:*)", "Read"]),
        ("allowed-tools:\n  - Bash(make *)", ["Bash(make *)"]),
        ("allowed-tools: Read\ndisable-model-invocation: true", []),
        ("description: Read", []),
    ],
)
def test_a_skill_may_use_unasked_what_it_says(head: str, rules: list[str]) -> None:
    into = read(
        File("", "repository", "web/.claude/skills/ship/SKILL.md", f"---\nname: ship\n{head}\n---\nGo.\n")
    )
    found = rows(into, "permissions", "rule", effect="allow", subject="agent:plant/web/claude-code")
    assert [rule for (rule,) in found] == rules


def test_a_custom_agent_of_copilot_has_its_servers_and_tools() -> None:
    into = read(document("copilot-agents"))
    agent = "agent:plant/copilot/press"
    assert rows(into, "agents", "key", "model", "selection", kind="subagent") == [
        (agent, "GPT-5", "allow-list")
    ]
    used = {str(to).rpartition("/")[2] for (to,) in rows(into, "links", "to", kind="uses-tool", from_=agent)}
    assert used == {"lamp (press)", "hub", "view"}
    assert rows(into, "tools", "name", "package", "pin", kind="mcp-server") == [
        ("lamp", "@plant/lamp", "exact")
    ]
    assert rows(into, "references", "name", "at") == [
        ("COPILOT_MCP_LAMP", "/mcp-servers/lamp/env/LAMP_TOKEN"),
        ("COPILOT_MCP_LAMP_HOST", "/mcp-servers/lamp/env/LAMP_HOST"),
    ]
    assert rows(into, "exposures", "surface", "at") == [("prompt", "line 14")]


@pytest.mark.parametrize(
    ("tools", "selection", "used"),
    [
        ("tools: ['*']", "free", ["runInTerminal", "readFile", "editFiles", "fetch"]),
        ("description: x", "free", ["runInTerminal", "readFile", "editFiles", "fetch"]),
        ("tools: ['codebase', 'edit/createFile']", "allow-list", ["editFiles"]),
        ("tools: []", "allow-list", []),
    ],
)
def test_a_chat_mode_uses_what_it_lists(tools: str, selection: str, used: list[str]) -> None:
    into = read(File("", "repository", ".github/chatmodes/plan.chatmode.md", f"---\n{tools}\n---\nPlan.\n"))
    agent = "agent:plant/vscode/plan"
    assert rows(into, "agents", "selection", key=agent) == [(selection,)]
    found = [str(to).rpartition("/")[2] for (to,) in rows(into, "links", "to", kind="uses-tool", from_=agent)]
    assert sorted(found) == sorted(used)


def test_copilots_command_line_resolves_variables_and_offers_what_is_listed() -> None:
    into = read(document("copilot-cli"))
    assert rows(into, "references", "name", "at") == [("HUB_KEY", "/mcpServers/hub/headers/X-Api-Key")]
    assert rows(into, "exposures", "at") == [("/mcpServers/hub/headers/X-Old-Key",)]
    assert rows(into, "permissions", "effect", "rule", "at") == [("allow", "read", "/mcpServers/hub/tools/0")]
    trusting = json.dumps({"trusted_folders": ["/src"], "denied_urls": ["*.example"]})
    into = read(File("", "home", ".copilot/config.json", trusting))
    assert rows(into, "permissions", "effect", "rule", "subject") == [
        ("trust", "/src", "agent:plant/copilot"), ("deny", "*.example", "agent:plant/copilot"),
    ]  # fmt: skip


def test_kiro_is_a_client_of_its_own_and_so_are_its_agents() -> None:
    into = read(document("kiro"))
    assert rows(into, "agents", "key", "platform") == [("agent:plant/kiro", "kiro")]
    assert rows(into, "references", "name") == [("KILN_TOKEN",)]
    settings = {
        "execute_bash": {
            "allowedCommands": ["ls .*"],
            "deniedCommands": ["rm .*"],
            "autoAllowReadonly": True,
        },
        "use_aws": {"allowedServices": ["s3"]},
    }
    agent = json.dumps({"name": "ops", "tools": ["execute_bash"], "toolsSettings": settings})
    into = read(File("", "home", ".kiro/agents/ops.json", agent))
    assert rows(into, "agents", "key", "platform") == [("agent:plant/kiro/ops", "kiro")]
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("allow", "execute_bash(ls .*)", "/toolsSettings/execute_bash/allowedCommands/0"),
        ("deny", "execute_bash(rm .*)", "/toolsSettings/execute_bash/deniedCommands/0"),
    ]


def test_what_codex_runs_of_a_server_without_a_question() -> None:
    text = """[mcp_servers.crm]
url = "https://crm.plant.example/mcp"
default_tools_approval_mode = "prompt"
tools.read.approval_mode = "approve"
tools.drop.approval_mode = "prompt"
"""
    into = read(File("", "home", ".codex/config.toml", text))
    assert rows(into, "permissions", "effect", "rule", "at", server="tool:plant/codex-cli/crm") == [
        ("mode", "prompt", "/mcp_servers/crm/default_tools_approval_mode"),
        ("allow", "read", "/mcp_servers/crm/tools/read/approval_mode"),
        ("ask", "drop", "/mcp_servers/crm/tools/drop/approval_mode"),
    ]
    assert rows(into, "safeguards", "subject", "mode") == [("tool:plant/codex-cli/crm/read", "off")]


@pytest.mark.parametrize(
    ("place", "path", "agent"),
    [
        ("repository", "web/.opencode/agent/docs.md", "agent:plant/web/opencode/docs"),
        ("home", ".config/opencode/agents/docs.md", "agent:plant/opencode/docs"),
    ],
)
def test_an_agent_of_opencode_in_a_file_of_its_own(place: Any, path: str, agent: str) -> None:
    text = """---
description: Writes: docs
mode: subagent
model: sonnet
tools: {bash: false}
permission: {edit: allow}
---
Key: `Kx9vFAKED71mQz7Lw`, password: Kx9vFAKED72mQz7Lw
"""
    into = read(File("", place, path, text))
    assert rows(into, "agents", "key", "model", kind="subagent") == [(agent, "sonnet")]
    assert rows(into, "permissions", "effect", "rule", "at", subject=agent) == [
        ("allow", "edit", "/permission/edit"),
        ("deny", "bash", "/tools/bash"),
    ]
    assert rows(into, "exposures", "surface", "at") == [("prompt", "line 8")]


def test_documents_of_others_in_a_folder_of_agents_are_left_alone() -> None:
    assert read(File("", "repository", "docs/opencode/agents/notes.md", "---\nname: x\n---\n")).tables == {}


@pytest.mark.parametrize(
    ("path", "is_read"),
    [
        (".claude/commands/team/ship.md", True),
        (".claude/skills/ship/reference/hosts.md", True),
        (".github/instructions/web.instructions.md", True),
        (".kiro/steering/product.md", True),
        (".roo/rules/style.md", True),
        (".junie/guidelines.md", True),
        ("AGENT.md", True),
        (".claude/commands/run.sh", False),
        ("docs/commands/ship.md", False),
        ("rules/style.md", False),
    ],
)
def test_where_instructions_lie(path: str, is_read: bool) -> None:
    into = read(File("", "repository", path, "Log in with password: Kx9vFAKED73mQz7Lw\n"))
    assert rows(into, "exposures", "surface") == ([("prompt",)] if is_read else [])
