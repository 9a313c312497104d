"""Every type of AWS that carries a policy of its own; one more service is one entry in DATA or WORK."""

from __future__ import annotations

from posture.sources.aws.carrier import Carrier
from posture.sources.aws.carriers_data import DATA
from posture.sources.aws.carriers_work import WORK
from posture.sources.aws.resources import Listing
from posture.sources.contract import Call

TABLE = "resource-policies"
"""What coverage calls the policies that stand on systems."""
CARRIERS: tuple[Carrier, ...] = (*DATA, *WORK)
CALLS: tuple[Call, ...] = tuple(
    {call.name + call.each: call for one in CARRIERS for call in (*one.ways, one.policy)}.values()
)

BY_POLICY: dict[str, tuple[Carrier, ...]] = {
    call: tuple(one for one in CARRIERS if one.policy.name == call)
    for call in dict.fromkeys(one.policy.name for one in CARRIERS)
}
"""Carriers by the call whose answer holds their policy."""
LISTINGS: dict[str, Listing] = {one.listing.call: one.listing for one in CARRIERS if one.listing}
"""How each answer that lists them is read, by its call."""
LEADING: dict[str, str] = {one.leading: one.type for one in CARRIERS if one.leading}
"""The type that follows on each call that only names what another one lists."""
REQUIRED: tuple[str, ...] = tuple(sorted({one.type for one in CARRIERS if one.is_required}))
"""The types of which an account was not read whole where nobody listed them."""
