"""Paragraphs of a detail pane: facts with a hanging indent, wrapped to the width there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from posture.tui.widgets.drawn import Draw, ends, fit

Block = Callable[[int], list[Content]]
LABEL = 14
"""Cells for the label of a fact."""


def fact(label: str, value: str | Content, style: str = "") -> Block:
    """`label` in its own column, `value` beside it."""

    def lines(width: int) -> list[Content]:
        said = value if isinstance(value, Content) else Content.styled(value, style)
        wrapped = said.wrap(max(width - LABEL, 8)) or [Content("")]
        first = Content.styled(fit(label, LABEL - 1) + " ", "$text-muted")
        return [
            Content.assemble(first if number == 0 else " " * LABEL, line)
            for number, line in enumerate(wrapped)
        ]

    return lines


def text(value: str | Content, style: str = "", indent: int = 0) -> Block:
    """A paragraph."""

    def lines(width: int) -> list[Content]:
        said = value if isinstance(value, Content) else Content.styled(value, style)
        return [Content.assemble(" " * indent, line) for line in said.wrap(max(width - indent, 8))]

    return lines


def line(left: Content, right: Content | None = None) -> Block:
    """One line that is cut, never wrapped, with something at its end."""
    return lambda width: [ends(left, right or Content(""), width)]


def heading(value: str, note: str = "") -> Block:
    """A blank line and a small title."""
    said = Content.assemble((value, "bold"), (f"  {note}" if note else "", "$text-muted"))
    return lambda width: [Content(""), said.truncate(max(width, 1), ellipsis=True)]


def gap() -> Block:
    """A blank line."""
    return lambda width: [Content("")]


def draw(blocks: Sequence[Block]) -> Draw:
    """The paragraphs one below the other."""
    return lambda width: Content("\n").join(made for block in blocks for made in block(width))
