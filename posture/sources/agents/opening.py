"""Opens a configuration file as far as it stands, and seeks secrets where no parser goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model.errors import Unreadable
from posture.sources import frontmatter, jsonc, toml_read, torn_json, yaml_safe
from posture.sources.agents import clients, literals, writing
from posture.sources.agents.literals import Where
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows
from posture.sources.frontmatter import FrontMatter
from posture.sources.reading import Document, decode

_SERVICES = frozenset({"github-actions", "kubernetes", "kagent", "gcloud", "deployment", "gitlab-ci"})
_HASHED = re.compile(r"(?m)^[ \t]*+(?P<comment>\#[^\n]*+)")


def parsed(sheet: Sheet, whole: bool = False) -> Mapping[str, Any]:
    """The document of the page by the end of its name; of a broken one what stands before the fault.

    `whole` asks for all of it, where what a file does not say is an answer too.
    """
    found = anything(sheet, whole)
    if not isinstance(found, Mapping):
        raise Unreadable("holds no settings: its top is no map")
    return found


def anything(sheet: Sheet, whole: bool = False) -> Any:
    """The same of a file whose top may be a list."""
    page = sheet.page
    suffix = page.path.suffix.lower()
    kind = suffix if suffix in _TORN else ".json"
    deepest = page.settings.reading.nesting
    try:
        found = _READ[kind](page.data, deepest)
    except Unreadable:
        try:
            standing = _TORN[kind](page.data, deepest)
        except Unreadable:
            standing = Document(None)
        stop = standing.stopped
        if stop is None or (whole and stop.unfinished):
            salvage(sheet)
            raise
        salvage(sheet, stop.sound)
        page.stopped, sheet.unfinished = stop.says, stop.unfinished
        found = standing
    twice(sheet, found)
    comments(sheet, "//" if kind == ".json" else "#")
    return found.value


def stream(sheet: Sheet) -> tuple[Document, ...]:
    """Every document of a YAML page; of a broken one those above the fault, and what stands of its own."""
    page, deepest = sheet.page, sheet.page.settings.reading.nesting
    try:
        return yaml_safe.read_all(page.data, deepest)
    except Unreadable:
        try:
            found = yaml_safe.all_torn(page.data, deepest)
        except Unreadable:
            found = ()
        stop = found[-1].stopped if found else None
        if stop is None or all(one.value is None for one in found):
            salvage(sheet)
            raise
        salvage(sheet, stop.sound)
        page.stopped = stop.says
        return found


def sheets(page: Page, into: Rows, client: str) -> list[tuple[Sheet, Mapping[str, Any]]]:
    """Every document of a YAML page that is a map, each with a sheet of its own for the places in it."""
    documents = stream(Sheet(page, into, client, "", "project"))
    found: list[tuple[Sheet, Mapping[str, Any]]] = []
    for n, document in enumerate(documents):
        sheet = Sheet(page, into, client, "", "project", f"doc:{n}:" if len(documents) > 1 else "")
        twice(sheet, document)
        if document.stopped is not None:
            sheet.unfinished = document.stopped.unfinished
        if isinstance(document.value, Mapping):
            found.append((sheet, document.value))
        elif document.value is not None:
            sheet.problem("", "is no object")
    return found


def front(sheet: Sheet) -> tuple[Mapping[str, Any], FrontMatter]:
    """The entries at the head of a Markdown page, and the page as it was read."""
    try:
        found = frontmatter.read(sheet.page.data, sheet.page.settings.reading.nesting)
    except Unreadable:
        salvage(sheet)
        raise
    head = found.document.value if found.document is not None else None
    if head is not None and not isinstance(head, Mapping):
        salvage(sheet)
        raise Unreadable("its front matter is no map")
    if found.document is not None:
        twice(sheet, found.document)
    for at in found.loose:
        sheet.problem(at, "is no YAML, and counts as the text that stands there")
    return head or {}, found


_READ = {".json": jsonc.read, ".toml": toml_read.read, ".yaml": yaml_safe.read, ".yml": yaml_safe.read}
_TORN = {
    ".json": torn_json.read, ".toml": toml_read.read_torn,
    ".yaml": yaml_safe.read_torn, ".yml": yaml_safe.read_torn,
}  # fmt: skip


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
    return "file" if sheet.client.id in _SERVICES else "agent-configuration"


def salvage(sheet: Sheet, since: int = 0) -> None:
    """Secrets in a file that no parser takes lie there all the same, or from the character `since` on."""
    try:
        body = decode(sheet.page.data)
    except Unreadable:
        return
    literals.text(sheet, body, 1, _where(sheet), since=since)


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
