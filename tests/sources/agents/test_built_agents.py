"""Agents that are drawn, kept by a service or by a cluster, and the files that start them."""

from __future__ import annotations

import json

import pytest

from tests.sources.agents.documents import File, Rows, document, read, rows


def _used(into: Rows, agent: str) -> list[str]:
    return [
        str(to).partition(":")[2]
        for (to,) in rows(into, "links", "to", kind="uses-tool", from_=f"agent:plant/{agent}")
    ]


def test_amp_asks_allows_and_lacks_what_its_settings_say() -> None:
    into = read(document("amp"))
    assert _used(into, "amp")[-1:] == ["plant/amp/kiln"]
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("ask", "Bash(*git push*)", "/amp.permissions/0"),
        ("allow", "mcp__kiln__*", "/amp.permissions/2"),
        ("mode", "dangerouslyAllowAll", "/amp.dangerouslyAllowAll"),
        ("deny", "web_search", "/amp.tools.disable/0"),
    ]
    assert rows(into, "coverage", "at", state="partial") == [("/amp.permissions/1",)]


def test_librechat_is_one_client_with_its_servers_and_models() -> None:
    into = read(document("librechat"))
    assert rows(into, "tools", "name", "transport", "host", kind="mcp-server") == [
        ("wiki", "sse", "wiki.plant.example:443")
    ]
    assert rows(into, "references", "name", "at") == [
        ("WIKI_TOKEN", "/mcpServers/wiki/headers/Authorization"), ("GROQ_KEY", "/endpoints/custom/0/apiKey"),
    ]  # fmt: skip
    assert ("calls", "agent:plant/chat/librechat") in rows(into, "links", "kind", "from_")


def test_a_recipe_of_goose_is_an_agent() -> None:
    recipe = """version: 1.0.0
title: Triage
prompt: Triage it
extensions:
  - {type: stdio, name: hub, cmd: hub-mcp, args: [stdio], env_keys: [HUB_TOKEN]}
  - {type: builtin, name: developer}
settings: {goose_model: sonnet}
"""
    into = read(File("goose", "repository", "recipes/triage.yaml", recipe))
    assert rows(into, "agents", "key", "kind", "model") == [
        ("agent:plant/recipes/goose/Triage", "agent", "sonnet")
    ]
    assert _used(into, "recipes/goose/Triage") == ["plant/recipes/goose/hub", "plant/recipes/goose/developer"]
    assert rows(into, "references", "name", "at") == [("HUB_TOKEN", "/extensions/0/env_keys/0")]
    assert rows(into, "tools", "key", runs_code=True) == [("tool:plant/recipes/goose/developer",)]


def test_an_app_of_dify_and_the_agents_in_its_workflow() -> None:
    into = read(document("dify"))
    assert rows(into, "agents", "key", "model") == [
        ("agent:plant/apps/dify/Order helper", "gpt-4o"), ("agent:plant/apps/dify/Router", "gpt-4o-mini"),
    ]  # fmt: skip
    assert rows(into, "tools", "name", "enabled", kind="connector") == [
        ("google_search", True), ("cancel", False), ("current_time", True),
    ]  # fmt: skip
    assert _used(into, "apps/dify/Router") == [
        "plant/apps/dify/current_time",
        "plant/apps/dify/desk.plant.example",
    ]
    hosts = {key for (key,) in rows(into, "systems", "key")}
    assert hosts == {"saas:desk.plant.example:443", "saas:crm.plant.example:443"}
    assert rows(into, "exposures", "at") == [("/workflow/environment_variables/0/value",)]
    assert rows(into, "coverage", "at", state="partial") == [("/model_config/agent_mode/tools/2",)]


def test_a_chat_of_dify_without_an_agent_has_none() -> None:
    app = "app: {mode: chat, name: x}\nkind: app\nmodel_config: {model: {name: gpt-4o}}\n"
    into = read(File("dify", "repository", "x.yml", app))
    assert rows(into, "agents", "key") == []


