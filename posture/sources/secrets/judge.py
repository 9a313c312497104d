"""Decides what one string at a named place is: a secret, or something that only looks like one."""

import base64
import binascii
import re

from posture.sources.secrets.blocks import private_keys_in
from posture.sources.secrets.findings import Confidence, Encoding, Finding, Place, length_class
from posture.sources.secrets.names import Role, role_of, vendor_of
from posture.sources.secrets.phrases import is_passphrase, is_remark
from posture.sources.secrets.placeholders import is_placeholder
from posture.sources.secrets.randomness import CODE, HEX, UUID, drawn, looks_random
from posture.sources.secrets.references import is_reference, is_sealed
from posture.sources.secrets.shapes import Shaped, is_only_example, shape_of

LONGEST_VALUE = 20_000

_NUMBER = re.compile(r"[+\-]?[\d_.,:]{1,40}(?:ms|s|m|h|d|w|y|px|%|[KMGT]i?B?)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.,+Z\-]{0,30})?")
_URL = re.compile(r"[a-z][a-z0-9+.\-]{1,30}://\S{1,2000}")
_PUBLIC = re.compile(
    r"(?:pk_(?:live|test|prod)_|pubkey-|pk\.eyJ|phc_|sb_publishable_|FLWPUBK|ssh-(?:rsa|ed25519"
    r"|dss) |ecdsa-sha2-|"
    r"AAAA[BCE]3Nza|"
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}(?:PUBLIC KEY|CERTIFICATE)|"
    r"LS0tLS1CRUdJTiB(?:DRVJUSUZJQ0FURS|QVUJMSUMg)|"
    r"(?:live|test)_pub_|MII[A-Za-z]|UA-\d|G-[A-Z0-9]{8,12}$|GTM-|6L[a-zA-Z0-9_\-]{38}$|data:[a-z]+/|AQICAH)"
)
_MAIL = re.compile(r"[\w.+\-]{1,80}@[\w\-]{1,80}(?:\.[\w\-]{1,60}){1,6}")
_SENTENCE = re.compile(r"[^\W\d_]{1,40}(?:[,.:;!?'’-]{0,2} [^\W\d_]{0,40}){1,40}[.:!?…]{0,3}")
_MEMBER = re.compile(r"\\?\"\s{0,8}:")
_AWS_SECRET = re.compile(r"[A-Za-z0-9+/]{40}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}|[A-Za-z0-9_\-]{8,}={0,2}")


def classify(value: str, place: Place) -> Finding | None:
    """The secret that the whole value is, or None for a reference, placeholder, setting or public thing."""
    text = value.strip()
    if not 4 <= len(text) <= LONGEST_VALUE:
        return None
    start = value.find(text)
    key = next(private_keys_in(text), None) if "-----BEGIN" in text or "PuTTY-" in text else None
    if key is not None:
        return _finding(key.kind, place, start + key.start, start + key.end, "pem", "high")
    if is_placeholder(text) or is_reference(text) or is_sealed(text) or is_only_example(text):
        return None
    shaped = shape_of(text)
    if shaped is not None:
        return _shaped(shaped, place, start)
    if _PUBLIC.match(text):
        return _encoded_private_key(text, place, start)
    return _encoded_private_key(text, place, start) or _by_role(text, place, start)


def _shaped(shaped: Shaped, place: Place, start: int) -> Finding:
    return _finding(
        shaped.kind, place, start + shaped.start, start + shaped.end, shaped.shape, "high", shaped.vendor
    )


def _by_role(text: str, place: Place, start: int) -> Finding | None:
    role = _role(place)
    if not role:
        return None
    if any("encrypted" in parent.lower() or "sealed" in parent.lower() for parent in place.parents):
        return None
    end = start + len(text)
    if role == "basic":
        return _basic(text, place, start, end)
    if _plainly_no_secret(text):
        return None
    if role == "password":
        return _password(text, place, start, end)
    if not drawn(text):
        return None
    if role == "cookie":
        return _finding("cookie", place, start, end, _alphabet(text), "medium")
    return _finding(
        _kind_by_name(text, place, role), place, start, end, _alphabet(text), "medium", vendor_of(place.key)
    )


