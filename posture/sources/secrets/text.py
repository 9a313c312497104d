"""Finds secrets in the text of a whole file, whatever its format, with offsets into the text."""

from collections.abc import Iterator

from posture.sources.secrets.assignments import assigned
from posture.sources.secrets.blocks import private_keys_in
from posture.sources.secrets.findings import Finding, Span
from posture.sources.secrets.kubernetes_text import encoded_findings, secret_data
from posture.sources.secrets.manners import Manner, manner_of
from posture.sources.secrets.overlaps import without_overlaps
from posture.sources.secrets.shapes import shapes_in
from posture.sources.secrets.spoken import spoken
from posture.sources.secrets.values import safe_part


def scan_text(text: str, filename: str) -> tuple[Span, ...]:
    """Every secret in the text, in order, without overlaps. Time is linear in the length of the text."""
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
