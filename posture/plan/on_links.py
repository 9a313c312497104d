"""What actions change of the links: taken away or narrowed, and the factors that go with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from posture.model.classes import Classes, closed
from posture.model.keys import arn_parts
from posture.plan.acting import AGENT, SUPPLY, Acting
from posture.plan.causes import Wanted
from posture.plan.change import Change
from posture.plan.links_at import WALKED, Link
from posture.plan.on_entries import HALF, alone, contain

_BROAD = frozenset({"admin-wildcard", "unused-permissions", "agent-broad-reach"})
_REVERSIBLE = int(Classes.READ | Classes.WRITE)
_STRONG = int(Classes.ADMIN | Classes.DESTRUCTIVE | Classes.EXTERNAL)


def _isolate(acting: Acting, wanted: Wanted) -> Change:
    """Behind the vault, for one consumer, and one step less permission."""
    links = []
    for link in acting.links("from", wanted.cause.key, "opens"):
        links.append((_row(link), _step_down(_classes(link))))
    for opened in acting.links("from", wanted.cause.key, "authenticates", "runs-as"):
        identity = str(opened["to"])
        # Rights of an identity that other credentials open too cannot be cut for this one.
        if len(list(acting.links("to", identity, "authenticates", "runs-as"))) == 1:
            for link in acting.links("from", identity, "may-act"):
                links.append((_row(link), _step_down(_classes(link))))
    return contain(acting, wanted) | alone(acting, wanted) | Change(links=tuple(sorted(links)))


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


def _narrow(acting: Acting, wanted: Wanted) -> Change:
    links: set[tuple[int, int]] = set()
    policy = wanted.cause.key.split(" on ")[0] if wanted.cause.noun == "policies" else ""
    checks = {row["check"] for row in wanted.findings}
    broad = bool(checks & _BROAD or wanted.rule)
    for subject in _identities(acting, wanted):
        needed = acting.needed(subject)
        for link in acting.links("from", subject, "may-act", "may-become"):
            classes = _classes(link)
            if link["method"] is not None:
                if "privesc-primitive" in checks:
                    links.add((_row(link), 0))
                continue
            asked = _policies(link) == {_name(policy)} if policy else broad
            if asked and link["kind"] == "may-act" and classes & _STRONG:
                links.add((_row(link), needed & classes))
    return Change(links=tuple(sorted(links)))


def _identities(acting: Acting, wanted: Wanted) -> list[str]:
    """The identities that the cause is about; of an agent, those that it runs as."""
    found: list[str] = []
    for subject in wanted.subjects:
        runs_as = [str(link["to"]) for link in acting.links("from", subject, "runs-as")]
        found += runs_as if wanted.cause.noun == "agents" else [subject]
    return sorted(set(found))


def _limit(acting: Acting, wanted: Wanted) -> Change:
    key = wanted.cause.key
    if wanted.cause.noun == "tools":
        calls = acting.links("from", key, "calls")
        return Change(links=tuple((_row(link), _REVERSIBLE & _classes(link)) for link in calls))
    checks = {row["check"] for row in wanted.findings}
    links: tuple[tuple[int, int], ...] = ()
    if "tools-exceed-purpose" in checks:
        used = acting.links("from", key, "uses-tool")
        links = tuple((_row(link), 0) for link in used if acting.undeclared(key, str(link["to"])))
    allowed = acting.factor(AGENT, key, "selection", acting.factors.selection_allow_list)
    return allowed | Change(links=links)


def _separate(acting: Acting, wanted: Wanted) -> Change:
    if wanted.cause.noun == "credentials":
        return alone(acting, wanted)
    if not any(row["check"] == "nonprod-reaches-prod" for row in wanted.findings):
        return Change()
    links: list[tuple[int, int]] = []
    for subject in [wanted.cause.key, *_identities(acting, wanted)]:
        for link in acting.links("from", subject, "may-act", "opens", "calls"):
            if acting.production(str(link["to"])):
                links.append((_row(link), 0))
    return Change(links=tuple(sorted(set(links))))


def _sandbox(acting: Acting, wanted: Wanted) -> Change:
    key = wanted.cause.key
    mediated = acting.factors.input_mediated
    if wanted.cause.noun != "tools":
        return acting.factor(AGENT, key, "input", mediated)
    users = [str(link["from"]) for link in acting.links("to", key, "uses-tool")]
    lying = tuple((_row(link), 0) for link in acting.links("from", key, "holds") if link["ambient"])
    return Change.together(
        [
            acting.factor(SUPPLY, key, "sandboxed", HALF),
            Change(links=lying),
            *(acting.factor(AGENT, user, "input", mediated) for user in users),
        ]
    )


def _tighten(acting: Acting, wanted: Wanted) -> Change:
    """Only whom it names comes in: nobody who may be anybody, and no tenant but the one meant."""
    key = wanted.cause.key
    opened = [link for link in acting.links("to", key, "may-act") if link["breadth"] == "any-tenant"]
    return Change.together(
        [
            acting.factor("loose-trust", key, "trust", acting.factors.trust_exact),
            acting.factor("human-use", key, "use", acting.factors.human_other),
            Change(links=tuple((_row(link), 0) for link in opened)),
        ]
    )


def _decommission(acting: Acting, wanted: Wanted) -> Change:
    key = wanted.cause.key
    links = [(_row(link), 0) for end in ("from", "to") for link in acting.links(end, key, *WALKED)]
    return acting.gone(key) | Change(links=tuple(sorted(set(links))))


ON_LINKS: Mapping[str, Callable[[Acting, Wanted], Change]] = MappingProxyType(
    {
        "isolate-exception": _isolate,
        "narrow-scope": _narrow,
        "limit-tools": _limit,
        "separate": _separate,
        "sandbox": _sandbox,
        "tighten-trust": _tighten,
        "decommission": _decommission,
    }
)
"""By class of action."""
