"""What each action changes: factors of the ways in, controls on agents, links taken away or narrowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import polars as pl

from posture.checks.view import View
from posture.graph.build import Graph
from posture.model.classes import closed, parse
from posture.plan.begin import FACTORS, SLOTS
from posture.plan.causes import Causes, Wanted
from posture.plan.change import Change
from posture.plan.links_at import Link, LinksAt
from posture.plan.on_entries import AGENT, ON_ENTRIES, STOLEN
from posture.plan.on_links import ON_LINKS

EFFECTS: Mapping[str, Callable[[Effects, Wanted], Change]] = {**ON_ENTRIES, **ON_LINKS}
"""By class; a class that is not here changes no risk."""

_AT_ONCE = 2_000
"""Actions whose links are looked up together."""


class Effects:
    """What an action on a cause does to the entries of `number` and to the links of `graph`."""

    def __init__(
        self,
        view: View,
        graph: Graph,
        number: Mapping[tuple[str, str], int],
        causes: Causes,
        off: Collection[str] = (),
    ) -> None:
        self.off = off
        self.settings = view.estate.settings
        self.factors = self.settings.factors
        self.number = number
        self.causes = causes
        self._links = LinksAt(graph.links)
        self._live = {
            row["key"]: row["environment"]
            for row in view.estate["systems"].select("key", "environment").iter_rows(named=True)
        }
        self._used = _used(view)
        wanting = view.estate["links"].filter(pl.col("kind") == "declared-tool").select("from", "to")
        self._declared: dict[str, set[str]] = {}
        for agent, tool in wanting.iter_rows():
            self._declared.setdefault(agent, set()).add(tool)

    def of_all(self, wanted: Sequence[Wanted]) -> tuple[Change, ...]:
        """What dealing with each cause changes; nothing where it is not modelled."""
        ends = [(one.cause.key, *one.subjects) if one.cause.action in ON_LINKS else () for one in wanted]
        number = self._links.numbers({key for keys in ends for key in keys})
        made: list[Change] = []
        for first in range(0, len(wanted), _AT_ONCE):
            part = ends[first : first + _AT_ONCE]
            self._links.attend({number[key] for keys in part for key in keys if key in number})
            made += [self._of(one) for one in wanted[first : first + _AT_ONCE]]
        self._links.attend(())
        return tuple(made)

    def _of(self, wanted: Wanted) -> Change:
        effect = EFFECTS.get(wanted.cause.action)
        return effect(self, wanted) if effect else Change()

    def links(self, end: str, key: str, *kinds: str) -> Iterator[Link]:
        """Links at `key` of one of `kinds`."""
        return self._links.at(end, key, *kinds)

    def factor(self, route: str, origin: str, name: str, value: float) -> Change:
        """A factor of an entry; nothing where there is no such entry."""
        entry = self.number.get((route, origin))
        return Change() if entry is None else Change(((entry, SLOTS[route].index(name), value),))

    def gone(self, key: str) -> Change:
        """Nothing begins at `key` any more."""
        return Change(
            tuple(
                (entry, place, 0.0)
                for route in SLOTS
                if (entry := self.number.get((route, key))) is not None
                for place in range(FACTORS)
            )
        )

    def controlled(self, agent: str) -> list[int]:
        """Entries that control of the agent's calls lowers: a stolen credential asks no agent."""
        ways = [(AGENT, agent)]
        if "agents-only" in self.off:
            ways += [(STOLEN, key) for key in self.causes.held_by(agent)]
        return [self.number[way] for way in ways if way in self.number]

    def needed(self, identity: str) -> int:
        """Classes that the identity was seen to use; the assumed ones where nobody measured."""
        return self._used.get(identity, int(parse(self.settings.assumed.needed)))

    def is_assumed(self, wanted: Wanted, change: Change) -> bool:
        """Whether what is left after narrowing rests on an assumption."""
        measured = any(subject in self._used for subject in wanted.subjects)
        narrowed = any(keep for _, keep in change.links)
        return wanted.cause.action == "narrow-scope" and narrowed and not measured

    def production(self, system: str) -> bool:
        return self._live.get(system) == "production"

    def undeclared(self, agent: str, tool: str) -> bool:
        return agent in self._declared and tool not in self._declared[agent]


def _used(view: View) -> dict[str, int]:
    """By identity, the classes of what it used; only where some use was measured."""
    grants = view.estate["grants"].filter(pl.col("used").is_not_null(), pl.col("classes").is_not_null())
    rows = grants.group_by("subject").agg(
        pl.when(pl.col("used") > 0).then(pl.col("classes")).otherwise(0).bitwise_or().alias("mask")
    )
    return {subject: int(closed(mask)) for subject, mask in rows.sort("subject").iter_rows()}
