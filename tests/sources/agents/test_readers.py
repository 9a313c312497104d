"""What each reader of agent configuration makes of a file, as rows."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from posture.model.errors import Unreadable
from posture.settings import Reading, Settings
from posture.sources import registry
from posture.sources.contract import Page, Place, Rows
from posture.sources.library import cursor
from tests.sources.agents.documents import DOCUMENTS, File, claiming, document, framed, page, read, rows


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.source)
def test_a_file_is_read_by_its_own_reader_alone(file: File) -> None:
    assert claiming(file) == [file.source]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.source)
def test_rows_fit_their_tables_and_hold_no_secret(file: File) -> None:
    into = read(file)
    framed(into)
    said = repr(into.tables).replace("AKIAFAKED12QWERTZUIO", "")
    assert "FAKED" not in said
    assert {table for table in into.tables if table not in ("coverage", "scopes")}


def test_every_reader_of_agents_has_a_document() -> None:
    ours = {one.SOURCE.id for one in registry.every() if "posture.sources.agents" in _imports(one)}
    assert ours == {file.source for file in DOCUMENTS}


def _imports(reader: object) -> str:
    names = vars(reader).values()
    return " ".join(str(getattr(one, "__module__", getattr(one, "__name__", ""))) for one in names)


def test_a_secret_has_a_place_a_holder_and_an_exposure() -> None:
    into = read(document("claude-desktop"))
    key = "secret:plant/.config/Claude/claude_desktop_config.json#/mcpServers/lamp/env/LAMP_TOKEN"
    assert rows(into, "credentials", "exposure", "store", "name", key=key) == [
        ("internal", "configuration", "LAMP_TOKEN")
    ]
    assert rows(into, "links", "kind", "to", from_=key) == [("stored-at", "home:plant")]
    assert rows(into, "links", "from_", "kind", to=key) == [("tool:plant/claude-desktop/lamp", "holds")]
    assert rows(into, "exposures", "surface", credential=key) == [("agent-configuration",)]
    assert set(into.fingerprints) >= {key}


def test_a_password_in_an_address_opens_the_database() -> None:
    into = read(document("claude-desktop"))
    key = "secret:plant/.config/Claude/claude_desktop_config.json#/mcpServers/store/args/2"
    assert rows(into, "links", "to", kind="opens", from_=key) == [
        ("database:store.plant.example:5433/orders",)
    ]
    assert rows(into, "credentials", "kind", key=key) == [("database-password",)]


def test_a_reference_is_a_credential_only_where_it_promises_one() -> None:
    into = read(document("claude-code"))
    assert rows(into, "references", "name", "credential", "default") == [
        ("LEDGER_HOST", None, True),
        ("LEDGER_TOKEN", "variable:plant/LEDGER_TOKEN", False),
    ]
    assert rows(into, "credentials", "store", key="variable:plant/LEDGER_TOKEN") == [("environment",)]
    assert rows(into, "exposures", "credential") == []


def test_a_profile_is_held_by_the_tool_that_runs_with_it() -> None:
    into = read(document("claude-code"))
    assert rows(into, "links", "to", from_="tool:plant/claude-code/cloud", kind="holds") == [
        ("profile:plant/aws/ops",)
    ]


def test_servers_of_one_name_in_two_projects_stay_two() -> None:
    into = read(document("claude-code-state"))
    found = rows(into, "tools", "key", "pin", name="db", kind="mcp-server")
    assert found == [
        ("tool:plant/claude-code/db (a/web)", "none"),
        ("tool:plant/claude-code/db (b/web)", "exact"),
    ]
    assert rows(into, "tools", "authentication", "beyond_loopback", name="notes") == [("none", True)]


def test_a_rule_is_kept_with_its_secret_masked() -> None:
    into = read(document("claude-code-settings"))
    assert rows(into, "permissions", "effect", "rule", "at") == [
        ("allow", "Bash(DB_PASSWORD=… psql)", "/permissions/allow/0"),
        ("allow", "mcp__ledger", "/permissions/allow/1"),
        ("deny", "WebFetch", "/permissions/deny/0"),
        ("mode", "acceptEdits", "/permissions/defaultMode"),
        ("hook", "./guard.sh", "/hooks/PreToolUse/0/hooks/0/command"),
        ("sandbox", "on", "/sandbox/enabled"),
    ]
    assert rows(into, "tools", "enabled", key="tool:plant/claude-code/WebFetch", enabled=False) == [(False,)]
    assert rows(into, "safeguards", "kind", "mode", "egress") == [("sandbox", "enforce", "limited")]


def test_a_subagent_uses_what_it_names_and_its_prompt_is_searched() -> None:
    into = read(document("claude-code-agents"))
    agent = "agent:plant/claude-code/picker"
    assert rows(into, "links", "from_", kind="delegates", to=agent) == [("agent:plant/claude-code",)]
    used = {to for (to,) in rows(into, "links", "to", kind="uses-tool", from_=agent)}
    assert used == {"tool:plant/claude-code/Read", "tool:plant/claude-code/ledger"}
    assert rows(into, "exposures", "surface", "at") == [("prompt", "line 8")]


def test_a_subagent_without_tools_inherits_all() -> None:
    file = File("claude-code-agents", "repository", ".claude/agents/all.md", "---\nname: all\n---\nDo it.\n")
    into = read(file)
    used = {
        str(to).rpartition("/")[2]
        for (to,) in rows(into, "links", "to", kind="uses-tool", from_="agent:plant/claude-code/all")
    }
    assert used >= {"Bash", "Read", "Write"}


def test_an_identity_that_is_impersonated_is_joined() -> None:
    into = read(document("gemini-cli"))
    assert rows(into, "links", "to", "certain", kind="runs-as") == [
        ("serviceAccount:caller@plant-demo.iam.gserviceaccount.com", True)
    ]
    assert rows(into, "tools", "name", "enabled", kind="mcp-server") == [("a", True), ("b", False)]


def test_an_agent_step_runs_as_its_pipeline() -> None:
    into = read(document("github-workflow"))
    assert rows(into, "agents", "key", "kind", "input") == [
        ("agent:plant/github-actions/ship", "ci-agent", "open")
    ]
    columns = ("identity", "untrusted_trigger", "secrets_available", "write_token", "runner", "agent_step")
    assert rows(into, "workflows", *columns) == [
        ("pipeline:plant/ship/ship", True, False, True, "self-hosted-persistent", False),
        ("pipeline:plant/ship/answer", True, True, False, "hosted", True),
    ]


def test_a_pipeline_can_be_every_subject_of_its_triggers() -> None:
    into = read(document("github-workflow"))
    found = {str(name) for (name,) in rows(into, "identities", "name", kind="federated")}
    ends = ("ref:refs/heads/*", "ref:refs/heads/main", "ref:refs/heads/release/*", "ref:refs/tags/v*")
    assert found == {f"repo:{owner}:{end}" for owner in ("*/plant", "*@*/plant@*") for end in ends}
    assert rows(into, "links", "to", kind="may-become", at="/jobs/ship/steps/0/with/role-to-assume") == [
        ("arn:aws:iam::111122223333:role/ship",)
    ]


def test_a_workload_holds_the_secret_of_its_own_file() -> None:
    into = read(document("kubernetes-manifest"))
    secret = "secret:plant/deploy/agent.yaml#doc:1:/data/token"
    workload = "kubernetes:repo:plant:workload:ops/agent"
    assert rows(into, "links", "to", kind="holds", from_=workload) == [(secret,)]
    account = "kubernetes:repo:plant:service-account:ops/agent"
    assert rows(into, "links", "to", kind="runs-as", from_=workload) == [(account,)]
    assert rows(into, "links", "to", kind="may-become", from_=account) == [
        ("arn:aws:iam::111122223333:role/agent",)
    ]
    assert rows(into, "credentials", "exposure", key=secret) == [("internal",)]


def test_a_file_that_git_does_not_track_is_at_rest() -> None:
    into = read(document("kubernetes-manifest"), tracked=frozenset({"README.md"}))
    assert rows(into, "credentials", "exposure", name="token") == [("at-rest",)]
    assert rows(into, "exposures", "surface") == []


def test_the_two_halves_of_a_key_are_one_credential_with_two_places() -> None:
    into = read(document("env-file"))
    assert {key for (key,) in rows(into, "credentials", "key")} == {"AKIAFAKED12QWERTZUIO"}
    assert rows(into, "links", "at", kind="stored-at") == [("line 3",), ("line 4",)]
    assert rows(into, "credentials", "exposure", at="line 4") == [("at-rest",)]


def test_hints_of_a_server_are_claims() -> None:
    into = read(document("mcp-tool-list"))
    found = rows(into, "tools", "name", "effects", "claimed", "free_parameter", kind="operation")
    assert found == [("query", 1, True, True), ("wipe", 15, True, False)]
    assert rows(into, "tools", "effects", key="tool:plant/claude-code/ledger") == [(15,)]
    (whole,) = rows(into, "tools", "definition", key="tool:plant/claude-code/ledger")[0]
    changed = document("mcp-tool-list")
    other = read(changed._replace(text=changed.text.replace("Ask", "Ask and send")))
    assert rows(other, "tools", "definition", key="tool:plant/claude-code/ledger") != [(whole,)]


def test_a_card_without_a_requirement_asks_nobody() -> None:
    into = read(document("a2a-card"))
    assert rows(into, "tools", "authentication", "signed", kind="connector") == [("none", False)]


def test_a_well_known_server_has_claims_and_another_has_none() -> None:
    into = read(document("vscode"))
    assert rows(into, "tools", "effects", "claimed", "reads_private", name="files") == [(7, True, True)]
    assert rows(into, "tools", "effects", name="maps") == [(None,)]
    assert rows(into, "references", "name", "syntax") == [
        ("key", "input"),
        ("workspaceFolder", "predefined"),
        ("${workspaceFolder}/.env", "env-file"),
    ]


def test_a_server_in_a_file_of_nobody_is_the_unknown_clients() -> None:
    into = read(document("mcp-config"))
    assert rows(into, "tools", "key") == [("tool:plant/robots/arm/unknown/arm",)]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('"npx x"', "is no entry of a server"),
        ("[1]", "is no entry of a server"),
        ('{"command": 5}', "its command is no text"),
        ('{"command": "x", "args": "y"}', "its arguments are no list"),
        ('{"url": {"a": 1}}', "its address is no text"),
        ("{}", "names neither a command nor an address"),
    ],
)
def test_a_bad_entry_is_said_and_its_sibling_kept(entry: str, why: str) -> None:
    text = f'{{"mcpServers": {{"bad": {entry}, "good": {{"command": "good-mcp"}}}}}}'
    into = read(File("cursor", "home", ".cursor/mcp.json", text))
    assert ("/mcpServers/bad", why) in [
        (str(at)[: len("/mcpServers/bad")], reason)
        for at, reason in rows(into, "coverage", "at", "why", state="partial")
    ]
    assert ("good", True) in rows(into, "tools", "name", "enabled", kind="mcp-server")


def test_a_name_that_imitates_another_is_pointed_out() -> None:
    text = '{"mcpServers": {"g\\u0456thub": {"command": "x"}}}'
    into = read(File("cursor", "home", ".cursor/mcp.json", text))
    (found,) = rows(into, "coverage", "at", "why", state="partial")
    assert found[1] == "a name that mixes scripts or hides characters: it may imitate another"


def test_secrets_of_a_broken_file_are_found_all_the_same() -> None:
    text = '{"mcpServers": {\n"x": {"env": {"API_TOKEN": "FAKED13vT6mQz4Kw9Lx2Rb7Yn5Hc"'
    file = File("cursor", "home", ".cursor/mcp.json", text)
    into, given = Rows(), page(file)
    into.reading("cursor", given)
    with pytest.raises(Unreadable):
        cursor.read(given, into)
    assert rows(into, "links", "at", kind="stored-at") == [("line 2",)]


def test_unknown_keys_are_no_trouble() -> None:
    text = '{"future": {"a": [1]}, "mcpServers": {"x": {"command": "x", "telepathy": {"range": 3}}}}'
    into = read(File("cursor", "home", ".cursor/mcp.json", text))
    assert rows(into, "tools", "name", kind="mcp-server") == [("x",)]
    assert rows(into, "coverage", "why", state="partial") == []


def test_a_key_file_is_the_key_that_the_cloud_lists() -> None:
    into = read(document("google-credentials-file"))
    email = "loader@plant-demo.iam.gserviceaccount.com"
    key = f"projects/plant-demo/serviceAccounts/{email}/keys/0123456789abcdef0123456789abcdef01234567"
    assert rows(into, "credentials", "key", "kind", "exposure") == [(key, "service-account-key", "at-rest")]
    assert rows(into, "links", "to", kind="authenticates") == [(f"serviceAccount:{email}",)]
    path = ".config/gcloud/application_default_credentials.json"
    assert rows(into, "aliases", "alias") == [(f"secret:plant/{path}#/private_key",)]
    env = f'{{"GOOGLE_APPLICATION_CREDENTIALS": "/home/ana/{path}"}}'
    server = f'{{"mcpServers": {{"q": {{"command": "q", "env": {env}}}}}}}'
    other = read(File("cursor", "home", ".cursor/mcp.json", server))
    assert rows(other, "links", "to", kind="holds") == [(f"secret:plant/{path}#/private_key",)]


def test_a_cluster_sign_in_opens_its_cluster() -> None:
    into = read(document("cli-sign-ins"))
    key = "secret:plant/.kube/config#/users/0/user/token"
    assert rows(into, "links", "kind", "to", from_=key) == [
        ("stored-at", "home:plant"),
        ("opens", "saas:k8s.plant.example:6443"),
    ]
    assert rows(into, "exposures", "surface") == []


def test_github_tokens_of_a_user_are_counted_once() -> None:
    token = "gho_FAKED18mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg1P"
    text = f"github.com:\n  users: {{ana: {{oauth_token: {token}}}}}\n  oauth_token: {token}\n"
    into = read(File("cli-sign-ins", "home", ".config/gh/hosts.yml", text))
    assert rows(into, "links", "at", "to", kind="opens") == [
        ("/github.com/users/ana/oauth_token", "saas:api.github.com:443")
    ]


def test_a_login_file_opens_its_machine() -> None:
    text = "machine api.plant.example login ana password FAKED19mQz7Kw2\n"
    into = read(File("cli-sign-ins", "home", ".netrc", text))
    assert rows(into, "links", "at", "to", kind="opens") == [("line 1", "saas:api.plant.example:443")]


def test_a_token_store_is_there_and_not_read() -> None:
    into = read(document("agent-token-stores"))
    assert rows(into, "credentials", "key", "kind") == [("secret:plant/.codex/auth.json#", "oauth-grant")]
    assert rows(into, "links", "from_", kind="holds") == [("agent:plant/codex-cli",)]


def test_a_secret_in_a_comment_is_found_at_its_line() -> None:
    token = "ghp_FAKED21mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg1P"
    text = f'{{\n// "token": "{token}"\n"mcpServers": {{"x": {{"command": "x-mcp"}}}}}}'
    into = read(File("cursor", "home", ".cursor/mcp.json", text))
    assert rows(into, "exposures", "at", "surface") == [("line 2", "agent-configuration")]
    workflow = "# token: ghp_FAKED22mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg1P\non: push\njobs: {}\n"
    other = read(File("github-workflow", "repository", ".github/workflows/a.yml", workflow))
    assert rows(other, "exposures", "at", "surface") == [("line 1", "private-repository")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".cursor/mcp.json", '{{"mcpServers": {{"x": {{"command": "x", "env": {{"T": "a",\n'
         '"API_TOKEN": "{old}", "API_TOKEN": "{new}"}}}}}}}}'),
        (".config/goose/config.yaml", "extensions:\n  x:\n    type: stdio\n    cmd: x\n    envs:\n"
         "      API_TOKEN: {old}\n      API_TOKEN: {new}\n"),
    ],
)  # fmt: skip
def test_a_secret_that_a_later_key_replaces_still_lies_in_the_file(path: str, text: str) -> None:
    old, new = "FAKED23vT6mQz4Kw9Lx2Rb7Yn5Hc", "FAKED24pZ3nQx8Mw2Ly6Tb9Rv4Kd"
    into = read(File("", "home", path, text.format(old=old, new=new)))
    at = "/mcpServers/x/env/API_TOKEN" if path.endswith("json") else "/extensions/x/envs/API_TOKEN"
    assert rows(into, "links", "at", kind="stored-at") == [(at,), (at,)]
    assert sorted(into.fingerprints.values()) == sorted((f"={hash(old)}", f"={hash(new)}"))


def test_running_text_is_looked_through_up_to_a_limit() -> None:
    token = "ghp_FAKED25mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg1P"
    settings = Settings(reading=Reading(text_chars=1_000))
    body = f"{token}\n{'x ' * 600}{token}".encode()
    given = Page(Place("plant", "home"), PurePosixPath("CLAUDE.md"), body, settings)
    into = Rows()
    (reader,) = registry.claiming(given)
    into.reading(reader.SOURCE.id, given)
    reader.read(given, into)
    assert rows(into, "exposures", "at") == [("line 1",)]
    assert rows(into, "coverage", "table", "why", state="partial") == [
        ("credentials", "only its first 1,000 characters were looked through for secrets")
    ]


def test_a_login_step_names_whom_the_job_may_become() -> None:
    pool = "projects/77/locations/global/workloadIdentityPools/ci/providers/github"
    application, tenant = "0643a994-0e11-4e2a-92eb-a29f9bbda169", "3df3646c-b3f1-47d5-acfc-1f246176ae94"
    text = f"""
