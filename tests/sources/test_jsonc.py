"""JSON of editors: comments, trailing commas, duplicate keys, lines."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import Unreadable
from posture.sources import jsonc
from posture.sources.reading import Duplicate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def test_comments_and_trailing_commas_are_blanked_and_strings_are_not() -> None:
    text = """// first
{
  "url": "https://a.example/*b*/", /* two
  lines */ "list": [1, 2,], // end
  "text": "a \\" // no comment, ]",
}
"""
    document = jsonc.read(text)
    assert document.value == {"url": "https://a.example/*b*/", "list": [1, 2], "text": 'a " // no comment, ]'}
    assert document.lines == {"": 2, "/url": 3, "/list": 4, "/list/0": 4, "/list/1": 4, "/text": 5}
    assert document.duplicates == ()


def test_duplicate_keys_are_reported_where_the_second_stands() -> None:
    document = jsonc.read('{"a": {"x": 1,\n "x": 2},\n "b": 1,\n "b": {"c": 1}}')
    assert document.value == {"a": {"x": 2}, "b": {"c": 1}}
    assert document.duplicates == (Duplicate("/a/x", 2), Duplicate("/b", 4))


def test_keys_are_escaped_in_pointers() -> None:
    assert set(jsonc.read('{"a/b": {"c~d": 1}}').lines) == {"", "/a~1b", "/a~1b/c~0d"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"a": 1,\n "b" 2}', 2, "not valid JSON: Expecting ':' delimiter (column 6)"),
        ("", 1, "empty"),
        ("// only a comment\n", 2, "empty"),
        ('{"a": NaN}', None, "a number that JSON does not know"),
        ('{"a": 1} x', 1, "Extra data"),
        ("[" * 200 + "]" * 200, None, "nested more than 100 levels deep"),
        ("[" * 100_000, None, "nested more than 100 levels deep"),
    ],
)
def test_errors_say_where_and_quote_nothing(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        jsonc.read(text)
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_the_text_hangs_on_no_exception() -> None:
    with pytest.raises(Unreadable) as refused:
        jsonc.read('{"token": "FAKED01-in-a-broken-file"')
    error: BaseException | None = refused.value
    while error is not None:
        assert "FAKED01" not in repr(vars(error)) + str(error)
        error = error.__cause__ or error.__context__


def test_reads_utf16_and_byte_order_marks() -> None:
    assert jsonc.read(b"\xff\xfe" + '{"a": "ß"}'.encode("utf-16-le")).value == {"a": "ß"}
    assert jsonc.read(b'\xef\xbb\xbf{"a": 1}').value == {"a": 1}


def test_what_a_later_key_replaces_is_kept_beside_the_document() -> None:
    text = '{"a": {"k": 1, "k": {"x": 2, "x": 3}, "k": 4}, "b": [{"c": 5, "c": 6}], "a": {"k": 7}}'
    document = jsonc.read(text)
    assert document.value == {"a": {"k": 7}, "b": [{"c": 6}]}
    assert sorted(document.replaced, key=repr) == [
        ("/a", {"k": 4}),
        ("/a/k", 1),
        ("/a/k", {"x": 3}),
        ("/a/k/x", 2),
        ("/b/0/c", 5),
    ]
    assert jsonc.read('{"a": 1, "b": [2]}').replaced == ()


def test_hostile_text_end() -> None:
    for hostile in (
        '"' * 2**20,
        '{"a": "' + '\\"' * 2**19,
        '{"a": ' + "/*/" * 2**18,
        "/" * 2**20,
        "/*" * 2**19,
        '{"a":' * 2**20,
        "\\" * 2**20,
        "," * 2**20,
    ):
        with pytest.raises(Unreadable):
            jsonc.read(hostile)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(JSON)
def test_strict_json_reads_as_the_standard_library_reads_it(value: object) -> None:
    text = json.dumps(value, indent=1)
    document = jsonc.read(text)
    assert document.value == value
    assert jsonc.plain_json(text) == text
    for pointer, line in document.lines.items():
        assert 1 <= line <= text.count("\n") + 1, pointer


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet='{}[]",:/*\\ \n\t0aé', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Unreadable):
        jsonc.read(text)
