"""Which tags lie on what, and where a condition that asks for them holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posture.access.gcp.cel_values import Tag, Tags
from posture.access.gcp.conditions import MAYBE, NO
from posture.access.gcp.hierarchy import Tree

ATTRIBUTE = "resource.tags"
_ASKS = ("resource.matchTag", "resource.hasTagKey")
_MARK = "tag:"

Settings = Mapping[str, Mapping[str, Any]]


class Tagged:
    """The tags of one landscape; where none was read, nobody knows whether there are some."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self._tree = tree
        self._own = {
            node: {name: Tag(name.removeprefix(_MARK), *value) for name, value in tags.items()}
            for node, told in settings.items()
            if (tags := {name: value for name, value in told.items() if name.startswith(_MARK)})
        }

    def places(
        self, node: str, expression: str, ask: Callable[[Mapping[str, Any]], int]
    ) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
        """Nodes at or below `node` from which down a condition answers alike, with what it was told there.

        Where it holds on a node but not on something below, it holds perhaps on all of it.
        """
        if not self._own or not any(word in expression for word in _ASKS):
            yield node, ask({}), {}
            return
        inner = [one for one in self._tree.below(node) if one in self._own and one != node]
        told = {one: {ATTRIBUTE: self._at(one)} for one in (node, *inner)}
        answers = {one: ask(told[one]) for one in told}
        alike = {
            one: len({answers[other] for other in answers if self._tree.holds(one, other)}) == 1
            for one in answers
        }
        for one in answers:
            told_above = any(alike.get(above) for above in self._tree.above(one)[1:])
            if answers[one] != NO and not told_above:
                # Not even told which tags it has, a condition that is asked again stays open.
                yield (one, answers[one], told[one]) if alike[one] else (one, MAYBE, {})

    def _at(self, node: str) -> Tags:
        """The tags of `node`: of each key the value that lies nearest."""
        found: dict[str, Tag] = {}
        for one in self._tree.above(node):
            for name, tag in self._own.get(one, {}).items():
                found.setdefault(name, tag)
        return Tags(tuple(found[name] for name in sorted(found)))
