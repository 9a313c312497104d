"""Inline secrets: where they stand and of what kind they are, without ever keeping one."""

from posture.sources.secrets.document import scan_document
from posture.sources.secrets.findings import Finding, Located, Piece, Place, Span
from posture.sources.secrets.holder import Fingerprint, Fingerprints, Secret
from posture.sources.secrets.judge import classify
from posture.sources.secrets.pieces import split
from posture.sources.secrets.references import Reference, is_reference, references
from posture.sources.secrets.text import scan_text
from posture.sources.secrets.values import find, find_in_arguments, secret_of

__all__ = [
    "Finding",
    "Fingerprint",
    "Fingerprints",
    "Located",
    "Piece",
    "Place",
    "Reference",
    "Secret",
    "Span",
    "classify",
    "find",
    "find_in_arguments",
    "is_reference",
    "references",
    "scan_document",
    "scan_text",
    "secret_of",
    "split",
]