on: push
permissions: {{id-token: write}}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: google-github-actions/auth@v2
        with: {{workload_identity_provider: {pool}, service_account: ship@plant.iam.gserviceaccount.com}}
      - uses: google-github-actions/auth@v2
        with: {{workload_identity_provider: {pool}}}
      - uses: azure/login@v2
        with: {{client-id: {application.upper()}, tenant-id: {tenant}, subscription-id: {tenant}}}
      - uses: azure/login@v2
        with: {{client-id: "${{{{ secrets.CLIENT }}}}", tenant-id: {tenant}}}
"""
    into = read(File("github-workflow", "repository", ".github/workflows/a.yml", text))
    found = [
        row for row in rows(into, "links", "to", "certain", "depends_on", kind="may-become")
        if not str(row[0]).startswith("federated:")
    ]  # fmt: skip
    assert found == [
        (
            "serviceAccount:ship@plant.iam.gserviceaccount.com",
            False,
            "whether the pool and the account let this job in",
        ),
        (f"//iam.googleapis.com/{pool}", False, "whether the provider's condition lets this job in"),
        (
            f"azure:{tenant}:service-principal:{application}",
            False,
            "whether a federated credential of the application lets this job in",
        ),
    ]


def test_an_agent_of_n8n_uses_what_is_wired_to_it() -> None:
    into = read(document("n8n"))
    keeper, helper = ("agent:plant/flows/n8n/Keeper", "agent:plant/flows/n8n/Helper")
    assert rows(into, "agents", "key", "model") == [(keeper, "mini"), (helper, None)]
    assert rows(into, "tools", "name", "kind", "transport", "enabled", kind="mcp-server") == [
        ("Stock", "mcp-server", "http", True)
    ]
    assert rows(into, "tools", "name", "enabled", kind="connector") == [("Post", False)]
    assert rows(into, "links", "from_", "to", kind="delegates") == [(keeper, helper)]
    assert [key for _from, key in rows(into, "links", "from_", "to", kind="holds") if "n8n:" in str(key)] == [
        "n8n:plant/flows:credential:c1",
        "n8n:plant/flows:credential:c2",
        "n8n:plant/flows:credential:c3",
    ]
    assert rows(into, "links", "at", kind="stored-at") == [
        ("/nodes/6/parameters/headerParameters/parameters/0/value",)
    ]
    assert {trigger for (trigger,) in rows(into, "runs", "trigger")} == {"schedule"}


def test_a_list_of_workflows_is_read_one_by_one() -> None:
    one = document("n8n").text
    into = read(File("n8n", "repository", "all.json", f'[{one}, 3, {{"nodes": [1], "connections": {{}}}}]'))
    assert rows(into, "agents", "name") == [("Keeper",), ("Helper",)]
    assert rows(into, "coverage", "at", "why", state="partial") == [
        ("/2/nodes/0", "is no node: it has no name or no type")
    ]


def test_a_crew_that_only_names_its_agents_is_read_for_what_it_holds() -> None:
    token = "sk-FAKED27kQ7mZw4Lx9Vt2Rb6Yn8Hc5Jd3Fg1Ps0TaBcDe"
    text = f'{{"name": "night", "agents": ["writer"], "llm": {{"model": "m", "api_key": "{token}"}},}}'
    file = File("crewai", "repository", "crew/crew.jsonc", text)
    into = read(file)
    assert claiming(file) == ["crewai"]
    assert rows(into, "agents", "name") == []
    assert rows(into, "links", "at", kind="stored-at") == [("/llm/api_key",)]
    assert rows(into, "coverage", "why", state="partial") == []


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("n8n-nodes-base.webhook", {"path": "x"}, [("none", True)]),
        ("n8n-nodes-base.webhook", {"authentication": "headerAuth"}, [("api-key", True)]),
        ("n8n-nodes-base.formTrigger", {"authentication": "basicAuth"}, [("basic", True)]),
        ("@n8n/n8n-nodes-langchain.mcpTrigger", {"authentication": "bearerAuth"}, [("bearer", True)]),
        ("@n8n/n8n-nodes-langchain.chatTrigger", {"public": True}, [("none", True)]),
        (
            "@n8n/n8n-nodes-langchain.chatTrigger",
            {"public": True, "authentication": "n8nUserAuth"},
            [("session", True)],
        ),
        ("@n8n/n8n-nodes-langchain.chatTrigger", {}, []),
        ("n8n-nodes-base.scheduleTrigger", {}, []),
    ],
)
def test_what_starts_an_agent_from_outside_is_an_endpoint(kind, given, expected) -> None:
    workflow = {
        "nodes": [
            {"name": "In", "type": kind, "parameters": given},
            {"name": "Clerk", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}},
        ],
        "connections": {"In": {"main": [[{"node": "Clerk"}]]}},
    }
    into = read(File("n8n", "repository", "flows/clerk.json", json.dumps(workflow)))
    assert rows(into, "tools", "authentication", "enabled", name="Clerk/In endpoint") == expected
    framed(into)


@pytest.mark.parametrize(("auth", "told"), [({"path": "./auth.py:auth"}, "custom"), ({}, None), (None, None)])
def test_a_graph_is_offered_to_whom_its_own_code_lets_in(auth, told) -> None:
    text = json.dumps({"graphs": {"clerk": "./g.py:graph"}, **({"auth": auth} if auth is not None else {})})
    into = read(File("langgraph", "repository", "langgraph.json", text))
    assert rows(into, "tools", "name", "authentication", "transport") == [("clerk endpoint", told, "http")]
    assert rows(into, "links", "to", kind="declared-tool") == [("tool:plant/langgraph/clerk/endpoint",)]
    framed(into)
