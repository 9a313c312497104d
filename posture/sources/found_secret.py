"""A secret value that lies in a file or an answer, as a credential with its place; the value stays behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from posture.model import keys
from posture.model.text import plain
from posture.sources import secrets
from posture.sources.contract import Page, Rows
from posture.sources.secrets.kinds import kind_of

KEY_SECRET = "aws_secret_access_key"
"""The shape of a masked value that was the secret of the access key beside it."""

_AWS_SECRET = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]{40}\Z")

Surface = Literal["runtime-environment", "infrastructure-state", "agent-configuration", "build-log"]


class Where(Struct, frozen=True):
    """Where values lie: whose they are, who can use them, and who can look at them."""

    scope: str
    holder: str
    """Key of the system or identity whose configuration holds them."""
    exposure: Literal["at-rest", "internal", "public"]
    store: Literal["file", "environment", "configuration"]
    surface: Surface | None = None


def environment(page: Page, into: Rows, variables: Mapping[str, tuple[str, object]], where: Where) -> None:
    """Credentials among `variables`: each name with its place and its value.

    A value may stand masked as a collector leaves it: then its shape and its group are all that is known.
    """
    texts = {name: (at, value.strip()) for name, (at, value) in variables.items() if isinstance(value, str)}
    identifiers = [value for _at, value in texts.values() if keys.is_access_key(value)]
    secret = paired_secret(texts)
    for name, (at, value) in variables.items():
        if isinstance(value, Mapping) and len(identifiers) == 1 and _shape(value) == KEY_SECRET:
            _place(into, at, identifiers[0], where)
        elif isinstance(value, Mapping):
            _masked(into, page, name, at, value, where)
        elif name in texts and keys.is_access_key(texts[name][1]):
            _place(into, at, texts[name][1], where)
        elif secret and name == secret:
            # The id and the secret of one key lie side by side: they are one credential.
            into.fingerprints[identifiers[0]] = page.fingerprint(texts[name][1])
            _place(into, at, identifiers[0], where)
        elif isinstance(value, str):
            _plain(page, into, name, at, value, where)


def paired_secret(texts: Mapping[str, tuple[str, str]]) -> str:
    """The one variable with the secret of the one access key among `texts`; empty where there is none."""
    if sum(keys.is_access_key(value) for _at, value in texts.values()) != 1:
        return ""
    found = [name for name, (_at, value) in texts.items() if _AWS_SECRET.match(value)]
    return found[0] if len(found) == 1 else ""


def _plain(page: Page, into: Rows, name: str, at: str, value: str, where: Where) -> None:
    for number, finding in enumerate(secrets.find(value, secrets.Place(name))):
        key = keys.secret(page.label, at if number == 0 else f"{at}~{number}")
        held = value[finding.start : finding.end]
        if keys.is_access_key(held):
            _place(into, at, held, where)
            continue
        into.fingerprints[key] = page.fingerprint(held)
        _credential(into, at, key, name, finding.kind, where)


def _shape(value: Mapping[Any, Any]) -> str:
    mask = value.get("posture")
    return plain(str(mask.get("shape") or "")) if isinstance(mask, Mapping) else ""


def _masked(into: Rows, page: Page, name: str, at: str, value: Mapping[Any, Any], where: Where) -> None:
    shape = _shape(value)
    if not shape:
        return
    key = keys.secret(page.label, at)
    # Groups count equal values within one answer.
    into.fingerprints[key] = f"group:{page.label}:{value['posture'].get('group')}"
    _credential(into, at, key, name, shape, where)


def _credential(into: Rows, at: str, key: str, name: str, shape: str, where: Where) -> None:
    into.add(
        "credentials",
        at,
        key=key,
        scope=where.scope,
        kind=kind_of(shape),
        shape=None if shape.startswith("generic") else shape,
        name=plain(name),
        exposure=where.exposure,
        store=where.store,
    )
    _seen(into, at, key, where)


def _place(into: Rows, at: str, key: str, where: Where) -> None:
    # An access key id is an identifier; where it lies, its secret is taken to lie as well.
    into.add(
        "credentials",
        at,
        key=key,
        provider="aws",
        kind="access-key",
        exposure=where.exposure,
        store=where.store,
    )
    _seen(into, at, key, where)


def _seen(into: Rows, at: str, key: str, where: Where) -> None:
    into.add(
        "links", at, kind="holds", from_=where.holder, to=key, because="its configuration holds the value"
    )
    into.add("links", at, kind="stored-at", from_=key, to=where.holder)
    if where.surface:
        into.add("exposures", at, credential=key, surface=where.surface, place=where.holder)
