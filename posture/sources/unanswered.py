"""What became of a call that has no answer: refused for good, or failed so that the next run may get it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BUSY = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimit")
_FAILED = re.compile(
    r"5\d\d|Internal|ServiceUnavailable|ServiceException|ServerException|ServiceFailure|Timeout|ResponseParser"
)
_SILENT = re.compile(r"(Endpoint|Connect|Connection|Read|Proxy|SSL|HTTPClient|IncompleteRead)\w*Error")
_ABSENT = ("AWSOrganizationsNotInUseException",)
"""Codes that answer that there is nothing to ask about."""


def words(error: Mapping[str, Any]) -> str:
    """What happened, with the provider's own code, such as `was refused (AccessDenied)`."""
    code = str(error.get("code") or "no code")
    if _BUSY.search(code):
        return f"was put off as one of too many ({code})"
    if _SILENT.fullmatch(code):
        return f"was not answered ({code})"
    if _FAILED.match(code):
        return f"failed at the provider ({code})"
    return f"was refused ({code})"


def may_pass(error: Mapping[str, Any]) -> bool:
    """Whether the same call may well be answered when it is asked again."""
    return not words(error).startswith("was refused")


def is_answer(error: Mapping[str, Any]) -> bool:
    """Whether the code says that there is nothing to ask about, such as no organisation: no refusal."""
    return error.get("code") in _ABSENT
