"""Takes values out of an answer before it is written; their shape stays, and which of them are equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from posture.model import keys
from posture.sources import secrets
from posture.sources.found_secret import KEY_SECRET, paired_secret

_ELSEWHERE = ("PARAMETER_STORE", "SECRETS_MANAGER")
"""Types of a build variable whose value names a secret and is none."""


def mask(answer: Any, pointers: Iterable[str]) -> Any:
    """`answer`, changed in place: a text at `pointers` becomes `{"posture": {"shape": ..., "group": ...}}`.

    Access key ids stay, since they are identifiers. Groups count equal values within this answer.
    """
    groups: dict[str, str] = {}
    for pointer in pointers:
        above, _, last = pointer.rpartition("/")
        for holder in _at(answer, above.split("/")[1:]):
            _mask(holder, last, groups)
    return answer


def _mask(holder: Any, last: str, groups: dict[str, str]) -> None:
    if isinstance(holder, list):
        for n, item in enumerate(holder):
            if last == "*" and isinstance(item, str):
                holder[n] = _masked("", item, "", groups)
        return
    if not isinstance(holder, dict):
        return
    texts = {name: ("", value.strip()) for name, value in holder.items() if isinstance(value, str)}
    paired = paired_secret(texts) if last == "*" else ""
    if last == "value" and holder.get("type") in _ELSEWHERE:
        return
    for name, value in list(holder.items()):
        if isinstance(value, str) and last in ("*", name):
            # A list of name and value keeps the name beside the value.
            called = name if last == "*" else str(holder.get("name", holder.get("Name", name)))
            holder[name] = _masked(called, value, paired, groups)


def _masked(name: str, value: str, paired: str, groups: dict[str, str]) -> Any:
    if keys.is_access_key(value.strip()):
        return value
    group = groups.setdefault(value, str(len(groups) + 1))
    if name and name == paired:
        return {"posture": {"shape": KEY_SECRET, "group": group}}
    found = next(iter(secrets.find(value, secrets.Place(name))), None)
    return {"posture": {"shape": found.kind if found else None, "group": group}}


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0].replace("~1", "/").replace("~0", "~"), steps[1:]
    if step == "*":
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for item in inner:
            yield from _at(item, rest)
    elif isinstance(value, dict) and step in value:
        yield from _at(value[step], rest)
