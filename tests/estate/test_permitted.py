"""What rules and modes of several files come to."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from posture.estate.estate import Estate
from posture.estate.nearby import nearby
from posture.estate.permitted import permitted
from posture.model.frames import frame

CLERK = "agent:plant/claude-code"


def _estate(*rules: tuple[str, str, str], agent: str = CLERK, platform: str = "claude-code") -> Estate:
    """Rules as (layer, effect, rule), each in a file named for its layer."""
    listed: list[dict[str, Any]] = [
        {"subject": agent, "effect": effect, "rule": rule, "layer": layer, "file": layer, "at": f"/{n}"}
        for n, (layer, effect, rule) in enumerate(rules)
    ]
    agents = [{"key": agent, "platform": platform, "kind": "client"}]
    return Estate({"permissions": frame("permissions", listed), "agents": frame("agents", agents)}, None)


def _effects(estate: Estate) -> list[tuple[Any, ...]]:
    return list(permitted(estate)["permissions"].select("effect", "rule", "effective", "because").iter_rows())


def _autonomy(estate: Estate) -> tuple[Any, ...]:
    return permitted(estate)["agents"].select("autonomy", "autonomy_basis").row(0)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            [("user", "allow", "Bash(git:*)"), ("project", "deny", "Bash")],
            [
                ("allow", "Bash(git:*)", False, "overruled by deny Bash in project"),
                ("deny", "Bash", True, None),
            ],
        ),
        (
            [("managed", "allow", "Bash(*)"), ("user", "deny", "Bash(rm:*)")],
            [("allow", "Bash(*)", True, "except Bash(rm:*)"), ("deny", "Bash(rm:*)", True, None)],
        ),
        (
            [("user", "allow", "Bash(git push:*)"), ("user", "ask", "Bash(git:*)")],
            [
                ("allow", "Bash(git push:*)", False, "overruled by ask Bash(git:*) in user"),
                ("ask", "Bash(git:*)", True, None),
            ],
        ),
        (
            [("user", "allow", "mcp__crm__read"), ("user", "deny", "mcp__crm")],
            [
                ("allow", "mcp__crm__read", False, "overruled by deny mcp__crm in user"),
                ("deny", "mcp__crm", True, None),
            ],
        ),
        (
            [("user", "allow", "Read(a)"), ("user", "deny", "Read(b)")],
            [("allow", "Read(a)", True, None), ("deny", "Read(b)", True, None)],
        ),
        (
            [("user", "mode", "bypassPermissions"), ("project", "mode", "plan"), ("user", "allow", "Bash")],
            [
                ("mode", "bypassPermissions", False, "the project settings in project hold"),
                ("mode", "plan", True, None),
                ("allow", "Bash", True, None),
            ],
        ),
        (
            [("user", "mode", "bypassPermissions"), ("user", "allow", "Bash"), ("user", "ask", "Edit")],
            [
                ("mode", "bypassPermissions", True, None),
                ("allow", "Bash", False, "mode bypassPermissions asks for nothing anyway"),
                ("ask", "Edit", None, "mode bypassPermissions may skip the question"),
            ],
        ),
        (
            [("user", "mode", "bypassPermissions"), ("managed", "deny", "bypassPermissions")],
            [
                ("mode", "bypassPermissions", False, "its use is switched off"),
                ("deny", "bypassPermissions", True, None),
            ],
        ),
        (
            [("project", "approve", "*"), ("local", "approve", "crm"), ("user", "reject", "crm")],
            [
                ("approve", "*", True, None),
                ("approve", "crm", False, "rejected in user"),
                ("reject", "crm", True, None),
            ],
        ),
        (
            [("user", "hook", "./guard.sh")],
            [("hook", "./guard.sh", None, "what the program decides is not read")],
        ),
    ],
)
def test_deny_beats_ask_beats_allow_and_the_stronger_file_its_mode(
    rules: list[tuple[str, str, str]], expected: list[tuple[Any, ...]]
) -> None:
    assert _effects(_estate(*rules)) == expected


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ([], "approved"),
        ([("user", "mode", "bypassPermissions")], "autonomous"),
        ([("user", "mode", "acceptEdits")], "semi"),
        ([("user", "mode", "dontAsk")], "autonomous"),
        ([("user", "mode", "bypassPermissions"), ("managed", "mode", "plan")], "approved"),
        ([("user", "allow", "Bash(*)")], "semi"),
        ([("user", "allow", "Bash(*)"), ("user", "deny", "Bash")], "approved"),
    ],
)
def test_an_agent_is_as_free_as_its_mode(rules: list[tuple[str, str, str]], word: str) -> None:
    assert _autonomy(_estate(*rules)) == (word, "kind")


def test_what_somebody_declared_stays() -> None:
    estate = _estate(("user", "mode", "bypassPermissions"))
    declared = estate["agents"].with_columns(
        autonomy=pl.lit("approved"), autonomy_basis=pl.lit("declared"), has_autonomy=pl.lit(True)
    )
    assert _autonomy(estate.having(agents=declared)) == ("approved", "declared")


def test_nobody_below_a_parent_that_asks_for_nothing_is_asked() -> None:
    estate = _estate(("user", "mode", "bypassPermissions"))
    below = f"{CLERK}/helper"
    agents = frame("agents", [{"key": below, "platform": "claude-code", "kind": "subagent"}])
    links = frame(
        "links", [{"kind": "delegates", "from": CLERK, "to": below, "because": "a subagent of the client"}]
    )
    found = permitted(estate.having(agents=pl.concat([estate["agents"], agents]), links=links))["agents"]
    assert found.filter(pl.col("key") == below)["autonomy"].to_list() == ["autonomous"]


@pytest.mark.parametrize(
    ("effect", "rule", "mode"),
    [
        ("mode", "approve", "off"), ("mode", "never", "off"), ("mode", "auto", "enforce"),
        ("mode", "prompt", "enforce"), ("mode", "always", "enforce"), ("mode", "specify", None),
        ("trust", "crm", "off"),
    ],
)  # fmt: skip
def test_what_is_set_for_one_server_is_said_of_that_server(effect: str, rule: str, mode: str | None) -> None:
    estate = _estate(("user", effect, rule), platform="codex-cli")
    rules = estate["permissions"].with_columns(server=pl.lit("tool:plant/codex-cli/crm"))
    found = permitted(estate.having(permissions=rules))["safeguards"]
    about = found.filter(pl.col("subject") == "tool:plant/codex-cli/crm")
    assert about.select("kind", "mode").rows() == [("approval", mode)]


@pytest.mark.parametrize(
    ("platform", "rule", "word"),
    [
        ("amp", "dangerouslyAllowAll", "autonomous"),
        ("cursor", "unrestricted", "autonomous"),
        ("cursor", "allowlist", "approved"),
        ("goose", "approve", "approved"),
    ],
)
def test_words_of_other_clients_are_known(platform: str, rule: str, word: str) -> None:
    assert _autonomy(_estate(("user", "mode", rule), platform=platform)) == (word, "kind")


def test_a_pattern_of_names_covers_what_begins_so() -> None:
    estate = _estate(("user", "allow", "mcp__crm__read"), ("user", "deny", "mcp__crm__*"))
    assert _effects(estate)[0] == (
        "allow", "mcp__crm__read", False, "overruled by deny mcp__crm__* in user",
    )  # fmt: skip
    estate = _estate(("user", "allow", "mcp__crm__read"), ("user", "deny", "mcp__crmx__*"))
    assert _effects(estate)[0] == ("allow", "mcp__crm__read", True, None)


def test_rules_become_safeguards() -> None:
    estate = _estate(("user", "allow", "Read"), ("user", "ask", "Edit"), ("user", "deny", "Bash"))
    columns = ("kind", "scope", "mode", "strength")
    assert sorted(permitted(estate)["safeguards"].select(columns).iter_rows(), key=str) == [
        ("approval", "Edit", "enforce", "lightweight"),
        ("approval", "Read", "off", "none"),
        ("approval", None, "enforce", "lightweight"),
        ("request-policy", "Bash", "enforce", None),
    ]


def test_a_client_that_no_table_knows_has_no_default() -> None:
    assert _autonomy(_estate(platform="homemade")) == (None, None)


def test_variables_come_from_the_file_that_is_named_and_perhaps_from_the_one_beside() -> None:
    key = "secret:plant/.env#line 2"
    links = [
        {"kind": "stored-at", "from": key, "to": "repo:plant", "source": "env-file", "file": "plant/.env"}
    ]
    named = {"subject": "agent:a", "name": "./.env", "syntax": "env-file", "file": "plant/app/langgraph.json"}
    beside = {
        "subject": "tool:b", "name": "CRM_TOKEN", "syntax": "braces", "file": "plant/.mcp.json",
        "credential": "variable:plant/CRM_TOKEN",
    }  # fmt: skip
    other = {**beside, "name": "OTHER", "credential": "variable:plant/OTHER"}
    estate = Estate(
        {
            "links": frame("links", links),
            "credentials": frame("credentials", [{"key": key, "name": "CRM_TOKEN"}]),
            "references": frame("references", [named, beside, other]),
        },
        None,
    )
    assert list(nearby(estate).select("from", "to", "certain").iter_rows()) == [
        ("agent:a", key, True),
        ("tool:b", key, False),
    ]


def test_a_profile_with_a_static_key_is_that_key() -> None:
    links = [
        {"kind": "stored-at", "from": "AKIAFAKED20QWERTZUIO", "to": "home:ana"},
        {"kind": "holds", "from": "tool:a", "to": "profile:ana/aws/ops"},
        {"kind": "holds", "from": "tool:b", "to": "profile:bob/aws/ops"},
    ]
    credentials = [{"key": "AKIAFAKED20QWERTZUIO", "name": "profile ops"}]
    estate = Estate({"links": frame("links", links), "credentials": frame("credentials", credentials)}, None)
    assert list(nearby(estate).select("from", "to", "certain").iter_rows()) == [
        ("tool:a", "AKIAFAKED20QWERTZUIO", True)
    ]


SHOP = "agent:shop/claude-code"


def _two(home: list[tuple[str, str]], project: list[tuple[str, str]], *others: str) -> Estate:
    """Rules of a user's home and of a project; further homes with the same rules."""
    layers = ((SHOP, "project", project), *((key, "user", home) for key in (CLERK, *others)))
    listed = [
        {
            "subject": agent, "effect": effect, "rule": rule, "layer": layer,
            "file": f"{agent}.json", "at": f"/{n}",
        }
        for agent, layer, rules in layers
        for n, (effect, rule) in enumerate(rules)
    ]  # fmt: skip
    agents = [{"key": key, "platform": "claude-code", "kind": "client"} for key in (CLERK, SHOP, *others)]
    return Estate({"permissions": frame("permissions", listed), "agents": frame("agents", agents)}, None)