def test_flows_of_flowise_new_and_old() -> None:
    into = read(document("flowise"))
    assert rows(into, "agents", "key", "model") == [
        ("agent:plant/flows/flowise/Press", "gpt-4o"),
        ("agent:plant/flows/flowise/Old", None),
        ("agent:plant/flows/flowise/Old", "gpt-4"),
    ]
    assert _used(into, "flows/flowise/Press") == [
        "plant/flows/flowise/customMCP",
        "plant/flows/flowise/brave",
    ]
    assert _used(into, "flows/flowise/Old") == ["plant/flows/flowise/Get"]
    assert rows(into, "tools", "name", "package", kind="mcp-server") == [("customMCP", "@plant/lamp")]
    held = rows(into, "credentials", "name", provider="flowise")
    assert held == [("9c1f-1",), ("9c1f-2",), ("9c1f-3",)]
    assert [key for (key,) in rows(into, "systems", "key")] == ["saas:crm.plant.example:443"]
    place = "/nodes/0/data/inputs/agentTools/0/agentSelectedToolConfig/mcpServerConfig"
    assert rows(into, "exposures", "at") == [(place,)]
    assert "FAKED" not in repr(into.tables)


def test_flows_of_langflow() -> None:
    into = read(document("langflow"))
    agent = "flows/langflow/Keeper"
    assert rows(into, "agents", "key", "model") == [
        (f"agent:plant/{agent}", "gpt-4o"), ("agent:plant/flows/langflow/ToolCallingAgent", None),
    ]  # fmt: skip
    assert _used(into, agent) == ["plant/flows/langflow/fs", "plant/flows/langflow/Calculator"]
    assert rows(into, "links", "to", kind="delegates", from_=f"agent:plant/{agent}") == [
        ("agent:plant/flows/langflow/ToolCallingAgent",)
    ]
    assert rows(into, "references", "name", "at") == [
        ("OPENAI_KEY", "/data/nodes/0/data/node/template/other/value")
    ]
    assert rows(into, "exposures", "at") == [("/data/nodes/0/data/node/template/api_key/value",)]


def test_assistants_of_a_service() -> None:
    into = read(document("assistants"))
    assert rows(into, "agents", "name", "model", "at") == [
        ("Hotel", "gpt-4o", "/data/0"), ("Desk", "gpt-5", "/data/1/versions/latest/definition"),
    ]  # fmt: skip
    assert _used(into, "assistants/Hotel") == [
        "plant/assistants/code_interpreter", "plant/assistants/book", "plant/assistants/rooms",
    ]  # fmt: skip
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("allow", "find", "/data/0/tools/3/allowed_tools/0"),
        ("allow", "book", "/data/0/tools/3/allowed_tools/1"),
        ("allow", "find", "/data/0/tools/3/require_approval/never/tool_names/0"),
        ("mode", "never", "/data/1/versions/latest/definition/tools/0/require_approval"),
    ]
    assert rows(into, "exposures", "at") == [("/data/0/tools/3/headers/Authorization",)]
    assert rows(into, "tools", "name", runs_code=True) == [("code_interpreter",)]
    assert rows(into, "coverage", "at", state="partial") == [("/data/0/tools/2",)]


def test_an_agent_of_the_starter_kit_runs_as_its_role() -> None:
    into = read(document("agentcore-starter"))
    assert rows(into, "links", "from_", "to", kind="runs-as") == [
        ("agent:plant/web/agentcore/finder", "arn:aws:iam::111122223333:role/Finder")
    ]
    assert rows(into, "tools", "name", "authentication", kind="connector") == [
        ("finder endpoint", "iam"), ("open endpoint", "oauth"),
    ]  # fmt: skip
    assert rows(into, "coverage", "at", state="partial") == [("/agents/broken",)]


