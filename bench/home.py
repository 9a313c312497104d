"""A home folder of ten thousand files and the time its assessment takes. Run `python -m bench.home [FOLDER]`.

Prints one JSON object. Seconds are wall time of the whole process; cold means that none of the files lies in
the system's memory, where the system can be told to let go of them.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILES, PROJECTS, RUNS = 10_000, 32, 3
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ORDINARY = (".py", ".js", ".ts", ".md", ".json", ".yaml", ".txt", ".png", ".css", ".go")


def write(folder: Path, files: int = FILES, projects: int = PROJECTS, seed: int = 1) -> int:
    """Writes a home of `files` files and answers how many of them configure something."""
    chance = random.Random(seed)
    made = dict(_personal(chance))
    for n in range(projects):
        made |= {f"src/app-{n}/{path}": text for path, text in _project(chance, n)}
    many = len(made)
    for n in range(files - many):
        ending = chance.choice(_ORDINARY)
        path = f"src/app-{chance.randrange(projects)}/lib-{chance.randrange(9)}/file-{n}{ending}"
        made[path] = _ordinary(chance, n, ending)
    for path, text in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return many - projects


def _token(chance: random.Random, start: str = "ghp_FAKED", length: int = 31) -> str:
    return start + "".join(chance.choices(_LETTERS, k=length))


def _servers(chance: random.Random, label: str, count: int = 4) -> dict[str, Any]:
    """Local servers with a literal secret each, and a remote one."""
    servers: dict[str, Any] = {
        f"{label}-{n}": {
            "command": "npx",
            "args": ["-y", f"@acme/{label}-{n}@1.{n}.0"],
            "env": {"API_TOKEN": _token(chance), "AWS_PROFILE": f"team-{n}", "LOG_LEVEL": "info"},
        }
        for n in range(count - 1)
    }
    headers = {"Authorization": f"Bearer {_token(chance)}"}
    servers[f"{label}-remote"] = {
        "type": "http",
        "url": f"https://{label}.example.com/mcp",
        "headers": headers,
    }
    return servers


def _personal(chance: random.Random) -> Iterator[tuple[str, str]]:
    for path, name in (
        (".claude.json", "mcpServers"),
        (".cursor/mcp.json", "mcpServers"),
        (".codeium/windsurf/mcp_config.json", "mcpServers"),
        (".config/Claude/claude_desktop_config.json", "mcpServers"),
        (".config/Code/User/mcp.json", "servers"),
        (".gemini/settings.json", "mcpServers"),
        (".aws/amazonq/mcp.json", "mcpServers"),
        (".cline/data/settings/cline_mcp_settings.json", "mcpServers"),
        (".config/zed/settings.json", "context_servers"),
    ):
        yield path, json.dumps({name: _servers(chance, path.strip(".").split("/")[0].lower())}, indent=2)
    yield ".codex/config.toml", _codex(chance, "home")
    yield ".aws/config", "".join(f"[profile team-{n}]\nregion = eu-west-1\n" for n in range(4))
    yield ".claude/settings.json", _settings("home")
    yield ".claude/agents/reviewer.md", _subagent("reviewer")


def _project(chance: random.Random, n: int) -> Iterator[tuple[str, str]]:
    yield ".git/HEAD", "ref: refs/heads/main\n"
    yield ".mcp.json", json.dumps({"mcpServers": _servers(chance, f"app-{n}")}, indent=2)
    yield ".vscode/mcp.json", json.dumps({"servers": _servers(chance, f"editor-{n}"), "inputs": []})
    yield ".cursor/mcp.json", "// ours\n" + json.dumps({"mcpServers": _servers(chance, f"cursor-{n}")})
    yield ".gemini/settings.json", json.dumps({"mcpServers": _servers(chance, f"gemini-{n}")})
    yield ".codex/config.toml", _codex(chance, f"app-{n}")
    yield ".claude/settings.json", _settings(f"app-{n}")
    for name in ("reviewer", "deployer"):
        yield f".claude/agents/{name}.md", _subagent(name)
    yield ".amazonq/cli-agents/ops.json", _amazon_q(chance, n)
    yield ".continue/config.yaml", _continue(chance, n)
    yield ".github/workflows/deploy.yml", _workflow(n)
    yield "deploy/agent.yaml", _manifest(n)
    yield ".env", f"DATABASE_URL=postgres://app:{_token(chance, '', 20)}@db-{n}.example.com/app\nREGION=eu\n"
    yield "CLAUDE.md", f"# app-{n}\n\nRun the tests before you commit.\n" * 20
    yield "langgraph.json", json.dumps({"graphs": {f"agent-{n}": "./agent.py:graph"}, "env": ".env"})
    yield ".well-known/agent-card.json", _card(n)
    for part in range(3):
        servers = _servers(chance, f"part-{n}-{part}")
        yield f"services/part-{part}/.mcp.json", json.dumps({"mcpServers": servers})


def _codex(chance: random.Random, label: str) -> str:
    env = f'env = {{ API_TOKEN = "{_token(chance)}" }}'
    return (
        'approval_policy = "on-request"\nsandbox_mode = "workspace-write"\n'
        f'[mcp_servers.{label}-search]\ncommand = "uvx"\nargs = ["acme-search==1.2.0"]\n{env}\n'
        f'[mcp_servers.{label}-remote]\nurl = "https://{label}.example.com/mcp"\nbearer_token_env_var = "T"\n'
    )


def _settings(label: str) -> str:
    permissions = {
        "allow": ["Bash(git status:*)", "Read", f"mcp__{label}-0__query", "Bash(npm run test:*)"],
        "deny": ["Read(./.env)"],
        "defaultMode": "acceptEdits",
    }
    return json.dumps({"permissions": permissions})


def _subagent(name: str) -> str:
    head = f"name: {name}\ndescription: Does the work of a {name}\ntools: Read, Grep, Bash"
    return f"---\n{head}\n---\nBe exact.\n"


def _amazon_q(chance: random.Random, n: int) -> str:
    servers = _servers(chance, f"ops-{n}")
    return json.dumps(
        {"name": f"ops-{n}", "mcpServers": servers, "tools": ["*"], "allowedTools": ["fs_read"]}
    )


def _continue(chance: random.Random, n: int) -> str:
    return (
        f"name: app-{n}\nmcpServers:\n  - name: docs-{n}\n    command: npx\n    args: ['-y', '@acme/docs']\n"
        f"    env:\n      DOCS_KEY: {_token(chance)}\n      REGION: ${{{{ secrets.REGION }}}}\n"
    )


def _workflow(n: int) -> str:
    return (
        f"name: deploy-{n}\non: [push]\npermissions:\n  id-token: write\n  contents: read\njobs:\n  deploy:\n"
        "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        "      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n"
        f"          role-to-assume: arn:aws:iam::111122223333:role/deploy-{n}\n"
        "          aws-region: eu-west-1\n"
    )


def _manifest(n: int) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: agent-{n}\n  namespace: agents\nspec:\n"
        f"  template:\n    spec:\n      serviceAccountName: agent-{n}\n      containers:\n"
        f"        - name: agent\n          image: acme/agent:1.{n}\n          env:\n"
        "            - name: API_KEY\n              valueFrom:\n"
        f"                secretKeyRef: {{name: keys, key: k{n}}}\n"
    )


def _card(n: int) -> str:
    return json.dumps(
        {
            "protocolVersion": "0.3.0",
            "name": f"agent-{n}",
            "description": "Answers questions",
            "url": f"https://agent-{n}.example.com/a2a",
            "version": "1.0.0",
            "capabilities": {},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
            "security": [{"key": []}],
            "skills": [{"id": "ask", "name": "ask", "description": "Answers", "tags": []}],
        }
    )


def _ordinary(chance: random.Random, n: int, ending: str) -> str:
    lines = chance.randrange(5, 400)
    if ending == ".json":
        return json.dumps({"name": f"x{n}", "dependencies": {f"d{at}": "1.0.0" for at in range(lines // 8)}})
    if ending == ".yaml":
        return "".join(f"key-{at}: value {at}\n" for at in range(lines // 2))
    if ending == ".png":
        return "\x00" * lines * 40
    return f"value_{n} = {n}\n" * lines


def _cold(folder: Path) -> bool:
    """Has the system let go of what it holds of the files; false where it cannot be told to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for file in folder.rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            try:
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
    return True


