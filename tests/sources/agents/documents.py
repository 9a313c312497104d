"""One file per reader of agent configuration, invented, in the shape that its client writes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from posture.model.tables import TABLES
from posture.settings import Settings
from posture.sources import registry
from posture.sources.contract import Page, Place, Rows
from tests.sources.agents.more_documents import MORE


class File(NamedTuple):
    """A file below a home or a repository."""

    source: str
    place: Literal["home", "repository", "folder"]
    path: str
    text: str


def page(file: File, data: bytes | None = None, tracked: frozenset[str] | None = None) -> Page:
    """The page that the walk would make of it; `plant` is the root."""
    place = Place("plant", file.place, tracked)
    raw = file.text.encode() if data is None else data
    return Page(place, PurePosixPath(file.path), raw, Settings(), fingerprint=lambda value: f"={hash(value)}")


def read(file: File, data: bytes | None = None, tracked: frozenset[str] | None = None) -> Rows:
    """Rows of the readers that claim it."""
    given = page(file, data, tracked)
    into = Rows()
    for reader in registry.claiming(given):
        into.reading(reader.SOURCE.id, given)
        reader.read(given, into)
    return into


def claiming(file: File) -> list[str]:
    """Ids of the readers that claim it."""
    return [reader.SOURCE.id for reader in registry.claiming(page(file))]


def rows(into: Rows, table: str, *columns: str, **where: object) -> list[tuple[object, ...]]:
    """`columns` of the rows of `table` that match `where`, in order."""
    names = tuple("from" if name == "from_" else name for name in columns)
    return [
        tuple(row.get(name) for name in names)
        for row in into.tables.get(table, ())
        if all(row.get("from" if key == "from_" else key) == value for key, value in where.items())
    ]


def framed(into: Rows) -> None:
    """Raises where a row does not fit its table."""
    for name in TABLES:
        into.frame(name)


DOCUMENTS = (
    File("claude-desktop", "home", ".config/Claude/claude_desktop_config.json", """
{"mcpServers": {
  "store": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-postgres",
            "postgresql://app:FAKED01qL7vTz2mK@store.plant.example:5433/orders"]},
  "lamp": {"command": "node", "args": ["/opt/lamp.js"], "env": {"LAMP_TOKEN": "FAKED02x8Kq3mZp7Lw1Vb6Tn"}}
}}"""),
    File("claude-code", "repository", ".mcp.json", """
{"mcpServers": {
  "ledger": {"type": "http", "url": "https://${LEDGER_HOST:-ledger.plant.example}/mcp",
             "headers": {"Authorization": "Bearer ${LEDGER_TOKEN}"}},
  "cloud": {"command": "uvx", "args": ["acme-cloud==1.2.3"], "env": {"AWS_PROFILE": "ops"}}
}}"""),
    File("claude-code-state", "home", ".claude.json", """
{"mcpServers": {"notes": {"type": "sse", "url": "http://notes.plant.example:8080/sse"}},
 "projects": {"/Users/ana/a/web": {"mcpServers": {"db": {"command": "uvx", "args": ["mcp-server-sqlite"]}},
                                   "allowedTools": ["Bash(make:*)"], "hasTrustDialogAccepted": true},
              "/Users/ana/b/web": {"mcpServers": {"db": {"command": "uvx",
                "args": ["mcp-server-sqlite@1.0.0"]}},
                                   "disabledMcpjsonServers": ["lamp"]}}}"""),
    File("claude-code-settings", "repository", ".claude/settings.json", """
{"permissions": {"allow": ["Bash(DB_PASSWORD=FAKED03kVw8Zr4 psql)", "mcp__ledger"], "deny": ["WebFetch"],
                 "defaultMode": "acceptEdits"},
 "env": {"ANTHROPIC_API_KEY": "sk-ant-api03-FAKED04-Vh7Lq2Wm9Xz4Rt6Yb8Nc1Kd3Fg5Hj7Pw0Qs"},
 "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./guard.sh"}]}]},
 "sandbox": {"enabled": true, "network": {"allowedDomains": ["plant.example"]}}}"""),
    File("claude-code-agents", "repository", ".claude/agents/picker.md", """---
name: picker
tools: Read, mcp__ledger__query
permissionMode: plan
mcpServers: [ledger]
---

