"""Policy documents as exports hold them: an object, JSON in a string, or a string that is URL-encoded."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from posture.model.text import plain
from posture.sources.contract import Rows

_NOTHING = (b"", b"null", b'""')
_ENCODED = 2
"""How often a text may be URL-encoded: once by AWS, and again by a script around it."""


class Trust(Struct, frozen=True):
    """Who a trust policy lets in, in the words of its principals."""

    services: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    read: bool = False
    """Whether the text could be read at all."""


class _Statement(msgspec.Struct):
    effect: object = msgspec.field(default=None, name="Effect")
    principal: object = msgspec.field(default=None, name="Principal")


class _Document(msgspec.Struct):
    statement: object = msgspec.field(default=None, name="Statement")


class Texts:
    """Gives each text of a page once, however often it is attached."""

    def __init__(self, into: Rows) -> None:
        self._into = into
        self._known: dict[bytes, str] = {}
        self._given: dict[str, bool] = {}
        self._trusts: dict[str, Trust] = {}

    def add(self, raw: bytes, at: str) -> tuple[str | None, bool]:
        """Key of the document in `raw`, null where there is none, and whether it is readable JSON."""
        if raw in _NOTHING:
            return None, False
        key = self._known.get(raw)
        if key is None:
            text, readable = _text(raw)
            key = hashlib.sha256(text).hexdigest()
            self._known[raw] = key
            if key not in self._given:
                self._given[key] = readable
                self._trusts[key] = _trust(text) if readable else Trust()
                self._into.add("documents", at, key=key, text=text.decode("utf-8", "replace"))
        return key, self._given[key]

    def on_resource(self, raw: bytes, key: str, scope: str, at: str, name: str = "") -> None:
        """The policy in `raw` as one that stands on the resource `key`; `name` tells it from others there."""
        document, readable = self.add(raw, at)
        if not readable:
            self._into.problem(scope, "policies", at, f"the policy of {key} cannot be read")
        self._into.add(
            "policies",
            at,
            key=f"{key}#resource/{plain(name)}" if name else f"{key}#resource",
            scope=scope,
            provider="aws",
            kind="resource",
            attached_to=key,
            document=document,
        )

    def trust(self, key: str | None) -> Trust:
        """What the document `key` says as a trust policy."""
        return self._trusts.get(key or "", Trust())


def _text(raw: bytes) -> tuple[bytes, bool]:
    """The document without blanks between its tokens, and whether it is a JSON object."""
    found = raw
    if raw[:1] == b'"':
        decoded = msgspec.json.decode(raw, type=str).strip()
        for _ in range(_ENCODED):
            decoded = unquote(decoded).strip() if decoded[:1] == "%" else decoded
        if decoded.startswith('{\\"'):
            # API Gateway gives a text whose quotes are escaped once more.
            decoded = _unescaped(decoded)
        found = decoded.encode("utf-8", "replace")
    try:
        return msgspec.json.format(found, indent=-1), found[:1] == b"{"
    except (msgspec.DecodeError, RecursionError):
        return found, False


def _unescaped(text: str) -> str:
    try:
        return msgspec.json.decode(f'"{text}"', type=str)
    except msgspec.DecodeError:
        return text


def _trust(text: bytes) -> Trust:
    if b'"Principal"' not in text:
        return Trust(read=True)
    statements = msgspec.json.decode(text, type=_Document).statement
    services: dict[str, None] = {}
    federated: dict[str, None] = {}
    for entry in statements if isinstance(statements, list) else [statements]:
        try:
            statement = msgspec.convert(entry, _Statement)
        except msgspec.ValidationError:
            continue
        if statement.effect != "Allow" or not isinstance(statement.principal, dict):
            continue
        for word, found in (("Service", services), ("Federated", federated)):
            names = statement.principal.get(word)
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str):
                    found[name] = None
    return Trust(tuple(services), tuple(federated), read=True)
