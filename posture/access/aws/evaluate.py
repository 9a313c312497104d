"""Decides one AWS request over compiled policies, by the provider's rules and with three-valued
conditions."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.choices import assignments
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.decision import Answer, Deciding, Decision, Layer, Policies, Request
from posture.access.aws.layers import Asked, Found, look, look_by_principal
from posture.access.aws.narrowing import is_public
from posture.access.aws.principals import Caller, Named, caller
from posture.access.aws.quirks import (
    ALWAYS_ALLOWED,
    RCP_SERVICES,
    RESOURCE_POLICY_DECIDES,
    ROOT_KEEPS,
    TOKEN_ACTIONS,
    TRUST_ACTIONS,
    WITHOUT_KEY_POLICY,
    WITHOUT_RCP,
)
from posture.access.aws.reference import known_action, unknown_action_reason

Known = Callable[[str], bool]

_WITH_POLICIES = frozenset({"user", "role", "session", "root", "federated-user"})
_GLOBAL_REGION = frozenset({"iam", "organizations", "account", "cloudfront", "route53"})


def evaluate(request: Request, policies: Policies, known: Known | None = known_action) -> Decision:
    """The provider's decision on `request`, or Depends where the input does not settle it.

    In an open context a key that the caller itself writes counts as met when some choice meets it; the
    choice stands
    in the decision. `known` says which actions exist: one it does not know is decided only by an outright
    Deny.
    With `known=None` every action is taken as given.
    """
    action = request.action.lower()
    who = caller(request.principal, request.role_arn, policies.boundary is not None)
    decision = _decide(request, policies, action, who, request.context)
    if decision.answer is Answer.DEPENDS and request.context.open:
        decision = _settled(request, policies, action, who, decision)
    if known is not None and decision.answer is not Answer.EXPLICITLY_DENIED and not known(action):
        reasons = (*decision.reasons, unknown_action_reason(request.action))
        return replace(decision, answer=Answer.DEPENDS, reasons=reasons)
    return decision


def request_facts(request: Request, who: Caller) -> dict[str, tuple[str, ...]]:
    """Context keys that principal, action and resource settle by themselves."""
    owner = _resource_account(request, who)
    facts: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (owner,)}
    organisation = request.context.given("aws:principalorgid")
    if owner == who.account and organisation:
        facts["aws:resourceorgid"] = organisation
    service = request.action.partition(":")[0].lower()
    if service == "s3":
        facts["s3:resourceaccount"] = (owner,)
    elif service == "kms" and who.account:
        facts["kms:calleraccount"] = (who.account,)
    parts = request.resource.split(":", 5)
    if len(parts) == 6 and parts[3] and "*" not in parts[3]:
        facts["aws:requestedregion"] = (parts[3],)
    elif service in _GLOBAL_REGION:
        facts["aws:requestedregion"] = ("us-east-1",)
    return facts


def _settled(request: Request, policies: Policies, action: str, who: Caller, decision: Decision) -> Decision:
    """A decision that depends on keys, after those that the request itself or its caller settles."""
    context = request.context
    facts = {key: v for key, v in request_facts(request, who).items() if context.given(key) is None}
    if any(key in facts for key in decision.keys):
        context = context.having(facts)
        decision = _decide(request, policies, action, who, context)
    keys = tuple(key for key in decision.keys if context.is_chosen(key))
    if decision.answer is not Answer.DEPENDS or not keys:
        return decision
    choices = assignments(keys, policies, context)
    if choices is None:
        return replace(
            decision, reasons=(*decision.reasons, "the caller has too many choices to try them all")
        )
    best: Decision | None = None
    for choice in choices:
        made = _decide(request, policies, action, who, context.having(choice))
        if made.answer is Answer.ALLOWED:
            return replace(made, chosen={key: ", ".join(v) for key, v in choice.items() if v})
        if best is None or (made.answer is Answer.DEPENDS and best.answer is not Answer.DEPENDS):
            best = made
    return best or decision


def _resource_account(request: Request, who: Caller) -> str:
    if request.resource_account:
        return request.resource_account
    parts = request.resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else who.account


class _Sides(Struct):
    """The layers of one request, scanned; None where there is no such layer or it does not bind the
    caller."""

    identity: Found
    resource: Found
    boundary: Found | None
    session: Found | None
    ceilings: list[tuple[str, Found]]

    def every(self) -> list[Found]:
        limits = [found for found in (self.boundary, self.session) if found is not None]
        return [self.identity, self.resource, *limits, *(found for _, found in self.ceilings)]


def _decide(request: Request, policies: Policies, action: str, who: Caller, context: Context) -> Decision:
    if action in ALWAYS_ALLOWED:
        return Decision(Answer.ALLOWED, reasons=(f"{request.action} needs no permission",))
    service = action.partition(":")[0]
    asked = Asked(action, service, request.resource, context, who)
    with_policies = who.kind in _WITH_POLICIES and action not in TOKEN_ACTIONS
    inside = who.account != "" and _resource_account(request, who) == who.account
    sides = _scan(policies, asked, with_policies)
    if inside and who.kind == "root" and action in ROOT_KEEPS:
        sides.resource = Found(Layer.RESOURCE)
    if policies.restricts_public is not False and not inside:
        sides.ceilings.extend(_public_block(policies, asked))
    granted = _granted(sides, asked, policies, with_policies, inside)
    total = min([granted, *(found.allow for _, found in sides.ceilings)])
    deny = max(found.deny for found in sides.every())
    assumes = _assumptions(policies, asked, with_policies, inside)
    if deny == YES:
        hits = [hit for found in sides.every() if found.deny == YES for hit in found.deciding_denies()]
        return Decision(Answer.EXPLICITLY_DENIED, tuple(hits), assumes=assumes)
    if total == NO:
        return Decision(Answer.IMPLICITLY_DENIED, reasons=_withheld(sides, granted, inside), assumes=assumes)
    if total == YES and deny == NO:
        return Decision(Answer.ALLOWED, _allowing(sides), assumes=assumes)
    return _depends(sides, deny, assumes)


def _scan(policies: Policies, asked: Asked, with_policies: bool) -> _Sides:
    who = asked.who
    bound = with_policies and who.kind != "root"
    none: tuple[()] = ()
    # Whoever federates and passes no policy has no permission but by resource policies.
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    session = none if policies.session is None and who.kind == "federated-user" else policies.session
    return _Sides(
        look(Layer.IDENTITY, policies.identity if bound else none, asked),
        look_by_principal(Layer.RESOURCE, policies.resource or none, asked),
        look(Layer.BOUNDARY, policies.boundary, asked) if bound and policies.boundary is not None else None,
        look(Layer.SESSION, session, asked) if with_policies and session is not None else None,
        _ceilings(policies, asked, with_policies),
    )


def _ceilings(policies: Policies, asked: Asked, with_policies: bool) -> list[tuple[str, Found]]:
    """SCPs, RCPs and the endpoint: each has to allow, and none of them grants.

    Of RCPs only the denies count: one that allows everything is attached at every level and cannot be
    detached.
    """
    found: list[tuple[str, Found]] = []
    if with_policies and not asked.who.service_linked:
        for depth, level in enumerate(policies.scps or ()):
            found.append((f"the SCPs of level {depth} from the root do", look(Layer.SCP, level, asked)))
    if asked.service in RCP_SERVICES and asked.action not in WITHOUT_RCP and not asked.who.service_linked:
        for depth, level in enumerate(policies.rcps or ()):
            said = look_by_principal(Layer.RCP, level, asked)
            said.allow = YES
            found.append((f"the RCPs of level {depth} from the root do", said))
    if policies.endpoint:
        found.append(
            ("the VPC endpoint policy does", look_by_principal(Layer.ENDPOINT, policies.endpoint, asked))
        )
    return found


def _public_block(policies: Policies, asked: Asked) -> list[tuple[str, Found]]:
    """S3 Block Public Access: under a public policy a bucket lets in its own account and services alone.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""
    if asked.service != "s3" or asked.who.kind == "service" or not is_public(policies.resource or ()):
        return []
    blocked = policies.restricts_public is True
    doubts = set() if blocked else {("", "whether S3 Block Public Access restricts the bucket")}
    found = Found(Layer.RESOURCE, allow=NO if blocked else MAYBE, allow_doubts=doubts)
    return [("S3 Block Public Access does", found)]


