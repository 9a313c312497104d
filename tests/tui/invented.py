"""An invented company as an assessment, small enough to read and wide enough to fill every screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from posture.model.assessment import Assessment
from posture.model.classes import Classes
from posture.model.frames import empty, frame
from posture.model.overview import Change, CheckRow, FrameworkCount, Immediate, Overview, Risk, Score
from posture.model.results import RESULTS
from posture.model.tables import TABLES

AS_OF = datetime(2026, 7, 1, 9, tzinfo=UTC)
R, W, D, A = Classes.READ, Classes.WRITE, Classes.DESTRUCTIVE, Classes.ADMIN

BOT, CODER, PLANNER = "agent:desk/claude-code/support-bot", "agent:desk/cursor", "agent:mesh/a2a/planner"
EXECUTOR, QUIET = "agent:mesh/a2a/executor", "agent:lab/claude-desktop"
CRM, SHELL, TICKETS = "tool:desk/claude-code/crm-mcp", "tool:desk/claude-code/shell", "tool:desk/claude-code/tickets-mcp"
PG = "tool:desk/cursor/warehouse-mcp"
CRM_TOKEN, OPS, GH = "secret:desk/.mcp.json#/mcpServers/crm/env/CRM_TOKEN", "AKIAFAKED10000000001", "secret:desk/.config/gh/hosts.yml#/github.com/oauth_token"
DEPLOY = "AKIAFAKED10000000002"
CRM_API, ADMIN = "saas:crm.example:443:user:api", "arn:aws:iam::111122223333:role/ops-admin"
MARA, DEPLOYER = "arn:aws:iam::111122223333:user/mara", "github:halden:app:deployer"
ETL, LEDGER_ROLE = "arn:aws:iam::444455556666:role/etl-runner", "arn:aws:iam::444455556666:role/ledger-writer"
BATCH = "serviceAccount:batch@halden-analytics.iam.gserviceaccount.com"
CRM_SYSTEM, PLANE, LEDGER = "saas:crm.example:443", "aws:111122223333:control-plane", "arn:aws:s3:::ledger-prod"
TICKET_SYSTEM, WAREHOUSE = "saas:tickets.example:443", "gcp:halden-analytics:database:warehouse"

CHECKS = (
    ("exposed-mcp-config", "A literal secret lies in an agent's configuration", "critical", ("owasp-nhi-top10/NHI2:2025", "csa-maestro/L3"), 1, 3, 0),
    ("exposed-public", "A credential is readable by everyone", "critical", ("owasp-nhi-top10/NHI2:2025", "nist-csf-2.0/PR.AA-01"), 1, 12, 2),
    ("key-too-old", "A static key has outlived its rotation window", "medium", ("owasp-nhi-top10/NHI7:2025",), 14, 22, 3),
    ("shared-credential", "One credential serves several workloads", "high", ("owasp-nhi-top10/NHI9:2025",), 3, 31, 0),
    ("trust-any-branch", "A role trusts every branch of a repository", "high", ("owasp-nhi-top10/NHI6:2025", "owasp-asi-top10/ASI03"), 1, 4, 0),
    ("orphaned-owner", "Identity has no active owner", "medium", ("owasp-nhi-top10/NHI1:2025",), 6, 11, 24),
    ("no-request-time-policy", "Nothing decides at request time what an agent may do", "high", ("owasp-asi-top10/ASI02",), 2, 1, 2),
    ("events-not-separate", "Tool use and credential use are not logged apart", "low", ("csa-maestro/L5",), 2, 0, 3),
)  # fmt: skip


def overview(**changes: Any) -> Overview:
    """The company in small."""
    said: dict[str, Any] = {
        "organisation": "Halden Freight", "as_of": AS_OF, "as_of_from": "option", "version": "0.1.0",
        "catalogue": "9a1b", "digest": "0c3f52aa91",
        "scopes": {"aws": 2, "gcp": 3}, "identities": {"agent": 9, "workload": 96, "pipeline": 7, "human": 12},
        "agents": 5, "tools": 11, "systems": 31, "credentials": 44, "provider_owned": 17,
        "gaps": {"critical": 2, "high": 6, "medium": 20, "low": 2},
        "score": Score(value=44.3, shown=44.3, low=36.1, high=54.6, coverage=81.5, ceiling=49.0,
                       ceiling_because="something must be contained now", provisional=False,
                       of_all_value=31.0, of_all_low=20.0, of_all_high=70.0),
        "risk": Risk(total=412.0, low=380.0, high=471.0, after_plan=31.0, floor=22.0, after_wave0=160.7, premium=14.0,
                     area=5100.0, burn=((0, 412.0), (2, 301.0), (4.5, 220.0), (9, 160.7), (16, 120.0),
                                        (30, 84.0), (44, 60.0), (60, 44.0), (80, 31.0))),
        "immediate": (
            Immediate(step="contain-deploy", title="Contain the deploy key in a public repository", due=AS_OF + timedelta(hours=1),
                      due_in_hours=1, label="contain-now", agents=2, systems=7, share=0.31,
                      why="Valid, readable by everyone, and reaches the ledger in two steps."),
            Immediate(step="contain-crm", title="Contain the CRM token in an MCP configuration", due=AS_OF + timedelta(hours=4),
                      due_in_hours=4, label="contain-now", agents=1, systems=2, share=0.12,
                      why="The token stands in clear in a file that every tool of the agent can read."),
            Immediate(step="rotate-batch", title="Rotate the batch key that three agents share", due=AS_OF + timedelta(hours=24),
                      due_in_hours=24, label="rotate-now", agents=3, systems=5, share=0.08,
                      why="One key, three agents: nobody can tell who used it."),
        ),
        "frameworks": (
            FrameworkCount(framework="owasp-nhi-top10", title="OWASP NHI Top 10", counts={"gap": 4, "partial": 3, "clear": 2, "unknown": 1}),
            FrameworkCount(framework="owasp-asi-top10", title="OWASP Agentic Top 10", counts={"gap": 6, "partial": 2, "clear": 1, "unknown": 1}),
            FrameworkCount(framework="csa-maestro", title="CSA MAESTRO", counts={"gap": 4, "partial": 2, "unknown": 1}),
            FrameworkCount(framework="nist-csf-2.0", title="NIST CSF 2.0", counts={"gap": 9, "partial": 8, "clear": 1, "attested": 2, "unknown": 86}),
        ),
        "checks": tuple(
            CheckRow(id=id, title=title, severity=severity, controls=controls, gap=gap, clear=clear, unknown=unknown,
                     not_applicable=0, accepted=0, error=0)
            for id, title, severity, controls, gap, clear, unknown in CHECKS
        ),
        "standing_destructive": 0.38,
        "blind": ("GCP deny policies were not in the export", "No access keys could be listed in aws:444455556666",
                  "Nothing given names owners"),
        "assumptions": ("no service control policies",),
        "changes": (Change(mark="+", says="support-bot now reaches ledger-prod (write)"),
                    Change(mark="-", says="5 gaps are gone"),
                    Change(mark="~", says="GCP deny policies were not readable this time")),
        "baseline": "12 Jun 2026",
    }  # fmt: skip
    return Overview(**(said | changes))


def tables(**rows: Iterable[Mapping[str, Any]]) -> Assessment:
    """An assessment with these rows and nothing else."""
    made = {name: empty(name).lazy() for name in (*TABLES, *RESULTS)}
    made |= {name: frame(name, list(given)).lazy() for name, given in rows.items()}
    return Assessment(overview(), made)


def nothing() -> Assessment:
    """An assessment that found nothing at all."""
    return Assessment(Overview(as_of=AS_OF), {name: empty(name).lazy() for name in (*TABLES, *RESULTS)})


def company() -> Assessment:
    """The whole company."""
    return tables(
        scopes=[
            {"key": "aws:111122223333", "kind": "account", "provider": "aws", "name": "desk"},
            {"key": "aws:444455556666", "kind": "account", "provider": "aws", "name": "platform"},
            {"key": "gcp:halden-analytics", "kind": "project", "provider": "gcp", "name": "halden-analytics"},
        ],
        agents=_agents(), tools=_tools(), credentials=_credentials(), identities=_identities(), systems=_systems(),
        links=[
            {"kind": "uses-tool", "from": BOT, "to": CRM, "because": "configured in .mcp.json", "file": "desk/.mcp.json", "at": "/mcpServers/crm"},
            {"kind": "uses-tool", "from": BOT, "to": SHELL, "because": "built in, allowed by default"},
            {"kind": "may-become", "from": MARA, "to": ADMIN, "because": "trust policy, statement 1"},
        ],
        findings=list(_findings()), unknowns=_unknowns(), reach=list(_reach()), paths=[p for p, _ in WAYS],
        hops=[hop for _, hops in WAYS for hop in hops], chokes=_chokes(), steps=_steps(),
        step_findings=[{"step": "contain-deploy", "finding": "f000"}, {"step": "contain-crm", "finding": "f001"}],
        step_needs=[{"step": "narrow-etl", "needs": "tighten-etl", "because": "trust before permissions"}],
        controls=_controls(), inputs=_inputs(), coverage=_coverage(), conflicts=_conflicts(), origins=_origins(),
    )  # fmt: skip


def _agents() -> list[dict[str, Any]]:
    return [
        {"key": BOT, "name": "support-bot", "platform": "claude-code", "kind": "agent", "autonomy": "autonomous", "input": "open",
         "owner": "mara@halden.example", "owner_basis": "declared", "environment": "production", "environment_basis": "name", "purpose": "answers customers",
         "source": "claude-code", "file": "desk/.mcp.json", "at": "/"},
        {"key": CODER, "name": "cursor", "platform": "cursor", "kind": "client", "autonomy": "semi", "environment": "development", "environment_basis": "name"},
        {"key": PLANNER, "name": "planner", "platform": "a2a", "kind": "a2a-agent", "owner": "ops", "owner_basis": "tag", "environment": "production", "environment_basis": "declared"},
        {"key": EXECUTOR, "name": "executor", "platform": "a2a", "kind": "a2a-agent", "has_owner": False, "environment": "production", "environment_basis": "declared"},
        {"key": QUIET, "name": "claude-desktop", "platform": "claude-desktop", "kind": "client"},
    ]  # fmt: skip


def _tools() -> list[dict[str, Any]]:
    return [
        {"key": CRM, "name": "crm-mcp", "transport": "http", "host": "crm.example:443", "effects": int(R | W)},
        {"key": SHELL, "name": "shell", "kind": "builtin", "transport": "builtin", "runs_code": True, "obtains": True},
        {"key": TICKETS, "name": "tickets-mcp", "transport": "http", "effects": int(R), "claimed": True},
        {"key": PG, "name": "warehouse-mcp", "transport": "stdio", "package": "@example/postgres-mcp", "pin": "floating"},
    ]  # fmt: skip


def _credentials() -> list[dict[str, Any]]:
    return [
        {"key": CRM_TOKEN, "kind": "api-key", "name": "CRM_TOKEN", "exposure": "internal", "has_expires": False, "store": "configuration"},
        {"key": OPS, "kind": "access-key", "name": "profile ops", "created": AS_OF - timedelta(days=412), "exposure": "at-rest", "has_expires": False},
        {"key": GH, "kind": "token", "name": "gh token", "exposure": "at-rest"},
        {"key": DEPLOY, "kind": "access-key", "name": "deploy-key", "created": AS_OF - timedelta(days=91), "exposure": "public", "has_expires": False},
    ]  # fmt: skip


def _identities() -> list[dict[str, Any]]:
    named = [(CRM_API, "crm api user", "external", "workload"), (ADMIN, "ops-admin", "role", "workload"), (MARA, "mara", "user", "workload"),
             (DEPLOYER, "deployer", "pipeline", "pipeline"), (ETL, "etl-runner", "role", "workload"), (LEDGER_ROLE, "ledger-writer", "role", "workload"),
             (BATCH, "batch", "service-account", "workload")]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"key": key, "name": name, "kind": kind, "class": class_, "class_basis": "kind", "scope": key.split(":role")[0][:28], "provider": "aws",
         "last_used": AS_OF - timedelta(days=7 * number + 1), "created": AS_OF - timedelta(days=200 + number)}
        for number, (key, name, kind, class_) in enumerate(named)
    ]  # fmt: skip
    rows += [
        {"key": f"arn:aws:iam::444455556666:role/job-{number:02}", "name": f"job-{number:02}", "kind": "role", "class": "workload",
         "class_basis": "kind", "scope": "aws:444455556666", "provider": "aws", "has_last_used": False if number % 3 == 0 else None,
         "owner": "platform-team" if number % 2 else None, "owner_basis": "tag" if number % 2 else None}
        for number in range(30)
    ]  # fmt: skip
    return rows


def _systems() -> list[dict[str, Any]]:
    return [
        {"key": CRM_SYSTEM, "name": "CRM", "kind": "saas", "criticality": 4, "criticality_basis": "declared"},
        {"key": PLANE, "name": "control plane of desk", "kind": "control-plane", "criticality": 5, "criticality_basis": "kind"},
        {"key": LEDGER, "name": "ledger-prod", "kind": "bucket", "criticality": 5, "criticality_basis": "declared", "environment": "production", "environment_basis": "declared"},
        {"key": TICKET_SYSTEM, "name": "ticket system", "kind": "saas", "criticality": 2, "criticality_basis": "kind"},
        {"key": WAREHOUSE, "name": "warehouse", "kind": "database", "criticality": 4, "criticality_basis": "name"},
    ]  # fmt: skip


def _findings() -> Iterable[dict[str, Any]]:
    def one(id: str, check: str, subject: str, name: str, noun: str, severity: str, observed: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "check": check, "subject": subject, "name": name, "noun": noun, "severity": severity, "observed": observed,
                "cause": subject, **more}  # fmt: skip

    yield one("f000", "exposed-public", DEPLOY, "deploy-key", "credentials", "critical", "a valid key lies in a public repository",
              expected="no credential where everyone can read", due=AS_OF + timedelta(hours=1), label="contain-now", scope="aws:111122223333",
              file="github/halden/site/deploy.sh", at="line 12", owner="mara@halden.example")  # fmt: skip
    yield one("f001", "exposed-mcp-config", CRM_TOKEN, "CRM_TOKEN", "credentials", "critical", "a literal token stands in the environment of crm-mcp",
              expected="a reference to a managed store", due=AS_OF + timedelta(hours=4), label="contain-now", scope="home:desk",
              file="desk/.mcp.json", at="/mcpServers/crm/env/CRM_TOKEN", may_be_higher=False)  # fmt: skip
    yield one("f002", "trust-any-branch", ETL, "etl-runner", "identities", "high", "the trust policy accepts repo:halden/platform:*",
              expected="one branch or one environment", due=AS_OF + timedelta(days=7), label="7 d", scope="aws:444455556666",
              file="aws/444455556666/authorization.json", at="/RoleDetailList/3", owner="platform-team")  # fmt: skip
    for n, (key, name) in enumerate(((BATCH, "batch"), (OPS, "profile ops"), (GH, "gh token"))):
        yield one(f"f01{n}", "shared-credential", key, name, "credentials", "high", "three agents hold the same value",
                  due=AS_OF + timedelta(hours=24) if n == 0 else AS_OF + timedelta(days=30), label="rotate-now" if n == 0 else "30 d", scope="gcp:halden-analytics", may_be_higher=n == 1)  # fmt: skip
    for n in range(14):
        yield one(f"f1{n:02}", "key-too-old", f"arn:aws:iam::444455556666:role/job-{n:02}", f"job-{n:02}", "credentials", "medium", f"last rotated {412 - n} days ago, limit 90 days",
                  due=AS_OF + timedelta(days=90), label="90 d", scope="aws:444455556666") | {"cause": "arn:aws:iam::444455556666:policy/batch-keys"}  # fmt: skip
    for n in range(6):
        yield one(f"f2{n:02}", "orphaned-owner", f"arn:aws:iam::444455556666:role/job-{n + 14:02}", f"job-{n + 14:02}", "identities", "medium", "no owner tag, and the registry does not list it",
                  due=AS_OF + timedelta(days=90), label="90 d", scope="aws:444455556666")  # fmt: skip
    for n, (key, name) in enumerate(((BOT, "support-bot"), (EXECUTOR, "executor"))):
        yield one(f"f3{n:02}", "no-request-time-policy", key, name, "agents", "high", "no policy engine decides on its tool calls",
                  due=AS_OF + timedelta(days=30), label="30 d")  # fmt: skip
        yield one(f"f4{n:02}", "events-not-separate", key, name, "agents", "low", "one log line covers the tool call and the token", label="track")


def _unknowns() -> list[dict[str, Any]]:
    return [
        {"check": "orphaned-owner", "scope": "aws:111122223333", "reason": "no_source", "says": "nothing given names owners", "subjects": 24, "example": ADMIN, "severity": "medium"},
        {"check": "key-too-old", "scope": "aws:444455556666", "reason": "permission_denied", "says": "ListAccessKeys was refused; iam:ListAccessKeys would help", "subjects": 1, "example": "aws:444455556666", "severity": "medium"},
        {"check": "exposed-public", "scope": "repo:site", "reason": "source_blind", "says": "no scan of public repositories was given", "subjects": 2, "example": GH, "severity": "critical"},
    ]  # fmt: skip


def _way(id: str, route: str, origin: str, system: str, classes: int, share: float, steps: list[tuple[str, str, bool, str]], others: int = 0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    at, hops = origin, []
    for n, (kind, to, certain, because) in enumerate(steps, 1):
        hops.append({"path": id, "n": n, "from": at, "to": to, "kind": kind, "certain": certain, "because": because,
                     "depends_on": "" if certain else "the branch that runs: only main is trusted", "file": "aws/authorization.json", "at": f"/RoleDetailList/{n}"})  # fmt: skip
        at = to
    certain = all(certain for _, _, certain, _ in steps)
    path = {"id": id, "route": route, "origin": origin, "system": system, "classes": int(classes), "certain": certain,
            "transitions": 1 + sum(kind == "may-become" for kind, *_ in steps), "likelihood": 0.4, "weight": share * 412, "share": share, "others": others}  # fmt: skip
    return path, hops


WAYS = (
    _way("p1", "hijacked-agent", BOT, PLANE, A, 0.22, [("uses-tool", SHELL, True, "built in, allowed by default, not sandboxed"), ("holds", OPS, True, "~/.aws/credentials [ops] lies in the user's home"), ("authenticates", MARA, True, "the key belongs to user/mara"), ("may-become", ADMIN, True, "trust policy of role/ops-admin, statement 1 allows user/mara; user policy assume-ops allows sts:AssumeRole"), ("may-act", PLANE, True, "managed policy AdministratorAccess, statement 1")], others=3),
    _way("p2", "hijacked-agent", BOT, LEDGER, W | R, 0.11, [("uses-tool", SHELL, True, "built in, allowed by default, not sandboxed"), ("holds", GH, True, "gh keeps its token in the user's home"), ("authenticates", DEPLOYER, True, "token of the app deployer"), ("may-become", ETL, False, "trust policy of role/etl-runner accepts repo:halden/platform:*"), ("may-act", LEDGER, True, "inline policy ledger, statement 2")], others=1),
    _way("p3", "hijacked-agent", BOT, CRM_SYSTEM, W | R, 0.07, [("uses-tool", CRM, True, "configured in .mcp.json"), ("holds", CRM_TOKEN, True, "literal in the configuration of crm-mcp"), ("authenticates", CRM_API, True, "token of the CRM's api user"), ("may-act", CRM_SYSTEM, True, "scope of the token")]),
    _way("p4", "hijacked-agent", BOT, TICKET_SYSTEM, R, 0.01, [("uses-tool", TICKETS, True, "configured in .mcp.json"), ("calls", TICKET_SYSTEM, True, "remote end of the tool, no authentication")]),
    _way("p5", "hijacked-agent", PLANNER, LEDGER, W, 0.05, [("delegates", EXECUTOR, True, "agent card of the executor"), ("runs-as", LEDGER_ROLE, True, "task role of the executor"), ("may-act", LEDGER, True, "inline policy ledger, statement 1")]),
    _way("p6", "hijacked-agent", EXECUTOR, LEDGER, W, 0.04, [("runs-as", LEDGER_ROLE, True, "task role of the executor"), ("may-act", LEDGER, True, "inline policy ledger, statement 1")]),
    _way("p7", "hijacked-agent", CODER, WAREHOUSE, D | W | R, 0.06, [("uses-tool", PG, True, "configured in mcp.json"), ("runs-as", BATCH, False, "application default credentials, where they are set"), ("may-act", WAREHOUSE, True, "roles/cloudsql.admin on the project")]),
)  # fmt: skip


def _reach() -> Iterable[dict[str, Any]]:
    for path, hops in WAYS:
        yield {"origin": path["origin"], "system": path["system"], "certain": path["classes"] if path["certain"] else 0,
               "possible": path["classes"], "hops": path["transitions"]}  # fmt: skip


def _chokes() -> list[dict[str, Any]]:
    return [
        {"key": ETL, "name": "etl-runner trusts any branch", "kind": "node", "share": 0.27, "risk": 111.0},
        {"key": f"{MARA} -> {ADMIN}", "name": "mara → ops-admin", "kind": "link", "share": 0.22, "risk": 90.6},
        {"key": DEPLOY, "name": "deploy-key", "kind": "node", "share": 0.19, "risk": 78.0},
        {"key": f"{PLANNER} -> {EXECUTOR}", "name": "planner → executor", "kind": "link", "share": 0.11, "risk": 45.0},
    ]  # fmt: skip


def _origins() -> list[dict[str, Any]]:
    return [{"key": BOT, "name": "support-bot", "route": "hijacked-agent", "likelihood": 0.5, "risk": 169.0, "blast": 12.0, "blast_share": 0.44, "systems": 4}]


def _steps() -> list[dict[str, Any]]:
    def one(n: int, id: str, action: str, subject: str, title: str, effort: float, gain: float, after: float, **more: Any) -> dict[str, Any]:
        return {"n": n, "id": id, "action": action, "subject": subject, "title": title, "effort": effort, "gain": gain, "risk_after": after,
                "density": gain / effort, **more}  # fmt: skip

    return [
        one(1, "contain-deploy", "contain", DEPLOY, "Contain the deploy key in a public repository", 2, 111, 301, stage=0, wave=0, due=AS_OF + timedelta(hours=1), label="contain-now",
            why="It is valid and everyone can read it.", breaks="7 systems out of 2 agents' reach", may_break="the nightly deploy until it uses its role", proof="GetCallerIdentity with the old key is refused",
            how="aws iam update-access-key --access-key-id AKIAFAKED10000000002 --status Inactive", owner="mara@halden.example", findings=2),
        one(2, "contain-crm", "contain", CRM_TOKEN, "Contain the CRM token in an MCP configuration", 2.5, 81, 220, stage=1, wave=0, due=AS_OF + timedelta(hours=4), label="contain-now", why="The token stands in clear in a shared file.", findings=1),
        one(3, "rotate-batch", "rotate", BATCH, "Rotate the batch key that three agents share", 4.5, 59.3, 160.7, stage=2, wave=0, due=AS_OF + timedelta(hours=24), label="rotate-now", why="One key, three agents.", findings=3, disruption=1.5),
        one(4, "tighten-etl", "tighten-trust", ETL, "Let etl-runner trust one branch", 2, 40.7, 120, stage=3, wave=1, due=AS_OF + timedelta(days=7), label="7 d", why="Most risk per hour of what is left.", owner="platform-team", findings=1),
        one(5, "narrow-etl", "narrow-scope", ETL, "Narrow what etl-runner may write", 6, 36, 84, stage=3, wave=1, due=AS_OF + timedelta(days=30), label="30 d", why="It writes to four systems and used one.", bundle="b1"),
        one(6, "policy-bot", "enforce-policy", BOT, "Decide support-bot's tool calls at request time", 12, 53, 31, stage=3, wave=2, due=AS_OF + timedelta(days=30), label="30 d", why="What remains of its reach is meant to be there.", findings=1),
        one(1, "owner-jobs", "assign-owner", "aws:444455556666", "Name owners of six jobs", 3, 0, 31, lane="control", wave=1, due=AS_OF + timedelta(days=90), label="90 d", failure_mode="governance", why="Nobody can approve a change.", findings=6),
    ]  # fmt: skip


def _controls() -> list[dict[str, Any]]:
    nhi = [("NHI1:2025", "Improper Offboarding", "gap"), ("NHI2:2025", "Secret Leakage", "gap"), ("NHI3:2025", "Vulnerable Third-Party NHI", "partial"), ("NHI4:2025", "Insecure Authentication", "clear"),
           ("NHI5:2025", "Overprivileged NHI", "partial"), ("NHI6:2025", "Insecure Cloud Deployment Configurations", "gap"), ("NHI7:2025", "Long-Lived Secrets", "gap"), ("NHI8:2025", "Environment Isolation", "partial"), ("NHI9:2025", "NHI Reuse", "clear"), ("NHI10:2025", "Human Use of NHI", "unknown")]  # fmt: skip
    rows = [{"framework": "owasp-nhi-top10", "control": control, "title": title, "status": status, "evidence": "tool", "gaps": 3 if status == "gap" else 0,
             "clears": 12, "unknowns": 4 if status in ("partial", "unknown") else 0, "because": "two checks have no source" if status in ("partial", "unknown") else ""} for control, title, status in nhi]  # fmt: skip
    rows += [{"framework": "csa-maestro", "control": f"L{n}", "title": title, "status": "gap" if n < 5 else "partial", "evidence": "mixed", "gaps": 2 if n < 5 else 0} for n, title in enumerate(("Foundation Models", "Data Operations", "Agent Frameworks", "Deployment and Infrastructure", "Evaluation and Observability", "Security and Compliance", "Agent Ecosystem"), 1)]  # fmt: skip
    return rows


def _inputs() -> list[dict[str, Any]]:
    return [
        {"file": "aws/111122223333/authorization.json", "source": "aws-iam", "outcome": "read", "bytes": 812_331, "collected_at": AS_OF - timedelta(days=2)},
        {"file": "aws/444455556666/authorization.json", "source": "aws-iam", "outcome": "partial", "why": "ListAccessKeys was refused", "do": "grant iam:ListAccessKeys and collect again", "bytes": 402_100, "collected_at": AS_OF - timedelta(days=2)},
        {"file": "desk/.mcp.json", "source": "claude-code", "outcome": "read", "bytes": 1_204},
        {"file": "notes/readme.txt", "outcome": "skipped", "why": "no source reads this", "bytes": 90},
        {"file": "gcp/assets.json", "source": "gcp-assets", "outcome": "failed", "why": "line 4: not JSON", "do": "export it again", "bytes": 10},
    ]  # fmt: skip


def _coverage() -> list[dict[str, Any]]:
    return [
        {"source": "aws-iam", "scope": "aws:111122223333", "table": "identities", "state": "complete"},
        {"source": "aws-iam", "scope": "aws:444455556666", "table": "credentials", "state": "partial", "why": "ListAccessKeys was refused", "would_help": "iam:ListAccessKeys"},
        {"source": "gcp-assets", "scope": "gcp:halden-analytics", "table": "policies", "state": "unread", "why": "the export is not JSON", "would_help": "gcloud asset export --content-type iam-policy"},
        {"source": "claude-code", "scope": "home:desk", "table": "tools", "state": "complete"},
    ]  # fmt: skip


def _conflicts() -> list[dict[str, Any]]:
    return [{"table": "systems", "key": LEDGER, "column": "criticality", "kept": "5", "kept_from": "declared", "other": "3", "other_from": "kind", "lowers_risk": False}]
