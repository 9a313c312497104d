"""Finds where a value that follows a name starts and ends in the text of a file."""

import re

from posture.sources.secrets.manners import Manner
from posture.sources.secrets.phrases import AT_LINE_END, is_passphrase
from posture.sources.secrets.shells import ECHOED, OUTPUT

_TYPED = re.compile(
    r"(?:&(?:'static )?str|str|string|String|bytes|Optional\[str\]|str \| None|\w{1,30})\??"
    r"[ \t]{0,4}=[ \t]{0,4}(?=[\"'`])"
)
# The next entry of a connection string.
_CONNECTED = re.compile(r";[ ]?[A-Za-z][A-Za-z ]{1,30}=")
_TAG = re.compile(r"!![a-z]{1,20}[ \t]{1,4}")
_NEXT_ENTRY = re.compile(r",[ \t]{0,8}[\"']?[A-Za-z_][\w.\-]{0,80}[\"']?[ \t]{0,4}:")
_HERE = re.compile(r"@[\"'][ \t]{0,4}\r?\n[ \t]{0,8}(?P<value>[^\r\n]{1,400})")
_QUOTES = ('"""', "'''", '\\"', "\\'", '"', "'", "`")


def value_at(
    text: str, at: int, manner: Manner, sep: str, name_start: int, option: bool = False
) -> tuple[int, int]:
    """Where the value that begins here starts and ends; an empty stretch if there is none to judge."""
    if not manner.bare and sep == ":":
        typed = _TYPED.match(text, at)
        at = typed.end() if typed is not None else at
    if text.startswith("!!", at) and sep == ":":
        tagged = _TAG.match(text, at)
        at = tagged.end() if tagged is not None else at
    if OUTPUT.match(text, at) is not None:
        echoed = ECHOED.match(text, at)
        return echoed.span("value") if echoed is not None else (at, at)
    here = _HERE.match(text, at)
    if here is not None:
        return here.span("value")
    # A prefix of a string literal: r"..", b"..", f"..", @"..".
    if text[at : at + 2] in ('r"', "r'", 'b"', "b'", '@"', 'u"', "u'"):
        at += 1
    quote = next((mark for mark in _QUOTES if text.startswith(mark, at)), "")
    if quote:
        start, end = _quoted(text, at + len(quote), quote)
        if text.startswith('\\"', start) and text.endswith('\\"', start + 2, end):
            # A literal inside of a literal, as code that writes code has it.
            return start + 2, end - 2
        return _unclosed(text, start) if end == start and manner.bare and len(quote) == 1 else (start, end)
    if text.startswith(("$(", "`", "<("), at):
        return at, at
    if text[at : at + 1] in "|>" and text[at : at + 1]:
        return _block(text, at)
    before = text[name_start - 1 : name_start]
    if before in ("?", "&"):
        return at, _run(text, at, "&#\"'<>`)]}\\;, \t\r\n")
    if before in ("'", '"') and sep == ":" and text[at - 1 : at] == " ":
        # A quoted header: the quote before the name ends the value.
        return _quoted(text, at, before)
    if not manner.bare and not option and sep == "=" and _is_exported(text, name_start, at):
        return at, _run(text, at, " \t\r\n\"'`<>,;\\|")
    if (not manner.bare and not option) or (before == "$" and not option):
        return at, at
    phrase = AT_LINE_END.match(text, at) if not option else None
    if phrase is not None and is_passphrase(phrase[0]):
        return phrase.span()
    end = _run(text, at, " \t\r\n\"'`" if not option and not manner.prose else " \t\r\n\"'`,;\\")
    connected = _CONNECTED.search(text, at, min(len(text), end + 42))
    if connected is not None and connected.start() < end:
        end = connected.start()
    while end > at and _closes_nothing(text, at, end):
        end -= 1
    if sep == ":" and _NEXT_ENTRY.match(text, end) is None and _goes_on(text, end):
        return at, at
    return at, end


def _is_exported(text: str, name_start: int, at: int) -> bool:
    """`NAME=value` in capitals and without a blank, as only a shell writes it, whatever the file."""
    name = text[name_start : at - 1]
    return text[at - 1] == "=" and name.isupper() and name.isascii() and text[at : at + 1].isalnum()


_OPENING = {")": "(", "}": "{", "]": "["}


def _closes_nothing(text: str, start: int, end: int) -> bool:
    """Whether the last character belongs to the surroundings: a comma, or a bracket opened before."""
    last = text[end - 1]
    return last in ",;" or (last in _OPENING and _OPENING[last] not in text[start:end])


def _quoted(text: str, start: int, quote: str) -> tuple[int, int]:
    limit = min(len(text), start + 4000)
    at = text.find(quote, start, limit)
    while at > start and len(quote) == 1:
        if text[at - 1] == "\\" and text[at - 2] != "\\":
            at = text.find(quote, at + 1, limit)
        elif quote == "'" and text.startswith("''", at):
            # YAML and SQL write a quote inside quotes twice.
            at = text.find(quote, at + 2, limit)
        else:
            break
    if at < 0 or (len(quote) < 3 and "\n" in text[start:at]):
        return start, start
    return start, at


def _unclosed(text: str, start: int) -> tuple[int, int]:
    """What stands to the end of the line, in one word, where a torn file lacks the quote that ends it."""
    end = _run(text, start, " \t\r\n\"'`")
    return (start, end) if text[end : end + 1] in ("", "\r", "\n") else (start, start)


def _block(text: str, at: int) -> tuple[int, int]:
    """The first line of a YAML block."""
    line_end = text.find("\n", at, at + 20)
    if line_end < 0:
        return at, at
    start = line_end + 1
    while start < len(text) and text[start] in " \t":
        start += 1
    return start, _run(text, start, " \t\r\n")


def _run(text: str, start: int, stops: str) -> int:
    end = start
    limit = min(len(text), start + 2000)
    while end < limit and text[end] not in stops:
        end += 1
    return end


def _goes_on(text: str, end: int) -> bool:
    """Whether more words follow on the line: then it is a sentence and not a value."""
    rest = text[end : end + 60].split("\n", 1)[0].strip(" \t\r,;\"'}])")
    return bool(rest) and not rest.startswith("#")
