"""What one escalation method gives, and the words in which the methods reckon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from posture.access.aws.account import Principal
from posture.access.aws.actor import Facts, Targets
from posture.access.aws.conditions import MAYBE, YES
from posture.access.aws.context import Values
from posture.access.aws.decision import Attached, Level
from posture.access.aws.held import NOT_HELD, Held

ASSUMED = "sts-001"
"""The id under which the catalogues list plain role assumption."""


class Gain(Struct, frozen=True):
    """What one method gives: principals to act as, administration of the account, or a class on a kind of
    system."""

    method: str
    held: Held
    to: Targets = ()
    admin: bool = False
    kind: str = ""
    classes: str = ""
    scope: str = ""
    """What the targets have in common, such as the service that they trust."""

    @property
    def certain(self) -> bool:
        return self.held.answer == YES


def doubt(held: Held, reason: str) -> Held:
    """`held`, made conditional for `reason`."""
    return held.and_(Held(MAYBE, (), (reason,))) if held.answer else held


def grouped(answers: Iterable[tuple[Principal, Held]]) -> list[tuple[Targets, Held]]:
    """Targets with one answer together; those with none left out."""
    groups: dict[Held, list[Principal]] = {}
    for target, held in answers:
        if held.answer:
            groups.setdefault(held, []).append(target)
    return [(tuple(targets), held) for held, targets in groups.items()]


def about(target: Principal, action: str) -> Facts:
    """The condition keys of an IAM request that its target settles."""
    boundary = (target.boundary[0].arn,) if target.boundary and target.boundary[0].arn else None
    facts: dict[str, Values | None] = {"iam:permissionsboundary": boundary}
    if action.startswith("iam:Put") and action.endswith("PermissionsBoundary"):
        # Of a request that sets a boundary this is the new one: one that limits nothing.
        facts["iam:permissionsboundary"] = (
            f"arn:{target.arn.split(':')[1]}:iam::aws:policy/AdministratorAccess",
        )
    if not action.startswith("iam:Attach"):
        facts["iam:policyarn"] = None
    return {**facts, **tags_of(target)}


def tags_of(target: Principal) -> Facts:
    """The condition keys that the tags of a principal settle where a request is about it."""
    if target.tags is None:
        return {}
    # The bare prefix stands for every other tag: it has none.
    return {**dict.fromkeys(_prefixes("iam")), **tagged(target.tags, "iam")}


def tagged(tags: Mapping[str, str], service: str) -> Facts:
    """The condition keys that `tags` of a resource settle in requests to `service`."""
    return {f"{prefix}{tag.lower()}": (tags[tag],) for prefix in _prefixes(service) for tag in tags}


def _prefixes(service: str) -> tuple[str, str]:
    return "aws:resourcetag/", f"{service}:resourcetag/"


def best_of(options: Iterable[Held]) -> Held:
    """The surest of several ways; one that is sure ends the search."""
    best = NOT_HELD
    for option in options:
        if option.answer > best.answer:
            best = option
        if best.answer == YES:
            break
    return best


def editable(policies: Level, account: str) -> Iterator[Attached]:
    """The managed policies of the account itself: those of the provider cannot be written."""
    for attached in policies:
        if f":iam::{account}:policy/" in attached.arn:
            yield attached
