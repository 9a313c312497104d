"""Whole estates of any size, in files as real tools write them: AWS accounts, Google Cloud projects, agents.

Deterministic by seed. Accounts of 420 identities trust each other in a chain; every agent holds its tools'
credentials in its own configuration, and every third shares a literal secret with the one before it.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.accounts import USERS, account

PER_COPY = 78 + USERS
COPIES = 3
"""To an account, which makes some 370 identities."""
AGENTS, GOOGLE = 0.06, 0.18
"""Shares of agents and of Google's service accounts."""
_ACCOUNT, _PROJECT = "iam.googleapis.com/ServiceAccount", "cloudresourcemanager.googleapis.com/Project"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ROLES = (
    "roles/viewer",
    "roles/storage.objectAdmin",
    "roles/pubsub.publisher",
    "roles/iam.serviceAccountUser",
    "roles/secretmanager.secretAccessor",
    "roles/bigquery.dataEditor",
)


def write(folder: Path, identities: int, seed: int = 1) -> int:
    """Writes an estate of about `identities` and answers how many there are."""
    chance = random.Random(seed)
    agents, google = int(identities * AGENTS), int(identities * GOOGLE)
    accounts = max(1, round((identities - agents - google) / (PER_COPY * COPIES)))
    numbers = [str(300_000_000_000 + 7 * n) for n in range(accounts)]
    for n, number in enumerate(numbers):
        made = account(COPIES, seed, number, numbers[n - 1] if n else "")
        _json(folder / "aws" / number / "account-authorization-details.json", made)
    projects = max(1, google // 200)
    for n in range(projects):
        _project(chance, folder / "gcp" / f"acme-{n}", f"acme-{n}", google // projects)
    secret = ""
    for n in range(agents):
        if n % 3 == 0:
            secret = _token(chance)
        _agent(chance, folder / "agents" / f"team-{n % 40}" / f"bot-{n}", secret, numbers[n % accounts])
    return accounts * PER_COPY * COPIES + projects * (google // projects) + agents


def _json(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


def _token(chance: random.Random) -> str:
    return "ghp_FAKED" + "".join(chance.choices(_LETTERS, k=31))


def _agent(chance: random.Random, folder: Path, secret: str, number: str) -> None:
    key = "AKIAFAKED" + "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=11))
    servers = {
        "github": {
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-github"],
            "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": secret},
        },
        "store": {
            "command": "uvx",
            "args": ["awslabs.aws-api-mcp-server@latest"],
            "env": {"AWS_ACCESS_KEY_ID": key, "AWS_REGION": "eu-west-1"},
        },
        "shell": {
            "command": "npx",
            "args": ["-y", "mcp-server-commands"],
            "env": {"AWS_ROLE_ARN": f"arn:aws:iam::{number}:role/role-{chance.randrange(78)}"},
        },
    }
    some = sorted(chance.sample(sorted(servers), chance.randint(1, 3)))
    _json(folder / "mcp.json", {"mcpServers": {name: servers[name] for name in some}})


def _project(chance: random.Random, folder: Path, project: str, identities: int) -> None:
    emails = [f"job-{n}@{project}.iam.gserviceaccount.com" for n in range(identities)]
    top = f"//cloudresourcemanager.googleapis.com/projects/{project}"
    accounts = [
        {
            "name": f"//iam.googleapis.com/projects/{project}/serviceAccounts/{email}",
            "asset_type": _ACCOUNT,
            "resource": {
                "version": "v1",
                "data": {
                    "email": email,
                    "name": f"projects/{project}/serviceAccounts/{email}",
                    "projectId": project,
                    "uniqueId": str(100_000_000_000_000_000_000 + n),
                },
            },
            "ancestors": [f"projects/{project}"],
        }
        for n, email in enumerate(emails)
    ]
    bindings: dict[str, list[str]] = {}
    for email in emails:
        for role in chance.sample(_ROLES, 2):
            bindings.setdefault(role, []).append(f"serviceAccount:{email}")
    policies = [_policy(top, bindings)]
    for n in range(0, identities - 1, 4):
        # Chains of four accounts that may mint each other's tokens; the last of every other one closes it.
        chain = emails[n : n + 4]
        onward = [*pairwise(chain), *([(chain[-1], chain[0])] if n % 8 else [])]
        for start, end in onward:
            name = f"//iam.googleapis.com/projects/{project}/serviceAccounts/{end}"
            policies.append(
                _policy(name, {"roles/iam.serviceAccountTokenCreator": [f"serviceAccount:{start}"]})
            )
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in (("resource.ndjson", accounts), ("iam-policy.ndjson", policies)):
        (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _policy(name: str, bindings: dict[str, list[str]]) -> dict[str, Any]:
    kind = _ACCOUNT if "serviceAccounts" in name else _PROJECT
    listed = [{"role": role, "members": members} for role, members in sorted(bindings.items())]
    return {"name": name, "asset_type": kind, "iam_policy": {"version": 1, "bindings": listed}}
