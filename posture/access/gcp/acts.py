"""What the roles of a principal do to systems: one grant for each node and kind of system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from posture.access.gcp.conditions import MAYBE, NO, YES, Asked, condition
from posture.access.gcp.hierarchy import level_of
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape, texts

_DEPENDS = "a deny policy may withhold part of it"


class Act(Struct, frozen=True):
    """Classes on one system, or on every system of `kind` in the scope `node`."""

    node: str
    kind: str
    classes: int
    certain: bool
    because: tuple[str, ...]
    depends_on: tuple[str, ...]


class Acts:
    """The acts of principals in one landscape."""

    def __init__(
        self, landscape: Landscape, kinds: dict[str, str], members: dict[tuple[str, str], list[str]]
    ):
        self._land = landscape
        self._kinds = kinds
        """Kind of each known system."""
        self._members = members
        """Known systems by project and kind."""

    def of(self, principal: str, holdings: Iterable[Holding], ruled: Sequence[str]) -> list[Act]:
        """What `principal` may do by these roles outside the scopes in `ruled`, which it administers."""
        found: dict[tuple[str, str, bool], tuple[int, list[str], list[str]]] = {}
        for act in self._single(principal, holdings, ruled):
            key = (act.node, act.kind, act.certain)
            classes, because, hangs = found.setdefault(key, (0, [], []))
            found[key] = (classes | act.classes, [*because, *act.because], [*hangs, *act.depends_on])
        made = []
        for (node, kind, certain), (classes, because, hangs) in sorted(found.items()):
            surely = found.get((node, kind, True), (0, [], []))[0] if not certain else 0
            if classes & ~surely:
                made.append(
                    Act(node, kind, classes & ~surely, certain, tuple(texts(because)), tuple(texts(hangs)))
                )
        return made

    def _single(self, principal: str, holdings: Iterable[Holding], ruled: Sequence[str]) -> Iterator[Act]:
        for one in holdings:
            if any(self._land.tree.holds(scope, one.node) for scope in ruled):
                continue
            surely, perhaps = self._land.denied(principal, one.node)
            perhaps |= self._land.denied_below(principal, one.node)
            for mask, certain, more in (
                (one.mask & ~surely & ~perhaps, True, ()),
                (one.mask & ~surely & perhaps, False, (_DEPENDS,)),
            ):
                if mask:
                    yield from self._on(one, mask, certain and one.answer == YES, (one.depends_on, *more))

    def _on(self, one: Holding, mask: int, certain: bool, hangs: tuple[str, ...]) -> Iterator[Act]:
        effects = self._land.permissions.effects(mask)
        if level_of(one.node):
            for kind, classes in effects.items():
                named = list(self._named(one, kind)) if one.answer == MAYBE else None
                if named is None:
                    yield Act(one.node, kind, classes, certain, (one.because,), hangs)
                else:
                    for node, answer in named:
                        if answer != NO:
                            sure = answer == YES
                            yield Act(node, kind, classes, sure, (one.because,), () if sure else hangs)
            return
        kind = self._kinds.get(one.node, "")
        if not kind:
            return
        classes = effects.get(kind, 0)
        if not classes and kind == "other":
            for given in effects.values():
                classes |= given
        if classes:
            yield Act(one.node, kind, classes, certain, (one.because,), hangs)

    def _named(self, one: Holding, kind: str) -> Iterator[tuple[str, int]]:
        """What a condition on the resource leaves of a kind, system by system where some are known."""
        held = condition(one.title, one.expression)
        if "resource." not in one.expression:
            yield one.node, MAYBE
            return
        known = [
            system
            for scope in self._land.tree.levels(one.node, "project")
            for system in self._members.get((scope, kind), ())
        ]
        if not known:
            yield one.node, MAYBE
        for system in known:
            yield system, held.holds(Asked({**self._land.attributes, **one.told, **described(system)}))


def described(full: str) -> dict[str, str]:
    """What a condition may ask of a resource and its full name tells, in the words of its service."""
    host, _, path = full.removeprefix("//").partition("/")
    found = {"resource.service": host}
    if host == "storage.googleapis.com":
        # A role on a bucket is asked about for the bucket and for each of its objects.
        found["resource.name"] = f"projects/_/buckets/{path}/objects/"
        return found
    return {**found, "resource.name": path}
