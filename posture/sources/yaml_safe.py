"""Reads YAML without building objects: events in, plain values out, limits on depth and aliases."""

from posture.sources.reading import DEEPEST, Document, decode


def read_all(raw: bytes | str, deepest: int = DEEPEST) -> tuple[Document, ...]:
    """Every document of the stream. Raises Unreadable with the line of the error."""
    from posture.sources.yaml_events import documents  # slow to load, and most runs meet no YAML

    text = decode(raw) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return tuple(documents(text, deepest))


def read(raw: bytes | str, deepest: int = DEEPEST) -> Document:
    """The first document of a stream; an empty stream is an empty document."""
    return next(iter(read_all(raw, deepest)), Document(None))
