"""Tells text that a machine drew at random from words, names, hosts and sentences that somebody chose."""

import re
from collections import Counter
from math import log2

from posture.sources.secrets.placeholders import is_placeholder

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
HEX = re.compile(r"[0-9a-fA-F]{16,}")
# A word, a Title, CAPITALS, camelCase, or a short number.
_WORD = r"(?:[A-Z]?[a-z]{1,20}|[A-Z]{1,20}|[A-Z]?[a-z]{2,20}(?:[A-Z][a-z]{2,20}){1,6}|\d{1,4}|v\d{1,3})"
_NAME = re.compile(rf"[\W_]{{0,3}}{_WORD}(?:[\W_]{{1,3}}{_WORD}){{0,12}}[\W_]{{0,3}}")
_HOST = re.compile(r"(?:[a-z0-9\-]{1,63}\.){1,6}[a-z]{2,12}(?::\d{1,5})?(?:/\S{0,200})?")
# A regular expression or a format, as code that looks for secrets is full of.
_PATTERN = re.compile(
    r".{0,200}(?:\(\?[:=!P]|\[[0a]-[9zfZ]|\\[dwsb]|\{\d{1,4}(?:,\d{0,4})?\}|%[sdr]\b).{0,400}"
)
CODE = re.compile(
    r"[A-Za-z_][\w.]{0,120}\(.{0,300}\)?|[\w.]{1,80}\[.{1,80}\]|\w{1,60}::\w.{0,120}|.{0,120}=>.{0,120}|function\b.{0,200}"
)


_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]")
_FEW = 2


def looks_random(text: str) -> bool:
    """Letters and digits that nobody would have chosen as a name, and that nobody has still to fill in."""
    return len(text) >= 8 and not is_placeholder(text) and drawn(text)


def drawn(text: str) -> bool:
    """The same of a text that is known to be no placeholder."""
    if len(text) < 8 or " " in text:
        return False
    if UUID.fullmatch(text) or HEX.fullmatch(text):
        return len(set(text)) >= 6
    if any(pattern.fullmatch(text) for pattern in (_NAME, _HOST, CODE, _PATTERN)):
        return False
    digits = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    if len(text) >= 16 and digits + letters == len(text) and digits <= _FEW and _joins_words(text):
        return False
    if not letters:
        return digits >= 12 and text.isdigit()
    if digits + letters == len(text) and not digits:
        return len(text) >= 16 and entropy(text) >= 3.2
    return entropy(text) >= (2.4 if len(text) < 16 else 3.0)


def _joins_words(text: str) -> bool:
    """`DBClusterParameterGroups`: capitals begin words, and those are as long as words are."""
    parts = _PART.findall(text)
    return 2 <= len(parts) <= len(text) / 4 and not text.islower() and not text.isupper()


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    text = text[:400]
    size = len(text)
    return -sum(count / size * log2(count / size) for count in Counter(text).values())
