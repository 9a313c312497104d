"""Constraints of the organisation that stand in the way of a method, and who may lift them."""

from __future__ import annotations

from collections.abc import Sequence

from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape
from posture.access.gcp.needs import CONSTRAIN, FREE, Held, Needs

_AT_HOME = "iam.disableCrossProjectServiceAccountUsage"
"""In force unless somebody says otherwise.
https://cloud.google.com/iam/docs/attach-service-accounts"""
_BY_TAGS = "constraints of the organisation that depend on tags"


class Constraints:
    """The constraints of one landscape."""

    def __init__(self, landscape: Landscape, needs: Needs) -> None:
        self._land = landscape
        self._needs = needs

    def abroad(self, account: str) -> Held | None:
        """What it takes besides to attach an account in another project; null where one cannot."""
        barred = self._land.told(account, _AT_HOME, True)
        return None if barred else FREE.hanging(_BY_TAGS) if barred is None else FREE

    def past(
        self, groups: Sequence[Sequence[str]], principal: str, holdings: Sequence[Holding], node: str
    ) -> Held | None:
        """What it takes besides on `node`, where one of each group in force bars; null where it is barred."""
        answers = {self._land.enforced(node, group) for group in groups}
        if False in answers or not groups:
            return FREE
        lifted = self._needs.at((CONSTRAIN,), principal, holdings, node)
        if lifted is not None and lifted.certain:
            return lifted
        return FREE.hanging(_BY_TAGS) if None in answers else lifted
