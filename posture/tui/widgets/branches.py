"""Ways as the branches of a tree: each hop in the column of its kind, siblings together."""

from __future__ import annotations

from msgspec import Struct

from posture.tui.queries.reach import Ways as Found
from posture.tui.widgets.rows import Row

SLOTS = ("agent", "tool", "credential", "identity", "system")
_SLOT_OF = {
    "delegates": 0,
    "uses-tool": 1,
    "declared-tool": 1,
    "holds": 2,
    "stored-at": 2,
    "authenticates": 3,
    "runs-as": 3,
    "may-become": 3,
    "lets-into": 3,
    "member-of": 3,
    "may-act": 4,
    "opens": 4,
    "calls": 4,
}


class Stop(Struct, frozen=True):
    """A node on a way: the hop that leads there (0: the origin), its name, whether the hop is certain."""

    hop: int
    key: str
    name: str
    certain: bool


Slot = tuple[Stop, ...]


class Way(Struct, frozen=True):
    """One line of the drawing."""

    path: Row
    hops: tuple[Row, ...]
    slots: tuple[Slot, Slot, Slot, Slot, Slot]


def lines(found: Found) -> list[Way]:
    """The ways in the order of a tree: siblings together, the heaviest first."""
    hops: dict[str, list[Row]] = {}
    for hop in found.hops.iter_rows(named=True):
        hops.setdefault(hop["path"], []).append(hop)
    made = [_way(path, hops.get(path["id"], []), found) for path in found.paths.iter_rows(named=True)]
    return _ordered(made, 0)


def _way(path: Row, hops: list[Row], found: Found) -> Way:
    slots: list[list[Stop]] = [[], [], [], [], []]
    slots[0].append(Stop(0, path["origin"], found.names.get(path["origin"], path["origin"]), True))
    now = 0
    for hop in hops:
        last = hop is hops[-1]
        now = 4 if last else max(now, _SLOT_OF.get(hop["kind"], now))
        slots[now].append(Stop(hop["n"], hop["to"], found.names.get(hop["to"], hop["to"]), hop["certain"]))
    a, b, c, d, e = (tuple(slot) for slot in slots)
    return Way(path, tuple(hops), (a, b, c, d, e))


def _ordered(ways: list[Way], depth: int) -> list[Way]:
    if depth == len(SLOTS) or len(ways) < 2:
        return ways
    groups: dict[tuple[str, ...], list[Way]] = {}
    for way in ways:
        groups.setdefault(tuple(stop.key for stop in way.slots[depth]), []).append(way)
    return [way for group in groups.values() for way in _ordered(group, depth + 1)]
