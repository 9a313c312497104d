"""The tree of what lies in what, also where an export says that two lie in each other."""

from __future__ import annotations

import pytest

from posture.access.gcp.hierarchy import Tree, level_of

TREE = Tree({"gcp:app": "gcp:folders/70", "gcp:folders/70": "gcp:organizations/7", "user:x": "gcp:app"})


def test_what_lies_above_and_below() -> None:
    assert TREE.above("user:x") == ("user:x", "gcp:app", "gcp:folders/70", "gcp:organizations/7")
    assert TREE.below("gcp:folders/70") == ("gcp:app", "gcp:folders/70", "user:x")
    assert TREE.home("user:x") == "gcp:app"
    assert TREE.home("gcp:organizations/7") == ""
    assert list(TREE.levels("gcp:organizations/7", "project")) == ["gcp:app"]
    assert list(TREE.levels("gcp:app", "folder")) == []


def test_a_circle_ends() -> None:
    circle = Tree({"gcp:folders/1": "gcp:folders/2", "gcp:folders/2": "gcp:folders/1"})
    assert circle.above("gcp:folders/1") == ("gcp:folders/1", "gcp:folders/2")
    assert circle.below("gcp:folders/1") == ("gcp:folders/1", "gcp:folders/2")


@pytest.mark.parametrize(
    ("node", "level"),
    [
        ("gcp:app", "project"),
        ("gcp:projects/12", "project"),
        ("gcp:folders/70", "folder"),
        ("gcp:organizations/7", "organization"),
        ("serviceAccount:a@b", ""),
        ("//storage.googleapis.com/tiles", ""),
    ],
)
def test_levels(node: str, level: str) -> None:
    assert level_of(node) == level
