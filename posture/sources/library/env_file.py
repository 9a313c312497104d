"""Files of environment variables: secrets that lie at rest beside a program, and hosts."""

from __future__ import annotations

from posture.sources import dotenv
from posture.sources.agents import ends, literals, writing
from posture.sources.agents.literals import Inline
from posture.sources.agents.remote import remotes
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.secrets import Place, find

SOURCE = Source(
    id="env-file",
    title="Files of environment variables",
    feeds=("credentials", "systems", "links"),
    by_hand=".env files of repositories and homes",
    blind="secrets that lie in .env files",
    rank=50,
)


def claims(page: Page) -> bool:
    """.env, .env.production, service.env."""
    name = page.parts[-1]
    return name == ".env" or name.startswith(".env.") or (name.endswith(".env") and len(name) > 4)


def read(page: Page, into: Rows) -> None:
    """One credential per secret, by line; a sample file is read like any other."""
    sheet = Sheet(page, into, "env-file", "", "project")
    found: list[Inline] = []
    given = dotenv.read(page.data)
    for entry in given.entries:
        at = f"line {entry.line}"
        place = Place(entry.name, (), "value", page.path.name)
        found += [Inline(at, entry.value, one) for one in find(entry.value, place)]
        for remote in remotes(entry.value):
            ends.remote_system(sheet, at, remote)
    for line in given.unread:
        into.problem(
            sheet.scope, "credentials", f"line {line}", f"line {line} is no variable", "correct the line"
        )
    literals.write(
        sheet, found, "ambient", names={f"line {entry.line}": entry.name for entry in given.entries}
    )
    writing.covered(sheet, "credentials")
