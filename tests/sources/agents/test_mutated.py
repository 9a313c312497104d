"""No file, however damaged, stops a reader with anything but a sentence."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.model.errors import Unreadable
from posture.sources import jsonc, registry, yaml_safe
from posture.sources.contract import Rows
from tests.sources.agents.documents import DOCUMENTS, File, framed, page

ODD: tuple[Any, ...] = (
    None, True, -1, 1e308, 10**30, "", "\x00", "\ud800", "${A:-", "https://[::1", "https://u:p@h:99999999/",
    [], [[]], {}, {"": {}}, ["a", 1, None], {"command": 5}, {"url": []}, "A" * 3000, "\u202egnp", "mcp__",
    "@/",
    "~0~1/", "(((",
)  # fmt: skip


def _read(file: File, data: bytes) -> None:
    into, given_page = Rows(), page(file, data)
    reader = next(one for one in registry.every() if one.SOURCE.id == file.source)
    into.reading(file.source, given_page)
    try:
        reader.claims(given_page)
        reader.read(given_page, into)
    except Unreadable:
        pass
    framed(into)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    for step, child in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += _places(child, (*path, step))
    return found


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.source)
@settings(max_examples=15, derandomize=True, deadline=None)
@given(data=st.data())
def test_a_torn_file_is_read_or_refused(file: File, data: st.DataObject) -> None:
    raw = bytearray(file.text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.sampled_from([b"", b"{", b'"', b"\0", b"\xff", b"- ", b"#"])
        )
    _read(file, bytes(raw))


@pytest.mark.parametrize(
    "file",
    [file for file in DOCUMENTS if file.path.endswith((".json", ".yaml", ".yml"))],
    ids=lambda file: file.source,
)
@settings(max_examples=15, derandomize=True, deadline=None)
@given(data=st.data())
def test_an_entry_of_any_other_type_is_read_or_set_aside(file: File, data: st.DataObject) -> None:
    values = (
        [jsonc.read(file.text).value]
        if file.path.endswith(".json")
        else [one.value for one in yaml_safe.read_all(file.text)]
    )
    for value in values:
        places = _places(value)
        for path in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=2)):
            node = value
            try:
                for step in path[:-1]:
                    node = node[step]
                node[path[-1]] = deepcopy(data.draw(st.sampled_from(ODD)))
            except (KeyError, IndexError, TypeError):
                continue
    # JSON is YAML too, so that one way of writing serves both.
    _read(file, "\n---\n".join(json.dumps(value) for value in values).encode())
