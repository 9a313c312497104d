"""What stands in the way of a method, constraints and APIs that are off, and who lifts it."""

from __future__ import annotations

from collections.abc import Sequence

from posture.access.gcp.holding import Holding
from posture.access.gcp.landscape import Landscape
from posture.access.gcp.methods import Method, methods
from posture.access.gcp.needs import CONSTRAIN, FREE, SWITCH_ON, Held, Needs

_AT_HOME = "iam.disableCrossProjectServiceAccountUsage"
"""In force unless somebody says otherwise.
https://cloud.google.com/iam/docs/attach-service-accounts"""
_API = "api:"
_BY_TAGS = "constraints of the organisation that depend on tags"


class Constraints:
    """The constraints of one landscape."""

    def __init__(self, landscape: Landscape, needs: Needs) -> None:
        self._land = landscape
        self._needs = needs
        off = {
            name
            for told in landscape.settings.values()
            for name, on in told.items()
            if name.startswith(_API) and on is False
        }
        self._off = {method.id: names for method in methods() if (names := _apis(method) & off)}
        """By method, the APIs that it needs and that are off somewhere."""

    def limit(self, method: Method) -> bool:
        """Whether anything may stand in the way of a method somewhere."""
        return bool(method.barred_by) or method.id in self._off

    def lifted(self, method: Method, principal: str, holdings: Sequence[Holding], node: str) -> Held | None:
        """What it takes besides for a method to work on `node`; null where it does not."""
        if not self.limit(method):
            return FREE
        past = self.past(method.barred_by, principal, holdings, node)
        off = self._off.get(method.id, ())
        if past is None or not any(self._land.told(node, name) is False for name in off):
            return past
        on = self._needs.at((SWITCH_ON,), principal, holdings, node)
        return None if on is None else past.after(on)

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
        if lifted is not None:
            return lifted
        return FREE.hanging(_BY_TAGS) if None in answers else None


def _apis(method: Method) -> set[str]:
    """Names of the APIs that have to be on where a method works; tokens are asked for from anywhere."""
    words = {need.permission.partition(".")[0] for need in method.needs if need.on in ("project", "workload")}
    return {f"{_API}{word}.googleapis.com" for word in words}
