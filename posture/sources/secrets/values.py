"""Finds every secret in one string and in an argument list."""

from collections.abc import Sequence

from msgspec.structs import replace

from posture.sources.secrets.blocks import private_keys_in
from posture.sources.secrets.findings import Finding, Piece, Place, length_class
from posture.sources.secrets.holder import Secret
from posture.sources.secrets.judge import LONGEST_VALUE, classify, decoded
from posture.sources.secrets.manners import Manner
from posture.sources.secrets.overlaps import without_overlaps
from posture.sources.secrets.pieces import option_key, split
from posture.sources.secrets.shapes import shapes_in

_ENV_OPTIONS = frozenset(("-e", "--env", "--build-arg", "--set", "--set-string", "-d", "--define"))
_COMPOSED_PARTS = frozenset(("header", "rule"))
_COMPOSED_MARKS = ("://", " ", "=")
_LEAK = 6


def find(value: str, place: Place) -> tuple[Finding, ...]:
    """Every secret in one string value; offsets count in the string."""
    found = [
        finding for piece in split(value, place) if (finding := judge_piece(value, piece, place)) is not None
    ]
    if not (found and _is_composed(place, value)):
        whole = classify(value, place)
        found.extend([whole] if whole is not None else [])
    text = value[:LONGEST_VALUE]
    for shaped in (*private_keys_in(text), *shapes_in(text)):
        length = length_class(shaped.end - shaped.start)
        found.append(
            Finding(
                shaped.kind,
                _part_at(found, shaped.start, place),
                shaped.start,
                shaped.end,
                length,
                shaped.shape,
                "high",
                shaped.vendor,
            )
        )
    return without_overlaps(found)


def judge_piece(value: str, piece: Piece, place: Place) -> Finding | None:
    """The secret that one piece of the value is, with offsets in the value."""
    word = value[piece.start : piece.end]
    finding = classify(word, Place(piece.key, place.parents, piece.part, place.file))
    if finding is None:
        return None
    return _moved(finding, piece.start, safe_part(piece.part, word[finding.start : finding.end]))


def judged_in(text: str, piece: Piece, manner: Manner) -> Finding | None:
    """The same in the text of a file: what stands in it a thousand times is judged once."""
    word = text[piece.start : piece.end]
    key = (word, piece.part, piece.key)
    if key not in manner.judged:
        alone = Piece(0, len(word), piece.part, piece.key)
        manner.judged[key] = judge_piece(word, alone, Place(file=manner.file))
    finding = manner.judged[key]
    return None if finding is None else _moved(finding, piece.start, finding.part)


def _moved(finding: Finding, by: int, part: str) -> Finding:
    return Finding(
        finding.kind, part, finding.start + by, finding.end + by, finding.length, finding.shape,
        finding.confidence, finding.vendor, finding.encoding,
    )  # fmt: skip


def safe_part(part: str, secret: str) -> str:
    """The part without its name where the name, which is foreign text, repeats some of the secret."""
    kind, _, name = part.partition(":")
    if len(name) < _LEAK:
        return part
    return (
        kind if any(name[place : place + _LEAK] in secret for place in range(len(name) - _LEAK + 1)) else part
    )


def find_in_arguments(arguments: Sequence[object], place: Place) -> tuple[tuple[int, Finding], ...]:
    """Secrets by index: `--key=v`, `--key` then `v`, `-e NAME=v`, `--header "Name: v"`, URLs."""
    found: list[tuple[int, Finding]] = []
    option = ""
    for index, argument in enumerate(arguments):
        if not isinstance(argument, str):
            option = ""
            continue
        key = "" if option.lower() in _ENV_OPTIONS else option
        for finding in find(argument, Place(key, place.parents, "argument", place.file)):
            part = (
                safe_part(f"argument:{key}", argument) if finding.part == "argument" and key else finding.part
            )
            found.append((index, replace(finding, part=part)))
        option = option_key(argument)
    return tuple(found)


def secret_of(value: str, finding: Finding) -> Secret:
    """The secret itself, decoded, in a holder: for telling equal values apart and for nothing else."""
    text = value[finding.start : finding.end]
    if finding.encoding == "base64":
        plain = decoded(text) or text
        text = plain.partition(":")[2] if finding.kind == "basic_auth" else plain.strip()
    return Secret(text)


def _is_composed(place: Place, value: str) -> bool:
    """A URL, a header or a command is judged by its pieces: the whole around a secret is not one more."""
    return place.part in _COMPOSED_PARTS or any(mark in value for mark in _COMPOSED_MARKS)


def _part_at(found: list[Finding], start: int, place: Place) -> str:
    """The part of the piece in which a vendor's shape was seen."""
    return next((one.part for one in found if one.start <= start < one.end), place.part)