def _role(place: Place) -> Role:
    part = place.part.partition(":")[0]
    if part == "url-userinfo":
        return "password"
    if part == "basic":
        return "basic"
    if part == "bearer":
        return "token"
    if part == "cookie":
        return "cookie"
    if place.key.lower().strip("-") == "key" and (
        part in ("argument", "env-assignment") or _is_variable(place)
    ):
        # The name alone may stand for the key of anything; as an option or a variable it is mostly a secret.
        return "key"
    if place.key.lower() == "key" and place.parents and place.parents[-1].lower().startswith("jwt"):
        return "key"
    return role_of(place.key)


def _is_variable(place: Place) -> bool:
    return bool(place.parents) and place.parents[-1].lower() in ("env", "envs", "environment")


def _password(text: str, place: Place, start: int, end: int) -> Finding | None:
    if is_passphrase(text):
        return _finding("password", place, start, end, _alphabet(text), "medium", vendor_of(place.key))
    if _SENTENCE.fullmatch(text) or is_remark(text):
        return None
    if CODE.fullmatch(text) and ("(" in text or "[" in text) and not any(map(str.isdigit, text)):
        return None
    sure: Confidence = "high" if drawn(text) else "low"
    if sure == "low" and place.key.lower().strip("-_") in ("pass", "pw") and not place.part.startswith("url"):
        return None
    return _finding("password", place, start, end, _alphabet(text), sure, vendor_of(place.key))


def _basic(text: str, place: Place, start: int, end: int) -> Finding | None:
    """`user:password`, plain or in base64. A user without a password is no secret."""
    encoding: Encoding = "plain"
    pair = text
    if ":" not in text:
        pair, encoding = decoded(text) or "", "base64"
    user, colon, password = pair.partition(":")
    if (
        not colon
        or not user.isprintable()
        or len(password) < 3
        or is_placeholder(password)
        or is_reference(password)
    ):
        return None
    if encoding == "plain" and (_URL.match(text) or " " in text):
        return None
    begin = end - len(password) if encoding == "plain" else start
    return _finding(
        "basic_auth",
        place,
        begin,
        end,
        "base64" if encoding == "base64" else "text",
        "high",
        encoding=encoding,
    )


def _encoded_private_key(text: str, place: Place, start: int) -> Finding | None:
    if not text.startswith("LS0tLS1CRUdJTi"):
        return None
    block = decoded(text)
    if block is None or "PRIVATE KEY" not in block[:60]:
        return None
    return _finding("private_key", place, start, start + len(text), "pem", "high", encoding="base64")


def _kind_by_name(text: str, place: Place, role: Role) -> str:
    name = re.sub(r"[^a-z]", "", place.key.lower())
    if "awssecretaccesskey" in name or ("secretaccesskey" in name and _AWS_SECRET.fullmatch(text)):
        return "aws_secret_access_key"
    if "awssessiontoken" in name or name == "sessiontoken":
        return "aws_session_token"
    if "accountkey" in name and len(text) == 88:
        return "azure_storage_key"
    return "generic_api_key" if role in ("key", "token") else "generic_secret"


def _plainly_no_secret(text: str) -> bool:
    if _NUMBER.fullmatch(text) or _DATE.fullmatch(text) or _MAIL.fullmatch(text):
        return not (text.isdigit() and len(text) >= 8)
    if _URL.fullmatch(text):
        return True
    if text.startswith("{") and _MEMBER.search(text):
        # A document inside of a value: what its members hold is judged by itself.
        return True
    return text.startswith(("{", "[", "<", "(", "|", ">", "&", "`")) and not looks_random(text[1:])


def decoded(text: str) -> str | None:
    """The text that a base64 string holds, if it holds printable text."""
    if not _BASE64.fullmatch(text):
        compact = "".join(text.split())
        if compact == text or not _BASE64.fullmatch(compact):
            return None
        text = compact
    try:
        raw = base64.b64decode(
            text + "=" * (-len(text) % 4), altchars=b"-_" if "-" in text or "_" in text else None
        )
        plain = raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    return plain if all(character.isprintable() or character in "\r\n\t" for character in plain) else None


def _alphabet(text: str) -> str:
    if UUID.fullmatch(text):
        return "uuid"
    if HEX.fullmatch(text):
        return "hex"
    return "base64" if len(text) >= 20 and _BASE64.fullmatch(text) else "text"


def _finding(
    kind: str,
    place: Place,
    start: int,
    end: int,
    shape: str,
    confidence: Confidence,
    vendor: str = "",
    encoding: Encoding = "plain",
) -> Finding:
    return Finding(
        kind, place.part, start, end, length_class(end - start), shape, confidence, vendor, encoding
    )