def test_a_bundle_asks_a_person_for_its_key() -> None:
    into = read(document("mcp-bundle"))
    assert rows(into, "agents", "key") == []
    assert rows(into, "tools", "name", "transport", kind="mcp-server") == [("hello", "stdio")]
    assert rows(into, "references", "name", "syntax", "at") == [
        ("user_config.api_key", "input", "/server/mcp_config/env/API_KEY"),
        ("user_config.level", "input", "/server/mcp_config/env/LEVEL"),
    ]
    assert rows(into, "credentials", "name") == [("user_config.api_key",)]


def test_resources_of_kagent() -> None:
    into = read(document("kagent"))
    fixer = "agent:plant/kagent/ops/fixer"
    assert rows(into, "agents", "key", "model") == [(fixer, "gpt-4o")]
    assert rows(into, "tools", "name", "transport", kind="mcp-server") == [
        ("ops/tools", "http"),
        ("ops/old", "stdio"),
    ]
    assert rows(into, "links", "kind", "to", from_=fixer) == [
        ("runs-as", f"kubernetes:{into.tables['scopes'][0]['key']}:service-account:ops/fixer-sa"),
        ("holds", "variable:plant/openai"),
        ("uses-tool", "tool:plant/kagent/ops/tools"),
        ("delegates", "agent:plant/kagent/ops/helper"),
    ]
    assert rows(into, "tools", "name", kind="operation") == [("get",), ("delete",)]
    assert rows(into, "references", "name", "at") == [
        ("mcp-token", "doc:0:/spec/headersFrom/0"), ("openai", "doc:3:/spec/apiKeySecret"),
    ]  # fmt: skip
    assert rows(into, "exposures", "at") == [("doc:1:/spec/config/stdio/env/OLD_TOKEN",)]


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("compose.yaml", "services: {a: {environment: {TOKEN: Kx9vFAKED40mQz7Lw}}}",
         ["/services/a/environment/TOKEN"]),
        ("docker-compose.yml", "services: {DEPLOY_TOKEN: Kx9vFAKED41mQz7Lw}\n---\na: 1\n",
         ["doc:0:/services/DEPLOY_TOKEN"]),
        ("chart/values-prod.yaml", "env: {DB_PASSWORD: Kx9vFAKED42mQz7Lw}\n", ["/env/DB_PASSWORD"]),
        ("main.tf", 'provider "x" {\n  api_key = "Kx9vFAKED43mQz7LwPd4"\n  token = var.t\n}\n', ["line 2"]),
        ("infra/prod.tfvars", 'db_password = "Kx9vFAKED44mQz7Lw"\n', ["line 1"]),
        ("compose.yaml", "services: {a: {environment: {TOKEN: '${TOKEN}'}}}", []),
    ],
)  # fmt: skip
def test_secrets_in_files_that_say_how_services_run(path: str, text: str, places: list[str]) -> None:
    into = read(File("deployment-files", "repository", path, text))
    assert [at for (at,) in rows(into, "exposures", "at", surface="private-repository")] == places
    assert "FAKED" not in repr(into.tables)


def test_jobs_of_gitlab_and_the_agents_in_them() -> None:
    into = read(document("gitlab-pipeline"))
    assert rows(into, "identities", "name", "provider") == [
        ("gitlab-ci/review", "gitlab"), ("gitlab-ci/build", "gitlab"),
    ]  # fmt: skip
    agent = "agent:plant/gitlab-ci/review"
    assert rows(into, "agents", "key", "kind", "autonomy") == [(agent, "ci-agent", "autonomous")]
    assert rows(into, "links", "to", kind="runs-as") == [("pipeline:plant/gitlab-ci/review",)]
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("mode", "bypassPermissions", "/review/script")
    ]
    assert rows(into, "references", "name", "at") == [
        ("DB_PASSWORD", "/review/secrets/DB_PASSWORD"),
        ("TEAM_ANTHROPIC_KEY", "/review/variables/ANTHROPIC_API_KEY"),
    ]
    assert rows(into, "exposures", "at", "surface") == [("/variables/DEPLOY_TOKEN", "private-repository")]


