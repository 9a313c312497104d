"""Finds secrets in the text of a whole file, whatever its format, with offsets into the text."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec.structs import replace

from posture.sources.secrets.assignments import assigned
from posture.sources.secrets.blocks import private_keys_in
from posture.sources.secrets.document import web_key
from posture.sources.secrets.findings import Finding, Place, Span
from posture.sources.secrets.judge import classify
from posture.sources.secrets.kubernetes_text import encoded_findings, secret_data
from posture.sources.secrets.manners import Manner, manner_of
from posture.sources.secrets.overlaps import without_overlaps
from posture.sources.secrets.shapes import shapes_in
from posture.sources.secrets.spoken import spoken
from posture.sources.secrets.values import safe_part

_ESCAPES = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_WEB_KEY = re.compile(r"\"(?:d|k)\"\s{0,10}:\s{0,10}\"(?P<value>[A-Za-z0-9_\-]{22,1400})\"")
_ALONE = 200


def scan_text(text: str, filename: str) -> tuple[Span, ...]:
    """Every secret in the text, in order, without overlaps. Time is linear in the length of the text."""
    text = _ESCAPES.sub(lambda found: " " * len(found[0]), text) if "\x1b[" in text else text
    return tuple(
        Span(
            one.start,
            one.end,
            one.kind,
            safe_part(one.part, text[one.start : one.end]),
            one.confidence,
            one.vendor,
        )
        for one in without_overlaps(_found(text, manner_of(filename)))
    )


def _found(text: str, manner: Manner) -> Iterator[Finding]:
    yield from _alone(text, manner)
    for found in _WEB_KEY.finditer(text) if '"kty"' in text else ():
        yield web_key(*found.span("value"))
    for shaped in (*private_keys_in(text), *shapes_in(text)):
        yield Finding(shaped.kind, "value", shaped.start, shaped.end, "", shaped.shape, "high", shaped.vendor)
    if manner.lock:
        return
    data = secret_data(text)
    encoded = {start for start, _end, _name in data}
    yield from encoded_findings(text, data)
    for finding in (*assigned(text, manner), *spoken(text, manner)):
        if finding.start not in encoded:
            yield finding


def _alone(text: str, manner: Manner) -> Iterator[Finding]:
    """The one word that a file such as `master.key` or `.vault-token` holds, named by the file itself."""
    word = text.strip()
    if 8 <= len(word) <= _ALONE and not any(map(str.isspace, word)):
        named = PurePosixPath(manner.file)
        for name in (named.name, named.stem):
            finding = classify(word, Place(name, file=manner.file))
            if finding is not None:
                start = text.find(word)
                yield replace(finding, start=start + finding.start, end=start + finding.end)
                return
