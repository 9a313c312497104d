"""How likely a route is and how much a system is worth: ordinal planning weights, not probabilities."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from posture.model.classes import Classes
from posture.settings import Assumed, Factors

UNBOUNDED = 365 * 24.0
"""A credential that lives longer than these hours counts as without end."""


class Likelihood(Struct, frozen=True):
    """One factor or a product of factors, and which of them had to be assumed."""

    value: float
    assumed: tuple[str, ...] = ()

    def __mul__(self, other: Likelihood) -> Likelihood:
        return Likelihood(self.value * other.value, (*self.assumed, *other.assumed))


def value(criticality: int, factors: Factors) -> float:
    """V of a system of criticality 1 to 5."""
    return factors.criticality[criticality - 1]


def permission(classes: int, factors: Factors) -> float:
    """P of the strongest class in the mask; 0 for an empty one."""
    if classes & (Classes.DESTRUCTIVE | Classes.ADMIN | Classes.EXTERNAL):
        return factors.permission_destructive
    if classes & Classes.WRITE:
        return factors.permission_write
    return factors.permission_read if classes & Classes.READ else 0.0


def decay(transitions: int, factors: Factors) -> float:
    """What is left over so many transitions; direct use is one."""
    return float(factors.decay ** (transitions - 1))


def storage(factors: Factors) -> Mapping[str, float]:
    """Stolen credential: by the worst place it lies in."""
    return {
        "public": factors.storage_public,
        "internal": factors.storage_internal,
        "at-rest": factors.storage_at_rest,
        "managed": factors.storage_managed,
    }


def lifetime(hours: float | None, factors: Factors) -> float:
    """Stolen credential: by remaining life or cycle in hours; none for one that has no end."""
    if hours is None or hours > UNBOUNDED:
        return factors.lifetime_unbounded
    steps = (
        (1.0, factors.lifetime_1_hour),
        (24.0, factors.lifetime_24_hours),
        (90 * 24.0, factors.lifetime_90_days),
        (UNBOUNDED, factors.lifetime_365_days),
    )
    return next(factor for longest, factor in steps if hours <= longest)


def sharing(consumers: int, factors: Factors) -> float:
    """Stolen credential: by how many use it."""
    if consumers >= 4:
        return factors.sharing_many
    return factors.sharing_few if consumers >= 2 else factors.sharing_one


def reading(factors: Factors) -> Mapping[str, float]:
    """Hijacked agent: by whose text it reads."""
    return {
        "open": factors.input_open,
        "mediated": factors.input_mediated,
        "trusted": factors.input_trusted,
    }


def selection(factors: Factors) -> Mapping[str, float]:
    """Hijacked agent: by how it chooses tools."""
    return {
        "free": factors.selection_free,
        "allow-list": factors.selection_allow_list,
        "fixed": factors.selection_fixed,
    }


def autonomy(factors: Factors) -> Mapping[str, float]:
    """Hijacked agent: by who approves its actions."""
    return {
        "autonomous": factors.autonomy_autonomous,
        "semi": factors.autonomy_semi,
        "approved": factors.autonomy_approved,
    }


def trust(factors: Factors) -> Mapping[str, float]:
    """Loose trust: by whom it lets in."""
    return {
        "any-tenant": factors.trust_any_tenant,
        "organisation": factors.trust_organisation,
        "exact": factors.trust_exact,
    }


class Lifetime(Struct, frozen=True):
    """How long a credential lives: `known` false where nothing says, `hours` none where it has no end."""

    hours: float | None = None
    known: bool = True


def stolen_credential(
    exposure: str | None,
    life: Lifetime,
    consumers: int | None,
    factors: Factors,
    assumed: Assumed,
    valid: bool | None = None,
) -> Likelihood:
    """Storage x lifetime x sharing; nothing only where the credential was proven dead."""
    if valid is False:
        return Likelihood(0.0)
    hours = life.hours if life.known else assumed.lifetime_hours
    missing = () if life.known else ("lifetime",)
    used_by = assumed.consumers if consumers is None else consumers
    return (
        _known(exposure, storage(factors), assumed.exposure, "exposure")
        * Likelihood(lifetime(hours, factors), missing)
        * Likelihood(sharing(used_by, factors), ("consumers",) if consumers is None else ())
    )


def hijacked_agent(
    input: str | None, tools: str | None, acts: str | None, factors: Factors, assumed: Assumed
) -> Likelihood:
    """Input x selection x autonomy; what stands on the path comes on top, see `control`."""
    return (
        _known(input, reading(factors), assumed.input, "input")
        * _known(tools, selection(factors), assumed.selection, "selection")
        * _known(acts, autonomy(factors), assumed.autonomy, "autonomy")
    )


def control(enforced: bool, approval: str, factors: Factors) -> float:
    """What an enforced request-time policy and an approval leave of the hijacked-agent route, of no other."""
    policy = factors.policy_enforced if enforced else 1.0
    return policy * {"strong": factors.approval_strong, "lightweight": factors.approval_light}.get(
        approval, 1.0
    )


def supply_chain(
    verified: bool | None, pinned: bool | None, sandboxed: bool | None, factors: Factors
) -> float:
    """What is not known to be verified, pinned or sandboxed is not."""
    if verified and pinned and sandboxed:
        return factors.supply_contained
    return factors.supply_verified if verified or pinned else factors.supply_unverified


def loose_trust(breadth: str | None, factors: Factors, assumed: Assumed) -> Likelihood:
    """By whom the trust lets in besides the one that is meant."""
    return _known(breadth, trust(factors), assumed.trust, "trust")


def human_use(shared: bool | None, interactive: bool | None, factors: Factors) -> float:
    """A person can use what several use, or what lets people sign in."""
    return factors.human_shared if shared or interactive else factors.human_other


def _known(given: str | None, table: Mapping[str, float], otherwise: str, name: str) -> Likelihood:
    if given is None:
        return Likelihood(table[otherwise], (name,))
    return Likelihood(table[given])
