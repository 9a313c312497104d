"""What actions act on: the ways in and the links as they are, and the facts that say what is left of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from posture.checks.view import View
from posture.graph.build import Graph
from posture.model.classes import closed, parse
from posture.plan.begin import FACTORS, SLOTS
from posture.plan.causes import Causes, Wanted
from posture.plan.change import Change
from posture.plan.links_at import Link, LinksAt

AGENT, SUPPLY, STOLEN = "hijacked-agent", "supply-chain", "stolen-credential"


class Acting:
    """The entries of `number` and the links of `graph`, as actions on causes change them."""

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

    def numbers(self, keys: Collection[str]) -> dict[str, int]:
        """Those of `keys` at which a link begins or ends, with what `attend` knows them by."""
        return self._links.numbers(keys)

    def attend(self, numbers: Collection[int]) -> None:
        """Look up the links at these ends, all at once; those of other ends are forgotten."""
        self._links.attend(numbers)

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
