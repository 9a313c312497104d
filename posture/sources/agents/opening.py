"""Opens a configuration file: parses it, says which keys stand twice, seeks secrets where it is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model.errors import Unreadable
from posture.sources import jsonc, toml_read, yaml_safe
from posture.sources.agents import clients, literals, writing
from posture.sources.agents.literals import Where
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows
from posture.sources.reading import Document, decode

_HASHED = re.compile(r"(?m)^[ \t]*+(?P<comment>\#[^\n]*+)")


def parsed(sheet: Sheet) -> Mapping[str, Any]:
    """The document of the page by the end of its name. Secrets of a broken one are found by line."""
    found = anything(sheet)
    if not isinstance(found, Mapping):
        raise Unreadable("holds no settings: its top is no map")
    return found


def anything(sheet: Sheet) -> Any:
    """The same of a file whose top may be a list."""
    page = sheet.page
    suffix = page.path.suffix.lower()
    try:
        if suffix in (".yaml", ".yml"):
            found = yaml_safe.read(page.data, page.settings.reading.nesting)
        elif suffix == ".toml":
            found = toml_read.read(page.data, page.settings.reading.nesting)
        else:
            found = jsonc.read(page.data, page.settings.reading.nesting)
    except Unreadable:
        salvage(sheet)
        raise
    twice(sheet, found)
    comments(sheet, "#" if suffix in (".yaml", ".yml", ".toml") else "//")
    return found.value


def comments(sheet: Sheet, mark: str) -> None:
    """Secrets that somebody commented out: clients do not read them, people and thieves do."""
    body = decode(sheet.page.data)
    if mark not in body and "/*" not in body:
        return
    pattern = _HASHED if mark == "#" else jsonc.COMMENTS
    said: list[str] = []
    at = 0
    for found in pattern.finditer(body):
        if found["comment"]:
            # All comments are looked through as one text, in which each keeps its line.
            said += ["\n" * body.count("\n", at, found.start()), found["comment"]]
            at = found.end()
    literals.text(sheet, "".join(said), 1, _where(sheet), sheet.owner_of(""))


def _where(sheet: Sheet) -> Where:
    """Pipelines and manifests are files of a repository like others; the rest configures agents."""
    return "file" if sheet.client.id in ("github-actions", "kubernetes", "gcloud") else "agent-configuration"


def salvage(sheet: Sheet) -> None:
    """Secrets in a file that no parser takes lie there all the same."""
    try:
        body = decode(sheet.page.data)
    except Unreadable:
        return
    literals.text(sheet, body, 1, _where(sheet))


def twice(sheet: Sheet, found: Document) -> None:
    """A key that stands twice: clients take the last one, and whoever reads the file may see the first."""
    for one in found.duplicates:
        sheet.problem(one.pointer, f"stands twice (line {one.line}); the last one counts")
    for n, (pointer, value) in enumerate(found.replaced, 1):
        # The keys above say what a value is, so the secret is sought below them.
        for step in reversed(pointer.split("/")[1:]):
            value = {step.replace("~1", "/").replace("~0", "~"): value}
        literals.document(sheet, value, where=_where(sheet), copy=f"earlier {n}")


def servers_of(page: Page, into: Rows, name: str = "mcpServers", url_alone: str = "http") -> None:
    """Everything in a file that lists the servers of the client that its path decides."""
    found = clients.owner(page)
    sheet = (
        Sheet(page, into, found.client, found.prefix, found.layer)
        if found is not None
        else Sheet(page, into, "unknown", "/".join(page.path.parts[:-1]))
    )
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    writing.servers(sheet, document.get(name), f"/{name}", user, url_alone=url_alone)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")
