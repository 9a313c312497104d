"""Goose: extensions, its mode, and what it may do unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.sources.agents import clients, ends, literals, outside, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.server import entries, read_entry
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="goose",
    title="Goose",
    feeds=("agents", "tools", "permissions", "credentials", "systems", "links", "exposures", "references"),
    by_hand="config.yaml, permission.yaml and secrets.yaml in ~/.config/goose",
    blind="extensions of Goose, its mode, and the secrets in them",
    ends=(".yaml", ".yml"),
    rank=30,
)

_FOLDERS = ((".config", "goose"), ("goose", "config"))
_NAMES = frozenset({"config.yaml", "config.yml", "permission.yaml", "secrets.yaml"})
_RECIPE = (re.compile(rb"(?m)^title:"), re.compile(rb"(?m)^(?:instructions|prompt):"))
_PROVIDERS = ("DATABRICKS_HOST", "OPENAI_HOST", "OLLAMA_HOST", "ANTHROPIC_HOST", "AZURE_OPENAI_ENDPOINT")
_CLAIMS: Mapping[str, Mapping[str, Any]] = {
    "developer": {
        "effects": 15,
        "claimed": True,
        "runs_code": True,
        "obtains": True,
        "reads_private": True,
        "sends_outside": True,
        "free_parameter": True,
    },
    "computercontroller": {
        "effects": 15,
        "claimed": True,
        "runs_code": True,
        "obtains": True,
        "reads_private": True,
        "sends_outside": True,
        "free_parameter": True,
    },
    "memory": {"effects": 7, "claimed": True, "runs_code": False, "obtains": False},
}


def claims(page: Page) -> bool:
    """Its files, by the end of the path; recipes by their shape."""
    return (page.parts[-1] in _NAMES and page.parts[-3:-1] in _FOLDERS) or _is_recipe(page)


def _is_recipe(page: Page) -> bool:
    return b"\nextensions:" in page.data and all(entry.search(page.data) for entry in _RECIPE)


def read(page: Page, into: Rows) -> None:
    """Extensions from the configuration, rules from permission.yaml, values from secrets.yaml.

    A recipe is an agent of its own, with the extensions that it lists.
    """
    if page.parts[-3:-1] not in _FOLDERS:
        _recipe(page, into)
        return
    prefix = clients.tail(page, *(f".config/goose/{name}" for name in _NAMES))
    if prefix is None:
        prefix = clients.tail(page, *(f"AppData/Roaming/Block/goose/config/{name}" for name in _NAMES)) or ""
    sheet = Sheet(page, into, "goose", prefix, "user")
    document = parsed(sheet)
    user = writing.agent(sheet)
    sheet.own("", user)
    name = page.parts[-1]
    if name == "permission.yaml":
        _permissions(sheet, document, user)
    elif name != "secrets.yaml":
        _extensions(sheet, document.get("extensions"), user)
        if isinstance(document.get("GOOSE_MODE"), str):
            writing.permission(sheet, "mode", document["GOOSE_MODE"], "/GOOSE_MODE", user)
        for key in _PROVIDERS:
            for place, remote in ends.named(document.get(key), f"/{key}"):
                ends.remote_system(sheet, place, remote, user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "permissions", "credentials")


def _recipe(page: Page, into: Rows) -> None:
    sheet = Sheet(page, into, "goose", "/".join(page.path.parts[:-1]), "project")
    document = parsed(sheet)
    name = text(document.get("title")) or page.path.stem
    settings = document.get("settings")
    model = text(settings.get("goose_model")) if isinstance(settings, Mapping) else None
    user = writing.agent(sheet, "", name, "agent", model=model)
    sheet.own("", user)
    _extensions(sheet, document.get("extensions"), user)
    literals.document(sheet, document)
    writing.covered(sheet, "agents", "tools", "credentials")


def _extensions(sheet: Sheet, listed: Any, user: str) -> None:
    if listed is not None and not isinstance(listed, Mapping | list):
        sheet.problem("/extensions", "is no map of extensions")
        return
    for name, at, entry in entries(listed, "/extensions"):
        record = read_entry(name, at, entry)
        if record is None:
            sheet.problem(at, "is no extension")
            continue
        key = writing.server(sheet, record, user, entry)
        if record.transport == "builtin" and name in _CLAIMS:
            sheet.put("tools", at, key=key, **_CLAIMS[name])
        names = entry.get("env_keys")
        for n, variable in enumerate(names if isinstance(names, list) else ()):
            if isinstance(variable, str):
                outside.refer(sheet, f"{at}/env_keys/{n}", variable, "key-name", key)


def _permissions(sheet: Sheet, document: Mapping[str, Any], user: str) -> None:
    for group, rules in document.items():
        if isinstance(rules, Mapping):
            for effect, key in (("allow", "always_allow"), ("ask", "ask_before"), ("deny", "never_allow")):
                writing.permissions(sheet, effect, rules.get(key), f"/{group}/{key}", user)