Ask the store with Authorization: Bearer plant_live_FAKED05mQz7Kw2Lx9Vt4Rb6Yn8Hc
"""),
    File("cursor", "home", ".cursor/mcp.json", """
{"mcpServers": {"crm": {"url": "https://crm.plant.example/mcp",
  "auth": {"CLIENT_ID": "c", "CLIENT_SECRET": "${env:CRM_SECRET}", "scopes": ["read"]}}}}"""),
    File("cursor-permissions", "home", ".cursor/cli-config.json", """
{"permissions": {"allow": ["Shell(ls)"], "deny": ["Shell(rm)"]}}"""),
    File("vscode", "repository", ".vscode/mcp.json", """
{ // servers
  "inputs": [{"type": "promptString", "id": "key", "password": true}],
  "servers": {"maps": {"type": "http", "url": "https://maps.plant.example/mcp",
                       "headers": {"X-Api-Key": "${input:key}"}},
              "files": {"command": "npx", "args": ["@modelcontextprotocol/server-filesystem@2025.8.21"],
                        "envFile": "${workspaceFolder}/.env", "sandboxEnabled": true,},},
}"""),
    File("windsurf", "home", ".codeium/windsurf/mcp_config.json", """
{"mcpServers": {"wiki": {"serverUrl": "https://wiki.plant.example/mcp", "disabledTools": ["drop"],
  "disabled": true}}}"""),
    File("cline", "home", ".cline/data/settings/cline_mcp_settings.json", """
{"mcpServers": {"hub": {"command": "docker", "args": ["run", "-e", "HUB_TOKEN", "acme/hub:1.4.2"],
                        "autoApprove": ["read"]},
                "old": {"url": "https://old.plant.example/sse"}}}"""),
    File("zed", "home", ".config/zed/settings.json", """
// Zed
{"context_servers": {"linear": {"source": "custom", "url": "https://linear.plant.example/mcp"},
                     "pg": {"settings": {"database_url": "postgresql://ana@localhost/dev"}}},
 "agent": {"tool_permissions": {"default": "confirm",
   "tools": {"terminal": {"always_deny": [{"pattern": "rm"}]}}}}}"""),
    File("opencode", "repository", "opencode.jsonc", """
{"mcp": {
   // ours
   "files": {"type": "local", "command": ["npx", "-y", "@plant/files@1.0.0"], "enabled": false,
             "environment": {"FILES_TOKEN": "FAKED21mQz7Kw2Lx9Vt4Rb6Yn8Hc"}},
   "maps": {"type": "remote", "url": "https://maps.plant.example/mcp"}},
 "permission": {"edit": "ask", "bash": {"*": "allow", "rm *": "deny"}},
 "agent": {"review": {"model": "acme/one", "permission": {"bash": "deny"}}},
}"""),
    File("aider", "repository", ".aider.conf.yml", """
model: acme/one
openai-api-key: FAKED41mQz7Kw2Lx9Vt4Rb6Yn8HcPw3
api-key: [gemini=FAKED42mQz7Kw2Lx9Vt4Rb6Yn8HcPw3]
yes-always: true
read: [CONVENTIONS.md]
"""),
    File("claude-desktop-extensions", "home", ".config/Claude/Claude Extensions Settings/ant.dir.x.json", """
{"isEnabled": false, "userConfig": {"api_key": "FAKED22mQz7Kw2Lx9Vt4Rb6Yn8Hc"}}"""),
    File("gemini-cli", "home", ".gemini/settings.json", """
{"mcp": {"allowed": ["a"]}, "mcpServers": {
  "a": {"httpUrl": "https://a.plant.example/mcp", "headers": {"Authorization": "Bearer $A_TOKEN"},
    "trust": true},
  "b": {"url": "https://b.plant.example/sse", "authProviderType": "service_account_impersonation",
        "targetServiceAccount": "caller@plant-demo.iam.gserviceaccount.com"}},
 "tools": {"exclude": ["web_fetch"]}}"""),
    File("gemini-cli-agents", "home", ".gemini/agents/scout.md", """---
name: scout
kind: remote
agent_card_url: https://scout.plant.example/.well-known/agent-card.json
auth: {type: apiKey, key: $SCOUT_KEY}
---
Scout.
"""),
    File("gemini-cli-policies", "home", ".gemini/policies/own.toml", """
[[rule]]
toolName = "run_shell_command"
commandPrefix = ["git status", "git diff"]
decision = "allow"
priority = 100
"""),
    File("codex-cli", "home", ".codex/config.toml", """
approval_policy = "on-request"
sandbox_mode = "danger-full-access"
[model_providers.gate]
base_url = "https://gate.plant.example/v1"
env_key = "GATE_KEY"
[mcp_servers.build]
url = "https://build.plant.example/mcp"
http_headers = { "X-Build-Key" = "FAKED06wZ4kQm8Lv2Xr7Tb9Yc" }
"""),
    File("continue-dev", "home", ".continue/config.yaml", """
models:
  - {name: Chat, provider: openai, apiKey: "sk-FAKED07bK4mQz9Wx2Lv7Rt5Yn8Hc3Jd6Fg1Ps0Ta"}
