"""Reads of broken JSON what stands whole before its first fault; everything behind it stays unknown."""

from __future__ import annotations

import json
import re

from msgspec import Struct
from msgspec.structs import replace

from posture.model.errors import Unreadable
from posture.sources import jsonc
from posture.sources.reading import DEEPEST, Document, Stop, decode, standing, step

_BLANK = re.compile(r"\s*+")
_TOKEN = re.compile(r'(?P<string>"(?:[^"\\\n]|\\.)*+")|(?P<mark>[{}\[\],:])|(?P<literal>[^\s{}\[\],:"]++)')
_CLOSES = {"{": "}", "[": "]"}
_ENDS = "the text ends before it is complete"
_EXTRA = "more follows where the document is complete"
_UNCLOSED = "a string is not closed on its line"
_WRONG = "what stands there is no JSON"


class _Open(Struct):
    """An object or a list whose end has not come yet."""

    pointer: str
    closes: str
    expects: str
    """`key`, `colon`, `value` or `comma`; `first` where it may also end at once."""
    key: str = ""
    index: int = 0


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The finished entries, and where reading stopped. Raises Unreadable where none is finished."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    strict = jsonc.plain_json(text)
    scan = _Scan(strict, deepest)
    at, why = scan.fault()
    sound = strict[: scan.sound] + "".join(one.closes for one in reversed(scan.open))
    document = jsonc.read(sound, deepest)
    line = strict.count("\n", 0, at) + 1
    column = at - strict.rfind("\n", 0, at)
    unfinished = frozenset(one.pointer for one in scan.open)
    return standing(replace(document, stopped=Stop(line, column, why, scan.sound, unfinished)))


class _Scan:
    """One pass over the tokens. A value counts once something shows that it is complete."""

    def __init__(self, text: str, deepest: int) -> None:
        self._text = text
        self._deepest = deepest
        self.open: list[_Open] = []
        self.sound = 0
        """Up to here everything stands, if what is open is closed."""

    def fault(self) -> tuple[int, str]:
        """Where the first fault is, and what it is."""
        at, pending, begun = 0, 0, False
        while True:
            at = self._past_blanks(at)
            token = _TOKEN.match(self._text, at)
            if begun and not self.open:
                return at, _EXTRA
            if token is None:
                return at, _ENDS if at >= len(self._text) else _UNCLOSED
            mark = token["mark"]
            if mark in _CLOSES and self._takes_value():
                if len(self.open) >= self._deepest:
                    raise Unreadable(f"nested more than {self._deepest} levels deep")
                self._begin(mark)
                self.sound, begun = token.end(), True
            elif mark in ("}", "]") and self._may_end(mark):
                self.open.pop()
                self.sound = token.end()
            elif mark == "," and self.open and self.open[-1].expects == "comma":
                # What stood before is complete: nothing of it can still follow.
                self.sound = max(self.sound, pending)
                top = self.open[-1]
                top.expects = "key" if top.closes == "}" else "value"
                top.index += 1
            elif mark == ":" and self.open and self.open[-1].expects == "colon":
                self.open[-1].expects = "value"
            elif mark is None and self._takes(token):
                pending = token.end()
            else:
                return at, self._why(mark)
            at = token.end()

    def _why(self, mark: str | None) -> str:
        if mark == ",":
            return "a comma too many"
        missing = self.open and self.open[-1].expects == "comma" and mark not in (":", "}", "]")
        return "a comma is missing before it" if missing else _WRONG

    def _past_blanks(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found is not None else at

    def _takes_value(self) -> bool:
        return not self.open or self.open[-1].expects == "value" or self._first_of_list()

    def _first_of_list(self) -> bool:
        return self.open[-1].expects == "first" and self.open[-1].closes == "]"

    def _may_end(self, mark: str) -> bool:
        return (
            bool(self.open) and self.open[-1].closes == mark and self.open[-1].expects in ("first", "comma")
        )

    def _begin(self, mark: str) -> None:
        pointer = ""
        if self.open:
            top = self.open[-1]
            top.expects = "comma"
            pointer = step(top.pointer, top.key if top.closes == "}" else top.index)
        self.open.append(_Open(pointer, _CLOSES[mark], "first"))

    def _takes(self, token: re.Match[str]) -> bool:
        """Whether a string or a literal may stand here and is one."""
        if not self.open:
            return False
        top = self.open[-1]
        try:
            value = json.loads(token[0], parse_constant=_refused)
        except (ValueError, RecursionError):
            return False
        if top.closes == "}" and top.expects in ("first", "key"):
            top.key, top.expects = str(value), "colon"
            return token["string"] is not None
        if not self._takes_value():
            return False
        top.expects = "comma"
        return True


def _refused(_name: str) -> None:
    raise ValueError
