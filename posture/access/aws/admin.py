"""Whether a principal is an administrator as it stands, and what it would be with any permission it likes."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from posture.access.aws.account import Account, Principal, context_of, home_context_of, policies_of
from posture.access.aws.actions import actions_of, every_action
from posture.access.aws.actor import Facts
from posture.access.aws.compile import Statement, compile_policy
from posture.access.aws.conditions import MAYBE, NO, YES, Doubt
from posture.access.aws.context import Context
from posture.access.aws.decision import Answer, Attached, Level, Request
from posture.access.aws.evaluate import evaluate
from posture.access.aws.gains import about
from posture.access.aws.principals import ACCOUNT_ID
from posture.model.keys import arn_account

EVERYTHING = Attached(
    "a policy of its own making",
    compile_policy(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    ),
)


class Standing(Struct, frozen=True):
    """How far a principal is an administrator: NO, MAYBE or YES, on which statement, and what it hangs on."""

    answer: int
    because: str = ""
    depends_on: str = ""


def standing(principal: Principal, account: Account) -> Standing:
    """Whether `principal` may do everything everywhere in its account, boundary and denies included."""
    context = home_context_of(principal, account)
    allowed, because, doubts = _allows_everything(principal.identity, context)
    if allowed == NO:
        return Standing(NO)
    if principal.boundary is not None:
        inside, _, more = _allows_everything(principal.boundary, context)
        allowed = min(allowed, inside)
        doubts |= more
    denied, more = _denies((*principal.identity, *(principal.boundary or ())), account, context)
    allowed = min(allowed, YES - denied)
    doubts |= more
    if allowed == NO:
        return Standing(NO)
    return Standing(allowed, because, _words(doubts) if allowed == MAYBE else "")


def _words(doubts: set[Doubt]) -> str:
    return ", ".join(sorted(key or reason for key, reason in doubts))


_OF_THE_REQUEST = (
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:requestedregion",
    "aws:requesttag/",
    "aws:resourcetag/",
    "aws:tagkeys",
    "aws:viaawsservice",
)
"""Keys that differ from one request of a principal to the next, as do those of each service."""


def _met(statement: Statement, context: Context, doubts: set[Doubt]) -> int:
    """Whether the conditions of an allow are met in every request, or those of a deny in any."""
    answer = YES
    if statement.doubt:
        doubts.add(("", statement.doubt))
        answer = MAYBE
    for test in statement.tests:
        if _differs(test.key) and context.given(test.key) is None and not test.doubt:
            answer = min(answer, YES if statement.denies else NO)
        else:
            answer = min(answer, test.holds(context, doubts))
    return answer


def _differs(key: str) -> bool:
    return not key.startswith("aws:") or key.startswith(_OF_THE_REQUEST)


def _allows_everything(level: Level, context: Context) -> tuple[int, str, set[Doubt]]:
    """Whether the allows of `level` together cover every action on every resource."""
    certain = possible = 0
    because: list[str] = []
    doubts: set[Doubt] = set()
    for attached in level:
        for statement in attached.document.statements:
            if not statement.allows or not _on_everything(statement):
                continue
            seen: set[Doubt] = set()
            met = _met(statement, context, seen)
            if met == NO:
                continue
            actions = actions_of(statement)
            label = f"{attached.name} / {statement.label}"
            possible |= actions
            if met == YES:
                if actions == every_action():
                    return YES, label, set()
                certain |= actions
                because.append(label)
            else:
                doubts |= seen
                because.append(label)
    if certain == every_action():
        return YES, "; ".join(because), set()
    return (MAYBE if possible == every_action() else NO), "; ".join(because), doubts


def _on_everything(statement: Statement) -> bool:
    resources = statement.resources
    if resources is None:
        return True
    if statement.without_resources:
        return not resources.patterns and not statement.templates
    return resources.everything


def _denies(level: Level, account: Account, context: Context) -> tuple[int, set[Doubt]]:
    """Whether anything at all is denied in `account`."""
    worst = NO
    doubts: set[Doubt] = set()
    for attached in level:
        for statement in attached.document.statements:
            if statement.denies and actions_of(statement) and not _elsewhere(statement, account):
                worst = max(worst, _met(statement, context, doubts))
    return worst, doubts


def _elsewhere(statement: Statement, account: Account) -> bool:
    """Whether a statement speaks only of what other accounts hold."""
    resources = statement.resources
    if resources is None or statement.without_resources or statement.templates or not resources.patterns:
        return False
    owners = [arn_account(pattern) for pattern in resources.patterns]
    return all(ACCOUNT_ID.fullmatch(owner) and owner != account.id for owner in owners)


class Lightened(Struct, frozen=True):
    """A principal after it took away one of its own limits, and the request that did it."""

    principal: Principal
    action: str
    resource: str
    facts: Facts


def with_any_policy(principal: Principal, account: Account) -> Standing:
    """What `principal` would be if it could give itself any policy: what no policy of its own can lift,
    stays.

    It takes its denies and its boundary away where it then may; each removal may open the next.
    """
    changed = replace(principal, identity=(*principal.identity, EVERYTHING))
    for _ in range(len(principal.identity) + 2):
        now = standing(changed, account)
        lighter = None if now.answer == YES else lightened(changed, account)
        if lighter is None:
            return now
        changed = lighter.principal
    return standing(changed, account)


def writes_itself(principal: Principal, account: Account) -> bool:
    """Whether `principal` may give itself a policy, attached or written."""
    kind = principal.kind.capitalize()
    return any(
        _may(principal, account, action, principal.arn, about(principal, action))
        for action in (f"iam:Put{kind}Policy", f"iam:Attach{kind}Policy")
    )


def lightened(principal: Principal, account: Account) -> Lightened | None:
    """`principal` after it took away one deny or its boundary; None where it may take away neither."""
    context = home_context_of(principal, account)
    if principal.boundary is not None and _allows_everything(principal.boundary, context)[0] != YES:
        for action, resource in _unbindings(principal, account):
            facts = about(principal, action)
            if _may(principal, account, action, resource, facts):
                return Lightened(replace(principal, boundary=None), action, resource, facts)
    for attached in principal.identity:
        if _denies((attached,), account, context)[0] == NO:
            continue
        for action, resource in _removals(principal, attached, account):
            removed = (attached.arn,) if action.startswith("iam:Detach") else None
            facts = {**about(principal, action), "iam:policyarn": removed}
            if _may(principal, account, action, resource, facts):
                rest = tuple(one for one in principal.identity if one is not attached)
                return Lightened(replace(principal, identity=rest), action, resource, facts)
    return None


def _unbindings(principal: Principal, account: Account) -> list[tuple[str, str]]:
    kind = principal.kind.capitalize()
    ways = [(f"iam:{verb}{kind}PermissionsBoundary", principal.arn) for verb in ("Delete", "Put")]
    arn = principal.boundary[0].arn if principal.boundary else ""
    if _own(arn, account):
        ways.append(("iam:CreatePolicyVersion", arn))
    return ways


def _removals(principal: Principal, attached: Attached, account: Account) -> list[tuple[str, str]]:
    """The single requests that take a policy from its holder, or empty it."""
    kind = principal.kind.capitalize()
    ways: list[tuple[str, str]] = []
    if attached.group:
        ways.append(("iam:RemoveUserFromGroup", attached.group))
        ways.append((f"iam:{'Detach' if attached.arn else 'Delete'}GroupPolicy", attached.group))
        if not attached.arn:
            ways.append(("iam:PutGroupPolicy", attached.group))
    elif attached.arn:
        ways.append((f"iam:Detach{kind}Policy", principal.arn))
    else:
        ways += [(f"iam:{verb}{kind}Policy", principal.arn) for verb in ("Delete", "Put")]
    if _own(attached.arn, account):
        ways.append(("iam:CreatePolicyVersion", attached.arn))
    return ways


def _own(arn: str, account: Account) -> bool:
    return f":iam::{account.id}:" in arn


def _may(principal: Principal, account: Account, action: str, resource: str, facts: Facts) -> bool:
    request = Request(principal.arn, action, resource, context_of(principal, account).having(facts))
    return evaluate(request, policies_of(principal, account)).answer is Answer.ALLOWED
