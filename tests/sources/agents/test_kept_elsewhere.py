"""Values that a configuration leaves to a store of secrets, a variable or a file; and Aider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posture.estate.build import build
from posture.settings import Settings
from posture.sources.gather import gather
from tests.sources.agents.documents import File, read, rows
from tests.sources.agents.strange import mark

OP = "op://Team/GitHub/token"


@pytest.mark.parametrize(
    ("path", "document", "at"),
    [
        (
            "home/.config/Claude/claude_desktop_config.json",
            {
                "mcpServers": {
                    "g": {"command": "op", "args": ["run", "--", "g-mcp"], "env": {"GITHUB_TOKEN": OP}}
                }
            },
            "/mcpServers/g/env/GITHUB_TOKEN",
        ),
        (
            "repository/.mcp.json",
            {"mcpServers": {"g": {"type": "http", "url": "https://g.example", "headers": {"X-Key": OP}}}},
            "/mcpServers/g/headers/X-Key",
        ),
        ("home/.claude/settings.json", {"env": {"GITHUB_TOKEN": OP, "LEVEL": "high"}}, "/env/GITHUB_TOKEN"),
    ],
)
def test_an_address_in_a_store_of_secrets_is_a_credential_that_lies_there(
    path: str, document: dict[str, Any], at: str
) -> None:
    place, _, inside = path.partition("/")
    into = read(File("", place, inside, json.dumps(document)))  # type: ignore[arg-type]
    key = f"variable:plant/{OP}"
    assert rows(into, "references", "at", "name", "syntax", "credential") == [(at, OP, "store", key)]
    assert rows(into, "credentials", "store", "exposure", key=key) == [("secret-manager", "managed")]
    assert len(rows(into, "links", "from_", kind="holds", to=key)) == 1
    assert rows(into, "exposures", "at") == []


@pytest.mark.parametrize(
    "value", ["https://op.example/x", "file:///etc/key", "optional://", "arn:aws:iam::1:role/x"]
)
def test_other_addresses_are_none(value: str) -> None:
    into = read(File("", "repository", ".mcp.json", json.dumps(
        {"mcpServers": {"g": {"command": "g", "env": {"G_TOKEN_URL": value}}}})))  # fmt: skip
    assert rows(into, "references", "name", syntax="store") == []


def test_what_opencode_fills_in_is_referred_to() -> None:
    into = read(File("", "repository", "opencode.json", json.dumps({
        "provider": {
            "one": {"options": {"apiKey": "{env:ONE_API_KEY}", "baseURL": "https://one.example/v1"}},
            "two": {"options": {"apiKey": "{file:~/.secrets/two}"}},
        },
        "mcp": {"far": {"type": "remote", "url": "https://far.example/mcp?region={env:REGION}",
                        "headers": {"Authorization": "Bearer {env:FAR}"}}},
    })))  # fmt: skip
    assert sorted(rows(into, "references", "at", "name", "syntax", "credential")) == [
        ("/mcp/far/headers/Authorization", "FAR", "env", "variable:plant/FAR"),
        ("/mcp/far/url", "REGION", "env", None),
        ("/provider/one/options/apiKey", "ONE_API_KEY", "env", "variable:plant/ONE_API_KEY"),
        ("/provider/two/options/apiKey", "~/.secrets/two", "file", "variable:plant/~/.secrets/two"),
    ]
    assert rows(into, "credentials", "store", key="variable:plant/~/.secrets/two") == [("file",)]
    assert rows(into, "exposures", "at") == []


AIDER = f"""
model: sonnet
openai-api-key: {mark(1)}
anthropic-api-key: sk-ant-api03-{mark(2)}{mark(3)}
api-key:
  - gemini={mark(4)}
set-env:
  - AZURE_API_KEY={mark(5)}
  - OPENAI_API_VERSION=2024-02-01
openai-api-base: https://models.example/v1
yes-always: true
auto-test: true
test-cmd: make test
lint-cmd:
  - "python: ruff check"
