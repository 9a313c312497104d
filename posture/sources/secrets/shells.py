"""Finds secrets that a shell hands on: here-strings, what is echoed into a variable or into a program."""

import re
from collections.abc import Iterator

from posture.sources.secrets.findings import Piece
from posture.sources.secrets.names import role_of

_WORD = r"[\"']?(?P<value>[^\s\"'$|;&`()<>]{6,400})(?=[\s\"'|;&`)]|\Z)[\"']?"
_SAYS = r"(?:echo|printf)[ \t]{1,4}(?:(?:-\w{1,3}|--|[\"']?%s(?:\\n)?[\"']?)[ \t]{1,4}){0,3}"
OUTPUT = re.compile(r"\"?(?:\$\(|`(?:echo|printf|cat|aws|vault|gcloud|kubectl|op|pass|jq|curl)[ \t])")
"""Where a command writes the value, whichever it is."""
ECHOED = re.compile(rf"\"?(?:\$\([ \t]{{0,4}}|`){_SAYS}{_WORD}")
"""A value that is written as the output of a command that says it."""

_TAKES = re.compile(
    r"--password-stdin|--with-token|--token-stdin|--passphrase-fd|--stdin\b|-pass(?:in|out)?[ \t]{1,4}stdin"
    r"|\bsudo[ \t]{1,4}(?:-\w{1,20}[ \t]{1,4})?-\w{0,8}S|\bchpasswd\b|\bsmbpasswd\b|\bpasswd\b"
)
"""What reads a secret from its input."""
_SAID = re.compile(rf"{_SAYS}{_WORD}[ \t]{{0,4}}(?:\\\n[ \t]{{0,40}})?\|")
_HANDED = re.compile(rf"<<<[ \t]{{0,4}}{_WORD}")
_READ = re.compile(r"\bread[ \t]{1,4}(?:-\w{1,4}[ \t]{1,4}){0,3}(?P<name>[A-Za-z_]\w{0,80})[ \t]{0,4}\Z")
_LONGEST = 400


def shell_pieces(text: str) -> Iterator[Piece]:
    """What is said to programs, each by the words before or after it in its line."""
    if "<<<" in text:
        yield from _handed(text)
    seen = 0
    for takes in _TAKES.finditer(text):
        line = max(seen, text.rfind("\n", max(0, takes.start() - _LONGEST), takes.start()) + 1)
        line = max(line, takes.start() - _LONGEST)
        if text[line - 2 : line] == "\\\n":
            # The line before goes on in this one.
            line = max(seen, text.rfind("\n", max(0, line - _LONGEST), line - 1) + 1)
        for found in _SAID.finditer(text, line, takes.start()):
            yield _piece(found, "password")
        seen = takes.end()


def _handed(text: str) -> Iterator[Piece]:
    at = 0
    for found in _HANDED.finditer(text):
        line = max(at, text.rfind("\n", max(0, found.start() - _LONGEST), found.start()) + 1)
        line = max(line, found.start() - _LONGEST)
        read = _READ.search(text, line, found.start())
        if read is not None and role_of(read["name"]):
            yield _piece(found, read["name"])
        elif _TAKES.search(text, line, found.start()) is not None:
            yield _piece(found, "password")
        at = found.end()


def _piece(found: re.Match[str], name: str) -> Piece:
    start, end = found.span("value")
    # `user:password` is what some read.
    colon = found["value"].find(":") + 1
    return Piece(start + colon if "chpasswd" in found.string[end : end + 40] else start, end, "value", name)