mcpServers:
  - {name: Deploys, type: streamable-http, url: "https://deploys.plant.example/mcp",
    apiKey: "${{ secrets.DEPLOYS }}"}
"""),
    File("goose", "home", ".config/goose/config.yaml", """
GOOSE_MODE: auto
extensions:
  developer: {type: builtin, enabled: true, name: developer}
  pager: {type: stdio, cmd: uvx, args: [acme-pager], enabled: true, env_keys: [PAGER_KEY]}
"""),
    File("amazon-q", "home", ".aws/amazonq/cli-agents/bot.json", """
{"name": "bot", "mcpServers": {"dash": {"command": "dash-mcp",
  "env": {"DASH_API_KEY": "FAKED08vT6mQz4Kw9Lx2Rb7Yn5Hc"}}},
 "tools": ["fs_read", "@dash/show"], "allowedTools": ["fs_read"]}"""),
    File("mcp-config", "folder", "robots/arm/mcp.json", """
{"mcpServers": {"arm": {"command": "arm-mcp"}}}"""),
    File("mcp-server-manifest", "repository", "server.json", """
{"name": "example.plant/cases", "version": "1.0.0",
 "packages": [{"registryType": "pypi", "identifier": "plant-cases", "version": "1.0.0",
               "transport": {"type": "stdio"}, "environmentVariables": [{"name": "CASES_TOKEN",
                 "isSecret": true}]}],
 "remotes": [{"type": "sse", "url": "https://{tenant}.plant.example/sse"}]}"""),
    File("mcp-tool-list", "repository", "claude-code.ledger.tools.json", """
{"tools": [{"name": "query", "description": "Ask", "inputSchema": {"properties": {"sql": {"type": "string"}}},
            "annotations": {"readOnlyHint": true, "openWorldHint": false}},
           {"name": "wipe", "inputSchema": {"properties": {}},
             "annotations": {"destructiveHint": true}}]}"""),
    File("a2a-card", "repository", ".well-known/agent-card.json", """
{"name": "Clerk", "url": "https://clerk.plant.example/a2a", "protocolVersion": "0.3.0", "capabilities": {},
 "securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "key"}}, "security": [],
 "skills": [{"id": "write-off", "name": "Write off"}]}"""),
    File("langgraph", "repository", "langgraph.json", """
{"graphs": {"triage": "./triage.py:graph"}, "env": ".env", "http": {"cors": {"allow_origins": ["*"]}}}"""),
    File("crewai", "repository", "config/agents.yaml", """
finder:
  role: Finder
  goal: Find
  mcps: ["https://find.plant.example/mcp?api_key=find_FAKED09qW7mKz3Lx8Vt"]
closer:
  role: Closer
  goal: Close
  allow_delegation: true
"""),
    File("google-adk", "repository", "adk/root_agent.yaml", """
agent_class: LlmAgent
name: root
model: flash
tools:
  - name: google_search
  - name: McpToolset
    args: {stdio_server_params: {command: npx, args: ["-y", "@modelcontextprotocol/server-memory"]}}
"""),
    File("agent-framework", "repository", "refunds.agent.yaml", """
kind: Prompt
name: refunds
model: {id: mini, connection: {kind: key, apiKey: =Env.MODEL_KEY}}
tools:
  - {kind: mcp, name: crm, serverName: crm, url: "https://crm.plant.example/mcp", approvalMode: never}
  - {kind: function, name: limit}
