"""Finds secrets whose name stands apart from them: in a tag, in the head of a table, in a sentence before."""

import re
from collections.abc import Iterator

from posture.sources.secrets.findings import Piece
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.names import role_of
from posture.sources.secrets.tables import tables

_NAME = r"[A-Za-z_][\w.\-]{0,80}"
_MARKUP = (
    re.compile(rf"<(?P<name>{_NAME})(?:[ \t][^<>]{{0,200}})?>(?P<value>[^<>]{{4,2000}})</"),
    re.compile(
        rf"(?i)\b(?:key|name|id)=\"(?P<name>{_NAME})\"[ \t\r\n]{{1,20}}"
        r"(?:value|password|content)=\"(?P<value>[^\"<>]{4,2000})\""
    ),
    re.compile(rf"(?i)\b(?:key|name|id)=\"(?P<name>{_NAME})\"[^<>]{{0,100}}>(?P<value>[^<>]{{4,2000}})</"),
    re.compile(
        rf"(?i)\bname=\"(?P<name>{_NAME})\"[^<>]{{0,100}}>\s{{0,40}}<value>(?P<value>[^<>]{{4,2000}})</value>"
    ),
    re.compile(rf"<key>(?P<name>{_NAME})</key>\s{{0,40}}<string>(?P<value>[^<>]{{4,2000}})</string>"),
)
_SPRING = re.compile(
    r"\$\{(?P<name>[A-Za-z][\w\-]{0,40}(?:\.[\w\-]{1,40}){1,6}):(?P<value>[^{}:\s]{4,200})\}"
)
# What .NET signs tokens with stands under a name that says little, in a section that says it all.
_SIGNING = re.compile(
    r"\"Jwt\w{0,20}\"\s{0,10}:\s{0,10}\{[^{}]{0,400}?\"(?P<name>Key)\"\s{0,10}:\s{0,10}\"(?P<value>[^\"\n]{8,400})\""
)
_SAID = re.compile(
    r"(?i)\b(?P<name>password|passwd|passphrase|token|secret|(?:api|access|secret)[ ]key)"
    r"(?:[ ](?:is|for[ ]\w{1,30}[ ]is))?[ \t]{0,2}:?[ \t]{1,3}"
    r"(?:(?P<value>[^\s\"'`,;<>]{10,200})(?=[ \t]{0,4}[\r\n]|\Z)"
    r"|(?P<mark>`{1,2})(?P<marked>[^\s`]{8,200})(?P=mark))"
)
_PHRASED = re.compile(
    r"(?i)\b(?P<name>passphrase|password)(?:[ ]is)?:[ \t]{1,3}(?P<value>(?-i:[a-z \-]{18,120}))"
    r"(?=[.]?[ \t]{0,20}(?:[\r\n]|\Z))"
)
_BEFORE = re.compile(r"(?P<word>[A-Za-z]{1,30})[ ]\Z")
_ASIDE = ".,;)"


def laid_out(text: str, manner: Manner) -> Iterator[Piece]:
    """Values by markup, by the head of a table, and by what a sentence says of the word that ends it."""
    for pattern in _MARKUP if "<" in text or "name=" in text else ():
        for found in pattern.finditer(text):
            if role_of(found["name"]):
                yield Piece(*found.span("value"), "value", found["name"])
    for found in _SPRING.finditer(text) if "${" in text else ():
        if role_of(found["name"]):
            yield Piece(*found.span("value"), f"default:{found['name']}", found["name"])
    for found in _SIGNING.finditer(text) if '"Jwt' in text else ():
        yield Piece(*found.span("value"), "value", "signing_key")
    if manner.prose:
        yield from _sentences(text)
    yield from tables(text, manner)


def _sentences(text: str) -> Iterator[Piece]:
    for found in _PHRASED.finditer(text):
        yield Piece(*found.span("value"), "value", found["name"])
    for found in _SAID.finditer(text):
        if turned(text, found.start(), found["name"]):
            continue
        group = "value" if found["mark"] is None else "marked"
        value = found[group].rstrip(_ASIDE)
        # In a sentence only what nobody would write as a word is taken for a value.
        if any(map(str.isdigit, value)) and any(map(str.isupper, value)) and any(map(str.islower, value)):
            start = found.start(group)
            yield Piece(start, start + len(value), "value", found["name"])


def turned(text: str, start: int, name: str) -> bool:
    """Whether the word before makes the name one of something else, such as the token of a next page."""
    before = _BEFORE.search(text, max(0, start - 32), start)
    return before is not None and not role_of(f"{before['word']} {name}")
