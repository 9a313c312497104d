"""Whole files: every way of writing a secret is seen, span and all, and no look-alike is taken for one."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.sources.secrets import Place, find, scan_text
from tests.sources.secrets.fakes import Filler, Written, contexts, lookalikes, placeholders, vendor_tokens


@pytest.mark.parametrize("written", contexts("named") + contexts("header"), ids=lambda written: written.file)
def test_every_vendors_token_is_found_in_every_kind_of_file(written: Written) -> None:
    header = written in contexts("header")
    for fake in vendor_tokens(Filler(11)):
        if header and fake.kind == "password":
            continue
        text = written.of(fake.name, fake.value)
        start = text.index(fake.value)
        spans = [(span.start, span.end) for span in scan_text(text, written.file)]
        assert spans == [(start, start + len(fake.value))], fake.name


@pytest.mark.parametrize("seed", range(5))
def test_no_lookalike_is_a_secret(seed: int) -> None:
    found = {one.name for one in lookalikes(Filler(seed)) if scan_text(one.text, one.file)}
    assert found == set()


@pytest.mark.parametrize("written", contexts("named") + contexts("header"), ids=lambda written: written.file)
def test_no_placeholder_is_a_secret_in_any_kind_of_file(written: Written) -> None:
    found = {
        value
        for value in placeholders()
        for name in ("OPENAI_API_KEY", "DB_PASSWORD")
        if scan_text(written.of(name, value), written.file)
    }
    assert found == set()


def test_a_private_key_is_one_span_from_first_to_last_line() -> None:
    for label in ("RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "):
        for newline in ("\n", "\\n", "\n    "):
            key = Filler(12).pem(label, newline)
            [span] = scan_text(f'key: "{key}"\n', "a.yaml")
            assert (span.kind, span.start, span.end) == ("private_key", 6, 6 + len(key))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="password=:\"'${}-@/\\ \nkeyJAKIA0", max_size=200))
def test_any_text_is_scanned_and_spans_are_ordered_and_apart(text: str) -> None:
    for file in ("a.yaml", "a.py", "a.log", "secret.yaml"):
        spans = scan_text(text, file)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(left.end <= right.start for left, right in pairwise(spans))
    find(text, Place("password", part="rule"))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(contexts("named") + contexts("header")))
def test_no_result_shows_a_part_of_the_value(seed: int, written: Written) -> None:
    value = Filler(seed).marked(24)
    text = written.of("API_TOKEN", value)
    shown = repr(scan_text(text, written.file)) + repr(find(text, Place("API_TOKEN")))
    assert not any(value[place : place + 8] in shown for place in range(len(value) - 7))


def test_importing_brings_no_http_client_along() -> None:
    code = (
        "import sys, posture.sources.secrets as s; print({'requests', 'detect_secrets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