def _of(estate: Estate, agent: str) -> tuple[Any, ...]:
    found = permitted(estate)
    rules = found["permissions"].filter(pl.col("subject") == agent).select("rule", "effective", "because")
    return rules.rows(), found["agents"].filter(pl.col("key") == agent)["autonomy"].item()


def test_what_the_user_denies_is_denied_in_every_project() -> None:
    home, project = [("deny", "Bash(psql:*)")], [("allow", "Bash(psql -c:*)"), ("allow", "Read")]
    rules, _autonomy = _of(_two(home, project), SHOP)
    assert rules == [
        ("Bash(psql -c:*)", False, f"overruled by deny Bash(psql:*) in {CLERK}.json"),
        ("Read", True, None),
    ]


def test_the_mode_of_the_user_holds_where_the_project_has_none() -> None:
    assert _of(_two([("mode", "bypassPermissions")], []), SHOP) == ([], "autonomous")
    rules, autonomy = _of(_two([("mode", "bypassPermissions")], [("mode", "plan")]), SHOP)
    assert (rules, autonomy) == ([("plan", True, None)], "approved")


def test_a_project_changes_nothing_for_the_user_elsewhere() -> None:
    rules, autonomy = _of(_two([("allow", "Bash")], [("deny", "Bash"), ("mode", "plan")]), CLERK)
    assert (rules, autonomy) == ([("Bash", True, None)], "semi")


