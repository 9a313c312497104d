"""Rules of CODEOWNERS are read, and the last that matches a file holds."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from posture.estate.code_owners import CodeOwners, matches
from posture.settings import Settings
from posture.sources.contract import Page, Place, Rows
from posture.sources.library import codeowners


def page(text: str, path: str = ".github/CODEOWNERS") -> Page:
    return Page(
        Place("desk", "repository"),
        PurePosixPath(path),
        text.encode(),
        Settings(),
        label=f"repos/desk/{path}",
    )


def rules(*pages: Page) -> CodeOwners:
    into = Rows()
    for one in pages:
        into.reading("codeowners", one)
        codeowners.read(one, into)
    return CodeOwners(into.frame("code_owners"))


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("CODEOWNERS", True),
        (".github/CODEOWNERS", True),
        (".gitlab/CODEOWNERS", True),
        ("docs/CODEOWNERS", True),
        ("src/CODEOWNERS", False),
        ("CODEOWNERS.md", False),
    ],
)
def test_it_lies_where_hosts_look(path: str, claimed: bool) -> None:
    assert codeowners.claims(page("", path)) is claimed


@pytest.mark.parametrize(
    ("pattern", "file", "covered"),
    [
        ("*", ".mcp.json", True),
        ("*", "a/b/c.py", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.json", False),
        ("/build/", "build/x/y", True),
        ("/build/", "a/build/x", False),
        ("build/", "a/build/x", True),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/more/a.md", False),
        ("docs", "a/docs/b", True),
        ("/.claude", ".claude/agents/x.md", True),
        ("**/logs", "a/b/logs/c", True),
        ("**/logs", "logs/c", True),
        ("/src/**/x.py", "src/x.py", True),
        ("/src/**/x.py", "src/a/b/x.py", True),
        ("a?c", "abc", True),
        ("a.c", "abc", False),
    ],
)
def test_patterns(pattern: str, file: str, covered: bool) -> None:
    assert matches(pattern, file) is covered


def test_the_last_rule_holds_and_a_rule_without_owners_takes_them_away() -> None:
    owners = rules(
        page(
            "# ours\n* @co/all # everybody\n/.claude/ @co/ai ana@example.com\n/vendor\n"
            "[Docs] @co/docs\n*.md\n"
        )
    )
    for file, expected in (
        (".mcp.json", ("@co/all", 2)),
        (".claude/settings.json", ("@co/ai ana@example.com", 3)),
        ("README.md", ("@co/docs", 6)),
    ):
        rule = owners.of(f"repos/desk/{file}")
        assert rule is not None
        assert (rule.owners, rule.n) == expected
    assert owners.of("repos/desk/vendor/x.json") is None
    assert owners.of("repos/other/.mcp.json") is None


def test_of_two_files_the_one_in_github_holds() -> None:
    owners = rules(page("* @co/top\n", "CODEOWNERS"), page("* @co/github\n"))
    rule = owners.of("repos/desk/a")
    assert rule is not None
    assert rule.owners == "@co/github"
