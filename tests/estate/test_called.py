"""What bears the name of many is told apart by who uses, owns or holds it; a name of its own stays."""

from __future__ import annotations

from posture.estate.called import plainly, told
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
    assert told({name: rows.lazy() for name, rows in tables.items()}, "tools") == {
        "tool:a/Bash": "Bash of desk and 1 more",
        "tool:b/Bash": "Bash of b",
    }


def test_a_credential_named_by_its_kind_says_whose_it_is_or_where_it_lies() -> None:
    user = "arn:aws:iam::111122223333:user/team/ci"
    named = {
        "AKIAFAKED00000000001": "access key 1",
        f"{user}#password": "console password",
        "secret:desk/.mcp.json#/mcpServers/crm/headers/Authorization": "Authorization",
        "token:crew/run": "run token of the crew",
        "AKIAFAKED00000000002": "access key 1",
        "AKIAFAKED00000000003": None,
    }
    tables = {
        "credentials": frame("credentials", [{"key": key, "name": name} for key, name in named.items()]),
        "links": frame(
            "links",
            [
                {"kind": "authenticates", "from": start, "to": user}
                for start in (
                    "AKIAFAKED00000000001",
                    "AKIAFAKED00000000003",
                    f"{user}#password",
                    "token:crew/run",
                )
            ],
        ),
    }
    assert told({name: rows.lazy() for name, rows in tables.items()}, "credentials") == {
        "AKIAFAKED00000000001": "ci's access key 1",
        f"{user}#password": "ci's console password",
        "secret:desk/.mcp.json#/mcpServers/crm/headers/Authorization": "Authorization in desk/.mcp.json",
    }


def test_users_and_roles_of_aws_are_named_with_their_kind_unless_they_are_called_otherwise() -> None:
    assert plainly("arn:aws:iam::111122223333:role/path/ci", "ci") == "role/ci"
    assert plainly("arn:aws:iam::111122223333:root", "Lodestar") == "Lodestar"
    assert plainly("arn:aws:iam::111122223333:role/ci", None) == "role/ci"
    assert plainly("agent:desk/claude-code", "desk bot") == "desk bot"
