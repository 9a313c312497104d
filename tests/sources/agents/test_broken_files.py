"""Files that break off or are torn: what stands is read, and nothing behind the fault looks like health."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posture.estate.build import build
from posture.model.errors import Unreadable
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import Gathered, gather
from tests.sources.agents.documents import File, read, rows
from tests.sources.agents.strange import mark

TWO = f"""{{
  "mcpServers": {{
    "a": {{"command": "npx", "args": ["-y", "@acme/a@1.0.0"], "env": {{"TOKEN": "{mark(1)}"}}}},
    "b": {{"command": "npx", "args": ["-y", "@acme/b"], "env": {{"TOKEN": "{mark(2)}"}}}}
  }}
}}"""
A, B = ("a", "@acme/a", True), ("b", "@acme/b", True)


@pytest.mark.parametrize(
    ("text", "servers", "places"),
    [
        (TWO + "}", [A, B], ["/mcpServers/a/env/TOKEN", "/mcpServers/b/env/TOKEN"]),
        (TWO + '\n  }, "x": 1', [A, B], ["/mcpServers/a/env/TOKEN", "/mcpServers/b/env/TOKEN"]),
        (TWO.rstrip("}\n "), [A, ("b", None, None)], ["/mcpServers/a/env/TOKEN", "line 4"]),
        (TWO[:-2].rstrip("}\n "), [A, ("b", None, None)], ["/mcpServers/a/env/TOKEN", "line 4"]),
        (TWO[:-2], [A, B], ["/mcpServers/a/env/TOKEN", "/mcpServers/b/env/TOKEN"]),
        (TWO.replace("}},", "}}"), [A], ["/mcpServers/a/env/TOKEN", "line 4"]),
        (TWO.replace("}},", "}},,"), [A], ["/mcpServers/a/env/TOKEN", "line 4"]),
        (TWO.replace('"env": {"TOKEN": "Zq2', '"disabled": tru, "env": {"TOKEN": "Zq2'),
         [A, ("b", None, None)], ["/mcpServers/a/env/TOKEN", "line 4"]),
    ],
)  # fmt: skip
def test_servers_before_the_fault_are_whole_and_the_one_in_it_is_only_named(
    text: str, servers: list[tuple[Any, ...]], places: list[str]
) -> None:
    into = read(File("", "home", ".cursor/mcp.json", text))
    assert rows(into, "tools", "name", "package", "enabled", kind="mcp-server") == servers
    assert sorted(str(at) for (at,) in rows(into, "exposures", "at")) == places
    assert "FAKED" not in repr(into.tables)


def test_the_same_in_yaml_and_toml() -> None:
    goose = (
        "extensions:\n  a: {type: stdio, cmd: npx, args: ['@acme/a']}\n"
        f"  b:\n    type: stdio\n    cmd: uvx\n    envs:\n      TOKEN: '{mark(3)}\n"
    )
    into = read(File("", "home", ".config/goose/config.yaml", goose))
    assert rows(into, "tools", "name", "package", kind="mcp-server") == [("a", "@acme/a"), ("b", None)]
    assert rows(into, "exposures", "at") == [("line 7",)]
    codex = (
        '[mcp_servers.a]\ncommand = "npx"\nargs = ["@acme/a"]\n'
        f'[mcp_servers.b]\ncommand = "uvx"\nenv = {{ TOKEN = "{mark(4)}", }}\nargs = [\n'
    )
    into = read(File("", "home", ".codex/config.toml", codex))
    assert rows(into, "tools", "name", "package", kind="mcp-server") == [("a", "@acme/a"), ("b", None)]
    assert rows(into, "exposures", "at") == [("/mcp_servers/b/env/TOKEN",)]


def _gathered(folder: Path, files: dict[str, str]) -> Gathered:
    for name, text in files.items():
        path = folder / "ana" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return gather([], homes=[folder / "ana"])


def test_coverage_says_where_reading_stopped(tmp_path: Path) -> None:
    found = _gathered(tmp_path, {".cursor/mcp.json": TWO + "}"})
    (item,) = [item for item in found.inputs if item.source == "cursor"]
    assert (item.outcome, item.why, item.do) == (
        "partial",
        "read only to line 6, column 2: more follows where the document is complete",
        "correct the file there: what follows is unknown",
    )
    coverage = found.rows.frame("coverage")
    told = {
        (row["table"], row["why"])
        for row in coverage.iter_rows(named=True)
        if row["state"] == "partial" and row["scope"] == "home:ana"
    }
    why = f"ana/.cursor/mcp.json: {item.why}"
    assert told == {(table, why) for table in next(
        one.SOURCE.feeds for one in registry.every() if one.SOURCE.id == "cursor"
    )}  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "autonomy"),
    [
        ('{"permissions": {"allow": ["Read"], "defaultMode": "plan"}}', "approved"),
        ('{"permissions": {"allow": ["Read"]}}', "approved"),
        ('{"permissions": {"allow": ["Read"],, "defaultMode": "bypassPermissions"}}', None),
        ('{"permissions": {"defaultMode": "bypassPermissions",, "allow": []}}', "autonomous"),
        ('"permissions": {"defaultMode": "bypassPermissions"}}', None),
    ],
)
def test_what_a_client_does_by_default_is_no_answer_where_its_settings_break_off(
    tmp_path: Path, settings: str, autonomy: str | None
) -> None:
    mcp = json.dumps({"mcpServers": {"a": {"command": "npx", "args": ["@acme/a"]}}})
    found = _gathered(tmp_path, {".claude/settings.json": settings, ".claude.json": mcp})
    estate = build(found.rows, (), Settings()).estate
    agents = {row["key"]: row["autonomy"] for row in estate["agents"].iter_rows(named=True)}
    assert agents == {"agent:ana/claude-code": autonomy}


@pytest.mark.parametrize("cut", ["sandbox_mode = ", "[sandbox_workspace_write]\nnetwork_access = tru"])
def test_no_sandbox_is_taken_for_closed_where_its_settings_break_off(tmp_path: Path, cut: str) -> None:
    text = 'approval_policy = "never"\n' + ('sandbox_mode = "workspace-write"\n' if "[" in cut else "") + cut
    found = _gathered(tmp_path, {".codex/config.toml": text})
    estate = build(found.rows, (), Settings()).estate
    boxed = estate["safeguards"].filter(kind="sandbox").select("mode", "egress").rows()
    assert boxed == ([("enforce", None)] if "[" in cut else [])


def test_a_card_that_breaks_off_says_nothing_of_what_it_lacks() -> None:
    card = '{"name": "x", "url": "https://x.example", "capabilities": {}, "skills": [{"id": "s"}], "sec'
    with pytest.raises(Unreadable):
        read(File("", "repository", ".well-known/agent-card.json", card))
