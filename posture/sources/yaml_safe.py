"""Reads YAML without building objects: events in, plain values out, limits on depth and aliases."""

from msgspec.structs import replace

from posture.model.errors import Unreadable
from posture.sources.reading import DEEPEST, Document, decode, standing


def read_all(raw: bytes | str, deepest: int = DEEPEST) -> tuple[Document, ...]:
    """Every document of the stream. Raises Unreadable with the line of the error."""
    from posture.sources.yaml_events import documents  # slow to load, and most runs meet no YAML

    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return tuple(documents(text, deepest))


def all_torn(raw: bytes | str, deepest: int = DEEPEST) -> tuple[Document, ...]:
    """The documents above the first fault, and the one that holds it as far as it stands."""
    from posture.sources.yaml_events import torn

    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return tuple(torn(text, deepest))


def read_torn(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The first document of a broken stream as far as it stands. Raises Unreadable where nothing does."""
    found = all_torn(raw, deepest)
    if not found:
        raise Unreadable("not valid YAML")
    stopped = found[-1].stopped
    if stopped is not None and len(found) > 1:
        # What is open is open in a later document.
        stopped = replace(stopped, unfinished=frozenset())
    return standing(replace(found[0], stopped=stopped))


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The first document of a stream; an empty stream is an empty document."""
    return next(iter(read_all(raw, deepest)), Document(None))
