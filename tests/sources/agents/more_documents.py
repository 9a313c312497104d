"""Files of further readers, as documents.py holds them: source, place, path, text."""

from __future__ import annotations

from typing import Literal

MORE: tuple[tuple[str, Literal["home", "repository", "folder"], str, str], ...] = (
    ("copilot-cli", "home", ".copilot/mcp-config.json", """
{"mcpServers": {"hub": {"type": "http", "url": "https://hub.plant.example/mcp", "tools": ["read"],
                        "headers": {"X-Api-Key": "${HUB_KEY}", "X-Old-Key": "FAKED31mQz7Kw2Lx9Vt4"}}}}"""),
    ("copilot-agents", "repository", ".github/agents/press.agent.md", """---
description: Use when: the press stops
tools: ["read", "lamp/on", "hub/*"]
model: [GPT-5, Sonnet]
mcp-servers:
  lamp:
    type: local
    command: npx
    args: ["-y", "@plant/lamp@2.0.0"]
    env:
      LAMP_TOKEN: ${{ secrets.COPILOT_MCP_LAMP }}
      LAMP_HOST: $COPILOT_MCP_LAMP_HOST
---
The password is: `FAKED32-Zq8Lx2Vt7Rb`
"""),
    ("kiro", "repository", ".kiro/settings/mcp.json", """
{"mcpServers": {"kiln": {"url": "https://kiln.plant.example/mcp", "autoApprove": ["heat"],
                         "headers": {"Authorization": "Bearer ${KILN_TOKEN}"}}}}"""),
    ("amp", "home", ".config/amp/settings.json", """
{"amp.mcpServers": {"kiln": {"url": "https://kiln.plant.example/mcp"}},
 "amp.permissions": [{"tool": "Bash", "matches": {"cmd": "*git push*"}, "action": "ask"}, {"action": "allow"},
                     {"tool": "mcp__kiln__*", "action": "allow"}, {"tool": "Read", "action": "delegate"}],
 "amp.dangerouslyAllowAll": true, "amp.tools.disable": ["web_search"]}"""),
    ("librechat", "repository", "chat/librechat.yaml", """
endpoints:
  custom:
    - {name: groq, apiKey: "${GROQ_KEY}", baseURL: "https://api.groq.example/v1"}
mcpServers:
  wiki: {url: "https://wiki.plant.example/sse", headers: {Authorization: "Bearer ${WIKI_TOKEN}"}}
"""),
    ("dify", "repository", "apps/orders.yml", """
app: {mode: agent-chat, name: Order helper}
kind: app
model_config:
  agent_mode:
    tools:
      - {enabled: true, provider_name: google, tool_name: google_search}
      - {enabled: false, provider_name: orders, tool_name: cancel}
      - {enabled: true}
  model: {name: gpt-4o, provider: openai}
workflow:
  environment_variables:
    - {name: CRM_TOKEN, value_type: secret, value: Zq8FAKED34xK8wPv3LmT9rY}
  graph:
    nodes:
      - data:
          type: agent
          title: Router
          agent_parameters:
            model: {type: constant, value: {model: gpt-4o-mini}}
            tools: {type: constant, value: [{tool_name: current_time}]}
            mcp_server: {type: constant, value: "https://desk.plant.example/sse"}
      - data: {type: http-request, url: "https://crm.plant.example/v1"}
"""),
    ("flowise", "repository", "flows/press.json", """
{"nodes": [
  {"id": "a", "data": {"name": "agentAgentflow", "type": "Agent", "label": "Press", "inputs": {
    "agentModelConfig": {"modelName": "gpt-4o", "credential": "9c1f-1"},
    "agentTools": [
      {"agentSelectedTool": "customMCP", "agentSelectedToolConfig": {"mcpServerConfig":
        "{\\"command\\": \\"npx\\", \\"args\\": [\\"@plant/lamp\\"], \\"token\\": \\"Zq8FAKED35xK8wPv\\"}"}},
      {"agentSelectedTool": "brave", "agentSelectedToolConfig": {"FLOWISE_CREDENTIAL_ID": "9c1f-2"}}]}}},
  {"id": "b", "data": {"name": "toolAgent", "type": "AgentExecutor", "category": "Agents", "label": "Old",
                       "baseClasses": ["AgentExecutor"], "inputs": {}}},
  {"id": "c", "data": {"name": "chatOpenAI", "category": "Chat Models", "credential": "9c1f-3",
                       "inputs": {"modelName": "gpt-4", "basepath": ""}}},
  {"id": "d", "data": {"name": "requestsGet", "category": "Tools", "label": "Get",
                       "inputs": {"url": "https://crm.plant.example/api"}}},
  {"id": "e", "data": {"name": "bufferMemory", "category": "Memory", "inputs": {}}},
  {"data": {}}],
 "edges": [7, {"source": "c", "target": "b"}, {"source": "d", "target": "b"},
           {"source": "e", "target": "b"}]}"""),
    ("langflow", "repository", "flows/lamp.json", """
{"name": "x", "last_tested_version": "1.5", "data": {"nodes": [
  {"id": "a", "data": {"type": "Agent", "display_name": "Keeper", "node": {"template": {
    "model_name": {"value": "gpt-4o"}, "api_key": {"password": true, "value": "FAKED36-Zq8Lx2Vt7Rb4Mn"},
    "other": {"password": true, "load_from_db": true, "value": "OPENAI_KEY"}}}}},
  {"id": "b", "data": {"type": "MCPTools", "node": {"template": {"mcp_server": {"value":
    {"name": "fs", "config": {"command": "npx", "args": ["-y", "@plant/fs@1.0.0"]}}}}}}},
  {"id": "c", "data": {"type": "Calculator", "node": {"template": {}}}},
  {"id": "d", "data": {"type": "ToolCallingAgent", "node": {"template": {}}}},
  {"id": "e", "data": {"type": "ChatInput", "node": {"template": {}}}}],
 "edges": [{"source": "b", "target": "a", "data": {"targetHandle": {"fieldName": "tools"}}},
           {"source": "c", "target": "a", "data": {"targetHandle": {"fieldName": "tools"}}},
           {"source": "d", "target": "a", "data": {"targetHandle": {"fieldName": "tools"}}},
           {"source": "e", "target": "a", "data": {"targetHandle": {"fieldName": "input_value"}}}]}}"""),
    ("assistants", "repository", "agents.json", """
{"object": "list", "data": [
  {"object": "assistant", "id": "asst_1", "name": "Hotel", "model": "gpt-4o", "tools": [
    {"type": "code_interpreter"}, {"type": "function", "function": {"name": "book"}}, 7,
    {"type": "mcp", "server_label": "rooms", "server_url": "https://rooms.plant.example/mcp",
     "require_approval": {"never": {"tool_names": ["find"]}}, "allowed_tools": ["find", "book"],
     "headers": {"Authorization": "Bearer Zq8FAKED37xK8wPv3LmT9rY"}}]},
  {"object": "agent", "name": "Desk", "versions": {"latest": {"definition": {"model": "gpt-5", "tools": [
    {"type": "mcp", "server_label": "wiki", "server_url": "https://wiki.plant.example/mcp",
     "require_approval": "never"}]}}}}]}"""),
    ("agentcore-starter", "repository", "web/.bedrock_agentcore.yaml", """
agents:
  finder:
    name: finder
    aws: {execution_role: "arn:aws:iam::111122223333:role/Finder"}
    authorizer_configuration: null
  open: {name: open, authorizer_configuration: {customJWTAuthorizer: {discoveryUrl: "https://idp.example"}}}
  broken: 7
"""),
    ("mcp-bundle", "repository", "hello/manifest.json", """
{"manifest_version": "0.2", "name": "hello", "server": {"type": "node", "mcp_config": {
   "command": "node", "args": ["${__dirname}/i.js"], "env": {"API_KEY": "${user_config.api_key}",
                                                             "LEVEL": "${user_config.level}"}}},
 "user_config": {"api_key": {"type": "string", "sensitive": true}, "level": {"type": "string"}}}"""),
    ("kagent", "repository", "deploy/kagent.yaml", """
apiVersion: kagent.dev/v1alpha2
kind: RemoteMCPServer
metadata: {name: tools, namespace: ops}
spec:
  protocol: STREAMABLE_HTTP
  url: http://tools.ops:8084/mcp
  headersFrom: [{name: Authorization, valueFrom: {type: Secret, name: mcp-token, key: token}}]
---
apiVersion: kagent.dev/v1alpha1
kind: ToolServer
metadata: {name: old, namespace: ops}
spec: {config: {stdio: {command: uvx, args: [plant-old-mcp], env: {OLD_TOKEN: Zq8FAKED38xK8wPv3LmT9rY}}}}
---
apiVersion: kagent.dev/v1alpha2
kind: Agent
metadata: {name: fixer, namespace: ops}
spec:
  type: Declarative
  declarative:
    modelConfig: gpt
    deployment: {serviceAccountName: fixer-sa}
    tools:
      - {type: McpServer, mcpServer: {kind: RemoteMCPServer, name: tools, toolNames: [get, delete]}}
      - {type: Agent, agent: {name: helper}}
---
apiVersion: kagent.dev/v1alpha2
kind: ModelConfig
metadata: {name: gpt, namespace: ops}
spec: {provider: OpenAI, model: gpt-4o, apiKeySecret: openai}
"""),
    ("gitlab-pipeline", "repository", ".gitlab-ci.yml", """
stages: [review]
variables: {DEPLOY_TOKEN: Kx9vFAKED70mQz7Lw, NODE_ENV: test}
.hidden: {script: claude -p x}
review:
  variables: {ANTHROPIC_API_KEY: $TEAM_ANTHROPIC_KEY, IMAGE: "$CI_REGISTRY/x", PASSWORD: $CI_JOB_TOKEN}
  secrets: {DB_PASSWORD: {vault: prod/db/password@ops}}
  script:
    - npm ci
    - claude -p "review" --dangerously-skip-permissions
build: {script: [make]}
"""),
    ("copilot-studio", "repository", "bots/Helpdesk/actions/Jira.mcs.yml", """
kind: TaskDialog
modelDisplayName: Jira
action:
  kind: InvokeExternalAgentTaskAction
  connectionReference: cr_jira
  connectionProperties: {mode: Maker}
  operationDetails: {kind: ModelContextProtocolMetadata, operationId: InvokeMCP}
"""),
    ("deployment-files", "repository", "docker-compose.prod.yml", """
services:
  agent:
    environment: ["DB_PASSWORD=Kx9vFAKED39mQz7Lw", "PORT=80"]
"""),
)  # fmt: skip
