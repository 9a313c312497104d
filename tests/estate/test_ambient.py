"""Which tools reach the credentials that merely lie in their home."""

from __future__ import annotations

from typing import Any

import pytest

from posture.estate.estate import Estate
from posture.estate.join import ambient
from posture.model.frames import frame

TOOL, KEY, HOME = "tool:ana/c/t", "secret:ana/x#y", "home:ana"


def _links(tool: dict[str, Any], *safeguards: dict[str, Any], home: str = HOME) -> list[tuple[Any, ...]]:
    links = [
        {"kind": "stored-at", "from": KEY, "to": home},
        {"kind": "uses-tool", "from": "agent:ana/c", "to": TOOL},
    ]
    estate = Estate(
        {
            "tools": frame("tools", [{"key": TOOL, "scope": HOME, **tool}]),
            "links": frame("links", links),
            "safeguards": frame("safeguards", safeguards),
        },
        None,
    )
    return list(ambient(estate).select("from", "to", "certain", "depends_on").iter_rows())


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ({"kind": "builtin", "runs_code": True}, [(TOOL, KEY, True, None)]),
        ({"kind": "mcp-server", "runs_code": True}, [(TOOL, KEY, True, None)]),
        ({"kind": "builtin"}, [(TOOL, KEY, False, "what the tool can do is not known")]),
        ({"kind": "builtin", "runs_code": False, "obtains": True}, [(TOOL, KEY, True, None)]),
        ({"kind": "builtin", "runs_code": False, "obtains": False}, []),
        (
            {"kind": "mcp-server", "package": "@modelcontextprotocol/server-filesystem", "obtains": True,
             "runs_code": False},
            [(TOOL, KEY, False, "which folders it may read")],
        ),
        ({"kind": "mcp-server", "runs_code": False, "obtains": True}, []),
        ({"kind": "mcp-server"}, []),
    ],
)  # fmt: skip
def test_a_tool_that_runs_code_or_reads_files_reaches_what_lies_about(
    tool: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    assert _links(tool) == expected


@pytest.mark.parametrize(("mode", "count"), [("enforce", 0), ("off", 1), ("log-only", 1)])
@pytest.mark.parametrize("subject", [TOOL, "agent:ana/c"])
def test_a_sandbox_in_force_keeps_it_away(subject: str, mode: str, count: int) -> None:
    tool = {"kind": "builtin", "runs_code": True}
    assert len(_links(tool, {"subject": subject, "kind": "sandbox", "mode": mode})) == count


def test_a_sandbox_of_which_nobody_knows_whether_it_holds_leaves_a_doubt() -> None:
    found = _links({"kind": "builtin", "runs_code": True}, {"subject": "agent:ana/c", "kind": "sandbox"})
    assert found == [(TOOL, KEY, False, "whether the sandbox is in force")]


def test_another_home_is_out_of_reach() -> None:
    assert _links({"kind": "builtin", "runs_code": True}, home="home:bob") == []