"""),
    File("autogen", "repository", "team.json", """
{"provider": "autogen_agentchat.teams.RoundRobinGroupChat", "component_type": "team",
  "config": {"participants": [
  {"provider": "autogen_agentchat.agents.AssistantAgent", "component_type": "agent",
    "config": {"name": "helper",
   "model_client": {"provider": "x", "component_type": "model", "config": {"model": "m",
                    "api_key": "sk-FAKED10kQ7mZw4Lx9Vt2Rb6Yn8Hc5Jd3Fg1Ps0TaBcDe"}},
   "workbench": {"provider": "w", "component_type": "workbench",
                 "config": {"server_params": {"type": "SseServerParams",
                   "url": "https://sse.plant.example/sse"}}}}}]}}"""),
    File("n8n", "repository", "flows/night.json", """
{"name": "Night", "active": true, "nodes": [
  {"id": "1", "name": "Every night", "type": "n8n-nodes-base.scheduleTrigger", "parameters": {}},
  {"id": "2", "name": "Keeper", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}},
  {"id": "3", "name": "Model", "type": "@n8n/n8n-nodes-langchain.lmChatOpenAi",
   "parameters": {"model": {"__rl": true, "mode": "list", "value": "mini"}},
   "credentials": {"openAiApi": {"id": "c1", "name": "Plant models"}}},
  {"id": "4", "name": "Stock", "type": "@n8n/n8n-nodes-langchain.mcpClientTool",
   "parameters": {"endpointUrl": "https://stock.plant.example/mcp", "authentication": "bearerAuth",
                  "include": "selected", "includeTools": ["count"]},
   "credentials": {"httpBearerAuth": {"id": "c2", "name": "Stock token"}}},
  {"id": "5", "name": "Post", "type": "n8n-nodes-base.slackTool", "disabled": true, "parameters": {},
   "credentials": {"slackApi": {"id": "c3", "name": "Chat"}}},
  {"id": "6", "name": "Helper", "type": "@n8n/n8n-nodes-langchain.agentTool", "parameters": {}},
  {"id": "7", "name": "Fetch", "type": "n8n-nodes-base.httpRequest", "parameters": {"url": "https://x.plant.example",
   "headerParameters": {"parameters": [{"name": "X-Api-Key", "value": "FAKED26x8Kq3mZp7Lw1Vb6Tn"}]}}}],
 "connections": {
  "Every night": {"main": [[{"node": "Keeper", "type": "main", "index": 0}]]},
  "Model": {"ai_languageModel": [[{"node": "Keeper", "type": "ai_languageModel", "index": 0}]]},
  "Stock": {"ai_tool": [[{"node": "Keeper", "type": "ai_tool", "index": 0}]]},
  "Post": {"ai_tool": [[{"node": "Keeper", "type": "ai_tool", "index": 0}]]},
  "Helper": {"ai_tool": [[{"node": "Keeper", "type": "ai_tool", "index": 0}]]}}}"""),
    File("strands", "repository", "agents/night.agent.json", """
{"name": "night", "model": "m", "prompt": "Work", "tools": ["strands_tools.file_read"]}"""),
    File("github-workflow", "repository", ".github/workflows/ship.yml", """
on:
  push: {branches: [main, "release/**"], tags: ["v*"]}
  issue_comment:
permissions: {contents: read}
jobs:
  ship:
    runs-on: [self-hosted]
    permissions: {id-token: write, contents: write}
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: {role-to-assume: "arn:aws:iam::111122223333:role/ship"}
  answer:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: anthropics/claude-code-action@v1
        with: {anthropic_api_key: "${{ secrets.ANTHROPIC_API_KEY }}",
          claude_args: '--allowedTools "Bash,Edit"'}
"""),
    File("kubernetes-manifest", "repository", "deploy/agent.yaml", """
apiVersion: v1
kind: ServiceAccount
metadata: {name: agent, namespace: ops,
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/agent"}}
---
apiVersion: v1
kind: Secret
metadata: {name: store, namespace: ops}
data: {token: "djItRkFLRUQxMXFXN21LejNMeDhWdDVSYjJZbjlIYzRKZA=="}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: ops}
spec:
  template:
    spec:
      serviceAccountName: agent
      containers:
        - {name: a, image: acme/a:1, env: [{name: STORE_TOKEN, valueFrom: {secretKeyRef: {name: store,
          key: token}}}]}
"""),
    File("env-file", "repository", ".env", """
# local
AWS_ACCESS_KEY_ID=AKIAFAKED12QWERTZUIO
AWS_SECRET_ACCESS_KEY=FAKED12mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg1Ps0Ta
CRM_URL=https://crm.plant.example/api
EMPTY_TOKEN=changeme
"""),
    File("agent-prompts", "repository", "CLAUDE.md", """# House rules
Use the header Authorization: Bearer plant_live_FAKED14mQz7Kw2Lx9Vt4Rb6Yn8Hc
"""),
    File("agent-token-stores", "home", ".codex/auth.json", """
{"tokens": {"access_token": "FAKED15mQz7Kw2Lx9Vt4Rb6Yn"}}"""),
    File("google-credentials-file", "home", ".config/gcloud/application_default_credentials.json", """
{"type": "service_account", "project_id": "plant-demo",
 "private_key_id": "0123456789abcdef0123456789abcdef01234567",
 "private_key":
  "-----BEGIN PRIVATE KEY-----\\nFAKED16mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5\\n-----END PRIVATE KEY-----\\n",
 "client_email": "loader@plant-demo.iam.gserviceaccount.com"}"""),
    File("cli-sign-ins", "home", ".kube/config", """
clusters: [{name: c, cluster: {server: "https://k8s.plant.example:6443"}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: FAKED17mQz7Kw2Lx9Vt4Rb6Yn8Hc}}]
"""),
    *(File(*one) for one in MORE),
)  # fmt: skip
"""Every reader once."""


def document(source: str) -> File:
    """The file of one reader."""
    return next(file for file in DOCUMENTS if file.source == source)
