"""Role trust policies of a landscape, indexed by whom they let in."""

from __future__ import annotations

from collections.abc import Iterator

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actions import bit
from posture.access.aws.actor import FREELY, Actor, Held, held
from posture.access.aws.compile import Statement
from posture.access.aws.conditions import MAYBE, YES
from posture.access.aws.context import opened
from posture.access.aws.decision import Policies, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.principals import Principals

ASSUME = "sts:AssumeRole"


class Trusts:
    """Which roles let which callers in. Built once per landscape; every answer is the evaluation's."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self._by_account: dict[str, list[Principal]] = {}
        self._by_arn: dict[str, list[Principal]] = {}
        self._open: list[Principal] = []
        self._services: dict[tuple[str, str], list[tuple[Principal, Held]]] = {}
        self._plain: dict[str, bool] = {}
        for role in landscape.principals.values():
            if role.kind == "role":
                self._index(role)

    def _index(self, role: Principal) -> None:
        if role.trust is None:
            self._open.append(role)
            return
        for attached in role.trust:
            for statement in attached.document.statements:
                if statement.allows and statement.covers_action(ASSUME.lower()):
                    self._index_statement(role, statement)

    def _index_statement(self, role: Principal, statement: Statement) -> None:
        named = statement.principals
        if named is None or named.everyone or named.excluding or named.doubt:
            _add(self._open, role)
            return
        for account in named.accounts:
            _add(self._by_account.setdefault(account, []), role)
        for arn in named.arns:
            _add(self._by_arn.setdefault(_identity_arn(arn), []), role)

    def assumable(self, actor: Actor) -> Iterator[tuple[Principal, Held]]:
        """Every role that `actor` may assume, with trust and its own policies taken together."""
        principal = actor.principal
        direct = {role.arn: role for role in self._by_arn.get(principal.arn, ())}
        for role in direct.values():
            yield from self._answer(actor, role)
        for role in self._open:
            if role.arn not in direct:
                yield from self._answer(actor, role)
        through = self._by_account.get(principal.account, ())
        if not through or not actor.bits & bit(ASSUME):
            return
        free = actor.freely(ASSUME)
        for role in through:
            if role.arn in direct or role.arn == principal.arn:
                continue
            if free is not None and self._trusts_account(role, principal.account):
                yield role, free
            else:
                yield from self._answer(actor, role)

    def _answer(self, actor: Actor, role: Principal) -> Iterator[tuple[Principal, Held]]:
        if role.arn != actor.principal.arn:
            answer = self.may_assume(actor, role)
            if answer.answer:
                yield role, answer

    def may_assume(self, actor: Actor, role: Principal) -> Held:
        """Whether `actor` may assume `role`."""
        if role.trust is None:
            own = actor.may(ASSUME, role.arn)
            return own if own.answer != YES else own.and_(Held(MAYBE, (), ("the trust of the role",)))
        facts = {f"aws:resourcetag/{k.lower()}": (v,) for k, v in (role.tags or {}).items()}
        return actor.may(ASSUME, role.arn, facts, role.trust)

    def _trusts_account(self, role: Principal, account: str) -> bool:
        """Whether the trust lets everybody of `account` in who has the permission, without any condition."""
        if role.arn not in self._plain:
            self._plain[role.arn] = _plainly(role, account)
        return self._plain[role.arn] and account == role.account

    def trusting(self, account: Account, service: str) -> list[tuple[Principal, Held]]:
        """The roles of `account` that let `service` run as them."""
        key = (account.id, service)
        if key not in self._services:
            self._services[key] = [
                (role, answer)
                for role in account.principals
                if role.kind == "role" and (answer := _lets_in(role, service)).answer
            ]
        return self._services[key]

    def through_saml(self, account: Account) -> Iterator[tuple[Principal, str, Held]]:
        """Roles of `account` that a SAML provider of the account may hand out, with the provider's ARN."""
        for role in account.principals:
            for attached in role.trust or ():
                for statement in attached.document.statements:
                    if not statement.allows or not statement.covers_action("sts:assumerolewithsaml"):
                        continue
                    for provider in sorted((statement.principals or Principals()).federated):
                        if ":saml-provider/" in provider and not role.managed_by_aws:
                            yield role, provider, FREELY


def _add(roles: list[Principal], role: Principal) -> None:
    if not roles or roles[-1] is not role:
        roles.append(role)


def _identity_arn(arn: str) -> str:
    """The role behind a session's ARN, which has lost the role's path; other ARNs as they are."""
    head, mark, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if mark else arn


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


def _lets_in(role: Principal, service: str) -> Held:
    if role.trust is None:
        return Held(MAYBE, (), ("the trust of the role",))
    request = Request(service, ASSUME, role.arn, opened({"aws:PrincipalIsAWSService": "true"}), role.account)
    answer = held(evaluate(request, Policies(resource=role.trust)))
    if answer.answer == MAYBE:
        # What a service's request carries of its source is what the one who set the service up chose.
        return Held(YES, answer.because) if _only_source(answer.depends_on) else answer
    return answer


def _only_source(keys: tuple[str, ...]) -> bool:
    return all(key in ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid") for key in keys)
