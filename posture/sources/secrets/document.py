"""Finds every secret in a parsed document: it knows where agents' and clouds' files keep values."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from posture.sources.secrets.findings import Finding, Located, Place, length_class
from posture.sources.secrets.judge import decoded
from posture.sources.secrets.names import role_of
from posture.sources.secrets.placeholders import is_placeholder
from posture.sources.secrets.randomness import looks_random
from posture.sources.secrets.references import is_reference
from posture.sources.secrets.values import find, find_in_arguments

_DEEPEST = 100
_LINES_OF_A_FILE = 200
_HEADER_PARENTS = frozenset(
    ("headers", "http_headers", "httpheaders", "requestheaders", "customheaders", "custom_headers")
)
_ARGUMENT_PARENTS = frozenset(("args", "arguments", "command", "cmd", "entrypoint"))
_RULE_PARENTS = frozenset(
    ("allow", "deny", "ask", "allowedtools", "autoapprove", "always_allow", "allowed_commands")
)
_VALUE_KEYS = ("value", "Value", "default", "defaultValue")
_NAME_KEYS = ("name", "Name", "key", "Key", "ParameterKey")


def scan_document(document: object, file: str = "") -> tuple[Located, ...]:
    """Every secret in a parsed document, with JSON pointers, in document order."""
    return tuple(_walk(document, "", (), file))


def kubernetes_finding(encoded: str, key: str, start: int = 0) -> Finding | None:
    """The secret in one entry of a Kubernetes Secret: base64 is the value, only written differently."""
    text = encoded.strip()
    plain = decoded(text)
    if plain is None or not plain.strip() or is_placeholder(plain) or is_reference(plain):
        return None
    inner = next(iter(find(plain.strip(), Place(key))), None)
    several = "\n" in plain.strip() or plain.lstrip()[:1] in ("{", "[")
    if inner is None and not (_holds_secret(plain) if several else looks_random(plain.strip())):
        return None
    kind, vendor = (inner.kind, inner.vendor) if inner is not None else ("generic_secret", "")
    begin = start + encoded.find(text)
    return Finding(
        kind, "value", begin, begin + len(text), length_class(len(text)), "base64", "high", vendor, "base64"
    )


def web_key(start: int, end: int) -> Finding:
    """The private number, or the shared key, of a JSON web key."""
    return Finding("private_key", "value", start, end, length_class(end - start), "base64", "high")


def _walk(node: object, pointer: str, parents: tuple[str, ...], file: str) -> Iterator[Located]:
    if len(parents) > _DEEPEST:
        return
    if isinstance(node, Mapping):
        yield from _walk_mapping(node, pointer, parents, file)
    elif isinstance(node, list | tuple):
        yield from _walk_list(node, pointer, parents, file)
    elif isinstance(node, str):
        yield from _located(pointer, find(node, _place(parents, file)))


def _walk_mapping(
    node: Mapping[Any, Any], pointer: str, parents: tuple[str, ...], file: str
) -> Iterator[Located]:
    owner = _owner(node)
    kind = node.get("kind")
    for key, value in node.items():
        name = str(key)
        below = f"{pointer}/{_step(name)}"
        if kind == "Secret" and name == "data" and isinstance(value, Mapping):
            yield from _kubernetes_data(value, below)
        elif kind == "SealedSecret" and name == "spec":
            continue
        elif name in ("d", "k") and "kty" in node and isinstance(value, str) and looks_random(value):
            # The private half of a JSON web key.
            yield Located(below, web_key(0, len(value)))
        elif name in _VALUE_KEYS and isinstance(value, str) and (called := _called(owner, parents, value)):
            yield from _located(below, find(value, Place(called, parents, _part((*parents, "")), file)))
        else:
            yield from _walk(value, below, (*parents, name), file)


def _owner(node: Mapping[Any, Any]) -> str:
    """The name in `{"name": "API_TOKEN", "value": "..."}`, as containers and registries write variables."""
    if not any(key in node for key in _VALUE_KEYS):
        return ""
    name = next((name for key in _NAME_KEYS if isinstance(name := node.get(key), str)), "")
    if not role_of(name) and (node.get("password") is True or node.get("isSecret") is True):
        # A prompt or an input that is declared to be a secret: what it starts from is one.
        return "password"
    return name


def _called(owner: str, parents: tuple[str, ...], value: str) -> str:
    """The owner, or the name above, as in `{"api_token": {"value": "..."}}`, where labels are not random."""
    above = parents[-1] if parents and role_of(parents[-1]) and looks_random(value) else ""
    return owner if role_of(owner) else above or owner


def _walk_list(node: Sequence[Any], pointer: str, parents: tuple[str, ...], file: str) -> Iterator[Located]:
    arguments = bool(parents) and parents[-1].lower() in _ARGUMENT_PARENTS
    if arguments:
        for index, finding in find_in_arguments(node, Place("", parents, "argument", file)):
            yield Located(f"{pointer}/{index}", finding)
    for index, value in enumerate(node):
        if not (arguments and isinstance(value, str)):
            yield from _walk(value, f"{pointer}/{index}", parents, file)


def _place(parents: tuple[str, ...], file: str) -> Place:
    return Place(parents[-1] if parents else "", parents[:-1], _part(parents), file)


def _part(parents: tuple[str, ...]) -> str:
    """The part of a string under these keys, the last of which is its own."""
    if parents and parents[-1].lower() in _RULE_PARENTS:
        return "rule"
    return "header" if len(parents) > 1 and parents[-2].lower() in _HEADER_PARENTS else "value"


def _kubernetes_data(data: Mapping[Any, Any], pointer: str) -> Iterator[Located]:
    for key, value in data.items():
        finding = kubernetes_finding(value, str(key)) if isinstance(value, str) else None
        if finding is not None:
            yield Located(f"{pointer}/{_step(str(key))}", finding)


def _holds_secret(plain: str) -> bool:
    """Whether a whole configuration file, kept in a Secret, holds one."""
    try:
        return bool(scan_document(json.loads(plain)))
    except (ValueError, RecursionError):
        lines = plain.splitlines()[:_LINES_OF_A_FILE]
        return any(find(line, Place(line.partition("=")[0].partition(":")[0].strip())) for line in lines)


def _located(pointer: str, found: Iterable[Finding]) -> Iterator[Located]:
    for finding in found:
        yield Located(pointer, finding)


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
