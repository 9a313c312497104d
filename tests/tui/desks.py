"""A desk for the invented company: what it answers can be worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from posture.assess.trying import Tried
from posture.model.assessment import Assessment
from posture.model.errors import InputError
from posture.plan.cutting import Kept
from posture.plan.what_if import Left
from posture.tui.desk import Run, Said
from tests.tui import invented

ORDER = {row["id"]: row for row in invented.rows()["steps"] if row.get("lane", "order") == "order"}


class Sums:
    """Every step removes what it removes, whatever else is done; what cannot wait may not be left out."""

    def __init__(self, go: threading.Event) -> None:
        self._go = go
        self.asked: list[frozenset[str]] = []
        self.planned = self._tried(frozenset())

    def _tried(self, out: Collection[str]) -> Tried:
        said = invented.overview()
        stays = sum(ORDER[id_]["gain"] for id_ in out if id_ in ORDER)
        return Tried(Left(31.0 + stays, 12 + 2 * len(out), 5), 3 + len(out), said.score, said.frameworks)

    def without(self, steps: Collection[str]) -> Tried:
        self.asked.append(frozenset(steps))
        self._go.wait(10)
        return self._tried(steps)

    def burn(self, without: Collection[str] = ()) -> tuple[tuple[float, float], ...]:
        hours, left, points = 0.0, 412.0, [(0.0, 412.0)]
        for id_, row in ORDER.items():
            if id_ not in without:
                hours, left = hours + row["effort"], left - row["gain"]
                points.append((hours, left))
        return tuple(points)

    def late(self, without: Collection[str] = ()) -> tuple[str, ...]:
        return ("policy-bot",) if without else ()

    def refused(self, steps: Collection[str]) -> str:
        if "broken" in steps:
            raise InputError("broken: is no step of this plan")
        return "contain-deploy: belongs to what cannot wait" if "contain-deploy" in steps else ""

    def one_sided(self, steps: Collection[str]) -> tuple[str, ...]:
        return ("one-sided plan: narrow without trust",) if "tighten-etl" in steps else ()


@dataclass
class Desk:
    """Keeps what it is told, and answers from the company."""

    go: threading.Event = field(default_factory=threading.Event)
    pending: int = 0
    anew: str = "r assesses anew"
    undoable: bool = False
    cuts: list[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]] = field(default_factory=list)
    answers: list[Said] = field(default_factory=list)
    before: tuple[Run, ...] = ()

    def __post_init__(self) -> None:
        self.go.set()
        self.tries = Sums(self.go)

    def trying(self) -> Sums:
        return self.tries

    def cutting(self, origin: str, links: Sequence[tuple[str, str]], nodes: Sequence[str]) -> Kept:
        """Ways that touch nothing cut stay as they are."""
        self.cuts.append((origin, tuple(links), tuple(nodes)))
        self.go.wait(10)
        company = invented.company()
        hops = company.frame("hops")
        gone = {
            path
            for path, start, end in hops.select("path", "from", "to").iter_rows()
            if (start, end) in links or start in nodes or end in nodes
        }
        mine = company.frame("paths").filter(origin=origin)
        paths = mine.filter([id_ not in gone for id_ in mine["id"]])
        lost = sorted(set(mine["system"]) - set(paths["system"]))
        uncut = tuple(pair for pair in links if pair not in set(hops.select("from", "to").iter_rows()))
        weights = float(mine["weight"].sum()), float(paths["weight"].sum())
        return Kept(paths, hops, *weights, lost=tuple(lost), uncut=uncut)

    def decide(self, said: Said) -> tuple[str, Assessment]:
        raise AssertionError("nothing is decided here")

    def attest(self, said: Said) -> tuple[str, Assessment]:
        self.answers.append(said)
        self.pending, self.undoable = 1, True
        return f"answered {said['answer']}", invented.company()

    def undo(self) -> tuple[str, Assessment]:
        self.answers.pop()
        self.pending, self.undoable = 0, False
        return "answered", invented.company()

    def runs(self) -> tuple[Run, ...]:
        return self.before
