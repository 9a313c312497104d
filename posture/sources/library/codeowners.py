"""CODEOWNERS of a repository: who answers for the files that agents and credentials are configured in."""

from __future__ import annotations

from posture.model.keys import repo_scope
from posture.model.text import plain
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="codeowners",
    title="Code owners",
    feeds=("code_owners",),
    by_hand="CODEOWNERS at the top of a repository, or in its .github, .gitlab or docs",
    blind="who answers for what a repository configures",
    ends=("codeowners",),
    rank=30,
)

_FOLDERS = ((), (".github",), (".gitlab",), ("docs",))


def claims(page: Page) -> bool:
    """CODEOWNERS where the hosts of repositories look for it."""
    return page.path.name == "CODEOWNERS" and page.parts[:-1] in _FOLDERS


def read(page: Page, into: Rows) -> None:
    """One row per rule, comments left out; sections of GitLab give rules like any other."""
    base = page.label.removesuffix(str(page.path)).rstrip("/")
    section: tuple[str, ...] = ()
    for number, line in enumerate(page.text.splitlines(), 1):
        words = line.split(" #", 1)[0].split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].startswith(("[", "^[")):
            section = tuple(word for word in line.rpartition("]")[2].split() if word.startswith("@"))
            continue
        into.add(
            "code_owners",
            f"line {number}",
            scope=repo_scope(page.root),
            n=number,
            base=base,
            pattern=plain(words[0]),
            owners=" ".join(plain(word) for word in words[1:] or section),
        )
