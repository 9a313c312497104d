"""Agents that AWS runs: what they are, which tools they have, and which functions those call."""

import json

import pytest

from posture.assess.reading import Asked
from posture.assess.reading import read as assessed
from posture.checks import consumers
from posture.checks.added import view
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
    assert sorted(running) == [AGENT, FUNCTION, TOOL]
    found = answers(estate)
    used = consumers.of_identities(view(estate, found)).filter(key=ROLE)["other"]
    assert sorted(used) == [AGENT, FUNCTION]
    reach = found.reach
    assert set(reach.select("origin", "system").iter_rows()) == {(AGENT, FUNCTION)}


def test_an_agent_reaches_what_the_role_of_its_function_reaches(tmp_path):
    worker, bucket = f"arn:aws:iam::{ACCOUNT}:role/worker", "arn:aws:s3:::orders"
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket}/*"}

    def role(name, service, *statements):
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        own = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}] if statements else []
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        return {"RoleName": name, "Arn": arn, "AssumeRolePolicyDocument": {"Statement": [trust]},
                "RolePolicyList": own}  # fmt: skip

    roles = [role("agent", "bedrock.amazonaws.com"), role("worker", "lambda.amazonaws.com", reads)]
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []}
    (tmp_path / "details.json").write_text(json.dumps(details))
    functions = {"Functions": [{"FunctionArn": FUNCTION, "FunctionName": "orders", "Role": worker}]}
    inventory = [BEDROCK, group(), recorded("ListFunctions", functions, "lambda")]
    (tmp_path / "inventory.json").write_text(json.dumps(inventory))
    estate = assessed(Asked((tmp_path,), fingerprint_key=b"k")).built.estate
    running = estate["links"].filter(kind="runs-as", to=worker)
    assert sorted(running["from"].to_list()) == [FUNCTION, TOOL]
    found = answers(estate)
    ways = found.reach.filter(origin=AGENT).select("system", "certain", "possible")
    # What the function does on behalf of its callers, nobody lists: its role's rights are possible.
    assert {system: (sure, maybe) for system, sure, maybe in ways.iter_rows()}[bucket] == (0, 1)
    used = consumers.of_identities(view(estate, found))
    assert used.filter(key=worker)["other"].to_list() == [FUNCTION]


def test_a_guardrail_holds_the_agent_back(read):
    agent = {**BEDROCK["response"]["agent"],
             "guardrailConfiguration": {"guardrailIdentifier": "g1", "guardrailVersion": "3"}}  # fmt: skip
    found = read("aws_bedrock_agents", [recorded("GetAgent", {"agent": agent})])
    assert found.of("safeguards", "subject", "kind", "mode", "evidence") == [
        (AGENT, "guardrail", "enforce", "g1:3")
    ]
    assert read("aws_bedrock_agents", [BEDROCK]).of("safeguards") == []


def test_functions_that_a_person_has_to_confirm(read):
    functions = [
        {"name": "refund", "requireConfirmation": "ENABLED"},
        {"name": "look", "requireConfirmation": "DISABLED"},
        {"name": "say"},
        {"description": "lost"},
    ]
    found = read("aws_bedrock_agents", [group(functionSchema={"functions": functions})])
    assert found.of("tools", "key", "kind", "parent")[1:] == [
        (f"{TOOL}/{name}", "operation", TOOL) for name in ("refund", "look", "say")
    ]
    assert found.of("safeguards", "subject", "kind", "mode", "strength", "bound_to_action") == [
        (f"{TOOL}/refund", "approval", "enforce", "lightweight", True),
        (f"{TOOL}/look", "approval", "off", "none", False),
        (f"{TOOL}/say", "approval", "off", "none", False),
    ]


@pytest.mark.parametrize("spelt", [json.dumps, lambda document: "# orders\n" + json.dumps(document)])
def test_operations_of_an_interface_that_a_person_has_to_confirm(read, spelt):
    paths = {
        "/refund": {"post": {"operationId": "refund", "x-requireConfirmation": "ENABLED"}},
        "/look": {"get": {}, "parameters": []},
    }
    found = read("aws_bedrock_agents", [group(apiSchema={"payload": spelt({"paths": paths})})])
    assert found.of("safeguards", "subject", "mode") == [
        (f"{TOOL}/refund", "enforce"),
        (f"{TOOL}/GET /look", "off"),
    ]
    broken = read("aws_bedrock_agents", [group(apiSchema={"payload": "{"})])
    assert broken.of("safeguards") == []


def test_a_gateway_with_half_an_address_is_read_without_its_host(read):
    found = read(
        "aws_bedrock_agents",
        [
            core(
                "GetGateway",
                gatewayArn=GATEWAY,
                name="shop",
                gatewayUrl="https://u:p@[::1",
                authorizerType="NONE",
            )
        ],
    )
    assert found.of("tools", "authentication", "host") == [("none", None)]
