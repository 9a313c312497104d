"""Finds secrets in the tables of reStructuredText that no bars draw: by column, by list, by commas."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from posture.sources.secrets.cells import Span, bare, told
from posture.sources.secrets.findings import Piece

_RULE = re.compile(r"[ \t]{0,80}={1,400}(?:[ \t]{1,40}={1,400}){1,40}[ \t\r]{0,40}")
_COLUMN = re.compile(r"={1,400}")
_DIRECTIVE = re.compile(r"(?m)^[ \t]{0,80}\.\.[ \t]{1,8}(?P<kind>list|csv)-table::")
_BLOCK_END = re.compile(r"\n(?=[^\s])")
_ENTRY = re.compile(r"[ \t]{1,80}(?P<row>\*[ \t]{1,8})?-[ \t]{1,8}(?P<cell>[^\n]{1,400})")
_HEADER = re.compile(r"[ \t]{1,80}:header:")
_QUOTED = re.compile(r"\"(?P<quoted>[^\"\n]{0,400})\"|(?P<free>[^,\"\n]{1,400})")
_LONGEST = 2_000


def structured(text: str) -> Iterator[Piece]:
    """Cells that the head of their column, or the cell before them, promises as secrets."""
    yield from _by_column(text)
    opened = list(_DIRECTIVE.finditer(text))
    for found, following in zip_longest(opened, opened[1:]):
        # The block ends where a line is not indented; what the next directive holds is its own.
        end = following.start() if following is not None else len(text)
        block = _BLOCK_END.search(text, found.end(), end)
        read = _by_list if found["kind"] == "list" else _by_commas
        yield from read(text, found.end(), block.start() if block is not None else end)


def _by_column(text: str) -> Iterator[Piece]:
    """Columns begin where the rule above the table has a run of signs; the second rule ends their heads."""
    starts: list[int] = []
    heads: list[str] = []
    rules = rows = 0
    for at, line in _lines(text, 0, len(text)):
        if _RULE.fullmatch(line):
            if rules in (0, 3):
                starts, heads, rules = [one.start() for one in _COLUMN.finditer(line)], [], 0
            rules, rows = rules + 1, 0
        elif starts and not line.strip() and not (rules == 2 and rows):
            # Between rows a blank line may stand; right behind a rule it ends a table without heads.
            starts, heads, rules = [], [], 0
        elif starts and rules < 3:
            cells = [
                bare(line, start, end) for start, end in zip(starts, [*starts[1:], len(line)], strict=True)
            ]
            words = [line[start:end] for start, end in cells]
            rows += 1
            if rules == 1:
                heads = words
            yield from _row(at, cells, words, heads)


def _by_list(text: str, start: int, end: int) -> Iterator[Piece]:
    """A row is a list of lists: `* - first`, then `  - second` in the next line."""
    heads: list[str] = []
    cells: list[Span] = []
    for at, line in [*_lines(text, start, end), (end, " * - ")]:
        entry = _ENTRY.match(line)
        if entry is None and at < end:
            continue
        if (entry is None or entry["row"]) and cells:
            words = [text[low:high] for low, high in cells]
            yield from told(cells, words, heads)
            heads, cells = heads or words, []
        if entry is not None:
            low, high = bare(line, *entry.span("cell"))
            cells.append((at + low, at + high))


def _by_commas(text: str, start: int, end: int) -> Iterator[Piece]:
    heads: list[str] = []
    for at, line in _lines(text, start, end):
        header = _HEADER.match(line)
        found = _QUOTED.finditer(line, header.end() if header is not None else 0)
        spans = [one.span("quoted" if one["quoted"] is not None else "free") for one in found]
        cells = [bare(line, *span) for span in spans if line[slice(*span)].strip()]
        words = [line[low:high] for low, high in cells]
        if header is not None:
            heads = words
        else:
            yield from _row(at, cells, words, heads)


def _row(at: int, cells: list[Span], words: list[str], heads: list[str]) -> Iterator[Piece]:
    yield from told([(at + start, at + end) for start, end in cells], words, heads)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Lines of a stretch with where they begin; a long one is no row."""
    at = start
    for line in text[start:end].split("\n"):
        if len(line) <= _LONGEST:
            yield at, line
        at += len(line) + 1
