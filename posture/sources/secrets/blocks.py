"""Finds private key blocks, from their first line to their last."""

import re
from collections.abc import Iterator

from posture.sources.secrets.placeholders import is_filler
from posture.sources.secrets.shapes import Shaped

_BEGIN = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:[^\r\n]{0,80}"
)
_END = re.compile(r"-----END [A-Z0-9 ]{1,60}-----|Private-MAC: ?[0-9a-f]{0,64}")
_TORN = re.compile(r"(?:[A-Za-z0-9+/=:\s]|\\[nr]){0,16000}")
_AROUND = re.compile(r"\\[nrt]|[\s\"'+,]|[A-Za-z\-]{3,20}:[^\n]{0,80}")
_LONGEST = 20_000
_SHORTEST = 40


def private_keys_in(text: str) -> Iterator[Shaped]:
    """Every private key block, escaped line ends included. A torn block ends where its text does."""
    begins = list(_BEGIN.finditer(text)) if "PRIVATE KEY" in text or "PuTTY-" in text else []
    for number, begin in enumerate(begins):
        following = begins[number + 1].start() if number + 1 < len(begins) else len(text)
        limit = min(following, begin.end() + _LONGEST)
        ending = _END.search(text, begin.end(), limit)
        torn = _TORN.match(text, begin.end(), limit) if ending is None else None
        end = ending.end() if ending is not None else torn.end() if torn is not None else begin.end()
        if _is_key(text[begin.end() : ending.start() if ending is not None else end]):
            yield Shaped(begin.start(), end, "private_key", "", "pem")


def _is_key(block: str) -> bool:
    body = _AROUND.sub("", block)
    if any(mark in body[:400] for mark in "()[]{}<>$^"):
        # A pattern or a template that only speaks of a key.
        return False
    return len(body) >= _SHORTEST and not is_filler(body[:200]) and len(set(body[:400])) > 10
