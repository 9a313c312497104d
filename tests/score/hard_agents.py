"""Writes a labelled set of hard agent configurations: what real homes hold and tidy examples do not."""

from __future__ import annotations

import json
from pathlib import Path

MANIFEST = Path(__file__).with_suffix(".toml")

_TOKEN = "9xQ7mKz3Lw8Vt5Rb2Yn6Hc4Jd"


def write(root: Path) -> Path:
    """The set below `root`; its secrets are made here, so that no file of ours holds one."""
    files = {
        "manifest.toml": MANIFEST.read_text(encoding="utf-8"),
        "home/.cursor/mcp.json": f"""{{
  // was: Bearer ghp_FAKEH02mQz7Kw2Lx9Vt4Rb6Yn8Hc3Jd5Fg
  "mcpServers": {{
    "broken": "npx -y broken-mcp",
    "good": {{"url": "https://good.yard.example/mcp", /* "x": 1 */
             "headers": {{"Authorization": "Bearer ghp_FAKEH01{_TOKEN}Fg1P"}},}},
    "number": 17,
    "late": {{"command": "npx", "args": ["-y", "late-mcp@1.2.3"], "disabled": true}},
  }},
}}""",
        "home/.claude.json": f"""{{"mcpServers": {{
 "twice": {{"type": "http", "url": "https://first.yard.example",
           "headers": {{"X-Api-Key": "FAKEH04{_TOKEN}"}}}},
 "twice": {{"type": "streamable-http", "url": "https://second.yard.example",
           "headers": {{"X-Api-Key": "FAKEH05{_TOKEN}"}}}}}}}}""",
        "home/.config/goose/config.yaml": f"extensions:\n  x: [\n  API_TOKEN: FAKEH06{_TOKEN}\n",
        "home/dotfiles/.codex/config.toml": f"""[mcp_servers.kiln]
command = "kiln-mcp"
[mcp_servers.kiln.env]
KILN_TOKEN = "FAKEH07{_TOKEN}"
""",
        "outside/.cursor/mcp.json": json.dumps(
            {"mcpServers": {"x": {"command": "x", "env": {"TOKEN": f"FAKEH08{_TOKEN}"}}}}
        ),
        "repos/yard/.github/CODEOWNERS": "* @yard/all\n",
        "repos/yard/robots/mcp.json": json.dumps(
            {"mcpServers": {"arm": {"type": "carrier-pigeon", "loft": 3}}}
        ),
        "repos/yard/packages/crane/.cursor/mcp.json": json.dumps(
            {
                "mcpServers": {
                    "crane/hoist": {
                        "type": "ws",
                        "url": "wss://${env:HOIST}/mcp",
                        "env": {"CONFIG": f"--verbose --password=FAKEH11{_TOKEN} --level 3"},
                    },
                    "wrapped": {
                        "command": "cmd",
                        "args": ["/c", "npx", "-y", "@yard/wrapped-mcp@2.0.1"],
                        "env": {
                            "MONGO_URL": f"mongodb://app:FAKEH10{_TOKEN}@m1.yard.example:27018,m2.yard.example/crane",
                            "AWS_REGION": "eu-west-1",
                        },
                    },
                    "bridge": {
                        "command": "npx",
                        "args": [
                            "-y",
                            "mcp-remote@latest",
                            "https://bridge.yard.example:8443/sse",
                            "--header",
                            f"X-Api-Key: FAKEH09{_TOKEN}",
                        ],
                    },
                    "shell": {
                        "command": "sh",
                        "args": [
                            "-c",
                            "docker run --rm -i -e YARD ghcr.io/yard/hoist@sha256:0123456789abcdef",
                        ],
                    },
                }
            }
        ),
    }
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    wide = root / "home/.codeium/windsurf/mcp_config.json"
    wide.parent.mkdir(parents=True)
    given = {"command": "uvx", "args": ["--from", "wide-mcp>=1", "wide", f"--api-key=FAKEH03{_TOKEN}"]}
    wide.write_bytes(json.dumps({"mcpServers": {"wide": given}}).encode("utf-16"))
    return root
