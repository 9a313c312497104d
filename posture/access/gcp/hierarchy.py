"""The tree of organisations, folders, projects and what lies in them; policies hold for all below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache


def level_of(node: str) -> str:
    """`project`, `folder` or `organization`; empty for a resource or a service account."""
    if not node.startswith("gcp:"):
        return ""
    kind = node.removeprefix("gcp:").partition("/")[0]
    return {"folders": "folder", "organizations": "organization"}.get(kind, "project")


class Tree:
    """Who lies in what. Nodes are keys of scopes, service accounts and systems."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._parents = dict(parents)
        self._children: dict[str, list[str]] = defaultdict(list)
        for child in sorted(self._parents):
            self._children[self._parents[child]].append(child)
        self.above = lru_cache(maxsize=None)(self._above)
        self.below = lru_cache(maxsize=4096)(self._below)

    def _above(self, node: str) -> tuple[str, ...]:
        """`node` and what it lies in, from itself to the root."""
        found = [node]
        while (parent := self._parents.get(found[-1], "")) and parent not in found:
            found.append(parent)
        return tuple(found)

    def _below(self, node: str) -> tuple[str, ...]:
        """`node` and everything in it, sorted."""
        found = {node}
        waiting = [node]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return tuple(sorted(found))

    def home(self, node: str) -> str:
        """The scope that a resource or an account lies in; empty where nobody says."""
        above = self.above(node)
        return above[1] if len(above) > 1 else ""

    def holds(self, above: str, node: str) -> bool:
        """Whether what holds on `above` holds on `node`."""
        return above in self.above(node)

    def levels(self, node: str, level: str) -> Iterator[str]:
        """The scopes of a level at or below `node`; a level above it has none."""
        return (one for one in self.below(node) if level_of(one) == level)
