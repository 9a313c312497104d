"""Which service accounts a principal can come to act as, and which scopes it can come to administer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from posture.access.gcp.constraints import Constraints
from posture.access.gcp.delegation import Delegation
from posture.access.gcp.gains import Gain, gain_of
from posture.access.gcp.hierarchy import level_of
from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import OWNER, Landscape, texts
from posture.access.gcp.logins import Logins
from posture.access.gcp.methods import TOKEN, Method, methods
from posture.access.gcp.needs import ENABLE, FREE, Held, Needs, sure
from posture.access.gcp.works import Works

_ASKED_THROUGH = (TOKEN, "gcp-account-sign-blob", "gcp-account-sign-jwt")
"""What can be asked for by way of other accounts.
https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts"""


class Escalation:
    """The methods, asked of one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self._land = landscape
        self._tree = landscape.tree
        self._needs = Needs(landscape)
        self._methods = [(method, self._needs.mask(method)) for method in methods()]
        self._telling = self._needs.telling
        self._constraints = Constraints(landscape, self._needs)
        self._attached: dict[str, Held] = {}
        """Accounts that may be attached to what lies in other projects, with what that hangs on."""
        for account, on in sorted(landscape.accounts.items()):
            if on and (abroad := self._constraints.abroad(account)) is not None:
                self._attached[account] = abroad
        self._logins = Logins(landscape, self._needs, self._constraints)
        self._memo: dict[tuple[int, ...], tuple[Gain, ...]] = {}
        self._takes: dict[str, tuple[Gain, ...]] = {}
        self._delegation = Delegation(landscape, self._needs, self.live, self._tokens)
        self._live: dict[str, tuple[str, ...]] = {}
        self._off: dict[str, tuple[str, ...]] = {}
        self._works = Works(landscape)

    def gains(self, principal: str) -> tuple[Gain, ...]:
        """Everything that `principal` can gain in one step, in the order of the methods."""
        holdings = [one for one in self._land.holdings(principal) if self._tells(one)]
        if not holdings:
            return ()
        if self._land.denies:
            return tuple(self._gains(principal, holdings))
        # Whoever holds the same roles gains the same where no deny rule looks at who asks.
        key = tuple(sorted(one.number for one in holdings))
        if key not in self._memo:
            self._memo[key] = tuple(self._gains(principal, holdings))
        return self._memo[key]

    def _tells(self, one: Holding) -> bool:
        return bool(one.mask & self._telling) or one.role == OWNER or one.role in self._land.custom

    def _gains(self, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        for one in holdings:
            if one.role == OWNER and level_of(one.node):
                # An owner administers as it stands.
                hangs = tuple(texts((one.depends_on,)))
                yield Gain("", sure(one), (one.because,), hangs, scopes=(one.node,))
        total = 0
        for one in holdings:
            total |= one.mask
        for method, mask in self._methods:
            if total & mask == mask:
                yield from self._by(method, principal, holdings)

    def _by(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        if method.way == "role":
            yield from self._role(method, principal, holdings)
            return
        if method.way == "delegate":
            yield from self._delegation.gains(method, principal)
            return
        if method.way in ("deploy", "workload"):
            yield from self._on_one(method, principal, holdings)
        if method.way == "deploy" and not method.workload:
            yield from self._abroad(method, principal, holdings)
        for held in self._needs.met(method, principal, holdings):
            where = held.hanging(method.depends_on)
            if method.way == "policy":
                scopes = self._tree.levels(held.node, method.needs[0].on)
                for found, free in self._needs.split(method, principal, where, scopes):
                    if free:
                        yield gain_of(method, found, scopes=free)
            elif method.way == "account":
                yield from self._accounts(method, principal, holdings, where)
            elif method.way == "deploy":
                yield from self._deploys(method, principal, holdings, where)
            elif method.way == "workload":
                yield from self._changes(method, principal, holdings, where)
            else:
                yield from self._has_act(method, principal, holdings, where)

    def _acting(self, method: Method, scope: str) -> list[str]:
        """Whom one comes to act as by `method` in a scope, besides its own accounts."""
        if method.way == "agent":
            return [one for one in self._land.agents.get(scope, ()) if one.endswith(method.accounts)]
        if method.way == "cluster" and scope in self._land.listed and scope not in self._works.homes(method):
            return []
        return (self._land.pools if method.way == "pool" else self._land.clusters).get(scope, [])

    # --- the ways

    def live(self, node: str) -> tuple[str, ...]:
        """The usable service accounts at or below `node`."""
        if node not in self._live:
            accounts = self._land.accounts
            self._live[node] = tuple(one for one in self._tree.below(node) if accounts.get(one, False))
        return self._live[node]

    def _accounts(
        self, method: Method, principal: str, holdings: Sequence[Holding], held: Held
    ) -> Iterator[Gain]:
        everybody, limited = self.live(held.node), self._constraints.limit(method)
        open_: dict[Held, list[str]] = {FREE: [] if limited else list(everybody)}
        for account in everybody if limited else ():
            lifted = self._constraints.lifted(method, principal, holdings, account)
            if lifted is not None:
                open_.setdefault(lifted, []).append(account)
        wakes = any(one.mask & self._needs.bit(ENABLE) for one in holdings)
        for account in self._asleep(held.node) if wakes else ():
            woken = self._needs.at((ENABLE,), principal, holdings, account)
            lifted = self._constraints.lifted(method, principal, holdings, account)
            if woken is not None and lifted is not None:
                open_.setdefault(lifted.after(woken), []).append(account)
        for first, accounts in open_.items():
            for found, free in self._needs.split(method, principal, held.after(first), accounts):
                if free:
                    whole = level_of(held.node) and free == everybody
                    yield gain_of(method, found, to=free, below=held.node if whole else "")

    def _abroad(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        """By attaching accounts, where that is allowed, to what one makes in other projects."""
        if not self._attached:
            return
        nodes = {one.node for one in holdings if one.mask & self._needs.mask(method)}
        projects = {one for node in nodes for one in self._tree.levels(node, "project")}
        for account, abroad in self._attached.items():
            for project in sorted(projects):
                held = self._needs.at(method.needs, principal, holdings, account, project)
                lifted = self._constraints.lifted(method, principal, holdings, project)
                if held is not None and lifted is not None:
                    found = held.hanging(method.depends_on).after(lifted).after(abroad)
                    yield gain_of(method, found, to=(account,))
                    break

    def _asleep(self, node: str) -> tuple[str, ...]:
        """The service accounts at or below `node` that are switched off."""
        if node not in self._off:
            accounts = self._land.accounts
            self._off[node] = tuple(one for one in self._tree.below(node) if accounts.get(one) is False)
        return self._off[node]

    def _deploys(
        self, method: Method, principal: str, holdings: Sequence[Holding], held: Held
    ) -> Iterator[Gain]:
        if not method.workload:
            yield from self._accounts(method, principal, holdings, held)
            return
        homes = self._works.homes(method)
        lacking = held.hanging(f"whether the project has a {method.workload.rpartition('/')[2]} to change")
        listed = self._land.listed
        everybody = self.live(held.node)
        open_: dict[Held, list[str]] = {}
        for account in everybody:
            home = self._tree.home(account)
            lifted = self._constraints.lifted(method, principal, holdings, account)
            if lifted is not None and (home in homes or home not in listed):
                open_.setdefault((held if home in homes else lacking).after(lifted), []).append(account)
        for state, accounts in open_.items():
            for found, free in self._needs.split(method, principal, state, accounts):
                if free:
                    yield gain_of(method, found, to=free)

    def _changes(
        self, method: Method, principal: str, holdings: Sequence[Holding], held: Held
    ) -> Iterator[Gain]:
        works = self._works.beside(method, held.node)
        for found, free in self._needs.split(method, principal, held, [work.key for work in works]):
            to: dict[Held, set[str]] = defaultdict(set)
            open_ = set(free)
            for work in works:
                inside = self._inside(method, principal, holdings, work.key) if work.key in open_ else None
                if inside is not None:
                    to[inside].add(work.account)
            for inside, accounts in to.items():
                yield gain_of(method, found.after(inside), to=tuple(sorted(accounts)))

    def _inside(self, method: Method, principal: str, holdings: Sequence[Holding], key: str) -> Held | None:
        """What it takes besides to act from a workload as its account; null where one does not get in."""
        entered = self._logins.entered(method.login, principal, holdings, key)
        lifted = self._constraints.lifted(method, principal, holdings, key)
        if entered is None or lifted is None:
            return None
        limited = self._land.settings.get(key, {}).get("whole-token") is False
        return entered.after(lifted).hanging("what the access scopes of its token open" if limited else "")

    def _on_one(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        """By roles on single workloads, with whatever is held on the accounts beside them."""
        nodes = {one.node for one in holdings}
        if method.way == "deploy":
            # What it ran as before does not matter.
            keys = self._works.there(method, nodes)
            pairs = [(key, account) for key in keys for account in self.live(self._tree.home(key))]
        else:
            pairs = [(work.key, work.account) for work in self._works.on(method, nodes)]
        for key, account in pairs:
            held = self._needs.at(method.needs, principal, holdings, account, key)
            # Code that is changed takes what token it likes; what runs already has the token that it has.
            ways = self._constraints.lifted if method.way == "deploy" else self._inside
            inside = ways(method, principal, holdings, key)
            if held is not None and inside is not None:
                yield gain_of(method, held.hanging(method.depends_on).after(inside), to=(account,))

    def _has_act(
        self, method: Method, principal: str, holdings: Sequence[Holding], held: Held
    ) -> Iterator[Gain]:
        for found, free in self._needs.split(
            method, principal, held, self._tree.levels(held.node, method.needs[0].on)
        ):
            for scope in free:
                lifted = self._constraints.lifted(method, principal, holdings, scope)
                if lifted is not None and (to := self._acting(method, scope)):
                    yield gain_of(method, found.after(lifted), to=tuple(sorted(to)), below=scope)

    def _tokens(self, account: str) -> tuple[Gain, ...]:
        """Whom `account` may have tokens made or signed for."""
        if account not in self._takes:
            holdings = self._land.holdings(account)
            self._takes[account] = tuple(
                gain
                for method, mask in self._methods
                if method.id in _ASKED_THROUGH and any(one.mask & mask for one in holdings)
                for gain in self._by(method, account, holdings)
                # What is only gone through wakes nobody.
                if all(self._land.accounts.get(one, False) for one in gain.to)
            )
        return self._takes[account]

    def _role(self, method: Method, principal: str, holdings: Sequence[Holding]) -> Iterator[Gain]:
        for one in holdings:
            home = self._land.custom.get(one.role)
            held = self._needs.at(method.needs, principal, holdings, home) if home else None
            if held is None:
                continue
            hangs = held.hanging(one.depends_on)
            found = replace(hangs, because=tuple(texts((*held.because, one.because))))
            if level_of(one.node):
                yield gain_of(method, found, scopes=(one.node,))
            elif self._land.accounts.get(one.node, False):
                yield gain_of(method, found, to=(one.node,))