def _granted(sides: _Sides, asked: Asked, policies: Policies, with_policies: bool, inside: bool) -> int:
    """Whether identity and resource side together grant, before the ceilings."""
    names = sides.resource.by_name
    direct, role = names.get(Named.DIRECT, NO), names.get(Named.ROLE, NO)
    anyhow = max(direct, role, names.get(Named.ACCOUNT, NO))
    if not with_policies:
        return direct
    limit = min(
        sides.boundary.allow if sides.boundary else YES, sides.session.allow if sides.session else YES
    )
    identity = YES if asked.who.kind == "root" else sides.identity.allow
    own = min(identity, limit)
    if not inside:
        return min(own, anyhow)
    if _resource_policy_decides(asked):
        # Without its policy at hand, the resource is taken to leave the decision to the account.
        own = min(own, _account_level(policies, asked, anyhow))
    return max(own, direct, min(role, limit))


def _resource_policy_decides(asked: Asked) -> bool:
    if asked.action in TRUST_ACTIONS:
        return True
    return asked.service in RESOURCE_POLICY_DECIDES and asked.action not in WITHOUT_KEY_POLICY


def _account_level(policies: Policies, asked: Asked, anyhow: int) -> int:
    if policies.resource is not None:
        return anyhow
    return MAYBE if asked.action in TRUST_ACTIONS else YES


