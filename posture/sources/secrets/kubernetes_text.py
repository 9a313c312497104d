"""Finds the values of Kubernetes Secrets in the text of a YAML file."""

import re
from collections.abc import Iterator

from posture.sources.secrets.document import kubernetes_finding
from posture.sources.secrets.findings import Finding

_SECRET = re.compile(r"(?m)^kind:[ \t]{1,4}[\"']?Secret[\"']?[ \t]{0,20}\r?$")
_NEXT_DOCUMENT = re.compile(r"(?m)^---")
_LINE = re.compile(
    r"(?m)^(?:(?P<top>[^\s#][^\n]{0,80})"
    r"|[ \t]{1,20}(?P<name>[\w.\-]{1,120}):[ \t]{1,8}(?:[|>]-?[ \t]{0,4}\r?\n[ \t]{1,40})?"
    r"[\"']?(?P<value>[A-Za-z0-9+/]{8,20000}={0,2})[\"']?[ \t]{0,20}\r?$)"
)


def secret_data(text: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and name of every base64 value under `data:` of a Secret, which nothing else may judge."""
    return tuple(_data(text)) if "Secret" in text and _SECRET.search(text) else ()


def encoded_findings(text: str, data: tuple[tuple[int, int, str], ...]) -> Iterator[Finding]:
    for start, end, name in data:
        finding = kubernetes_finding(text[start:end], name, start)
        if finding is not None:
            yield finding


def _data(text: str) -> Iterator[tuple[int, int, str]]:
    begin = 0
    for end in [*(mark.start() for mark in _NEXT_DOCUMENT.finditer(text, 1)), len(text)]:
        if _SECRET.search(text, begin, end):
            inside = False
            for line in _LINE.finditer(text, begin, end):
                if line["top"] is not None:
                    inside = line["top"].startswith("data:")
                elif inside:
                    yield *line.span("value"), line["name"]
        begin = end
