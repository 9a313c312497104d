"""Tells a passphrase, which is words that dice chose, from a sentence, a label and a name made of words."""

import re

from posture.sources.secrets.placeholders import says_little
from posture.sources.secrets.wordlists import listed

_PHRASE = re.compile(
    r"[A-Za-z][a-z]{2,11}(?P<between>[ \-_.])(?:[A-Za-z]?[a-z]{2,11}(?P=between)){2,10}[A-Za-z]?[a-z]{2,11}"
)
_SHORT = re.compile(r"[a-z]{4,12}(?: [a-z]{4,12}){2}")
_JOINED = re.compile(r"[a-z]{2,12}(?:[\-_.][a-z]{2,12}){1,5}")
AT_LINE_END = re.compile(r"[a-z]{3,12}(?: [a-z]{3,12}){2,11}(?=[ \t]{0,20}(?:[\r\n]|\Z|#))")
_PARTS = re.compile(r"[ \-_.]")

# Words that tie a sentence together, or that interfaces and settings are made of: dice draw few of them.
_TYING = listed(
    """and are but can did does for from had has have her here him his how into its just may might more most
    must not now off only our out over shall she should some such than that the their them then there these
    they this those too under until upon use used uses using was were what when where which while who why
    will with without would you your again already always also been before being below both cannot could
    each either every first last least less longer never next nobody once other same since still twice
    usually very within characters digits letters letter symbols symbol uppercase lowercase minimum maximum
    length confirm confirmation choose create reset recover forgot forgotten remember login logout sign
    submit invalid incorrect wrong error errors match matches match mismatch expired expires expiry weak
    strong medium current repeat type typed show hide shown stored store saved save rotate rotated rotation
    policy rule rules manager config configuration settings setting file path reference managed provided
    read write encrypted encryption decrypt plain plaintext hashed hash salt cluster server host name
    passphrase passphrases password passwords passcode secret secrets token tokens credential credentials
    key keys vault manual manually please contact administrator admin support via per see
    kept keep keeps safe safely somewhere elsewhere nowhere held lives found given sent shared team teams
    locked changed separately privately securely email mail slack phone wiki account accounts service
    services database application"""
)


# One of these makes words that are joined a remark on where the password is.
_SAYING = listed("the your you use see ask enter from with via this that please not same as my")


def is_passphrase(text: str) -> bool:
    """Four or more words, joined in one way, of which none ties a sentence, fills a gap or stands twice.

    Three are enough where blanks part them and none is short.
    """
    if not 18 <= len(text) <= 120 or not (_PHRASE.fullmatch(text) or _SHORT.fullmatch(text)):
        return False
    words = [word.lower() for word in _PARTS.split(text)]
    return len(set(words)) == len(words) and not any(word in _TYING or says_little(word) for word in words)


def is_remark(text: str) -> bool:
    """Whether joined words say where a password is, or that somebody has to enter it."""
    return _JOINED.fullmatch(text) is not None and not _SAYING.isdisjoint(_PARTS.split(text))
