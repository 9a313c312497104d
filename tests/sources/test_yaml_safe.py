"""YAML: documents, keys, tags, limits."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import Unreadable
from posture.sources import yaml_safe
from posture.sources.reading import Duplicate


def test_documents_lines_and_plain_values() -> None:
    first, second = yaml_safe.read_all("a: 1\nb:\n  - x\n  - 2.5\nc: null\n---\nd: true\n")
    assert first.value == {"a": 1, "b": ["x", 2.5], "c": None}
    assert first.lines == {"": 1, "/a": 1, "/b": 2, "/b/0": 3, "/b/1": 4, "/c": 5}
    assert second.value == {"d": True}
    assert second.lines == {"": 7, "/d": 7}


def test_keys_are_text() -> None:
    assert yaml_safe.read("on:\n  push: {}\nyes: 1\n1: 2\n").value == {"on": {"push": {}}, "yes": 1, "1": 2}


def test_values_of_yaml_one_dot_one_are_booleans_and_dates_stay_text() -> None:
    value = yaml_safe.read("a: yes\nb: 'yes'\nc: 2026-01-02\nd: 0o17\ne: 0x1f\nf: 1e3\ng: 012\nh: ~\n").value
    assert value == {
        "a": True,
        "b": "yes",
        "c": "2026-01-02",
        "d": 15,
        "e": 31,
        "f": 1000.0,
        "g": "012",
        "h": None,
    }


def test_a_tag_stays_in_front_and_builds_nothing() -> None:
    value = yaml_safe.read(
        "a: !vault |\n  sealed\nb: !!python/object/apply:os.system ['true']\nc: !!str 1\nd: !Ref Key\n"
    ).value
    assert value == {"a": "!vault sealed", "b": ["true"], "c": "1", "d": "!Ref Key"}


def test_aliases_and_merges() -> None:
    value = yaml_safe.read("base: &b {x: 1, y: 2}\none:\n  <<: *b\n  y: 3\ntwo: *b\n").value
    assert value == {"base": {"x": 1, "y": 2}, "one": {"y": 3, "x": 1}, "two": {"x": 1, "y": 2}}


def test_duplicate_keys_are_reported() -> None:
    document = yaml_safe.read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert document.value == {"a": 3, "b": {"c": 2}}
    assert document.duplicates == (Duplicate("/b/c", 4), Duplicate("/a", 5))


def test_an_empty_stream_is_an_empty_document() -> None:
    assert yaml_safe.read("# nothing\n").value is None
    assert yaml_safe.read_all("") == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: [1\n", 3, "not valid YAML"),
        ("a: *gone\n", 1, "stands for nothing"),
        ("a: &a\n  - *a\n", 2, "inside of what it stands for"),
        ("? [1]\n: 2\n", 1, "as a key"),
        ("[" * 101 + "]" * 101, 1, "nested more than 100"),
        ("[" * 100_000, 1, "not valid YAML"),
        ("a: &a x\n" + "".join(f"k{n}: *a\n" for n in range(1001)), 1002, "more than 1000 aliases"),
        ("\x01", None, "not valid YAML"),
    ],
)
def test_refuses_with_a_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refused:
        yaml_safe.read_all(text)
    assert refused.value.line == line


def test_a_small_file_cannot_stand_for_a_huge_one() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(Unreadable, match="stands for more than"):
        yaml_safe.read("\n".join(lines))


def test_what_a_later_key_replaces_is_kept_beside_the_document() -> None:
    document = yaml_safe.read("a:\n  k: 1\n  k: [2]\nb: &x {c: 3}\na: {<<: *x, c: 4}\n")
    assert document.value == {"a": {"c": 4}, "b": {"c": 3}}
    assert document.replaced == (("/a/k", 1), ("/a", {"k": [2]}))


def test_the_text_hangs_on_no_exception() -> None:
    with pytest.raises(Unreadable) as refused:
        yaml_safe.read("token: 'FAKED01-never-closed\n")
    error: BaseException | None = refused.value
    while error is not None:
        assert "FAKED01" not in repr(vars(error)) + str(error)
        error = error.__cause__ or error.__context__


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]&*!|>-:?,#'\" \n\tabé<", max_size=50))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Unreadable):
        yaml_safe.read_all(text)
