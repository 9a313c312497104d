"""Settings that the starter kit of Bedrock AgentCore keeps beside an agent: its role, and who may call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import frameworks, outside, writing
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="agentcore-starter",
    title="AgentCore starter kit",
    feeds=("agents", "identities", "tools", "credentials", "links"),
    by_hand=".bedrock_agentcore.yaml of a repository",
    blind="agents that a repository deploys to AgentCore, and the roles that they run as",
    ends=(".bedrock_agentcore.yaml",),
    rank=40,
)


def claims(page: Page) -> bool:
    """A file of that name."""
    return page.parts[-1] == ".bedrock_agentcore.yaml"


def read(page: Page, into: Rows) -> None:
    """One agent per entry, with the role that it is deployed with."""
    sheet, document = frameworks.opened(page, into, "agentcore")
    listed = document.get("agents")
    for name, entry in listed.items() if isinstance(listed, Mapping) else ():
        at = f"/agents/{escaped(str(name))}"
        if isinstance(entry, Mapping):
            _agent(sheet, at, text(entry.get("name")) or str(name), entry)
        else:
            sheet.problem(at, "is no agent")
    frameworks.finished(sheet, document)


def _agent(sheet: Sheet, at: str, name: str, entry: Mapping[str, Any]) -> None:
    user = writing.agent(sheet, at, name, "framework-agent")
    sheet.own(at, user)
    arn = text(below(entry, "aws").get("execution_role"))
    if arn is not None and keys.arn_account(arn):
        outside.role(sheet, user, f"{at}/aws/execution_role", arn, "execution_role")
    # Without an authorizer the service asks for signed requests.
    authorizer = below(entry, "authorizer_configuration")
    signed = "authorizer_configuration" in entry and not authorizer
    writing.endpoint(
        sheet, at, user, name, "it is deployed as a service", enabled=True,
        authentication="oauth" if authorizer else "iam" if signed else None,
    )  # fmt: skip
