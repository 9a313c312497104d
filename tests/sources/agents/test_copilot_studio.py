"""Agents of Copilot Studio: a folder of files, each with a part of one agent."""

from __future__ import annotations

import pytest

from tests.sources.agents.documents import File, Rows, document, read, rows

AGENT = "agent:plant/bots/copilot-studio/Helpdesk"


def _read(path: str, text: str) -> Rows:
    return read(File("", "repository", f"bots/Helpdesk/{path}", text))


def test_a_tool_that_runs_with_its_makers_connection_holds_it() -> None:
    into = read(document("copilot-studio"))
    tool = "tool:plant/bots/copilot-studio/Jira"
    assert rows(into, "tools", "key", "kind", "transport") == [(tool, "mcp-server", "http")]
    held = "copilot-studio:plant/bots:connection:cr_jira"
    assert rows(into, "links", "kind", "from_", "to", "because") == [
        ("uses-tool", AGENT, tool, "its folder holds the tool"),
        ("holds", tool, held, "runs with its maker's connection"),
    ]
    assert rows(into, "credentials", "key", "store", "exposure") == [(held, "vault", "managed")]


def test_a_tool_that_runs_with_the_callers_connection_holds_none() -> None:
    action = "{kind: InvokeConnectorTaskAction, connectionReference: c, operationId: SendEmailV2, %s}"
    into = _read(
        "actions/Mail.mcs.yml",
        f"kind: TaskDialog\naction: {action % 'connectionProperties: {mode: Invoker}'}",
    )
    assert rows(into, "tools", "name", "kind") == [("SendEmailV2", "connector")]
    assert rows(into, "credentials", "key") == []
    into = _read("actions/Mail.mcs.yml", f"kind: TaskDialog\naction: {action % 'x: 1'}")
    assert rows(into, "links", "because", kind="holds") == [("names the connection",)]


def test_what_the_agent_is_and_who_may_talk_to_it() -> None:
    into = _read(
        "agent.mcs.yml",
        "kind: GptComponentMetadata\ndisplayName: Help\naISettings: {model: {modelNameHint: GPT41}}",
    )
    assert rows(into, "agents", "key", "name", "model", "kind") == [
        (AGENT, "Help", "GPT41", "framework-agent")
    ]
    assert rows(into, "tools", "key") == []


@pytest.mark.parametrize(
    ("settings", "authentication"),
    [
        ("authenticationMode: None", "none"),
        ("authenticationMode: Integrated\nauthenticationTrigger: Always", "oauth"),
        ("authenticationMode: Integrated\nauthenticationTrigger: AsNeeded", None),
        ("language: 1033", None),
    ],
)
def test_whom_it_asks_to_sign_in(settings: str, authentication: str | None) -> None:
    into = _read("settings.mcs.yml", f"displayName: Help\n{settings}\n")
    assert rows(into, "agents", "key") == [(AGENT,)]
    assert rows(into, "tools", "name", "authentication", kind="connector") == [
        ("Helpdesk endpoint", authentication)
    ]


def test_what_a_topic_calls_and_sends() -> None:
    topic = """kind: AdaptiveDialog
beginDialog:
  actions:
    - kind: HttpRequestAction
      url: https://crm.plant.example/api
      headers: {X-Api-Key: Zq8FAKED74xK8wPv3LmT9rY}
"""
    into = _read("topics/Lookup.mcs.yml", topic)
    assert rows(into, "links", "from_", "to", kind="calls") == [(AGENT, "saas:crm.plant.example:443")]
    assert rows(into, "exposures", "at") == [("/beginDialog/actions/0/headers/X-Api-Key",)]
    assert rows(into, "agents", "key") == []
