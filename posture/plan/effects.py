"""What each action changes: factors of the ways in, controls on agents, links taken away or narrowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from posture.checks.view import View
from posture.graph.build import Graph
from posture.model.classes import Classes, closed, parse
from posture.model.keys import arn_parts
from posture.plan.begin import FACTORS, SLOTS
from posture.plan.causes import Causes, Wanted
from posture.plan.change import Change
from posture.plan.factors import lifetime

_AGENT, _SUPPLY, _STOLEN = "hijacked-agent", "supply-chain", "stolen-credential"
_WALKED = ("uses-tool", "holds", "authenticates", "runs-as", "may-become", "may-act", "opens", "calls",
           "delegates", "member-of")  # fmt: skip
_HALF = 0.5
_BROAD = frozenset({"admin-wildcard", "unused-permissions", "agent-broad-reach"})
_REVERSIBLE = int(Classes.READ | Classes.WRITE)
_STRONG = int(Classes.ADMIN | Classes.DESTRUCTIVE | Classes.EXTERNAL)

Link = Mapping[str, object]


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
        links = graph.links.with_row_index("row").select(
            pl.col("row").cast(pl.Int64), "kind", "from", "to", "classes", "because", "method", "ambient"
        ).filter(pl.col("kind").is_in(_WALKED))  # fmt: skip
        self._links = links
        self._by: dict[str, dict[str, list[Link]]] = {}
        self._live = {
            row["key"]: row["environment"]
            for row in view.estate["systems"].select("key", "environment").iter_rows(named=True)
        }
        self._used = _used(view)
        wanting = view.estate["links"].filter(pl.col("kind") == "declared-tool").select("from", "to")
        self._declared: dict[str, set[str]] = {}
        for agent, tool in wanting.iter_rows():
            self._declared.setdefault(agent, set()).add(tool)

    def attend(self, subjects: set[str]) -> None:
        """Look up the links from and to `subjects` and what they authenticate or run as, all at once."""
        near = pl.col("from").is_in(sorted(subjects)) & pl.col("kind").is_in(["authenticates", "runs-as"])
        wanted = sorted(subjects | set(self._links.filter(near)["to"]))
        for end in ("from", "to"):
            found: dict[str, list[Link]] = {}
            for row in self._links.filter(pl.col(end).is_in(wanted)).iter_rows(named=True):
                found.setdefault(row[end], []).append(row)
            self._by[end] = found

    def of(self, wanted: Wanted) -> Change:
        """What dealing with the cause changes; nothing where it is not modelled."""
        effect = EFFECTS.get(wanted.cause.action)
        return effect(self, wanted) if effect else Change()

    def links(self, end: str, key: str, *kinds: str) -> Iterator[Link]:
        """Links at `key` of one of `kinds`."""
        return (link for link in self._by[end].get(key, ()) if link["kind"] in kinds)

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
        ways = [(_AGENT, agent)]
        if "agents-only" in self.off:
            ways += [(_STOLEN, key) for key in self.causes.held_by(agent)]
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


def _together(changes: Sequence[Change]) -> Change:
    whole = Change()
    for change in changes:
        whole = whole | change
    return whole


def _contain(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(_STOLEN, wanted.cause.key, "storage", all_.factors.storage_managed)


def _rotate(all_: Effects, wanted: Wanted) -> Change:
    cycle = lifetime(all_.settings.limits.rotation * 24.0, all_.factors)
    return all_.factor(_STOLEN, wanted.cause.key, "lifetime", cycle)


def _short(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(_STOLEN, wanted.cause.key, "lifetime", all_.factors.lifetime_1_hour)


def _alone(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(_STOLEN, wanted.cause.key, "sharing", all_.factors.sharing_one)


def _federate(all_: Effects, wanted: Wanted) -> Change:
    return _contain(all_, wanted) | _short(all_, wanted)


def _replace(all_: Effects, wanted: Wanted) -> Change:
    return _federate(all_, wanted) | _alone(all_, wanted)


def _isolate(all_: Effects, wanted: Wanted) -> Change:
    """Behind the vault, for one consumer, and one step less permission."""
    links = []
    for link in all_.links("from", wanted.cause.key, "opens"):
        links.append((_row(link), _step_down(_classes(link))))
    for opened in all_.links("from", wanted.cause.key, "authenticates", "runs-as"):
        identity = str(opened["to"])
        # Rights of an identity that other credentials open too cannot be cut for this one.
        if len(list(all_.links("to", identity, "authenticates", "runs-as"))) == 1:
            for link in all_.links("from", identity, "may-act"):
                links.append((_row(link), _step_down(_classes(link))))
    return _contain(all_, wanted) | _alone(all_, wanted) | Change(links=tuple(sorted(links)))


def _step_down(classes: int) -> int:
    return _REVERSIBLE if classes & _STRONG else int(Classes.READ)


def _classes(link: Link) -> int:
    classes = link["classes"]
    return int(closed(classes)) if isinstance(classes, int) else 31


def _row(link: Link) -> int:
    row = link["row"]
    assert isinstance(row, int)
    return row


def _name(policy: str) -> str:
    """Statements name their policy by its name, decisions by its ARN."""
    return policy.rsplit("/", 1)[-1] if arn_parts(policy) else policy


def _policies(link: Link) -> set[str]:
    """The policies that a link was read from."""
    return {_name(part.split(" / ")[0]) for part in str(link["because"] or "").split("; ")}


def _narrow(all_: Effects, wanted: Wanted) -> Change:
    links: set[tuple[int, int]] = set()
    policy = wanted.cause.key.split(" on ")[0] if wanted.cause.noun == "policies" else ""
    checks = {row["check"] for row in wanted.findings}
    broad = bool(checks & _BROAD or wanted.rule)
    for subject in _identities(all_, wanted):
        needed = all_.needed(subject)
        for link in all_.links("from", subject, "may-act", "may-become"):
            classes = _classes(link)
            if link["method"] is not None:
                if "privesc-primitive" in checks:
                    links.add((_row(link), 0))
                continue
            asked = _policies(link) == {_name(policy)} if policy else broad
            if asked and link["kind"] == "may-act" and classes & _STRONG:
                links.add((_row(link), needed & classes))
    return Change(links=tuple(sorted(links)))


def _identities(all_: Effects, wanted: Wanted) -> list[str]:
    """The identities that the cause is about; of an agent, those that it runs as."""
    found: list[str] = []
    for subject in wanted.subjects:
        runs_as = [str(link["to"]) for link in all_.links("from", subject, "runs-as")]
        found += runs_as if wanted.cause.noun == "agents" else [subject]
    return sorted(set(found))


def _policy(all_: Effects, wanted: Wanted) -> Change:
    place, left = SLOTS[_AGENT].index("policy"), all_.factors.policy_enforced
    return Change(tuple((entry, place, left) for entry in all_.controlled(wanted.cause.key)))


def _limit(all_: Effects, wanted: Wanted) -> Change:
    key = wanted.cause.key
    if wanted.cause.noun == "tools":
        calls = all_.links("from", key, "calls")
        return Change(links=tuple((_row(link), _REVERSIBLE & _classes(link)) for link in calls))
    checks = {row["check"] for row in wanted.findings}
    links: tuple[tuple[int, int], ...] = ()
    if "tools-exceed-purpose" in checks:
        used = all_.links("from", key, "uses-tool")
        links = tuple((_row(link), 0) for link in used if all_.undeclared(key, str(link["to"])))
    allowed = all_.factor(_AGENT, key, "selection", all_.factors.selection_allow_list)
    return allowed | Change(links=links)


def _tighten(all_: Effects, wanted: Wanted) -> Change:
    return _together(
        [
            all_.factor("loose-trust", wanted.cause.key, "trust", all_.factors.trust_exact),
            all_.factor("human-use", wanted.cause.key, "use", all_.factors.human_other),
        ]
    )


def _separate(all_: Effects, wanted: Wanted) -> Change:
    if wanted.cause.noun == "credentials":
        return _alone(all_, wanted)
    if not any(row["check"] == "nonprod-reaches-prod" for row in wanted.findings):
        return Change()
    links: list[tuple[int, int]] = []
    for subject in [wanted.cause.key, *_identities(all_, wanted)]:
        for link in all_.links("from", subject, "may-act", "opens", "calls"):
            if all_.production(str(link["to"])):
                links.append((_row(link), 0))
    return Change(links=tuple(sorted(set(links))))


def _sandbox(all_: Effects, wanted: Wanted) -> Change:
    key = wanted.cause.key
    mediated = all_.factors.input_mediated
    if wanted.cause.noun != "tools":
        return all_.factor(_AGENT, key, "input", mediated)
    users = [str(link["from"]) for link in all_.links("to", key, "uses-tool")]
    lying = tuple((_row(link), 0) for link in all_.links("from", key, "holds") if link["ambient"])
    return _together(
        [
            all_.factor(_SUPPLY, key, "sandboxed", _HALF),
            Change(links=lying),
            *(all_.factor(_AGENT, user, "input", mediated) for user in users),
        ]
    )


def _approve(all_: Effects, wanted: Wanted) -> Change:
    strong = all_.factors.approval_strong
    write = strong if "approve-by-class" in all_.off else all_.factors.approval_light
    return Change(controls=tuple((entry, write, strong) for entry in all_.controlled(wanted.cause.key)))


def _decommission(all_: Effects, wanted: Wanted) -> Change:
    key = wanted.cause.key
    links = [(_row(link), 0) for end in ("from", "to") for link in all_.links(end, key, *_WALKED)]
    return all_.gone(key) | Change(links=tuple(sorted(set(links))))


def _pin(all_: Effects, wanted: Wanted) -> Change:
    return all_.factor(_SUPPLY, wanted.cause.key, "pinned", _HALF)


EFFECTS: Mapping[str, Callable[[Effects, Wanted], Change]] = MappingProxyType(
    {
        "contain": _contain,
        "rotate": _rotate,
        "replace": _replace,
        "just-in-time": _short,
        "federate": _federate,
        "isolate-exception": _isolate,
        "narrow-scope": _narrow,
        "enforce-policy": _policy,
        "limit-tools": _limit,
        "tighten-trust": _tighten,
        "separate": _separate,
        "sandbox": _sandbox,
        "require-approval": _approve,
        "decommission": _decommission,
        "pin-third-party": _pin,
    }
)
"""By class; a class that is not here changes no risk."""
