"""Every key can be moved by a user's keymap, and says what it does."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import posture.tui
from posture.tui import screens


def _owners() -> Iterator[type[DOMNode]]:
    for module in pkgutil.walk_packages(posture.tui.__path__, "posture.tui."):
        loaded = importlib.import_module(module.name)
        for thing in vars(loaded).values():
            if isinstance(thing, type) and issubclass(thing, DOMNode) and thing.__module__ == module.name:
                yield thing


BOUND = [
    pytest.param(owner, binding, id=f"{owner.__name__}-{getattr(binding, 'key', binding)}")
    for owner in sorted(set(_owners()), key=lambda owner: owner.__name__)
    for binding in owner.__dict__.get("BINDINGS", [])
]


@pytest.mark.parametrize(("owner", "binding"), BOUND)
def test_binding_has_an_id_and_a_tooltip(owner: type[DOMNode], binding: object) -> None:
    assert isinstance(binding, Binding)
    assert binding.id is not None
    assert binding.id == binding.id.lower()
    assert binding.id.count(".") == 1
    assert binding.tooltip
    assert binding.description


def test_ids_are_unique() -> None:
    ids = [param.values[1].id for param in BOUND]
    assert sorted(ids) == sorted(set(ids))


def test_fingers_find_what_they_know() -> None:
    keys = {key for param in BOUND for key in param.values[1].key.split(",")}
    assert {"j", "k", "h", "l", "g", "G", "slash", "enter", "escape", "question_mark", "e", "r", "q"} <= keys
    assert {str(digit) for digit in range(1, 9)} <= keys


def test_screens_stand_in_the_order_of_their_digits() -> None:
    assert [(screen.key, screen.label) for screen in screens.every()] == [
        ("1", "Overview"), ("2", "Inventory"), ("3", "Reach"), ("4", "Gaps"), ("5", "Plan"),
        ("6", "Frameworks"), ("7", "Sources"), ("8", "Report"),
    ]  # fmt: skip


@pytest.mark.parametrize("screen", screens.every(), ids=lambda screen: screen.label)
def test_screen_asks_one_question_and_has_help(screen: type[screens.PostureScreen]) -> None:
    assert screen.QUESTION.endswith("?")
    assert len(screen.HELP) > 80
