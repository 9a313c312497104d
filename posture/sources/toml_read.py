"""Reads TOML, with the line in its errors and nothing of the text in them."""

import tomli

from posture.model.errors import Unreadable
from posture.sources.reading import DEEPEST, Document, check_depth, decode


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The document. Duplicate keys are an error of the format. Raises Unreadable with its line."""
    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    problem = None
    value = {}
    try:
        value = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        problem = Unreadable("not valid TOML", getattr(error, "lineno", None))
    except (RecursionError, ValueError):
        problem = Unreadable("not valid TOML: nested too deep, or a number out of range")
    if problem is not None:
        # Raised here and not where it was caught: the decoder's exception holds the whole text.
        raise problem
    check_depth(value, deepest)
    return Document(value)