read: [CONVENTIONS.md, docs/rules.md]
# weak: deepseek_api_key: {mark(6)}
"""


@pytest.mark.parametrize("place", ["home", "repository"])
def test_aider_is_an_agent_with_its_keys_and_commands(place: Any) -> None:
    into = read(File("aider", place, ".aider.conf.yml", AIDER))
    agent = "agent:plant/aider"
    assert rows(into, "agents", "key", "platform", "kind", "model") == [(agent, "aider", "client", "sonnet")]
    assert sorted(str(at) for (at,) in rows(into, "exposures", "at")) == [
        "/anthropic-api-key", "/api-key/0", "/openai-api-key", "/set-env/0", "line 17",
    ]  # fmt: skip
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("mode", "yes-always", "/yes-always"),
        ("allow", "shell(python: ruff check)", "/lint-cmd/0"),
        ("allow", "shell(make test)", "/test-cmd"),
    ]
    assert rows(into, "references", "at", "name", "syntax", "credential") == [
        ("", ".env", "env-file", None),
        ("/read/0", "CONVENTIONS.md", "file", None),
        ("/read/1", "docs/rules.md", "file", None),
    ]
    assert [key for (key,) in rows(into, "systems", "key")] == ["saas:models.example:443"]
    assert "FAKED" not in repr(into.tables)


@pytest.mark.parametrize(
    ("settings", "commands"),
    [
        ("auto-lint: false\nlint-cmd: make lint\ntest-cmd: make test\n", []),
        ("lint-cmd: make lint\n", ["shell(make lint)"]),
        ("auto-test: true\ntest-cmd: pytest -q\n", ["shell(pytest -q)"]),
    ],
)
def test_aider_runs_by_itself_what_is_switched_on(settings: str, commands: list[str]) -> None:
    into = read(File("aider", "repository", "sub/.aider.conf.yml", settings))
    assert [rule for (rule,) in rows(into, "permissions", "rule", effect="allow")] == commands
    assert rows(into, "agents", "key") == [("agent:plant/sub/aider",)]


def test_aider_holds_what_the_file_of_variables_beside_it_sets(tmp_path: Path) -> None:
    (tmp_path / "web" / ".git").mkdir(parents=True)
    (tmp_path / "web" / ".aider.conf.yml").write_text("model: sonnet\nyes-always: true\n")
    (tmp_path / "web" / ".env").write_text(f"OPENROUTER_API_KEY={mark(9)}\n")
    estate = build(gather([tmp_path]).rows, (), Settings()).estate
    held = estate["links"].filter(kind="holds", **{"from": "agent:web/aider"})["to"].to_list()
    assert held == ["secret:web/.env#line 1"]
    assert estate["agents"]["autonomy"].to_list() == ["semi"]


def test_a_program_that_gives_the_headers_signs_in() -> None:
    entry = {"type": "http", "url": "http://far.example/mcp", "headersHelper": "/opt/headers.sh"}
    into = read(File("", "repository", ".mcp.json", json.dumps({"mcpServers": {"far": entry}})))
    assert rows(into, "tools", "authentication", name="far") == [("custom",)]
    assert rows(into, "references", "at", "syntax", "credential") == [
        ("/mcpServers/far/headersHelper", "helper", "variable:plant/headersHelper")
    ]
    assert rows(into, "links", "from_", kind="holds") == [("tool:plant/claude-code/far",)]


def test_entries_of_the_program_s_own_configuration_are_referred_to() -> None:
    agent = (
        "type: chat_completion_agent\nname: H\nmodel:\n  id: ${OpenAI:ChatModelId}\n"
        "  connection:\n    api_key: ${OpenAI:ApiKey}\n"
    )
    into = read(File("", "repository", "agent.yaml", agent))
    assert rows(into, "references", "at", "name", "syntax", "credential") == [
        ("/model/id", "OpenAI:ChatModelId", "config-key", None),
        ("/model/connection/api_key", "OpenAI:ApiKey", "config-key", "variable:plant/OpenAI:ApiKey"),
    ]
