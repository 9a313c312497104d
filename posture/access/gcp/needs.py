"""Where a principal holds everything that a method needs, and from which nodes below that it is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from posture.access.gcp.asking import Asking
from posture.access.gcp.conditions import MAYBE, NO, YES
from posture.access.gcp.hierarchy import level_of
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape, texts
from posture.access.gcp.methods import Method, Need, methods

TUNNEL = Need("iap.tunnelInstances.accessViaIAP", "workload")
"""Who holds it reaches machines that have no address outside."""
ENABLE = Need("iam.serviceAccounts.enable", "target")
"""Who holds it wakes an account that is off."""
CONSTRAIN = Need("orgpolicy.policy.set", "project")
"""Who holds it lifts constraints of the organisation."""
SWITCH_ON = Need("serviceusage.services.enable", "project")
"""Who holds it switches an API on."""
_BESIDE = (TUNNEL, ENABLE, CONSTRAIN, SWITCH_ON)

_BUCKET = "//storage.googleapis.com/"

WITHHELD = "a deny policy may withhold {}"


class Held(Struct, frozen=True):
    """How a set of needs is met on one node, and so on everything below it."""

    node: str
    certain: bool
    because: tuple[str, ...]
    depends_on: tuple[str, ...]

    def hanging(self, *reasons: str) -> Held:
        """The same where `reasons` decide too."""
        told = [reason for reason in reasons if reason]
        if not told:
            return self
        return Held(self.node, False, self.because, tuple(texts((*self.depends_on, *told))))

    def after(self, way: Held) -> Held:
        """The same where one has to come by `way` first."""
        if way is FREE:
            return self
        return Held(
            self.node,
            self.certain and way.certain,
            tuple(texts((*way.because, *self.because))),
            tuple(texts((*way.depends_on, *self.depends_on))),
        )


FREE = Held("", True, (), ())
"""What asks for nothing."""


class Needs:
    """Asks the needs of methods of one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self._land = landscape
        self._tree = landscape.tree
        bit = landscape.permissions.bit
        needed = (*_BESIDE, *(need for method in methods() for need in method.needs))
        self._bits = {need.permission: bit(need.permission) for need in needed}
        self.telling = 0
        """Every permission that is asked about."""
        for one in self._bits.values():
            self.telling |= one
        self._asking = Asking(landscape, self.telling)

    def bit(self, need: Need) -> int:
        """The set that holds the permission alone."""
        return self._bits[need.permission]

    def mask(self, method: Method) -> int:
        """The set of permissions that `method` needs."""
        bits = 0
        for need in method.needs:
            bits |= self._bits[need.permission]
        return bits

    def met(self, method: Method, principal: str, holdings: Sequence[Holding]) -> list[Held]:
        """The highest nodes at which every need of `method` is met: from there down all of it holds."""
        mask = self.mask(method)
        candidates = sorted({one.node for one in holdings if one.mask & mask})
        found = {
            node: held
            for node in candidates
            if (held := self.at(method.needs, principal, holdings, node)) is not None
        }
        return [held for held in found.values() if not self._repeats(held, found)]

    def _repeats(self, held: Held, found: dict[str, Held]) -> bool:
        above = self._tree.above(held.node)[1:]
        return any(node in found and found[node].certain >= held.certain for node in above)

    def at(
        self, needs: Sequence[Need], principal: str, holdings: Sequence[Holding], node: str, work: str = ""
    ) -> Held | None:
        """How `needs` are met on `node`; null where one is not.

        With `work` those that are not about an account are asked of this workload and its project instead.
        """
        because: list[str] = []
        hangs: list[str] = []
        for need in needs:
            bit = self._bits[need.permission]
            place = self._place(need, node, work)
            chain = self._tree.above(place)
            surely, perhaps = self._land.denied(principal, place)
            fitting = [
                (answer, -one.number, one)
                for one in holdings
                if one.mask & bit
                and one.node in chain
                and _covers(need, one.node, place)
                and (answer := self._asking.answer(one, need.permission)) != NO
            ]
            if surely & bit or not fitting:
                return None
            answer, _number, best = max(fitting, key=lambda one: one[:2])
            because += (best.because, *self._land.lifted(principal, place, bit))
            if answer == MAYBE:
                hangs.append(best.depends_on)
            if perhaps & bit:
                hangs.append(WITHHELD.format(need.permission))
        return Held(node, not hangs, tuple(texts(because)), tuple(texts(hangs)))

    def _place(self, need: Need, node: str, work: str) -> str:
        """Of what a need is asked."""
        if not work or need.on == "target":
            return node
        return self._land.code_of(work) if need.on == "code" else work

    def split(
        self, method: Method, principal: str, held: Held, nodes: Iterable[str]
    ) -> Iterator[tuple[Held, tuple[str, ...]]]:
        """`nodes` below the one that is held, without those from which a deny rule withholds something.

        Those from which one may withhold something come apart.
        """
        if not self._land.denies:
            yield held, tuple(nodes)
            return
        mask = self.mask(method)
        free: list[str] = []
        open_: list[str] = []
        for node in nodes:
            surely, perhaps = self._land.denied(principal, node)
            if not surely & mask:
                (open_ if perhaps & mask else free).append(node)
        yield held, tuple(free)
        yield held.hanging(WITHHELD.format("what it needs")), tuple(open_)


def _covers(need: Need, node: str, place: str) -> bool:
    """Whether a role on `node` carries the need: one on a machine says nothing of the account beside it."""
    if level_of(node):
        return True
    if node.startswith("serviceAccount:"):
        return need.on == "target"
    return need.on == "workload" or (need.on == "code" and node == place and node.startswith(_BUCKET))


def sure(holding: Holding) -> bool:
    """Whether nothing open decides on a role."""
    return holding.answer == YES
