"""Reads the front matter of a Markdown file: the YAML or TOML between two fences at its very start."""

from msgspec import Struct

from posture.model.errors import Unreadable
from posture.sources import toml_read, yaml_safe
from posture.sources.reading import Document, decode

_FENCES = {"---": "yaml", "+++": "toml"}


class FrontMatter(Struct, frozen=True):
    document: Document | None
    """None where the file starts with text."""
    body: str
    body_line: int
    """The line of the file on which the body starts, counted from 1."""


def read(raw: bytes | str) -> FrontMatter:
    """Front matter and body. Lines in the document and in errors count in the whole file."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    lines = text.split("\n")
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        return FrontMatter(None, text, 1)
    closing = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
    if closing is None:
        raise Unreadable("front matter that is opened and never closed", 1)
    # An empty line stands for the fence, so that lines count from the start of the file.
    inside = "\n".join(["", *lines[1:closing]])
    document = yaml_safe.read(inside) if _FENCES[fence] == "yaml" else toml_read.read(inside)
    return FrontMatter(document, "\n".join(lines[closing + 1 :]), closing + 2)
