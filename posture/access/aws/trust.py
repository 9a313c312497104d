"""Role trust policies of a landscape, indexed by whom they let in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import Actor, Targets
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import opened
from posture.access.aws.decision import Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.gains import best_of
from posture.access.aws.held import NOT_HELD, Held, held
from posture.access.aws.principals import Principals, everywhere
from posture.access.aws.sessions import ASSUME, assumed, identity_arn
from posture.access.aws.tagging import after_tagging
from posture.model.keys import arn_account

COGNITO = "cognito-identity.amazonaws.com"
CLUSTERS = "oidc.eks"
"""In the place of a service: whatever issues tokens to the pods of a cluster."""
_CLUSTER = ":oidc-provider/oidc.eks."
_LETTING_IN = ("sts:assumerole", "sts:assumerolewithwebidentity")
_OF_THE_SETTER = ("aws:sourcearn", "aws:sourceorg", f"{COGNITO}:")


class Trusts:
    """Which roles let which callers in. Built once per landscape; every answer is the evaluation's."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self._by_account: dict[str, list[Principal]] = {}
        self._by_arn: dict[str, list[Principal]] = {}
        self._by_service: dict[tuple[str, str], list[Principal]] = {}
        """By service and the account that the role is in."""
        self._open: list[Principal] = []
        self._open_in: dict[str, list[Principal]] = {}
        self._services: dict[tuple[str, str, bool], list[tuple[Targets, Held]]] = {}
        self._saml: dict[str, list[tuple[Targets, str]]] = {}
        self._through: dict[str, tuple[Targets, Targets]] = {}
        for role in landscape.principals.values():
            if role.kind == "role":
                self._index(role)

    def _index(self, role: Principal) -> None:
        if role.trust is None:
            self._add_open(role)
            return
        for attached in role.trust:
            for statement in attached.document.statements:
                if statement.allows and any(statement.covers_action(action) for action in _LETTING_IN):
                    self._index_statement(role, statement)

    def _index_statement(self, role: Principal, statement: Statement) -> None:
        named = statement.principals
        if named is None or named.everyone or named.excluding or named.doubt:
            self._add_open(role)
            return
        for service in {everywhere(one) for one in named.services} | named.federated:
            _add(self._by_service.setdefault((service, role.account), []), role)
            if _CLUSTER in service:
                _add(self._by_service.setdefault((CLUSTERS, role.account), []), role)
        for account in named.accounts:
            _add(self._by_account.setdefault(account, []), role)
        for arn in named.arns:
            _add(self._by_arn.setdefault(identity_arn(arn), []), role)

    def _add_open(self, role: Principal) -> None:
        _add(self._open, role)
        _add(self._open_in.setdefault(role.account, []), role)

    def assumable(self, actor: Actor) -> list[tuple[Targets, Held]]:
        """Every role that `actor` may assume, by trust and its own policies together; equal answers
        together."""
        principal = actor.principal
        grouped: dict[Held, list[Principal]] = {}
        pathless = f"arn:{actor.account.partition}:iam::{principal.account}:role/{principal.name}"
        named = (principal.arn, pathless)
        by_name = [role for arn in dict.fromkeys(named) for role in self._by_arn.get(arn, ())]
        singly = {role.arn: role for role in (*by_name, *self._open)}
        found: list[tuple[Targets, Held]] = []
        if principal.account in self._by_account and actor.bits & bit(ASSUME):
            plain, others = self._through_account(principal.account)
            free = actor.freely(ASSUME)
            if free is not None and plain:
                found.append((plain, free))
            elif plain:
                others = (*plain, *others)
            covered = None if free is not None else self._near(actor)
            singly |= {role.arn: role for role in others if covered is None or covered(role)}
        for role in singly.values():
            if role.arn == principal.arn:
                continue
            answer = self.may_assume(actor, role)
            if answer.answer:
                grouped.setdefault(answer, []).append(role)
                actor.singled.add(role.arn)
        return found + [(tuple(roles), answer) for answer, roles in grouped.items()]

    def abroad(self, account: Account) -> list[Principal]:
        """The roles of other accounts that let in all of `account`, somebody in it, or everybody."""
        by_name = [roles for arn, roles in self._by_arn.items() if arn_account(arn) == account.id]
        near = chain(self._by_account.get(account.id, ()), self._open, *by_name)
        found = {role.arn: role for role in near if role.account != account.id}
        return [found[arn] for arn in sorted(found)]

    def named(self, role: Principal) -> frozenset[str] | None:
        """ARNs and, for sessions, names of whom the trust of `role` names singly; None where it is wider."""
        found: set[str] = set()
        for attached in role.trust or ():
            for statement in attached.document.statements:
                named = statement.principals
                if not statement.allows:
                    continue
                if named is None or named.everyone or named.excluding or named.doubt or named.accounts:
                    return None
                found.update(named.arns)
                found.update(
                    identity_arn(arn).rpartition("/")[2] for arn in named.arns if ":assumed-role/" in arn
                )
        return frozenset(found) if role.trust is not None else None

    def looks_at(self, account: str, what: Callable[[Statement], bool]) -> bool:
        """Whether a role that lets in all of an account, or everybody, does so by such a statement."""
        roles = (*self._by_account.get(account, ()), *self._open)
        documents = {attached.document for role in roles for attached in role.trust or ()}
        return any(what(statement) for document in documents for statement in document.statements)

    def _near(self, actor: Actor) -> Callable[[Principal], bool]:
        """Whether some statement of `actor` may cover a role, conditions aside."""
        allows = [s for s in actor.statements() if s.allows and s.covers_action(ASSUME.lower())]
        return lambda role: any(s.covers_resource(role.arn, actor.context, set()) for s in allows)

    def _through_account(self, account: str) -> tuple[Targets, Targets]:
        """Roles that let an account in: those that let in all of it without any condition, and the others."""
        if account not in self._through:
            roles = self._by_account[account]
            plain = tuple(role for role in roles if role.account == account and _plainly(role, account))
            arns = {role.arn for role in plain}
            self._through[account] = (plain, tuple(role for role in roles if role.arn not in arns))
        return self._through[account]

    def may_assume(self, actor: Actor, role: Principal) -> Held:
        """Whether `actor` may assume `role`."""
        if role.trust is None:
            own = actor.may(ASSUME, role.arn)
            return own if own.answer != YES else own.and_(Held(MAYBE, (), ("the trust of the role",)))
        owner = self.landscape.accounts.get(role.account)
        as_it_is = assumed(actor, role, owner)
        if as_it_is.answer != NO or not (
            actor.minds_tags or any(one.document.minds_tags("sts") for one in role.trust)
        ):
            return as_it_is
        return after_tagging(actor, role, owner)

    def trusting(self, account: Account, service: str, profile: bool = False) -> list[tuple[Targets, Held]]:
        """The roles of `account` that let `service` run as them, equal answers together.

        With `profile` only those that an instance profile carries. Roles that nobody may pass are left out.
        """
        key = (account.id, service, profile)
        if key not in self._services:
            grouped: dict[Held, list[Principal]] = {}
            named = self._by_service.get((service, account.id), ())
            near = {role.arn: role for role in (*named, *self._open_in.get(account.id, ()))}
            for role in near.values():
                if role.managed_by_aws:
                    continue
                answer = _lets_in(role, service, account)
                if profile and answer.answer:
                    answer = _with_profile(role, answer)
                if answer.answer:
                    grouped.setdefault(Held(answer.answer, (), answer.depends_on), []).append(role)
            self._services[key] = [(tuple(roles), answer) for answer, roles in grouped.items()]
        return self._services[key]

    def through_saml(self, account: Account) -> list[tuple[Targets, str]]:
        """The roles of `account` that each of its SAML providers may hand out, by the provider's ARN."""
        if account.id in self._saml:
            return self._saml[account.id]
        found: dict[str, dict[str, Principal]] = {}
        for role in account.roles:
            if role.managed_by_aws:
                continue
            for attached in role.trust or ():
                for statement in attached.document.statements:
                    if statement.allows and statement.covers_action("sts:assumerolewithsaml"):
                        for provider in (statement.principals or Principals()).federated:
                            if ":saml-provider/" in provider:
                                found.setdefault(provider, {})[role.arn] = role
        self._saml[account.id] = [(tuple(roles.values()), name) for name, roles in sorted(found.items())]
        return self._saml[account.id]