def test_of_several_users_nobody_can_say_who_works_in_the_project() -> None:
    assert _of(_two([("mode", "bypassPermissions")], [], "agent:rig/claude-code"), SHOP) == ([], "approved")


@pytest.mark.parametrize(
    ("rules", "autonomy"),
    [
        ([("user", "mode", "chat.tools.global.autoApprove")], "autonomous"),
        ([("user", "mode", "autopilot")], "autonomous"),
        ([("user", "mode", "assisted")], "semi"),
        ([("user", "allow", "runInTerminal(/.*/)")], "semi"),
        ([("user", "allow", "runInTerminal(git)")], "approved"),
        ([("user", "allow", "runInTerminal(/.*/)"), ("user", "ask", "runInTerminal")], "approved"),
        ([], "approved"),
    ],
)
def test_what_an_editor_approves_by_itself_decides_how_freely_it_acts(
    rules: list[tuple[str, str, str]], autonomy: str
) -> None:
    estate = _estate(*rules, agent="agent:plant/vscode", platform="vscode")
    assert _autonomy(estate) == (autonomy, "kind")


@pytest.mark.parametrize(
    ("scope", "autonomy"),
    [("home:ana", None), ("home:bob", "approved"), ("shop", "approved"), ("repo", "approved")],
)
def test_settings_of_a_home_that_were_not_read_are_no_other_users(scope: str, autonomy: str | None) -> None:
    agents = [{"key": CLERK, "platform": "claude-code", "kind": "client", "scope": "home:ana"}]
    lacking = [{"source": "claude-code-settings", "scope": scope, "table": "permissions", "state": "partial"}]
    estate = Estate({"agents": frame("agents", agents), "coverage": frame("coverage", lacking)}, None)
    assert permitted(estate)["agents"]["autonomy"].to_list() == [autonomy]
    project = [{**agents[0], "scope": "shop"}]
    estate = Estate({"agents": frame("agents", project), "coverage": frame("coverage", lacking)}, None)
    doubtful = scope.startswith("home:") or scope == "shop"
    assert permitted(estate)["agents"]["autonomy"].to_list() == [None if doubtful else "approved"]
