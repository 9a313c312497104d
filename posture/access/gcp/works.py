"""What runs where, found by the node that a role is held on: every principal asks for every method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from posture.access.gcp.hierarchy import level_of
from posture.access.gcp.landscape import Landscape, Workload
from posture.access.gcp.methods import Method


class Works:
    """The workloads of one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self._land = landscape
        self._by_type: dict[str, list[Workload]] = defaultdict(list)
        self._by_node: dict[tuple[str, str], list[Workload]] = defaultdict(list)
        """By type and by what one works on it through: itself, or the bucket of its code."""
        for work in landscape.workloads:
            self._by_type[work.type].append(work)
            for node in {work.key, landscape.code_of(work.key)} - {""}:
                self._by_node[work.type, node].append(work)
        self._keys = {type_: frozenset(keys) for type_, keys in landscape.systems.items()}
        self._homes: dict[str, frozenset[str]] = {}
        self._beside: dict[tuple[str, str], tuple[Workload, ...]] = {}

    def homes(self, method: Method) -> frozenset[str]:
        """Where something of the type lies that has to exist."""
        if method.id not in self._homes:
            keys = self._land.systems.get(method.workload, ())
            self._homes[method.id] = frozenset(
                self._land.tree.home(key) for key in keys if self._in_state(method, key)
            )
        return self._homes[method.id]

    def beside(self, method: Method, node: str) -> tuple[Workload, ...]:
        """The usable workloads at or below `node`, or running as it where it is an account."""
        if (method.id, node) not in self._beside:
            within = self._land.tree.below(node) if level_of(node) else (node,)
            wanted = frozenset(within)
            self._beside[method.id, node] = tuple(
                work
                for work in self._by_type[method.workload]
                if (work.key in wanted or work.account == node) and self._usable(method, work)
            )
        return self._beside[method.id, node]

    def on(self, method: Method, nodes: Iterable[str]) -> list[Workload]:
        """The usable workloads that one works on through one of `nodes`."""
        found = {
            work.key: work
            for node in nodes
            for work in self._by_node.get((method.workload, node), ())
            if self._usable(method, work)
        }
        return [found[key] for key in sorted(found)]

    def there(self, method: Method, nodes: Iterable[str]) -> list[str]:
        """Which of `nodes` are of the type, whether or not they say as whom they run."""
        keys = self._keys.get(method.workload, frozenset())
        return sorted(key for key in nodes if key in keys and self._in_state(method, key))

    def _usable(self, method: Method, work: Workload) -> bool:
        return self._in_state(method, work.key) and self._land.accounts.get(work.account, False)

    def _in_state(self, method: Method, key: str) -> bool:
        """Whether a workload runs, or stands still, as the method needs it."""
        still = key in self._land.still
        return not (method.running and still) and not (method.stopped and not still)
