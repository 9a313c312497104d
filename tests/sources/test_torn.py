"""Broken files: what stands whole before the first fault, and where that is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import Unreadable
from posture.sources import jsonc, toml_read, torn_json, yaml_safe

JSON = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=10,
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize(
    ("text", "value", "place", "why", "unfinished"),
    [
        ('{"a": {"b": 1}}}', {"a": {"b": 1}}, (1, 16), "more follows", set()),
        ('{"a": {"b": 1}}\n}, {"x": 2}', {"a": {"b": 1}}, (2, 1), "more follows", set()),
        ('{"a": {"b": 1},\n "c": [1, 2', {"a": {"b": 1}, "c": [1]}, (2, 12), "the text ends", {"", "/c"}),
        ('{"a": [{"n": 1},\n {"n": "x"},', {"a": [{"n": 1}, {"n": "x"}]}, (2, 13), "the text", {"", "/a"}),
        ('{"a": 1,, "b": 2}', {"a": 1}, (1, 9), "a comma too many", {""}),
        ('{"a": [1,, 2]}', {"a": [1]}, (1, 10), "a comma too many", {"", "/a"}),
        ('{"a": {}\n "b": 2}', {"a": {}}, (2, 2), "a comma is missing", {""}),
        ('{"a": {"b": 1}, "c": "x"y"}', {"a": {"b": 1}}, (1, 25), "a comma is missing", {""}),
        ('{"a": [0], "c": "x\n"}', {"a": [0]}, (1, 17), "a string is not closed", {""}),
        ('{"a": [0], "c": tru}', {"a": [0]}, (1, 17), "no JSON", {""}),
        ('{"a": [0], "c": 12', {"a": [0]}, (1, 19), "the text ends", {""}),
        ("{'a': 1}", None, (0, 0), "", set()),
        ('{"a": [0], "c" 5}', {"a": [0]}, (1, 16), "no JSON", {""}),
        ('// note\n{"a": [1,],}, // more\n"x"', {"a": [1]}, (2, 13), "more follows", set()),
        ('{"b/c": {"~": {"x": []}, ', {"b/c": {"~": {"x": []}}}, (1, 26), "", {"", "/b~1c"}),
        ('{"s": {"x": {"c": "npx", ', {"s": {"x": {"c": "npx"}}}, (1, 26), "", {"", "/s", "/s/x"}),
        ('{"servers": {"x": {"env": {"TOKEN": "a', None, (0, 0), "", set()),
        ("{} x", None, (0, 0), "", set()),
    ],
)
def test_json_stands_up_to_its_first_fault(
    text: str, value: Any, place: tuple[int, int], why: str, unfinished: set[str]
) -> None:
    if value is None:
        with pytest.raises(Unreadable):
            torn_json.read(text)
        return
    found = torn_json.read(text)
    assert found.value == value
    assert found.stopped is not None
    assert (found.stopped.line, found.stopped.column) == place
    assert why in found.stopped.why
    assert found.stopped.unfinished == unfinished


@settings(derandomize=True, max_examples=150, deadline=None)
@given(JSON, st.data())
def test_json_that_is_cut_off_holds_nothing_that_the_whole_lacks(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, indent=1)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        found = torn_json.read(cut)
    except Unreadable:
        return
    assert found.stopped is not None
    assert found.stopped.sound <= len(cut)
    _within(found.value, value, "", found.stopped.unfinished)


def _within(part: Any, whole: Any, at: str, unfinished: frozenset[str]) -> None:
    if at not in unfinished:
        assert part == whole
    elif isinstance(part, dict):
        for key, child in part.items():
            _within(child, whole[key], jsonc.step(at, key), unfinished)
    else:
        assert len(part) <= len(whole)
        for n, child in enumerate(part):
            _within(child, whole[n], f"{at}/{n}", unfinished)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet='{}[]",:/*\\ \n\t0aé', max_size=60))
def test_any_text_is_read_in_part_or_refused(text: str) -> None:
    for read in (torn_json.read, toml_read.read_torn, yaml_safe.read_torn):
        try:
            read(text)
        except Unreadable:
            continue


def test_hostile_json_takes_linear_time() -> None:
    for hostile in ("[" * 2**20, '{"a":' * 2**20, '["' * 2**19, '{"{"a":1}' * 2**17):
        with pytest.raises(Unreadable, match=r"nested|nothing stands"):
            torn_json.read(hostile)
    assert torn_json.read("[1]," * 2**18).value == [1]
    assert len(torn_json.read("[" + "[1]," * 2**16).value) == 2**16


@pytest.mark.parametrize(
    ("text", "value", "place", "unfinished"),
    [
        ('a: 1\nb:\n  - x: 1\n  - y: "2\n', {"a": 1, "b": [{"x": 1}, {}]}, (5, 1), {"", "/b", "/b/1"}),
        ("a: 1\nb:\n  c: d: e\n", {"a": 1, "b": {}}, (3, 7), {"", "/b"}),
        (
            "a: {b: 1}\nc: {d: 1, e: [1, 2\n",
            {"a": {"b": 1}, "c": {"d": 1, "e": [1]}}, (3, 1), {"", "/c", "/c/e"},
        ),
        (
            "s:\n  - n: a\n    u: x\n  - n: b\n   u: y\n",
            {"s": [{"n": "a", "u": "x"}, {"n": "b"}]}, (5, 4), {"", "/s", "/s/1"},
        ),
        ("a: 1\n---\nb: [", {"a": 1}, (3, 5), set()),
        (
            "x: &m {a: 1}\ny:\n  <<: *m\n  b: 2\n  c: [",
            {"x": {"a": 1}, "y": {"a": 1, "b": 2}}, (5, 7), {"", "/y"},
        ),
    ],
)  # fmt: skip
def test_yaml_stands_up_to_its_first_fault(
    text: str, value: Any, place: tuple[int, int], unfinished: set[str]
) -> None:
    with pytest.raises(Unreadable):
        yaml_safe.read(text)
    found = yaml_safe.read_torn(text)
    assert found.stopped is not None
    assert (found.value, (found.stopped.line, found.stopped.column)) == (value, place)
    assert found.stopped.unfinished == unfinished


def test_yaml_documents_before_the_fault_are_whole() -> None:
    found = yaml_safe.all_torn("a: 1\n---\nb: 2\n---\nc: 3\nd: [\n")
    assert [one.value for one in found] == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert [one.stopped is not None for one in found] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "value", "place", "unfinished"),
    [
        ("a = 1\n[b]\nc = 2\n[b.d]\ne = \n", {"a": 1, "b": {"c": 2, "d": {}}}, (5, 5), {"", "/b", "/b/d"}),
        ("[[s]]\nn=1\n[[s]]\nn=2\nm =\n", {"s": [{"n": 1}, {"n": 2}]}, (5, 4), {"", "/s", "/s/1"}),
        ("[a]\nx = 1\na = 2\nx = 3\n", {"a": {"x": 1, "a": 2}}, (4, 6), {"", "/a"}),
        ('[a]\nx = 1\n[c]\ny = """\n[d]\n', {"a": {"x": 1}}, (6, 1), {""}),
        ('[a]\nx = [\n["a"],\n]\nb\n', {"a": {"x": [["a"]]}}, (5, 2), {"", "/a"}),
    ],
)
def test_toml_stands_up_to_its_first_fault(
    text: str, value: Any, place: tuple[int, int], unfinished: set[str]
) -> None:
    found = toml_read.read_torn(text)
    assert found.stopped is not None
    assert (found.value, (found.stopped.line, found.stopped.column)) == (value, place)
    assert found.stopped.unfinished == unfinished


def test_where_reading_stopped_quotes_nothing() -> None:
    stopped = torn_json.read('{"a": {"b": 1}, "token": "FAKED01x"y"}').stopped
    assert stopped is not None
    assert stopped.says == "read only to line 1, column 36: a comma is missing before it"
