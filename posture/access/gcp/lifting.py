"""Deny policies that those whom they mean may delete or rewrite, and so hold nobody up."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from posture.access.gcp.conditions import MAYBE, NO, YES
from posture.access.gcp.denies import Deny
from posture.access.gcp.hierarchy import Tree
from posture.access.gcp.holding import Holding
from posture.access.gcp.permissions import Permissions

LIFTING = ("iam.denypolicies.delete", "iam.denypolicies.update")
"""https://cloud.google.com/iam/docs/deny-access"""

Touching = Sequence[tuple[Deny, int]]
"""Rules with how surely each means somebody."""


class Meant(Struct, frozen=True):
    """What means somebody: rules that withhold, and rules that are taken away by the role that is named."""

    kept: Touching
    lifted: Sequence[tuple[Deny, str]]


def meant(touching: Touching, held: Sequence[Holding], permissions: Permissions, tree: Tree) -> Meant:
    """`touching` without the rules that `held` lets one take away; what perhaps goes is perhaps kept.

    A rule may withhold the permission to delete another, so that one has to go before the other can.
    """
    kept, lifted = list(touching), list[tuple[Deny, str]]()
    while held:
        able = [(deny, _able(deny, kept, held, permissions, tree)) for deny, _answer in kept]
        gone = {deny: because for deny, (answer, because) in able if answer == YES}
        if not gone:
            doubt = {deny for deny, (answer, _because) in able if answer == MAYBE}
            kept = [(deny, MAYBE if deny in doubt else answer) for deny, answer in kept]
            break
        lifted += gone.items()
        kept = [one for one in kept if one[0] not in gone]
    return Meant(tuple(kept), tuple(lifted))


def _able(
    deny: Deny, kept: Touching, held: Sequence[Holding], permissions: Permissions, tree: Tree
) -> tuple[int, str]:
    """How surely `held` lets one take `deny` away while `kept` withholds, and by which role."""
    best, because = NO, ""
    for permission in LIFTING:
        bit = permissions.bit(permission)
        worst = max(
            (answer for one, answer in kept if one.mask & bit and tree.holds(one.node, deny.node)), default=NO
        )
        for holding in held:
            answer = min(holding.answer, YES - worst)
            if holding.mask & bit and tree.holds(holding.node, deny.node) and answer > best:
                best, because = answer, holding.because
    return best, because