def _seconds(folder: Path, report: Path) -> tuple[float, float]:
    """Wall seconds and CPU seconds of one assessment of `folder`, a process of its own."""
    words = ("assess", "--home", str(folder), "-f", "json", "-o", str(report))
    before, began = os.times(), time.monotonic()
    silent = subprocess.DEVNULL
    subprocess.run([sys.executable, "-m", "posture", *words], check=True, stdout=silent, stderr=silent)
    wall, after = time.monotonic() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, spent


def main(given: Path | None) -> None:
    """Measures `given`, or a home made for it: of three runs cold and three warm the fastest counts."""
    with tempfile.TemporaryDirectory() as made:
        folder, report = given or Path(made) / "dana", Path(made) / "report.json"
        configured = write(folder) if given is None else None
        _seconds(folder, report)  # compiles Python's byte code
        cold = [_seconds(folder, report)[0] for _ in range(RUNS) if _cold(folder)]
        warm = [_seconds(folder, report) for _ in range(RUNS)]
        print(
            json.dumps(
                {
                    "files": sum(file.is_file() for file in folder.rglob("*")),
                    "written as configuration": configured,
                    "read": len(json.loads(report.read_bytes())["evidence"]),
                    "cold": round(min(cold), 1) if cold else None,
                    "warm": round(min(wall for wall, _ in warm), 1),
                    "cpu": round(min(spent for _, spent in warm), 1),
                }
            )
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