def test_a_workflow_of_a_name_like_a_service_is_read_once() -> None:
    job = "on: push\njobs: {a: {runs-on: x, steps: [{run: x, env: {TOKEN: Kx9vFAKED45mQz7Lw}}]}}\n"
    into = read(File("", "repository", ".github/workflows/compose.yml", job))
    assert len(rows(into, "exposures", "at")) == 1


@pytest.mark.parametrize(
    ("place", "path", "text", "found"),
    [
        ("home", ".cursor/cli-config.json", {"approvalMode": "allowlist", "sandbox": {"mode": "disabled"}},
         [("mode", "allowlist"), ("sandbox", "disabled")]),
        ("home", ".config/opencode/opencode.json",
         {"tools": {"bash": False, "read": True}, "agent": {"r": {"tools": {"edit": False}}}},
         [("deny", "bash"), ("deny", "edit")]),
        ("repository", ".aider.conf.yml", {"auto-test": True, "test-cmd": "make test"},
         [("allow", "shell(make test)")]),
    ],
)  # fmt: skip
def test_what_settings_allow_and_take_away(
    place: str, path: str, text: object, found: list[tuple[str, str]]
) -> None:
    into = read(File("", place, path, json.dumps(text)))  # type: ignore[arg-type]
    assert rows(into, "permissions", "effect", "rule") == found


def test_a_list_of_what_gemini_may_use_switches_the_rest_off() -> None:
    settings = {"tools": {"core": ["ReadFileTool", "run_shell_command(ls)"]}}
    into = read(File("", "home", ".gemini/settings.json", json.dumps(settings)))
    assert rows(into, "tools", "name", enabled=False) == [("write_file",), ("web_fetch",)]


def test_the_place_of_a_command_that_is_one_text_is_its_own() -> None:
    into = read(File("", "repository", ".aider.conf.yml", "lint-cmd: [a, b]\nread: notes.md\n"))
    assert rows(into, "permissions", "at") == [("/lint-cmd/0",), ("/lint-cmd/1",)]
    assert ("notes.md", "/read") in rows(into, "references", "name", "at")


@pytest.mark.parametrize(
    ("path", "text", "hosts"),
    [
        (".config/zed/settings.json", '{"language_models": {"ollama": {"api_url": "http://llm.plant.example:11434"}}}',
         ["saas:llm.plant.example:11434"]),
        (".config/goose/config.yaml", "DATABRICKS_HOST: https://acme.databricks.example\n",
         ["saas:acme.databricks.example:443"]),
    ],
)  # fmt: skip
def test_where_models_are_asked(path: str, text: str, hosts: list[str]) -> None:
    into = read(File("", "home", path, text))
    assert [key for (key,) in rows(into, "systems", "key")] == hosts


@pytest.mark.parametrize(
    "llm", ['"openai/gpt-4o"', '{"model": "openai/gpt-4o", "api_key": "${OPENAI_API_KEY}"}']
)
def test_the_model_of_a_crew_is_a_name_or_a_map(llm: str) -> None:
    crew = f'{{"agents": [{{"name": "editor", "role": "Editor", "goal": "Edit", "llm": {llm}}}]}}'
    into = read(File("", "repository", "crew.jsonc", crew))
    assert rows(into, "agents", "name", "model") == [("editor", "openai/gpt-4o")]


def test_where_a_server_was_picked_from_is_no_end_of_it() -> None:
    entry = {"type": "http", "url": "https://lamp.plant.example/mcp", "gallery": "https://list.plant.example"}
    into = read(File("", "repository", ".vscode/mcp.json", json.dumps({"servers": {"lamp": entry}})))
    assert rows(into, "systems", "key") == [("saas:lamp.plant.example:443",)]