def _add(roles: list[Principal], role: Principal) -> None:
    if not roles or roles[-1] is not role:
        roles.append(role)


def _plainly(role: Principal, account: str) -> bool:
    found = False
    for attached in role.trust or ():
        for statement in attached.document.statements:
            if statement.denies:
                return False
            named = statement.principals
            if (
                named is not None
                and account in named.accounts
                and not statement.tests
                and not statement.doubt
            ):
                found = found or statement.covers_action(ASSUME.lower())
    return found


def _lets_in(role: Principal, service: str, account: Account) -> Held:
    if role.trust is None:
        return Held(MAYBE, (), ("the trust of the role",))
    if service == CLUSTERS:
        # Which pods its conditions mean, no source tells; that it is for pods at all, its trust does.
        return Held(MAYBE, (), ("which pods the trust of the role means",)) if _for_pods(role) else NOT_HELD
    return best_of(_as_service(role, name, account) for name in _spelled(role, service))


def _spelled(role: Principal, service: str) -> list[str]:
    """The names under which a trust may speak of `service`: one region's, for example."""
    named = {
        name
        for attached in role.trust or ()
        for statement in attached.document.statements
        for name in (statement.principals or Principals()).services
        if everywhere(name) == service
    }
    return [service, *sorted(named - {service})]


def _as_service(role: Principal, service: str, account: Account) -> Held:
    action = "sts:AssumeRoleWithWebIdentity" if service == COGNITO else ASSUME
    facts = {"aws:PrincipalIsAWSService": "true", "aws:SourceAccount": account.id}
    request = Request(service, action, role.arn, opened(facts), role.account)
    answer = held(evaluate(request, Policies(resource=role.trust, rcps=account.rcps)))
    if answer.answer == MAYBE and all(key.startswith(_OF_THE_SETTER) for key in answer.depends_on):
        # What a service's request says of its source is chosen by whoever sets the service up.
        return Held(YES, answer.because)
    return answer


def _for_pods(role: Principal) -> bool:
    return any(
        statement.allows
        and any(_CLUSTER in issuer for issuer in (statement.principals or Principals()).federated)
        for attached in role.trust or ()
        for statement in attached.document.statements
    )


def _with_profile(role: Principal, answer: Held) -> Held:
    if role.instance_profile is None:
        return answer.and_(Held(MAYBE, (), ("whether an instance profile carries the role",)))
    return answer if role.instance_profile else NOT_HELD