def _assumptions(policies: Policies, asked: Asked, with_policies: bool, inside: bool) -> tuple[str, ...]:
    assumed = []
    if policies.scps is None and with_policies and not asked.who.service_linked:
        assumed.append("no SCP")
    if policies.rcps is None and asked.service in RCP_SERVICES:
        assumed.append("no RCP")
    if policies.resource is None:
        if asked.service in RESOURCE_POLICY_DECIDES:
            assumed.append("a key policy that leaves the decision to the account")
        elif inside and asked.action not in TRUST_ACTIONS:
            assumed.append("no resource policy")
    return tuple(assumed)


def _allowing(sides: _Sides) -> tuple[Deciding, ...]:
    hits: list[Deciding] = []
    for found in (sides.identity, sides.resource):
        if found.allow == YES:
            hits.extend(found.deciding_allows())
    return tuple(hits)


def _withheld(sides: _Sides, granted: int, inside: bool) -> tuple[str, ...]:
    """Which layers do not allow, in the order in which they are asked."""
    reasons = [f"{name} not allow it" for name, found in sides.ceilings if found.allow == NO]
    if granted == NO:
        if sides.identity.allow == NO:
            reasons.append("no identity policy allows it")
        elif sides.resource.allow == NO and not inside:
            reasons.append("the resource's account does not allow it")
        if sides.boundary is not None and sides.boundary.allow == NO:
            reasons.append("the permissions boundary does not allow it")
        if sides.session is not None and sides.session.allow == NO:
            reasons.append("the session policy does not allow it")
        if not reasons:
            reasons.append("the resource policy does not allow it")
    return tuple(reasons)


def _depends(sides: _Sides, deny: int, assumes: tuple[str, ...]) -> Decision:
    """Depends, with the statements and keys on which it hangs. A reason is a doubt that is no condition
    key."""
    hits: list[Deciding] = []
    doubts: set[Doubt] = set()
    for found in sides.every():
        if deny == MAYBE and found.deny == MAYBE:
            hits.extend(found.deciding_denies())
            doubts |= found.deny_doubts
        if found.allow == MAYBE:
            hits.extend(found.deciding_allows())
            doubts |= found.allow_doubts
    keys = tuple(sorted({key for key, _ in doubts if key}))
    reasons = tuple(sorted({reason for _, reason in doubts if reason}))
    if not hits and not reasons:
        reasons = ("the trust policy of the role is not in the input",)
    return Decision(Answer.DEPENDS, tuple(hits), keys, reasons, assumes)
