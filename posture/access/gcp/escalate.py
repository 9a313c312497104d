"""Which service accounts a principal can come to act as, and which scopes it can come to administer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from posture.access.gcp.conditions import MAYBE, YES
from posture.access.gcp.hierarchy import LEVELS, level_of
from posture.access.gcp.landscape import OWNER, Holding, Landscape, texts
from posture.access.gcp.methods import Method, Need, methods

_ABOVE = {level: frozenset(LEVELS[n:]) for n, level in enumerate(LEVELS)}
"""For each level the levels on which a role covers it."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What one method gives: administration of `scopes`, or the accounts `to`."""

    method: str
    """Empty for what is simply held."""
    certain: bool
    because: tuple[str, ...]
    depends_on: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    below: str = ""
    """The node below which all accounts are meant; empty where they are chosen one by one."""
    others: int = 0
    """How many further methods give the same by the same roles."""


@dataclass(frozen=True, slots=True)
class _Held:
    """How a set of needs is met on one node."""

    node: str
    answer: int
    because: tuple[str, ...]
    depends_on: tuple[str, ...]


class Escalation:
    """The methods, asked of one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self._land = landscape
        self._tree = landscape.tree
        bit = landscape.permissions.bit
        self._methods = [(m, landscape.permissions.set_of(n.permission for n in m.needs)) for m in methods()]
        self._bits = {n.permission: bit(n.permission) for m in methods() for n in m.needs}
        self._telling = 0
        for _method, mask in self._methods:
            self._telling |= mask
        self._memo: dict[tuple[int, ...], tuple[Gain, ...]] = {}
        self._takes: dict[str, tuple[Gain, ...]] = {}
        self._live: dict[str, tuple[str, ...]] = {}

    def gains(self, principal: str) -> tuple[Gain, ...]:
        """Everything that `principal` can gain in one step, in the order of the methods."""
        holdings = [one for one in self._land.holdings(principal) if self._tells(one)]
        if not holdings:
            return ()
        # Whoever holds the same roles gains the same, unless a deny rule or the account itself decides.
        key = tuple(sorted(one.number for one in holdings))
        if self._land.denies:
            return tuple(self._gains(principal, holdings))
        if key not in self._memo:
            self._memo[key] = tuple(self._gains(principal, holdings))
        return self._memo[key]

    def _tells(self, one: Holding) -> bool:
        return bool(one.mask & self._telling) or one.role == OWNER or one.role in self._land.custom

    def _gains(self, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        yield from self._owned(principal, holdings)
        total = 0
        for one in holdings:
            total |= one.mask
        for method, mask in self._methods:
            if total & mask == mask:
                yield from self._by(method, principal, holdings)

    def _owned(self, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        """A role of owner is administration as it stands."""
        for one in holdings:
            if one.role == OWNER and level_of(one.node):
                yield Gain(
                    "", one.answer == YES, (one.because,), tuple(texts((one.depends_on,))), scopes=(one.node,)
                )

    def _by(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        if method.way == "role":
            yield from self._role(method, principal, holdings)
            return
        for held in self._met(method.needs, principal, holdings):
            certain = held.answer == YES and method.certain
            hangs = tuple(texts((*held.depends_on, "" if method.certain else method.depends_on)))
            if method.way == "policy":
                scopes = tuple(self._tree.levels(held.node, method.needs[0].on))
                if scopes := self._allowed(method, principal, scopes):
                    yield Gain(method.id, certain, held.because, hangs, scopes=scopes)
            elif method.way == "account":
                yield from self._accounts(method, principal, held, certain, hangs)
            elif method.way == "deploy":
                yield from self._deploys(method, principal, held, certain, hangs)
            elif method.way == "workload":
                yield from self._changes(method, principal, held, certain, hangs)
            elif method.way == "agent":
                yield from self._has_act(method, principal, held, certain, hangs)
            else:
                yield from self._goes_through(method, principal, held, certain)

    # --- where needs are met

    def _met(self, needs: Sequence[Need], principal: str, holdings: Sequence[Holding]) -> list[_Held]:
        """The highest nodes at which every need is met: from there down all of it holds."""
        candidates = {one.node for one in holdings if any(one.mask & self._bits[n.permission] for n in needs)}
        found: list[_Held] = []
        for node in sorted(candidates):
            held = self._at(needs, principal, holdings, node)
            if held is not None:
                found.append(held)
        best = {held.node: held for held in found}
        return [held for held in found if not self._repeats(held, best)]

    def _repeats(self, held: _Held, best: dict[str, _Held]) -> bool:
        above = self._tree.above(held.node)[1:]
        return any(node in best and best[node].answer >= held.answer for node in above)

    def _at(
        self, needs: Sequence[Need], principal: str, holdings: Sequence[Holding], node: str
    ) -> _Held | None:
        chain = self._tree.above(node)
        surely, perhaps = self._land.denied(principal, node)
        answer, because, hangs = YES, [], []
        for need in needs:
            bit = self._bits[need.permission]
            if surely & bit:
                return None
            fitting = [
                one for one in holdings
                if one.mask & bit and one.node in chain and self._covers(need, one.node)
            ]  # fmt: skip
            if not fitting:
                return None
            best = max(fitting, key=lambda one: (one.answer, -one.number))
            because.append(best.because)
            if best.answer == MAYBE:
                hangs.append(best.depends_on)
                answer = MAYBE
            if perhaps & bit:
                hangs.append(f"a deny policy may withhold {need.permission}")
                answer = MAYBE
        return _Held(node, answer, tuple(texts(because)), tuple(texts(hangs)))

    def _covers(self, need: Need, node: str) -> bool:
        """Whether a role on `node` carries the need: what is asked of a project is not held on an account."""
        level = level_of(node)
        return need.on in ("target", "workload") or (bool(level) and level in _ABOVE[need.on])

    def _allowed(self, method: Method, principal: str, nodes: Iterable[str]) -> tuple[str, ...]:
        """Those of `nodes` on which no deny rule further down withholds what the method needs."""
        if not self._land.denies:
            return tuple(nodes)
        mask = self._land.permissions.set_of(need.permission for need in method.needs)
        return tuple(node for node in nodes if not self._land.denied(principal, node)[0] & mask)

    # --- the ways

    def live(self, node: str) -> tuple[str, ...]:
        """The usable service accounts at or below `node`."""
        if node not in self._live:
            accounts = self._land.accounts
            self._live[node] = tuple(one for one in self._tree.below(node) if accounts.get(one, False))
        return self._live[node]

    def _accounts(
        self, method: Method, principal: str, held: _Held, certain: bool, hangs: tuple[str, ...]
    ) -> Iterator[Gain]:
        all_of_them = self.live(held.node)
        to = self._allowed(method, principal, all_of_them)
        if to:
            below = held.node if level_of(held.node) and len(to) == len(all_of_them) else ""
            yield Gain(method.id, certain, held.because, hangs, to=to, below=below)

    def _deploys(
        self, method: Method, principal: str, held: _Held, certain: bool, hangs: tuple[str, ...]
    ) -> Iterator[Gain]:
        if not method.workload:
            yield from self._accounts(method, principal, held, certain, hangs)
            return
        # Something of the type has to exist in the project of the account.
        there: list[str] = []
        perhaps: list[str] = []
        for account in self._allowed(method, principal, self.live(held.node)):
            project = self._tree.above(account)[1] if len(self._tree.above(account)) > 1 else ""
            if project in self._projects_with(method.workload):
                there.append(account)
            elif project not in self._land.listed:
                perhaps.append(account)
        if there:
            yield Gain(method.id, certain, held.because, hangs, to=tuple(there))
        if perhaps:
            word = method.workload.rpartition("/")[2]
            lacks = (*hangs, f"whether the project has a {word} to change")
            yield Gain(method.id, False, held.because, lacks, to=tuple(perhaps))

    def _projects_with(self, type_: str) -> frozenset[str]:
        return frozenset(
            above[1] for work in self._land.workloads
            if work.type == type_ and len(above := self._tree.above(work.key)) > 1
        )  # fmt: skip

    def _changes(
        self, method: Method, principal: str, held: _Held, certain: bool, hangs: tuple[str, ...]
    ) -> Iterator[Gain]:
        acts = next((need for need in method.needs if need.on == "target"), None)
        to: set[str] = set()
        for work in self._land.workloads:
            if work.type != method.workload or (method.running and not work.running):
                continue
            if not self._land.accounts.get(work.account, False):
                continue
            inside = self._tree.holds(held.node, work.key)
            if acts is not None and not inside:
                inside = held.node == work.account
            if inside and self._allowed(method, principal, (work.key,)):
                to.add(work.account)
        if to:
            yield Gain(method.id, certain, held.because, hangs, to=tuple(sorted(to)))

    def _has_act(
        self, method: Method, principal: str, held: _Held, certain: bool, hangs: tuple[str, ...]
    ) -> Iterator[Gain]:
        to = [
            account
            for scope in self._allowed(method, principal, self._tree.levels(held.node, "project"))
            for account in self._land.agents.get(scope, ())
            if account.endswith(method.accounts)
        ]
        if to:
            yield Gain(method.id, certain, held.because, hangs, to=tuple(sorted(to)))

    def _goes_through(self, method: Method, principal: str, held: _Held, certain: bool) -> Iterator[Gain]:
        for through in self._allowed(method, principal, self.live(held.node)):
            for gain in self._taken_by(through, frozenset({principal})):
                yield Gain(
                    method.id,
                    certain and gain.certain,
                    tuple(texts((*held.because, *gain.because))),
                    tuple(texts((*held.depends_on, *gain.depends_on))),
                    to=gain.to,
                )

    def _taken_by(self, account: str, seen: frozenset[str]) -> tuple[Gain, ...]:
        """Whom `account` may ask for tokens of, and further along the same kind of chain."""
        if account in self._takes:
            return self._takes[account]
        found: list[Gain] = []
        holdings = self._land.holdings(account)
        for method, mask in self._methods:
            if method.id == _TOKEN and any(one.mask & mask for one in holdings):
                found += self._by(method, account, holdings)
            if method.way == "delegate" and len(seen) < _LONGEST_CHAIN:
                for held in self._met(method.needs, account, holdings):
                    for through in self.live(held.node):
                        if through not in seen and through != account:
                            found += self._taken_by(through, seen | {account})
        self._takes[account] = tuple(found)
        return self._takes[account]

    def _role(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        for one in holdings:
            home = self._land.custom.get(one.role)
            if home is None:
                continue
            held = self._at(method.needs, principal, holdings, home)
            if held is None:
                continue
            certain = held.answer == YES and one.answer == YES
            hangs = tuple(texts((*held.depends_on, one.depends_on)))
            because = tuple(texts((*held.because, one.because)))
            if level_of(one.node):
                yield Gain(method.id, certain, because, hangs, scopes=(one.node,))
            elif self._land.accounts.get(one.node, False):
                yield Gain(method.id, certain, because, hangs, to=(one.node,))


_LONGEST_CHAIN = 6
_TOKEN = "gcp-account-token"
_FIRST = ("account", "policy", "role", "agent", "delegate", "workload", "deploy")
"""Which way is told where several give the same: the most direct."""


def merged(gains: Iterable[Gain]) -> tuple[Gain, ...]:
    """One gain for all methods that give the same with the same roles; a broad role opens thirty at once."""
    ranks = {method.id: _FIRST.index(method.way) for method in methods()}
    best: dict[tuple[object, ...], list[Gain]] = {}
    for gain in gains:
        same = (bool(gain.method), gain.certain, gain.because, gain.scopes, gain.to)
        best.setdefault(same, []).append(gain)
    found = []
    for several in best.values():
        first = min(several, key=lambda one: (ranks.get(one.method, -1), one.method != _TOKEN, one.method))
        found.append(replace(first, others=len(several) - 1))
    return tuple(found)


def standing(gains: Iterable[Gain]) -> tuple[str, ...]:
    """The scopes that are surely administered, by holding or by gaining."""
    return tuple(sorted({scope for gain in gains if gain.certain for scope in gain.scopes}))
