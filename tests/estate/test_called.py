"""Tools of one name are told apart by who uses them; whose name is their own keep it."""

from __future__ import annotations

from posture.estate.called import tools
from posture.model.frames import frame


def test_a_shared_name_says_whose_tool_it_is() -> None:
    tables = {
        "agents": frame(
            "agents", [{"key": "agent:a", "name": "desk"}, {"key": "agent:x/b"}, {"key": "agent:c"}]
        ),
        "tools": frame(
            "tools",
            [
                {"key": "tool:a/Bash", "name": "Bash", "kind": "builtin"},
                {"key": "tool:b/Bash", "name": "Bash", "kind": "builtin"},
                {"key": "tool:unused/Bash", "name": "Bash", "kind": "builtin"},
                {"key": "tool:a/crm", "name": "crm", "kind": "mcp-server"},
                {"key": "tool:a/crm/read", "name": "crm", "kind": "operation"},
            ],
        ),
        "links": frame(
            "links",
            [
                {"kind": "uses-tool", "from": start, "to": end}
                for start, end in (
                    ("agent:a", "tool:a/Bash"),
                    ("agent:c", "tool:a/Bash"),
                    ("agent:x/b", "tool:b/Bash"),
                    ("agent:a", "tool:a/crm"),
                )
            ],
        ),
    }
    assert tools({name: rows.lazy() for name, rows in tables.items()}) == {
        "tool:a/Bash": "Bash of desk and 1 more",
        "tool:b/Bash": "Bash of b",
    }
