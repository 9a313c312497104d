"""What each family of condition operators compares, value by value."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from posture.access.aws.match import Matcher, arn_like, glob, shielded, unshielded


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_MONTH = re.compile(r"\d{4}-\d{2}")


@lru_cache(maxsize=4096)
def moment(text: str) -> float | None:
    """A date of a policy or a request as seconds since 1970: ISO 8601 or epoch seconds; None if it is
    neither."""
    seconds = number(text)
    if seconds is not None:
        return seconds / 1000 if seconds > 1e11 else seconds
    text = text.strip().replace("Z", "+00:00")
    try:
        parsed = datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _ordered(parse: Callable[[str], float | None], relation: str) -> Callable[[str], Matcher]:
    compare: dict[str, Callable[[float, float], bool]] = {
        "Equals": lambda given, limit: given == limit,
        "LessThan": lambda given, limit: given < limit,
        "LessThanEquals": lambda given, limit: given <= limit,
        "GreaterThan": lambda given, limit: given > limit,
        "GreaterThanEquals": lambda given, limit: given >= limit,
    }
    related = compare[relation]

    def compiled(value: str) -> Matcher:
        limit = parse(value)
        if limit is None:
            raise ValueError(value)

        def matches(text: str) -> bool:
            given = parse(text)
            return given is not None and related(given, limit)

        return matches

    return compiled


def _string_equals(value: str) -> Matcher:
    return value.__eq__


def _string_equals_ignore_case(value: str) -> Matcher:
    folded = value.casefold()
    return lambda text: text.casefold() == folded


def _bool(value: str) -> Matcher:
    wanted = value.lower()
    if wanted not in ("true", "false"):
        raise ValueError(value)
    return lambda text: text.lower() == wanted


def _binary(value: str) -> Matcher:
    """Bytes against base 64; a request gives the bytes either in base 64 as well or as they are."""
    try:
        wanted = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError(value) from error

    def matches(text: str) -> bool:
        try:
            return text.encode() == wanted or base64.b64decode(text, validate=True) == wanted
        except ValueError:
            return False

    return matches


@lru_cache(maxsize=4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _ip(value: str) -> Matcher:
    network = ipaddress.ip_network(value, strict=False)

    def matches(text: str) -> bool:
        address = _address(text)
        return address is not None and address.version == network.version and address in network

    return matches


BASE: dict[str, Callable[[str], Matcher]] = {
    "StringEquals": _string_equals,
    "StringEqualsIgnoreCase": _string_equals_ignore_case,
    "StringLike": glob,
    "Bool": _bool,
    "BinaryEquals": _binary,
    "IpAddress": _ip,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    **{
        f"{family}{relation}": _ordered(parse, relation)
        for family, parse in (("Numeric", number), ("Date", moment))
        for relation in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "BinaryNotEquals": "BinaryEquals",
    "BoolNotEquals": "Bool",
}
_WITH_WILDCARDS = {"StringLike", "ArnEquals", "ArnLike"}
TAKES_VARIABLES = {*_WITH_WILDCARDS, "StringEquals", "StringEqualsIgnoreCase", "Bool"}


@lru_cache(maxsize=65536)
def matcher(operator: str, value: str) -> Matcher:
    return BASE[operator](value)


@lru_cache(maxsize=65536)
def filled_matcher(operator: str, text: str) -> Matcher:
    if operator in _WITH_WILDCARDS:
        return shielded(BASE[operator], text)
    return BASE[operator](unshielded(text))
