"""What is said about a secret that was seen: its kind, place and size, and never a character of it."""

from typing import Literal, NamedTuple

from msgspec import Struct, field

Confidence = Literal["high", "medium", "low"]
Encoding = Literal["plain", "base64"]

_LENGTH_CLASSES = ((8, "1-7"), (16, "8-15"), (32, "16-31"), (64, "32-63"), (128, "64-127"), (512, "128-511"))


def length_class(length: int) -> str:
    """A range instead of the exact length, which would help to guess a short password."""
    return next((name for limit, name in _LENGTH_CLASSES if length < limit), "512+")


class Place(Struct, frozen=True):
    """Where one string stands in a parsed document."""

    key: str = ""
    """The name the string is the value of: a mapping key, an option, a header, a variable."""
    parents: tuple[str, ...] = ()
    """The keys above it, outermost first."""
    part: str = "value"
    """value, argument, header, rule, env-assignment, or a part that `split` gave to a piece."""
    file: str = ""
    """Name of the file, for what only a name tells (`.npmrc`, `credentials`)."""


class Piece(Struct, frozen=True):
    """A stretch of a value that has to be judged by itself."""

    start: int
    end: int
    part: str
    key: str = ""
    encoding: Encoding = "plain"


class Finding(Struct, frozen=True):
    """One inline secret. `value[start:end]` is the secret text in the string that was judged."""

    kind: str
    part: str
    start: int
    end: int
    length: str
    shape: str
    confidence: Confidence
    vendor: str = ""
    encoding: Encoding = field(default="plain")


class Located(NamedTuple):
    """A finding and the JSON pointer of the string that holds it."""

    pointer: str
    finding: Finding


class Span(NamedTuple):
    """A secret in the text of a whole file, by character offsets."""

    start: int
    end: int
    kind: str
    part: str
    confidence: Confidence
    vendor: str = ""
