"""Tokens that show by themselves whose they are, where no name promises them, and what only begins so."""

from __future__ import annotations

import string

import pytest

from posture.sources.secrets import scan_text
from tests.sources.secrets.fakes import HEX, LOWER, PLAIN, WORDY, Filler

_T = Filler(11).text
TOKENS = (
    ("sonar", "sqp_" + _T(40, HEX)),
    ("cursor", "key_" + _T(64, HEX)),
    ("cerebras", "csk-" + _T(48, LOWER)),
    ("elevenlabs", "sk_" + _T(48, HEX)),
    ("brave", "BSA" + _T(28, PLAIN)),
    ("neon", "napi_" + _T(64, LOWER)),
    ("trello", "ATTA" + _T(72, HEX)),
    ("razorpay", "rzp_live_" + _T(14)),
    ("onfido", "api_live." + _T(40)),
    ("segment", "sgp_" + _T(64)),
    ("lob", "live_" + _T(35, HEX)),
    ("dify", "app-" + _T(24)),
    ("firebase", f"AAAA{_T(7)}:APA91b{_T(134, WORDY[:-2])}"),
    ("telegram", f"{_T(9, string.digits[1:])}:AA{_T(33)}"),
)


@pytest.mark.parametrize(("vendor", "token"), TOKENS, ids=[vendor for vendor, _token in TOKENS])
def test_a_token_is_known_by_its_shape(vendor: str, token: str) -> None:
    text = f'x = call("{token}")\n'
    assert [(text[one.start : one.end], one.vendor) for one in scan_text(text, "a.py")] == [(token, vendor)]


@pytest.mark.parametrize(
    "word",
    [
        "key_press_handler_for_everything_that_is_typed", "live_" + "0" * 35, "test_" + _T(34, HEX),
        "BSArchitecture", "app-router-and-its-layouts", "sgp_" + "a" * 64, "csk-" + "abc" * 16,
        "sk_" + _T(47, HEX), "ATTACHMENT_TYPE",
    ],
)  # fmt: skip
def test_what_begins_like_a_token_is_none(word: str) -> None:
    assert scan_text(f'x = call("{word}")\n', "a.py") == ()
