"""Aider: its model keys and variables, what it says yes to, and the commands that it runs by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import clients, literals, outside, writing
from posture.sources.agents.endpoints import endpoints
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import anything
from posture.sources.agents.server import placed
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aider",
    title="Aider",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="~/.aider.conf.yml, and .aider.conf.yml and .aider.model.settings.yml in repositories",
    blind="what Aider does unasked, and the model keys in its configuration",
    ends=(".yml", ".yaml"),
    rank=30,
)

_CONFIGURATION = (".aider.conf.yml", ".aider.conf.yaml")
_MODELS = (".aider.model.settings.yml",)
_FOLDER = ".aider"
"""Where the user may keep the same files."""


def claims(page: Page) -> bool:
    """Its files, by name."""
    return page.parts[-1] in (*_CONFIGURATION, *_MODELS)


def read(page: Page, into: Rows) -> None:
    """One agent; a file of model settings only adds to it."""
    folder = page.path.parts[:-1]
    prefix = "/".join(folder[:-1] if folder[-1:] == (_FOLDER,) else folder)
    sheet = Sheet(page, into, "aider", prefix, clients.layer_of(page, "either", prefix))
    document = anything(sheet)
    settings = document if isinstance(document, Mapping) else {}
    user = writing.agent(sheet, model=text(settings.get("model")))
    sheet.own("", user)
    if page.parts[-1] in _CONFIGURATION:
        _settings(sheet, settings, user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _settings(sheet: Sheet, settings: Mapping[str, Any], user: str) -> None:
    if settings.get("yes-always") is True or settings.get("yes") is True:
        at = "/yes-always" if "yes-always" in settings else "/yes"
        writing.permission(sheet, "mode", "yes-always", at, user)
    for at, command in _unasked(settings):
        writing.permission(sheet, "allow", f"shell({command})", at, user)
    # The file of variables beside it is read whether it is named or not.
    named = text(settings.get("env-file"))
    outside.refer(sheet, "/env-file" if named else "", named or ".env", "env-file", user, secret=False)
    for at, path in _texts(settings, "read"):
        outside.refer(sheet, at, path, "file", user, secret=False)
    if (base := text(settings.get("openai-api-base"))) is not None:
        endpoints(sheet, {"url": base}, "/openai-api-base", user)


def _unasked(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Commands that run after each edit: checks of the code always, tests where that is switched on."""
    if settings.get("auto-lint") is not False:
        yield from _texts(settings, "lint-cmd")
    if settings.get("auto-test") is True:
        yield from _texts(settings, "test-cmd")
    yield from _texts(settings, "notifications-command")


def _texts(settings: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    """The texts of a list with their places, or the one text that may stand in its place."""
    value = settings.get(key)
    return ((f"/{key}", value),) if isinstance(value, str) else placed(value, f"/{key}")
