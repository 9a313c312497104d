"""Bundles of tool servers before anybody installs them: how each is started, and what it asks for."""

from __future__ import annotations

from posture.sources.agents import literals, outside, writing
from posture.sources.agents.frameworks import below, text
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import escaped, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.secrets import references

SOURCE = Source(
    id="mcp-bundle",
    title="MCP bundles",
    feeds=("tools", "credentials", "references", "links"),
    by_hand="manifest.json of an MCP bundle or desktop extension",
    blind="what a bundled tool server needs before it runs",
    ends=("manifest.json",),
    rank=40,
)

_AT = "/server/mcp_config"
_INSTALLED = "claude extensions"


def claims(page: Page) -> bool:
    """A manifest that says how its server is started; an installed one belongs to its client."""
    return (
        page.parts[-1] == "manifest.json"
        and b'"mcp_config"' in page.data
        and page.parts[-3:-2] != (_INSTALLED,)
    )


def read(page: Page, into: Rows) -> None:
    """One server that nobody is known to run; its settings are a person's to fill in."""
    sheet = Sheet(page, into, "mcp-registry", "/".join(page.path.parts[:-1]), "project")
    document = parsed(sheet, whole=True)
    name = text(document.get("name")) or page.path.parent.name or page.path.stem
    entry = below(document, "server", "mcp_config")
    record = read_entry(name, _AT, entry)
    if record is None or not entry:
        sheet.problem(_AT, "is no entry of a server")
        return
    key = writing.server(sheet, record, "", entry)
    asked = below(document, "user_config")
    for variable, value in record.env.items():
        for one in references(value):
            setting = below(asked, one.name.removeprefix("user_config."))
            if one.name.startswith("user_config."):
                at = f"{_AT}/env/{escaped(variable)}"
                outside.refer(sheet, at, one.name, "input", key, secret=setting.get("sensitive") is True)
    literals.document(sheet, document, where="file")
    writing.covered(sheet, "tools")
