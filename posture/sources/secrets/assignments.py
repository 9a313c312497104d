"""Finds secrets by the name that stands before them: assignments, options, elements."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from posture.sources.secrets.extents import value_at
from posture.sources.secrets.findings import Finding, Piece
from posture.sources.secrets.layouts import laid_out, turned
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.names import role_of
from posture.sources.secrets.references import is_reference, references
from posture.sources.secrets.values import judged_in

_NAME = r"[A-Za-z_][\w.\-]{0,80}"
_ASSIGNED = re.compile(
    rf"(?<![\w.\-])(?P<name>{_NAME})(?:\\?[\"'])?\]?[ \t]{{0,40}}"
    r"(?P<sep>:=|=>|\?=|\+=|(?<!=)=(?!=)|:(?!:))[ \t]{0,40}(?P<value>\r?\n[ \t]{1,40}(?=[\"']))?"
)
_OPTION = re.compile(
    r"(?<![\w\-])(?P<name>--[A-Za-z][\w\-]{1,60})(?:=|(?:\\?[\"'])?[ \t]{0,4}(?:,[ \t\r\n]{0,20}|[ \t]{1,4}))"
    r"(?=\\?[\"']|[^\s\-\"'])"
)
_WORDED = re.compile(
    r"(?im)(?:^|(?<=[\s;&|]))(?:password|identified[ \t]{1,4}by"
    r"|(?:ENV|ARG|SetEnv|setx|(?:configure|config|secrets?|env)[ \t]{1,4}set|set[ \t]{1,4}-\w{1,4})"
    r"[ \t]{1,4}(?://[^\s:]{1,100}:)?(?P<name>[A-Za-z_]\w{0,80}))(?:[ \t]{1,4}(?:--body|-b|--value))?"
    r"[ \t]{1,8}(?=[\"'\w])"
)
_SPOKEN_NAME = re.compile(
    r"(?i)\b(?P<name>(?:api|access|secret|private|auth|client|app)[ ](?:key|token|secret)|token|password"
    r"|passphrase)(?:[ ]is|[ ]?:)[ \t]{1,3}(?=[`\"'])"
)
# A name and its value as neighbours in a call, a list or a row.
_PAIRED = re.compile(rf"(?<=[(\[, \t])[\"'](?P<name>{_NAME})[\"'][ \t]{{0,4}},[ \t]{{0,40}}(?=[\"'])")
# A keyword and its value in Clojure, EDN, Elixir and Lisp.
_KEYWORD = re.compile(rf"(?<![\w:.\"'/]):(?:[\w.\-]{{1,40}}/)?(?P<name>{_NAME})\??,?[ \t\r\n]{{1,20}}(?=\")")
_DASHED = re.compile(r"(?<![\w\-])-(?P<name>[A-Z][A-Za-z]{2,60})[ \t]{1,4}(?=[\"'])")
_DECLARED = re.compile(
    rf"(?m)\bparam[ \t]{{1,4}}(?P<name>{_NAME})[ \t]{{1,4}}string[ \t]{{0,4}}=[ \t]{{0,4}}(?=')"
    rf"|^[ \t]{{0,20}}(?P<directive>{_NAME})[ \t]{{1,8}}(?=[\"'][^\"'\n]{{8,200}}[\"'];)"
    rf"|^[ \t]{{0,20}}#[ \t]{{0,4}}define[ \t]{{1,8}}(?P<macro>{_NAME})[ \t]{{1,8}}(?=\")"
    r"|\b(?P<signing>(?:store|key)Password)[ \t]{1,4}(?=[\"'])"
)
_ARGUED = re.compile(r"[\"']--?(?P<name>[A-Za-z][\w\-]{1,60})[\"'][^()\n]{0,100}\Z")
_NAMED_AFTER = re.compile(
    r"[\"']?[ \t]{0,8}(?:,|\r?\n)[ \t]{0,40}[\"']?name[\"']?[ \t]{0,8}[:=][ \t]{0,8}"
    rf"[\"']?(?P<name>{_NAME})"
)
_NAMED = re.compile(r"\\?[\"']?(?P<name>[\w.\-]{1,80})\\?[\"']?[ \t]{0,20}(?=[,}\r\n]|\Z)")
_VARIABLE = re.compile(rf"variable[ \t]{{1,4}}\"(?P<name>{_NAME})\"")
_LONG = 200
_DIGESTED = ("checksum/", "digest/", "hash/", "sha256/")
_NAMING = frozenset(("name", "key"))
_NAMES_OF_NAMES = frozenset(("value", "default", "stringvalue", "defaultvalue", "plaintextvalue"))


def assigned(text: str, manner: Manner) -> Iterator[Finding]:
    """What stands after a name that promises a secret."""
    yield from _after_signs(text, manner)
    for found in _OPTION.finditer(text) if "--" in text else ():
        yield from _after(text, found, found["name"].lstrip("-"), manner, f"argument:{found['name']}")
    strict = replace(manner, prose=True)
    for pattern in (_WORDED, _SPOKEN_NAME, _PAIRED, _KEYWORD, _DASHED, _DECLARED):
        for found in pattern.finditer(text):
            yield from _after(text, found, next(filter(None, found.groups()), "password"), strict, "value")
    for piece in laid_out(text, manner):
        yield from _judged(text, piece.start, piece.end, piece.key, strict, piece.part)


def _after_signs(text: str, manner: Manner) -> Iterator[Finding]:
    """`NAME=value`, `"name": "value"` and the like; also a value whose name stands in the entry before."""
    owner = _Owner()
    pointed = 0
    for found in _ASSIGNED.finditer(text, 0, _sealed_from(text)):
        name = found["name"]
        lowered = name.lower()
        special = (
            lowered in _NAMES_OF_NAMES
            or lowered in _NAMING
            or lowered == "sig"
            or (lowered == "result" and _is_drawn(text, found.start()))
        )
        if found.start() < pointed or not (special or role_of(name)) or _inside_a_path(text, found):
            continue
        start, end = value_at(text, found.end(), manner, found["sep"], found.start())
        if end - start > _LONG:
            # Names inside so long a value are part of it; judging each would cost the square of its length.
            pointed = end
        if is_reference(text[start:end]):
            pointed = end
            yield from _defaults(text, start, end, owner.of(text, found.start()) if special else name, manner)
            continue
        if lowered in _NAMING:
            named = _NAMED.match(text, found.end())
            owner = _Owner(named["name"], named.end()) if named is not None else _Owner()
        elif found["sep"] == ":" and not special and text[found.end() : found.end() + 1] in ("\r", "\n", "{"):
            # The entries below a name are about it: `password:`, and in the next line `default:`.
            owner = _Owner(name, found.end())
        elif lowered in _NAMES_OF_NAMES:
            name = owner.of(text, found.start()) or _told_beside(text, found.start(), end) or name
        elif lowered == "result":
            name = "password"
        elif lowered == "sig" and _signs_a_url(text, found.start()):
            name = "api_key"
        if end > start and role_of(name) and not (manner.prose and turned(text, found.start(), name)):
            yield from _judged(text, start, end, name, manner, _part(text, found.start(), name))


def _defaults(text: str, start: int, end: int, name: str, manner: Manner) -> Iterator[Finding]:
    """What stands in the file for a variable that is not set."""
    for pointer in references(text[start:end]) if role_of(name) else ():
        if pointer.default is not None:
            low, high = pointer.default
            yield from _judged(text, start + low, start + high, name, manner, f"default:{pointer.name}")


def _after(text: str, found: re.Match[str], name: str, manner: Manner, part: str) -> Iterator[Finding]:
    if role_of(name) or name == "key":
        start, end = value_at(text, found.end(), manner, " ", found.start(), option=True)
        if end > start:
            yield from _judged(text, start, end, name, manner, part)


class _Owner(NamedTuple):
    """The last name that an entry gave: the entry after it may be its value."""

    name: str = ""
    end: int = -1

    def of(self, text: str, start: int) -> str:
        """Whose value it is: of the name just before it, or of the variable whose block it stands in."""
        if 0 <= start - self.end <= 120 and 0 < len(self.name) <= 80:
            return self.name
        block = text.rfind('variable "', max(0, start - 400), start)
        declared = _VARIABLE.match(text, block) if block >= 0 else None
        return declared["name"] if declared is not None and "\n}" not in text[block:start] else ""


def _told_beside(text: str, start: int, end: int) -> str:
    """The option whose default it is, or the name that an entry gives after its value."""
    option = _ARGUED.search(text, max(0, start - 160), start)
    named = _NAMED_AFTER.match(text, end) if option is None else None
    return option["name"] if option is not None else named["name"] if named is not None else ""


def _sealed_from(text: str) -> int:
    """Where the encrypted half of a sealed secret begins: what follows there is no value."""
    sealed = text.find("encryptedData") if "SealedSecret" in text else -1
    return sealed if sealed >= 0 else len(text)


def _inside_a_path(text: str, found: re.Match[str]) -> bool:
    """`...:secret:name`, `A::Key` and `checksum/secret` inside names of something else."""
    if text[found.start() - 2 : found.start()] == "::":
        return True
    if text[max(0, found.start() - 12) : found.start()].lower().endswith(_DIGESTED):
        return True
    if found["sep"] != ":" or found.end() != found.end("sep"):
        return False
    return text.startswith("//", found.end()) or (found.start() > 0 and text[found.start() - 1] in ":/@.")


def _is_drawn(text: str, start: int) -> bool:
    """What Terraform drew at random as a password stands in its state as a result."""
    return text.find('"random_password"', max(0, start - 2000), start) >= 0


def _signs_a_url(text: str, start: int) -> bool:
    """The signature of an Azure shared access URL opens what the URL names."""
    return text[start - 1 : start] in ("&", "?") and "sv=" in text[max(0, start - 400) : start + 400]


def _part(text: str, start: int, name: str) -> str:
    before = text[start - 1] if start else ""
    if before in "?&" and before:
        return f"query:{name}"
    return f"argument:--{name}" if text[max(0, start - 2) : start] == "--" else "value"


def _judged(text: str, start: int, end: int, name: str, manner: Manner, part: str) -> Iterator[Finding]:
    finding = judged_in(text, Piece(start, end, part, name), manner)
    if finding is None:
        return
    if manner.prose and finding.kind == "password" and finding.confidence == "low":
        return
    yield finding
