"""What an action group offers, function by function, and which of that asks a person first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.model.errors import Unreadable
from posture.model.text import plain
from posture.sources import yaml_safe
from posture.sources.aws.items import objects, text
from posture.sources.aws.listed import dig
from posture.sources.contract import Rows

_ASKS = {"ENABLED": True, "DISABLED": False}
_VERBS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")


def operations(into: Rows, at: str, group: Mapping[str, Any], key: str, scope: str) -> None:
    """One tool per function or operation of the group `key`, and whether somebody has to confirm its calls.

    A confirmation shows what is about to be called and with what, in the conversation itself.
    https://docs.aws.amazon.com/bedrock/latest/userguide/agents-userconfirmation.html
    """
    for pointer, name, asks in (*_functions(group), *_interface(group)):
        made = f"{key}/{name}"
        place = f"{at}/{pointer}"
        into.add("tools", place, key=made, scope=scope, name=name, kind="operation", parent=key)
        if asks is not None:
            strength = "lightweight" if asks else "none"
            into.add(
                "safeguards",
                place,
                subject=made,
                kind="approval",
                mode="enforce" if asks else "off",
                strength=strength,
                bound_to_action=asks,
                evidence="requireConfirmation",
            )


def _functions(group: Mapping[str, Any]) -> Iterator[tuple[str, str, bool | None]]:
    for n, function in enumerate(objects(dig(group, "functionSchema.functions"))):
        if name := text(function, "name"):
            # Who says nothing of it asks nobody.
            asks = _ASKS.get(text(function, "requireConfirmation") or "DISABLED")
            yield f"functionSchema/functions/{n}", name, asks


def _interface(group: Mapping[str, Any]) -> Iterator[tuple[str, str, bool | None]]:
    payload = dig(group, "apiSchema.payload")
    if not isinstance(payload, str):
        return
    try:
        document = yaml_safe.read(payload).value
    except Unreadable:
        return
    paths = document.get("paths") if isinstance(document, Mapping) else None
    for path, verbs in paths.items() if isinstance(paths, Mapping) else ():
        for verb, operation in verbs.items() if isinstance(verbs, Mapping) else ():
            if isinstance(operation, Mapping) and verb in _VERBS:
                name = text(operation, "operationId") or plain(f"{verb.upper()} {path}")
                asks = _ASKS.get(str(operation.get("x-requireConfirmation") or "DISABLED"))
                yield "apiSchema/payload", name, asks
