"""Cursor's permissions: what its editor and its command line may do unasked."""

from __future__ import annotations

from collections.abc import Mapping

from posture.sources.agents import clients, literals, writing
from posture.sources.agents.opening import parsed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="cursor-permissions",
    title="Cursor: permissions",
    feeds=("agents", "permissions", "safeguards", "credentials"),
    by_hand="permissions.json, cli-config.json and cli.json in .cursor of a home or project",
    blind="commands and tools that Cursor runs without a question",
    ends=(".json",),
    rank=30,
)

_ENDS = (".cursor/permissions.json", ".cursor/cli-config.json", ".cursor/cli.json")


def claims(page: Page) -> bool:
    """Its files, by the end of the path."""
    return page.parts[-2:-1] == (".cursor",) and clients.tail(page, *_ENDS) is not None


def read(page: Page, into: Rows) -> None:
    """Allow-lists of the editor, rules of the command line."""
    prefix = clients.tail(page, *_ENDS) or ""
    sheet = Sheet(page, into, "cursor", prefix, clients.layer_of(page, "either", prefix))
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    for key in ("mcpAllowlist", "terminalAllowlist"):
        writing.permissions(sheet, "allow", document.get(key), f"/{key}", user)
    given = document.get("permissions")
    if isinstance(given, Mapping):
        for effect in ("allow", "ask", "deny"):
            writing.permissions(sheet, effect, given.get(effect), f"/permissions/{effect}", user)
    elif given is not None:
        sheet.problem("/permissions", "is no map of rules")
    run = document.get("autoRun")
    mode = run.get("mode") if isinstance(run, Mapping) else run
    if isinstance(mode, str):
        writing.permission(
            sheet, "mode", mode, "/autoRun/mode" if isinstance(run, Mapping) else "/autoRun", user
        )
    elif mode is True:
        writing.permission(sheet, "mode", "autoRun", "/autoRun", user)
    if isinstance(document.get("approvalMode"), str):
        writing.permission(sheet, "mode", document["approvalMode"], "/approvalMode", user)
    sandbox = document.get("sandbox")
    held = sandbox.get("mode") if isinstance(sandbox, Mapping) else None
    if isinstance(held, str):
        writing.permission(sheet, "sandbox", held, "/sandbox/mode", user)
        sheet.put(
            "safeguards", "/sandbox/mode", subject=user, kind="sandbox",
            mode="off" if held in ("disabled", "off", "none") else "enforce", evidence="sandbox.mode",
        )  # fmt: skip
    literals.document(sheet, document)
    writing.covered(sheet, "permissions", "credentials")
