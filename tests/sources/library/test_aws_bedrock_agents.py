"""Agents that AWS runs: what they are, which tools they have, and which functions those call."""

import json

import pytest

from posture.assess.reading import Asked
from posture.assess.reading import read as assessed
from posture.graph.answers import answers

ACCOUNT, REGION = "111122223333", "eu-west-1"
AGENT = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:agent/AGENT1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/agent"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
GATEWAY = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:gateway/shop-1"
RUNTIME = f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:runtime/desk-1"
TOOL = f"tool:{AGENT}/orders"


def recorded(operation, response, service="bedrock-agent"):
    return {"service": service, "operation": operation, "region": REGION, "response": response}


def group(**more):
    return recorded(
        "GetAgentActionGroup",
        {
            "agentActionGroup": {
                "agentId": "AGENT1",
                "agentVersion": "DRAFT",
                "actionGroupName": "orders",
                "actionGroupState": "ENABLED",
                "actionGroupExecutor": {"lambda": f"{FUNCTION}:live"},
                **more,
            }
        },
    )


def core(operation, **response):
    return recorded(operation, response, "bedrock-agentcore-control")


BEDROCK = recorded(
    "GetAgent",
    {
        "agent": {
            "agentId": "AGENT1",
            "agentArn": AGENT,
            "agentName": "desk",
            "agentStatus": "PREPARED",
            "foundationModel": "some.model",
            "agentResourceRoleArn": ROLE,
        }
    },
)


def test_an_agent_its_action_group_and_the_function_that_it_calls(read):
    found = read("aws_bedrock_agents", [BEDROCK, group()])
    assert found.of("agents", "key", "platform", "name", "state", "model") == [
        (AGENT, "bedrock", "desk", "active", "some.model")
    ]
    assert found.of("tools", "key", "kind", "name", "enabled") == [(TOOL, "action-group", "orders", True)]
    assert found.of("links", "kind", "from", "to", "classes") == [
        ("uses-tool", AGENT, TOOL, None),
        ("calls", TOOL, FUNCTION, 2),
    ]


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("AMAZON.CodeInterpreter", (True, True)),
        ("ANTHROPIC.Bash", (True, True)),
        ("AMAZON.UserInput", (None, None)),
    ],
)
def test_a_group_that_runs_code_obtains_what_it_reads(read, signature, expected):
    given = group(parentActionSignature=signature, actionGroupExecutor={"customControl": "RETURN_CONTROL"})
    found = read("aws_bedrock_agents", [given])
    assert found.of("tools", "runs_code", "obtains") == [expected]
    assert found.of("links", "kind") == [("uses-tool",)]


def test_a_runtime_is_an_agent(read):
    found = read(
        "aws_bedrock_agents",
        [core("GetAgentRuntime", agentRuntimeArn=RUNTIME, agentRuntimeName="desk", status="DELETING")],
    )
    assert found.of("agents", "key", "platform", "state") == [(RUNTIME, "agentcore", "deleted")]


@pytest.mark.parametrize(
    ("given", "expected"), [("NONE", "none"), ("CUSTOM_JWT", "oauth"), ("AWS_IAM", "iam")]
)
def test_a_gateway_and_who_may_call_it(read, given, expected):
    url = "https://shop-1.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp"
    found = read(
        "aws_bedrock_agents",
        [
            core(
                "GetGateway",
                gatewayArn=GATEWAY,
                name="shop",
                gatewayUrl=url,
                authorizerType=given,
                roleArn=ROLE,
            )
        ],
    )
    assert found.of("tools", "key", "kind", "authentication", "beyond_loopback", "host") == [
        (
            f"tool:{GATEWAY}",
            "mcp-server",
            expected,
            True,
            "shop-1.gateway.bedrock-agentcore.eu-west-1.amazonaws.com",
        )
    ]
    assert found.of("links", "kind", "from", "to") == [("runs-as", f"tool:{GATEWAY}", ROLE)]


def test_a_target_calls_its_function_or_passes_its_callers_token_on(read):
    targets = [
        core(
            "GetGatewayTarget",
            gatewayArn=GATEWAY,
            targetId="T1",
            name="orders",
            targetConfiguration={"mcp": {"lambda": {"lambdaArn": FUNCTION}}},
            credentialProviderConfigurations=[{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
        ),
        core(
            "GetGatewayTarget",
            gatewayArn=GATEWAY,
            targetId="T2",
            name="crm",
            targetConfiguration={"mcp": {"mcpServer": {"endpoint": "https://crm.example/mcp"}}},
            credentialProviderConfigurations=[{"credentialProviderType": "JWT_PASSTHROUGH"}],
        ),
        core("GetGatewayTarget", gatewayArn=GATEWAY, targetId="T3", targetConfiguration={}),
    ]
    found = read("aws_bedrock_agents", targets)
    assert found.of("tools", "key", "parent", "passes_token") == [
        (f"tool:{GATEWAY}/orders", f"tool:{GATEWAY}", False),
        (f"tool:{GATEWAY}/crm", f"tool:{GATEWAY}", True),
        (f"tool:{GATEWAY}/T3", f"tool:{GATEWAY}", None),
    ]
    assert found.of("links", "kind", "from", "to") == [("calls", f"tool:{GATEWAY}/orders", FUNCTION)]


def test_a_list_says_that_it_is_whole(read):
    entry = {"path": "a.json", "call": "bedrock-agentcore-control:ListGateways", "region": REGION}
    manifest = {"source": "aws", "scope": ACCOUNT, "collected_at": "", "files": [entry]}
    found = read("aws_bedrock_agents", {"items": []}, "a.json", kind="snapshot", manifest=manifest)
    assert found.of("coverage", "table", "state", "why") == [
        ("systems/bedrock-agentcore:gateway", "complete", REGION)
    ]


def test_the_agent_reaches_the_function_and_counts_once_for_its_role(tmp_path):
    trust = {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
    role = {"RoleName": "agent", "Arn": ROLE, "AssumeRolePolicyDocument": trust}
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []}
    (tmp_path / "details.json").write_text(json.dumps(details))
    functions = {"Functions": [{"FunctionArn": FUNCTION, "FunctionName": "orders", "Role": ROLE}]}
    inventory = [BEDROCK, group(), recorded("ListFunctions", functions, "lambda")]
    (tmp_path / "inventory.json").write_text(json.dumps(inventory))
    estate = assessed(Asked((tmp_path,), fingerprint_key=b"k")).built.estate
    running = estate["links"].filter(kind="runs-as", to=ROLE)["from"].to_list()
    assert sorted(running) == [AGENT, FUNCTION]
    reach = answers(estate).reach
    assert set(reach.select("origin", "system").iter_rows()) == {(AGENT, FUNCTION)}
