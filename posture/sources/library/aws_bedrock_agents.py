"""Agents that AWS runs: Bedrock agents with their action groups, AgentCore runtimes, gateways and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from posture.model import keys
from posture.model.classes import Classes
from posture.model.text import plain
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.action_groups import operations
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import text
from posture.sources.aws.listed import dig, read_leading, runs_as
from posture.sources.contract import Page, Rows, Source
from posture.sources.times import moment

_CORE = "bedrock-agentcore-control"
SOURCE = Source(
    id="aws-bedrock-agents",
    title="Bedrock agents and AgentCore",
    feeds=("agents", "tools", "links", "safeguards"),
    by_hand="aws bedrock-agent get-agent, get-agent-action-group; aws bedrock-agentcore-control get-gateway, "
    "get-gateway-target, get-agent-runtime",
    blind="which functions the agents that AWS runs call, and who may call their gateways",
    provider="aws",
    calls=(
        asks("bedrock-agent", "list_agent_action_groups", "bedrock:ListAgentActionGroups",
             each="list_agents:/agentSummaries/*", takes={"agentId": "/agentId"},
             arguments={"agentVersion": "DRAFT"}),
        asks("bedrock-agent", "list_agent_action_groups", "bedrock:ListAgentActionGroups",
             each="list_agents:/agentSummaries/*",
             takes={"agentId": "/agentId", "agentVersion": "/latestAgentVersion"}),
        asks("bedrock-agent", "get_agent_action_group", "bedrock:GetAgentActionGroup",
             each="list_agent_action_groups:/actionGroupSummaries/*",
             takes={"agentId": "request/agentId", "agentVersion": "request/agentVersion",
                    "actionGroupId": "/actionGroupId"}),
        asks(_CORE, "list_gateways", "bedrock-agentcore:ListGateways"),
        asks(_CORE, "get_gateway", "bedrock-agentcore:GetGateway", each="list_gateways:/items/*",
             takes={"gatewayIdentifier": "/gatewayId"}),
        asks(_CORE, "list_gateway_targets", "bedrock-agentcore:ListGatewayTargets",
             each="list_gateways:/items/*", takes={"gatewayIdentifier": "/gatewayId"}),
        asks(_CORE, "get_gateway_target", "bedrock-agentcore:GetGatewayTarget",
             each="list_gateway_targets:/items/*",
             takes={"gatewayIdentifier": "request/gatewayIdentifier", "targetId": "/targetId"}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_AGENT, _GROUP = "bedrock-agent:GetAgent", "bedrock-agent:GetAgentActionGroup"
_RUNTIME, _GATEWAY, _TARGET = (
    f"{_CORE}:{name}" for name in ("GetAgentRuntime", "GetGateway", "GetGatewayTarget")
)
_KNOWN = {
    _AGENT: "agent",
    _GROUP: "agentActionGroup",
    _RUNTIME: "agentRuntimeArn",
    _GATEWAY: "gatewayUrl",
    _TARGET: "targetConfiguration",
}
_LISTS = {
    "bedrock-agent:ListAgentActionGroups": "bedrock:action-group",
    f"{_CORE}:ListGateways": "bedrock-agentcore:gateway",
    f"{_CORE}:ListGatewayTargets": "bedrock-agentcore:gateway-target",
}
"""What each lists; of these only a manifest, a name or the call beside the answer tells which one it is."""
_CLAIMED = _KNOWN | dict.fromkeys(_LISTS, "")
_RUNS_CODE = ("AMAZON.CodeInterpreter", "ANTHROPIC.Bash", "ANTHROPIC.Computer")
_WRITES_FILES = "ANTHROPIC.TextEditor"
_GONE = ("DELETING", "DELETE_UNSUCCESSFUL")
_CALLERS = {"CUSTOM_JWT": "oauth", "AWS_IAM": "iam", "NONE": "none", "AUTHENTICATE_ONLY": "bearer"}
_PASSED_ON = "JWT_PASSTHROUGH"
_INVOKES = int(Classes.WRITE)
"""What AWS calls the access level of invoking a function."""

Fields = Mapping[str, Any]


def claims(page: Page) -> bool:
    """Answers that list or describe agents, groups, runtimes, gateways and targets."""
    return claims_any(page, _CLAIMED)


def read(page: Page, into: Rows) -> None:
    """An agent under the ARN that also runs as its role; a tool per group and gateway, and what it calls."""
    account = stated_account(page)
    agents: dict[str, str] = {}
    for answer in calls(page, _CLAIMED):
        if answer.call in _LISTS:
            read_leading(page, answer, _LISTS[answer.call], into)
            continue
        body = unpacked(answer.body)
        if not isinstance(body, Mapping):
            continue
        inner = body.get(_KNOWN[answer.call])
        if answer.call == _AGENT and isinstance(inner, Mapping):
            _agent(into, f"{answer.at}/agent", inner, "bedrock", "agent", account)
            agents[text(inner, "agentId")] = text(inner, "agentArn")
        elif answer.call == _RUNTIME:
            _agent(into, answer.at, body, "agentcore", "agentRuntime", account)
        elif answer.call == _GROUP and isinstance(inner, Mapping):
            user = agents.get(text(inner, "agentId")) or _user(inner, answer, account)
            _group(into, f"{answer.at}/agentActionGroup", inner, user)
        elif answer.call == _GATEWAY:
            _gateway(into, answer.at, body, account)
        elif answer.call == _TARGET:
            _target(into, answer.at, body, account)


def _agent(into: Rows, at: str, fields: Fields, platform: str, word: str, account: str) -> None:
    key = text(fields, f"{word}Arn")
    if not key:
        return
    state = text(fields, "agentStatus") or text(fields, "status")
    into.add(
        "agents",
        at,
        key=key,
        scope=scope_of(key, account),
        name=text(fields, f"{word}Name"),
        platform=platform,
        kind="agent",
        state="deleted" if state in _GONE else "active",
        model=text(fields, "foundationModel") or None,
        created=moment(fields.get("createdAt")),
    )
    guardrail = dig(fields, "guardrailConfiguration.guardrailIdentifier")
    if isinstance(guardrail, str) and guardrail:
        version = text(fields["guardrailConfiguration"], "guardrailVersion")
        into.add(
            "safeguards",
            f"{at}/guardrailConfiguration",
            subject=key,
            kind="guardrail",
            mode="enforce",
            evidence=plain(f"{guardrail}:{version}" if version else guardrail),
        )


def _user(group: Fields, answer: Recorded, account: str) -> str:
    """The agent of an action group, which names it by its id alone."""
    called = dig(group, "actionGroupExecutor.lambda")
    own = account or (keys.arn_account(called) if isinstance(called, str) else "")
    return f"arn:aws:bedrock:{answer.region}:{own}:agent/{text(group, 'agentId')}" if own else ""


def _group(into: Rows, at: str, fields: Fields, user: str) -> None:
    name = text(fields, "actionGroupName")
    if not user or not name:
        into.problem("", "tools", at, "one action group is set aside: nothing says whose it is")
        return
    key = f"tool:{user}/{name}"
    built_in = text(fields, "parentActionSignature")
    code = built_in in _RUNS_CODE
    scope = scope_of(user, "")
    columns = {"effects": _INVOKES, "claimed": True} if built_in == _WRITES_FILES else {}
    into.add(
        "tools",
        at,
        key=key,
        scope=scope,
        name=name,
        kind="action-group",
        enabled=text(fields, "actionGroupState") != "DISABLED",
        authentication="iam",
        **({"runs_code": True, "obtains": True} if code else columns),
    )
    into.add("links", at, kind="uses-tool", from_=user, to=key, because="its action group")
    operations(into, at, fields, key, scope)
    _calls(into, f"{at}/actionGroupExecutor/lambda", key, dig(fields, "actionGroupExecutor.lambda"))


def _gateway(into: Rows, at: str, fields: Fields, account: str) -> None:
    arn, role = text(fields, "gatewayArn"), text(fields, "roleArn")
    if not arn:
        return
    scope = scope_of(arn, account)
    caller = text(fields, "authorizerType")
    into.add(
        "tools",
        at,
        key=_tool(arn),
        scope=scope,
        name=text(fields, "name"),
        kind="mcp-server",
        transport="http",
        enabled=text(fields, "status") not in _GONE,
        host=_host(text(fields, "gatewayUrl")) or None,
        authentication=_CALLERS.get(caller, "unknown") if caller else None,
        beyond_loopback=True,
    )
    if role:
        runs_as(into, f"{at}/roleArn", _tool(arn), role, scope)


def _host(url: str) -> str:
    try:
        return plain(urlsplit(url).hostname or "")
    except ValueError:
        # Half an IPv6 address in brackets.
        return ""


def _target(into: Rows, at: str, fields: Fields, account: str) -> None:
    gateway, name = text(fields, "gatewayArn"), text(fields, "name") or text(fields, "targetId")
    if not gateway or not name:
        return
    key = f"{_tool(gateway)}/{name}"
    given = fields.get("credentialProviderConfigurations")
    types = (
        [text(one, "credentialProviderType") for one in given if isinstance(one, Mapping)]
        if isinstance(given, list)
        else None
    )
    into.add(
        "tools",
        at,
        key=key,
        scope=scope_of(gateway, account),
        name=name,
        kind="operation",
        parent=_tool(gateway),
        passes_token=None if types is None else _PASSED_ON in types,
    )
    _calls(
        into,
        f"{at}/targetConfiguration/mcp/lambda/lambdaArn",
        key,
        dig(fields, "targetConfiguration.mcp.lambda.lambdaArn"),
    )


def _calls(into: Rows, at: str, tool: str, function: Any) -> None:
    if isinstance(function, str) and function.startswith("arn:"):
        # A version or an alias is of the function that is listed without it.
        to = plain(":".join(function.split(":")[:7]), 2048)
        into.add(
            "links", at, kind="calls", from_=tool, to=to, classes=_INVOKES, because="it invokes the function"
        )


def _tool(arn: str) -> str:
    return f"tool:{arn}"
