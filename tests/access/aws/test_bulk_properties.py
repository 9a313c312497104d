"""Questions about many targets at once are answered as each of them is alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.actor import Actor, Targets
from posture.access.aws.compile import RESOURCE
from posture.access.aws.conditions import NO
from posture.access.aws.held import Held
from posture.access.aws.trust import Trusts
from tests.access.aws.policies import AWAY, HOME, NAMED, Json, conditions, level

known = settings(derandomize=True, max_examples=120, deadline=None, database=None)

ACTIONS = [
    "*",
    "iam:*",
    "iam:*AccessKey",
    "iam:CreateAccessKey",
    "iam:PassRole",
    "iam:Pass*",
    "sts:*",
    "sts:AssumeRole",
]
RESOURCES = [
    "*",
    f"arn:aws:iam::{HOME}:user/*",
    f"arn:aws:iam::{HOME}:*/o*",
    f"arn:aws:iam::{HOME}:role/app",
    "arn:aws:iam::*:role/*",
    f"arn:aws:iam::{HOME}:user/${{aws:username}}",
    f"arn:aws:iam::{HOME}:*/${{aws:PrincipalTag/box}}",
]
ABOUT_TARGETS = [
    {"StringEquals": {"iam:ResourceTag/box": "ops"}},
    {"StringLikeIfExists": {"aws:ResourceTag/box": "${aws:PrincipalTag/box}"}},
    {"Null": {"aws:ResourceTag/box": "true"}},
]


@st.composite
def statements(draw: st.DrawFn) -> Json:
    inverse = st.sampled_from(["", "", "", "Not"])
    made: Json = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    made[draw(inverse) + "Action"] = draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2))
    made[draw(inverse) + "Resource"] = draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2))
    tested = draw(st.one_of(st.just({}), st.just({}), st.sampled_from(ABOUT_TARGETS), conditions()))
    return {**made, "Condition": tested} if tested else made


@st.composite
def trusts(draw: st.DrawFn) -> list[Json]:
    made: list[Json] = []
    for _ in range(draw(st.integers(1, 2))):
        statement: Json = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
        named = draw(st.sampled_from([*NAMED, {"AWS": f"arn:aws:iam::{HOME}:user/ana"}]))
        statement[draw(st.sampled_from(["", "", "", "Not"])) + "Principal"] = named
        statement["Action"] = draw(st.sampled_from(["sts:AssumeRole", "sts:*", "sts:TagSession"]))
        tested = draw(st.one_of(st.just({}), st.just({}), conditions()))
        made.append({**statement, "Condition": tested} if tested else statement)
    return made


def some(least: int) -> st.SearchStrategy[list[Json]]:
    return st.lists(statements(), min_size=least, max_size=3)


tags = st.sampled_from([None, {}, {"box": "ops"}, {"box": "app"}])


@st.composite
def landscapes(draw: st.DrawFn) -> tuple[Actor, Trusts]:
    """A user or role of an account with others around it, some of them in another account."""
    kind = draw(st.sampled_from(["user", "role"]))
    actor = Principal(
        f"arn:aws:iam::{HOME}:{kind}/{'ana' if kind == 'user' else 'app'}",
        HOME,
        kind,
        level(draw(some(1))),
        draw(st.one_of(st.none(), st.none(), some(1).map(level))),
        level(draw(trusts()), RESOURCE) if kind == "role" else None,
        draw(tags),
    )
    others = [
        Principal(f"arn:aws:iam::{HOME}:user/{name}", HOME, "user", tags=draw(tags))
        for name in ("bob", "ops")
    ]
    for account, name in ((HOME, "ops"), (HOME, "path/oil"), (AWAY, "ops")):
        trust = draw(st.one_of(st.none(), trusts().map(lambda made: level(made, RESOURCE))))
        arn = f"arn:aws:iam::{account}:role/{name}"
        others.append(Principal(arn, account, "role", trust=trust, tags=draw(tags)))
    scps = draw(st.sampled_from([None, ()]) | st.builds(lambda made: (level(made),), some(1)))
    principals = (actor, *others)
    home = Account(HOME, tuple(p for p in principals if p.account == HOME), scps=scps)
    away = Account(AWAY, tuple(p for p in principals if p.account == AWAY))
    return Actor(actor, home), Trusts(Landscape({HOME: home, AWAY: away}))


def by_target(found: list[tuple[Targets, Held]]) -> dict[str, int]:
    """The best answer for each target."""
    best: dict[str, int] = {}
    for targets, answer in found:
        for target in targets:
            best[target.arn] = max(answer.answer, best.get(target.arn, NO))
    return best


@known
@given(landscapes(), st.sampled_from(["iam:CreateAccessKey", "iam:PassRole"]))
def test_each_of_many_targets_is_answered_as_alone(made: tuple[Actor, Trusts], action: str) -> None:
    actor, _ = made
    kind = "role" if action == "iam:PassRole" else "user"
    targets = tuple(p for p in actor.account.principals if p.kind == kind and p is not actor.principal)

    def about(target: Principal) -> dict[str, tuple[str, ...] | None]:
        return (
            {f"{head}:resourcetag/box": _tag(target) for head in ("aws", "iam")}
            if target.tags is not None
            else {}
        )

    found = by_target(actor.on_each(action, targets, about))

    for target in targets:
        assert found.get(target.arn, NO) == actor.may(action, target.arn, about(target)).answer, target.arn


def _tag(target: Principal) -> tuple[str, ...] | None:
    held = (target.tags or {}).get("box")
    return None if held is None else (held,)


@known
@given(landscapes())
def test_the_roles_it_may_assume_are_those_it_may_assume_singly(made: tuple[Actor, Trusts]) -> None:
    actor, known_trusts = made
    found = by_target(known_trusts.assumable(actor))

    for role in known_trusts.landscape.principals.values():
        if role.kind == "role" and role is not actor.principal:
            assert found.get(role.arn, NO) == known_trusts.may_assume(actor, role).answer, role.arn


def test_what_a_statement_leaves_out_is_left_out_of_many_targets_too() -> None:
    bob = Principal(f"arn:aws:iam::{HOME}:user/bob", HOME, "user", tags={})
    eve = Principal(f"arn:aws:iam::{HOME}:user/eve", HOME, "user", tags={})
    own = level([{"Effect": "Allow", "Action": "iam:*", "NotResource": bob.arn}])
    ana = Principal(f"arn:aws:iam::{HOME}:user/ana", HOME, "user", own, tags={})
    actor = Actor(ana, Account(HOME, (ana, bob, eve)))

    assert list(by_target(actor.on_each("iam:CreateAccessKey", (bob, eve)))) == [eve.arn]
