"""The score of agent configuration: all right on a hard set, and wrong where labels differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.score import agents, hard_agents


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_agents.write(tmp_path_factory.mktemp("set") / "hard")


def _wrong(found: list[agents.Row]) -> list[tuple[str, str]]:
    return [(row.category, row.case) for row in found if row.expected != row.answered]


def test_everything_in_the_hard_set_is_right(cases: Path) -> None:
    found = agents.rows(cases)
    assert _wrong(found) == []
    assert {row.category for row in found if row.expected} == {
        "agents", "files", "generated", "hosts", "leaks", "problems", "references", "secrets", "servers",
        "sharing",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "changed", "category"),
    [
        ('"late-mcp", pin = "exact"', '"late-mcp", pin = "none"', "servers"),
        ('{ name = "good", transport = "http", enabled = true },', "", "servers"),
        ('at = "/mcp_servers/kiln/env/KILN_TOKEN"', 'at = "/mcp_servers/kiln/env/OTHER"', "secrets"),
        ('host = "second.yard.example"', 'host = "first.yard.example"', "hosts"),
        ('name = "HOIST"', 'name = "LOWER"', "references"),
        ('problems = ["broken", "number"]', 'problems = ["late"]', "problems"),
        ('expect = "failed"', 'expect = "skipped"', "generated"),
        ('{ name = "windsurf", kind = "client"', '{ name = "other", kind = "client"', "agents"),
        ('mark = "FAKEH08"', 'mark = "wide-mcp"', "leaks"),
    ],
)
def test_a_label_that_differs_is_seen(
    cases: Path, tmp_path: Path, label: str, changed: str, category: str
) -> None:
    other = hard_agents.write(tmp_path / "hard")
    text = (cases / "manifest.toml").read_text()
    assert label in text
    (other / "manifest.toml").write_text(text.replace(label, changed))
    assert category in {kind for kind, _case in _wrong(agents.rows(other))}
