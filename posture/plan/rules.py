"""Which action waits for which, and why: the rules of order over one subject's actions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from posture.plan.classes import CONTAINING, REPLACING
from posture.plan.due import REST

CONSTRAINING = frozenset(
    {"narrow-scope", "enforce-policy", "limit-tools", "tighten-trust", "separate", "sandbox"}
)
"""What limits an identity that has been authenticated."""

APPROVING = frozenset({"require-approval", "test-override"})
"""What puts a person in between."""

ENABLERS: Mapping[str, str] = MappingProxyType(
    {
        "replace": "identity-platform",
        "just-in-time": "identity-platform",
        "federate": "identity-platform",
        "enforce-policy": "policy-engine",
        "isolate-exception": "vault",
        "log-events": "log-pipeline",
    }
)
"""What has to be set up before an action of the class is possible."""


class Action(Struct, frozen=True):
    """One action as the rules see it."""

    id: str
    action: str
    """Its class."""
    credential: str = ""
    """The credential that it contains, rotates or replaces."""
    stage: int = REST


class Subject(Struct, frozen=True):
    """An identity or agent with the actions that concern it, also those that it has in common with others."""

    key: str
    actions: tuple[Action, ...]
    configured: frozenset[str] = frozenset()
    """Long-lived credentials that it is configured for, not those that merely lie within its reach."""
    shared: bool = False
    free: bool = False
    """Whether it selects tools freely."""
    chained: bool = False
    """Whether it is a pipeline, one of several agents, or a service that calls services."""


class Need(Struct, frozen=True):
    """One action waits for another."""

    action: str
    needs: str
    because: str
    """Word of the rule."""


Waits = Iterator[tuple[Action, Action]]
Rule = Callable[[Subject], Waits]


def _contain_first(subject: Subject) -> Waits:
    """Every long-lived credential is contained or rotated before anything is built on the subject."""
    containing = [
        one for one in subject.actions if one.action in CONTAINING and one.credential in subject.configured
    ]
    for later in _of(subject, REPLACING | CONSTRAINING | APPROVING):
        for first in containing:
            yield later, first


def _approve_last(subject: Subject) -> Waits:
    """Approvals cannot tell routine from abuse while an identity is shared or tools are freely selected."""
    if subject.shared or subject.free:
        yield from _before(subject, APPROVING, REPLACING | CONSTRAINING)


def _split_before_control(subject: Subject) -> Waits:
    """Policy and approval earn nothing while several use one identity."""
    if subject.shared:
        yield from _before(subject, APPROVING | {"enforce-policy"}, REPLACING)


def _replace_before_approval(subject: Subject) -> Waits:
    """Where machines call machines, identity comes before approval."""
    if subject.chained:
        yield from _before(subject, APPROVING, REPLACING)


def _set_up_first(subject: Subject) -> Waits:
    """A platform stands before what is built on it."""
    for later in subject.actions:
        for first in _of(subject, {ENABLERS.get(later.action, "")}):
            yield later, first


def _map_consumers_first(subject: Subject) -> Waits:
    """Nobody changes a credential before knowing who uses it, unless it is contained at once."""
    for later in _of(subject, CONTAINING | REPLACING):
        for first in _of(subject, {"map-consumers"}):
            if later.credential == first.credential:
                yield later, first


def _replace_before_constraint(subject: Subject) -> Waits:
    """The strict mode: no permission work on an identity that is about to be replaced."""
    yield from _before(subject, CONSTRAINING, REPLACING)


SEED_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "contain-first": _contain_first,
        "approve-last": _approve_last,
        "split-before-control": _split_before_control,
        "replace-before-approval": _replace_before_approval,
    }
)
"""Rules of order; the sequence premium is what they cost."""

TECHNICAL_RULES: Mapping[str, Rule] = MappingProxyType(
    {"set-up-first": _set_up_first, "map-consumers-first": _map_consumers_first}
)
"""What cannot be done the other way round."""

STRICT_RULES: Mapping[str, Rule] = MappingProxyType({"replace-before-constraint": _replace_before_constraint})


FURTHER_RULES: Mapping[str, str] = MappingProxyType(
    {
        "contain-at-once": "containing waits for nothing: no owner, vault, map of consumers or window",
        "both-kinds": "leaving out all of one kind on a subject is warned of",
        "agents-only": "request-time policy and approval lower the risk of hijacked agents alone",
        "approve-by-class": "approval is strong for what destroys or goes outside, light for writes",
        "changed-since": "what changed since a credential was issued dates its rotation",
        "more-consumers-more-work": "containing and rotating take longer for each further consumer or copy",
        "priced": "what the rules of order cost is said",
    }
)
"""Rules that neither make an action nor set two in order, and what each says."""


def needs(
    subjects: Sequence[Subject], rules: Mapping[str, Rule], off: Collection[str] = ()
) -> tuple[Need, ...]:
    """Every wait that `rules` ask for, once, except those switched `off`; containment waits for nothing."""
    at_once = "contain-at-once" not in off
    found: dict[tuple[str, str], Need] = {}
    for subject in subjects:
        for word, rule in rules.items():
            if word not in off:
                for later, first in rule(subject):
                    if later.id != first.id and not (at_once and later.stage != REST):
                        found.setdefault((later.id, first.id), Need(later.id, first.id, word))
    return tuple(found[pair] for pair in sorted(found))


def _of(subject: Subject, classes: Collection[str]) -> Iterator[Action]:
    return (one for one in subject.actions if one.action in classes)


def _before(subject: Subject, later: Collection[str], first: Collection[str]) -> Waits:
    for action in _of(subject, later):
        for earlier in _of(subject, first):
            yield action, earlier
