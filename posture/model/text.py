"""Foreign text made safe once, where a record is made."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 512
"""Names longer than this many characters are cut, with a mark."""

# C0 and C1 controls, bidirectional marks, zero-width and other invisible characters, tags and surrogates.
HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""A regular expression for characters that a reader cannot see or that act on a terminal."""

_HIDDEN = re.compile(HIDDEN)


def plain(text: str, longest: int = LONGEST) -> str:
    """`text` with every control, bidirectional and invisible character replaced by a visible mark.

    An escape sequence stays readable as `␛[31m`, so that a reader sees what somebody tried.
    """
    shown = text if text.isascii() and text.isprintable() else _HIDDEN.sub(_mark, text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _mark(match: re.Match[str]) -> str:
    point = ord(match.group())
    if point < 0x20:
        return chr(0x2400 + point)
    return "␡" if point == 0x7F else f"⟨{point:04X}⟩"


def lookalike(text: str) -> bool:
    """Whether `text` mixes scripts or hides characters, as a name that imitates another does."""
    if text.isascii():
        return False
    scripts = {unicodedata.name(char, "?").split(" ")[0] for char in text if char.isalpha()}
    return bool(_HIDDEN.search(text)) or len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1
