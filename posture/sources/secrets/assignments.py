"""Finds secrets by the name that stands before them: assignments, options, elements."""

import re
from collections.abc import Iterator
from dataclasses import replace

from posture.sources.secrets.extents import value_at
from posture.sources.secrets.findings import Finding, Piece, Place
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.names import role_of
from posture.sources.secrets.randomness import looks_random
from posture.sources.secrets.references import is_reference
from posture.sources.secrets.values import judge_piece

_NAME = r"[A-Za-z_][\w.\-]{0,80}"
_ASSIGNED = re.compile(
    rf"(?<![\w.\-])(?P<name>{_NAME})(?:\\?[\"'])?\]?[ \t]{{0,40}}"
    r"(?P<sep>:=|=>|\?=|\+=|(?<!=)=(?!=)|:(?!:))[ \t]{0,40}(?P<value>\r?\n[ \t]{1,40}(?=[\"']))?"
)
_OPTION = re.compile(
    r"(?<![\w\-])(?P<name>--[A-Za-z][\w\-]{1,60})(?:\\?[\"'])?[ \t]{0,4}(?:,[ \t\r\n]{0,20}|[ \t]{1,4})(?=(?:\\?[\"']|[^\s\-\"']))"
)
_WORDED = re.compile(
    r"(?im)(?:^|(?<=[\s;&|]))(?:password|identified[ \t]{1,4}by|(?:ENV|ARG)[ \t]{1,4}(?P<name>[A-Za-z_]\w{0,80}))[ \t]{1,8}(?=[\"'\w])"
)
_XML = re.compile(rf"<(?P<name>{_NAME})(?:[ \t][^<>]{{0,200}})?>(?P<value>[^<>]{{4,2000}})</")
_XML_PAIR = re.compile(
    rf"(?i)\b(?:key|name|id)=\"(?P<name>{_NAME})\"[ \t\r\n]{{1,20}}(?:value|password)=\"(?P<value>[^\"<>]{{4,2000}})\""
)
_VARIABLE = re.compile(rf"variable[ \t]{{1,4}}\"(?P<name>{_NAME})\"")
_NAMES_OF_NAMES = frozenset(("value", "default", "stringvalue", "defaultvalue", "plaintextvalue"))


def assigned(text: str, manner: Manner) -> Iterator[Finding]:
    """What stands after a name that promises a secret."""
    last_name = ""
    last_end = -1
    sealed = _sealed_from(text)
    pointed = 0
    for found in _ASSIGNED.finditer(text, 0, sealed):
        name = found["name"]
        if found.start() < pointed or _inside_a_path(text, found):
            continue
        start, end = value_at(text, found.end(), manner, found["sep"], found.start())
        if is_reference(text[start:end]):
            pointed = end
            continue
        lowered = name.lower()
        if lowered in ("name", "key") and end > start:
            last_name, last_end = text[start:end], end
        elif lowered in _NAMES_OF_NAMES and (owner := _owner(text, found.start(), last_name, last_end)):
            name = owner
        if end > start and role_of(name):
            yield from _judged(text, start, end, name, manner, _part(text, found.start(), name))
    for found in _OPTION.finditer(text):
        name = found["name"].lstrip("-")
        if role_of(name):
            start, end = value_at(text, found.end(), manner, " ", found.start(), option=True)
            if end > start:
                yield from _judged(text, start, end, name, manner, f"argument:{found['name']}")
    for found in _WORDED.finditer(text):
        name = found["name"] or "password"
        start, end = value_at(text, found.end(), manner, " ", found.start(), option=True)
        if end > start and role_of(name):
            strict = replace(manner, prose=True)
            yield from _judged(text, start, end, name, strict, "value")
    for pattern in (_XML, _XML_PAIR):
        for found in pattern.finditer(text) if "<" in text else ():
            if role_of(found["name"]):
                yield from _judged(text, *found.span("value"), found["name"], manner, "value")


def _sealed_from(text: str) -> int:
    """Where the encrypted half of a sealed secret begins: what follows there is no value."""
    sealed = text.find("encryptedData") if "SealedSecret" in text else -1
    return sealed if sealed >= 0 else len(text)


def _inside_a_path(text: str, found: re.Match[str]) -> bool:
    """`...:secret:name` and `...:key/name` inside resource names, where the colon gives no value."""
    if found["sep"] != ":" or found.end() != found.end("sep"):
        return False
    return text.startswith("//", found.end()) or (found.start() > 0 and text[found.start() - 1] in ":/@.")


def _owner(text: str, start: int, last_name: str, last_end: int) -> str:
    """Whose value it is: of the name just before it, or of the variable whose block it stands in."""
    if 0 <= start - last_end <= 120 and 0 < len(last_name) <= 80:
        return last_name
    block = text.rfind('variable "', max(0, start - 400), start)
    declared = _VARIABLE.match(text, block) if block >= 0 else None
    return declared["name"] if declared is not None and "\n}" not in text[block:start] else ""


def _part(text: str, start: int, name: str) -> str:
    before = text[start - 1] if start else ""
    if before in "?&" and before:
        return f"query:{name}"
    return f"argument:--{name}" if text[max(0, start - 2) : start] == "--" else "value"


def _judged(text: str, start: int, end: int, name: str, manner: Manner, part: str) -> Iterator[Finding]:
    finding = judge_piece(text, Piece(start, end, part, name), Place(file=manner.file))
    if finding is None:
        return
    if (
        manner.prose
        and finding.kind == "password"
        and not looks_random(text[finding.start : finding.end].strip())
    ):
        return
    yield finding
