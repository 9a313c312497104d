"""Decides which cells of a table are secrets: by the head of their column, or by the cell before them."""

from collections.abc import Iterator, Sequence

from posture.sources.secrets.findings import Piece
from posture.sources.secrets.names import role_of
from posture.sources.secrets.phrases import is_passphrase

Span = tuple[int, int]
_DRESSED = " \t\r*_`\"'"


def told(cells: Sequence[Span], words: Sequence[str], heads: Sequence[str]) -> Iterator[Piece]:
    """The cells of one row that a name promises."""
    for n, (start, end) in enumerate(cells):
        head = heads[n] if n < len(heads) else ""
        name = head if role_of(head) else words[n - 1] if n else ""
        if (_may_be(words[n]) or is_passphrase(words[n])) and role_of(name):
            yield Piece(start, end, "value", name)


def bare(line: str, start: int, end: int) -> Span:
    """Where the text of a cell lies, without what dresses it."""
    cell = line[start:end]
    text = cell.strip(_DRESSED)
    start += cell.find(text)
    return start, start + len(text)


def _may_be(word: str) -> bool:
    """In a table of settings most cells are words: a value has letters and digits, and no blank."""
    return (
        len(word) >= 8
        and not any(map(str.isspace, word))
        and any(map(str.isdigit, word))
        and any(map(str.isalpha, word))
    )
