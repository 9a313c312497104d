"""Finds secrets in tables: a column whose head promises one, or a name in the cell before."""

import re
from collections.abc import Iterator

from posture.sources.secrets.cells import Span, bare, told
from posture.sources.secrets.findings import Piece
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.names import role_of
from posture.sources.secrets.structured import structured

_SEPARATORS = (",", ";", "\t")
_LINES = 5_000
_MARKUP = (".md", ".mdx", ".markdown", ".adoc", ".rst", ".txt", ".org")
_RULE = re.compile(r"[\s|:+=\-]{3,}")
_CELL = re.compile(r"[^|]{1,400}")
_LONGEST = 2_000


def tables(text: str, manner: Manner) -> Iterator[Piece]:
    """Values in tables of words between marks, and in tables that markup draws."""
    if manner.file.endswith((".csv", ".tsv")):
        yield from _separated(text)
    elif manner.file.endswith(_MARKUP):
        if "|" in text:
            yield from _drawn(text)
        if "===" in text or "-table::" in text:
            yield from structured(text)


def _separated(text: str) -> Iterator[Piece]:
    """The columns of a table that its first line calls secrets."""
    head, _, _rest = text[:4_000].partition("\n")
    mark = max(_SEPARATORS, key=head.count)
    columns = [(n, name.strip('\ufeff" \r')) for n, name in enumerate(head.split(mark))]
    secret = [(n, name) for n, name in columns if role_of(name)]
    at = len(head) + 1
    for _line in range(_LINES if secret else 0):
        if at >= len(text):
            return
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        cells = text[at:end].split(mark)
        for n, name in secret:
            if n < len(cells):
                start = at + sum(len(cell) + 1 for cell in cells[:n])
                bare = cells[n].strip('" \r')
                start += cells[n].find(bare)
                yield Piece(start, start + len(bare), "value", name)
        at = end + 1


def _drawn(text: str) -> Iterator[Piece]:
    """Cells between bars. The first line of a table heads its columns where a rule follows it."""
    at = 0
    heads: list[str] = []
    before: list[str] = []
    for line in text.split("\n"):
        if "|" not in line or len(line) > _LONGEST:
            heads, before = [], []
        elif _RULE.fullmatch(line):
            heads = before
        else:
            cells = _cells(line)
            before = [line[start:end] for start, end in cells]
            yield from told([(at + start, at + end) for start, end in cells], before, heads)
        at += len(line) + 1


def _cells(line: str) -> list[Span]:
    """Where the text of each cell lies."""
    found: list[Span] = []
    for cell in _CELL.finditer(line):
        start, end = bare(line, *cell.span())
        if end > start or found:
            found.append((start, end))
    return found
