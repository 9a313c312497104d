"""Every catalogued combination fires on its fixture and stays silent on each near miss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli
from msgspec.structs import replace

from posture.access.aws.account import Account, Group, Landscape, Principal, Workload
from posture.access.aws.compile import RESOURCE, compile_policy
from posture.access.aws.decision import Attached, Level
from posture.access.aws.escalate import Escalation
from posture.access.aws.gains import Gain
from posture.access.aws.methods import WAYS, Method, methods, service_of_workload
from posture.access.aws.reference import known_action, reference
from posture.access.aws.shapes import new_arn

CATALOGUE: dict[str, list[str]] = tomli.loads(
    (Path(__file__).parent / "cases" / "catalogue.toml").read_text()
)
BY_ID = {method.id: method for method in methods()}
ACCOUNT = "111122223333"
IAM = f"arn:aws:iam::{ACCOUNT}:"
ROOT = {"AWS": f"{IAM}root"}


def policy(
    name: str, *statements: Any, arn: str = "", group: str = "", grammar: str = "identity"
) -> Attached:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return Attached(name, compile_policy(document, grammar), arn, group)


def allow(*actions: str, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def trust(principal: Any, action: str = "sts:AssumeRole") -> Level:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return (policy("trust", statement, grammar=RESOURCE),)


EVERYTHING = policy("all", allow("*"))


def role(name: str, identity: Level = (), let_in: Level = (), **more: Any) -> Principal:
    return Principal(f"{IAM}role/{name}", ACCOUNT, "role", identity, trust=let_in, tags={}, **more)


def user(name: str, identity: Level = (), **more: Any) -> Principal:
    return Principal(f"{IAM}user/{name}", ACCOUNT, "user", identity, tags={}, **more)


def gains_of(actor: Principal, *others: Principal, complete: bool = True, **account: Any) -> list[Gain]:
    made = Account(ACCOUNT, (actor, *others), **account)
    return Escalation(Landscape({ACCOUNT: made}), complete=complete).gains(actor)


def fixture(method: Method, actions: list[str]) -> list[Gain]:
    """What somebody with `actions` gains where everything else that `method` asks for is there."""
    own = policy("own", *([allow(*actions)] if actions else []), arn=f"{IAM}policy/own")
    if method.way in ("grant", "join", "free"):
        return own_fixture(method, actions, own)
    if method.way == "strengthen":
        held = policy("plain", allow("s3:ListAllMyBuckets"), arn=f"{IAM}policy/plain")
        groups = (Group(f"{IAM}group/staff", ACCOUNT), Group(f"{IAM}group/admins", ACCOUNT, (EVERYTHING,)))
        target = (
            user("clerk", (held,), password=method.password, keys=1, groups=(f"{IAM}group/staff",))
            if method.target == "user"
            else role("clerk", (held,), trust(ROOT))
        )
        return gains_of(role("actor", (own,)), target, groups=groups)
    if method.way == "unbind":
        return unbind_fixture(method, own)
    if method.way == "outside":
        return gains_of(role("actor", (own,)), complete=False)
    if method.way == "take":
        target = (
            user("boss", (EVERYTHING,), password=method.password, keys=1 if method.free_key else 2)
            if method.target == "user"
            else role("boss", (EVERYTHING,), trust(ROOT) if method.id == "sts-001" else trust("nobody"))
        )
        return gains_of(role("actor", (own,)), target)
    if method.way == "create":
        return gains_of(role("actor", (own,)), groups=(Group(f"{IAM}group/admins", ACCOUNT, (EVERYTHING,)),))
    if method.way == "provider":
        saml = trust({"Federated": f"{IAM}saml-provider/corp"}, "sts:AssumeRoleWithSAML")
        return gains_of(role("actor", (own,)), role("boss", (EVERYTHING,), saml))
    services = method.trusts or (service_of_workload().get(method.workload, "ec2.amazonaws.com"),)
    service = services[0]
    let_in = trust({"Service": service})
    if service == "cognito-identity.amazonaws.com":
        let_in = trust({"Federated": service}, "sts:AssumeRoleWithWebIdentity")
    if service == "oidc.eks":
        issuer = f"{IAM}oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"
        let_in = trust({"Federated": issuer}, "sts:AssumeRoleWithWebIdentity")
    boss = role("boss", (EVERYTHING,), let_in, instance_profile=True)
    needed = {need.on[9:] for need in method.needs if need.on.startswith("existing ")} | set(method.exists)
    resources = {
        type_.lower(): (new_arn(type_, ACCOUNT) if ":" in type_ else "",)
        for type_ in needed
        if type_ != "event source"
    }
    resources["sqs:queue"] = (f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders",)
    workloads = {}
    if method.workload:
        arn = new_arn(method.workload, ACCOUNT)
        workloads[method.workload] = (Workload(arn, boss.arn, started=True, managed=True),)
        if method.needs_pass:
            own = policy("own", *([allow(*actions, "iam:PassRole")] if actions else []), arn=own.arn)
    return gains_of(role("actor", (own,)), boss, resources=resources, workloads=workloads)


def unbind_fixture(method: Method, own: Attached) -> list[Gain]:
    """Somebody beside an administrator that a boundary, or a policy that denies, keeps small."""
    edge = policy("edge", allow("s3:*"), arn=f"{IAM}policy/edge")
    attached = f"{IAM}policy/deny" if "detach" in method.id else ""
    deny = policy("deny", {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}, arn=attached)
    limits: dict[str, Any] = {"identity": (EVERYTHING, deny)}
    if "undeny" not in method.id:
        limits = {"identity": (EVERYTHING,), "boundary": (edge,)}
    if method.target == "role":
        return gains_of(role("actor", (own,)), role("boss", let_in=trust(ROOT), **limits))
    return gains_of(role("actor", (own,)), user("boss", password=method.password, keys=1, **limits))


def own_fixture(method: Method, actions: list[str], own: Attached) -> list[Gain]:
    group = f"{IAM}group/staff"
    if method.target == "own tags":
        tagged = policy("tagged", allow("*", Condition={"StringEquals": {"aws:PrincipalTag/team": "ops"}}))
        return gains_of((user if "User" in method.needs[0].action else role)("actor", (own, tagged)))
    if method.target == "own policy version":
        return gains_of(user("actor", (own,)), versions={own.arn: (EVERYTHING.document,)})
    if method.way == "join":
        return gains_of(user("actor", (own,)), groups=(Group(f"{IAM}group/admins", ACCOUNT, (EVERYTHING,)),))
    if method.way == "grant":
        kind = role if method.target == "own role" else user
        more = {"groups": (group,)} if kind is user else {}
        return gains_of(kind("actor", (own,), **more), groups=(Group(group, ACCOUNT),))
    actor = role("actor") if " role" in method.target else user("actor", groups=(group,))
    if "boundary" in method.target:
        edge = policy("edge", *([allow("s3:*", *actions)]), arn=f"{IAM}policy/edge")
        return gains_of(replace(actor, identity=(EVERYTHING,), boundary=(edge,)))
    # An administrator but for one deny: it spares what the method needs and no other way to lift it.
    deny = policy(
        "deny",
        {"Effect": "Deny", "NotAction": ["s3:*", *actions], "Resource": "*"},
        arn=f"{IAM}policy/deny" if "attached" in method.target else "",
        group=group if "group" in method.target else "",
    )
    return gains_of(replace(actor, identity=(EVERYTHING, deny)))


def fired(method: Method, gains: list[Gain]) -> list[Gain]:
    return [gain for gain in gains if gain.method == method.id]


def test_the_catalogue_and_the_methods_name_the_same() -> None:
    assert set(CATALOGUE) == set(BY_ID)
    assert len(CATALOGUE) == 252
    assert len({tuple(sorted(actions)) for actions in CATALOGUE.values()}) >= 185


def test_every_action_is_known_to_the_reference() -> None:
    assert [a for actions in CATALOGUE.values() for a in actions if not known_action(a.lower())] == []


def test_no_need_is_on_everything_where_its_action_may_be_limited() -> None:
    whole = {need.action.lower() for method in methods() for need in method.needs if need.on == "*"}

    assert [action for action in sorted(whole) if reference().action(action).types] == []


@pytest.mark.parametrize("on", ["*", "arn:aws:apigateway:*::/*", "arn:aws:apigateway:eu-west-1::/restapis*"])
def test_interfaces_are_made_wherever_one_may(on: str) -> None:
    own = policy("own", allow("iam:PassRole"), allow("apigateway:*", on=on))
    boss = role("boss", (EVERYTHING,), trust({"Service": "apigateway.amazonaws.com"}))

    assert [gain.method for gain in gains_of(role("actor", (own,)), boss)] == ["apigateway-integration"]


def test_every_method_says_how_it_works_and_where_it_is_described() -> None:
    for method in methods():
        assert method.way in WAYS
        assert method.references
        assert all(reference.startswith("https://") for reference in method.references)
        assert method.name[0].isupper()


@pytest.mark.parametrize("id_", sorted(CATALOGUE))
def test_method_fires(id_: str) -> None:
    method = BY_ID[id_]
    found = fired(method, fixture(method, CATALOGUE[id_]))

    assert found, id_
    assert any(gain.certain for gain in found) == (method.certain and method.way != "outside")
    if method.way in ("grant", "join", "free", "strengthen", "unbind", "create", "outside"):
        assert all(gain.admin for gain in found)
    elif method.way == "data":
        assert {gain.kind for gain in found} == {method.kind}
    else:
        assert {target.name for gain in found for target in gain.to} - {"actor"} == {"boss"}


@pytest.mark.parametrize("id_", sorted(CATALOGUE))
def test_method_stays_silent_without_any_one_of_its_permissions(id_: str) -> None:
    method = BY_ID[id_]
    for missing in CATALOGUE[id_]:
        rest = [action for action in CATALOGUE[id_] if action != missing]
        assert fired(method, fixture(method, rest)) == [], missing


def test_permissions_on_oneself_alone_are_no_gain() -> None:
    own = policy("own", allow("iam:CreateAccessKey", "iam:UpdateLoginProfile", on=f"{IAM}user/actor"))

    assert gains_of(user("actor", (own,), password=True, keys=1), user("boss", (EVERYTHING,), keys=0)) == []


def test_a_role_that_trusts_another_service_is_not_passed() -> None:
    own = policy("own", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    boss = role("boss", (EVERYTHING,), trust({"Service": "ec2.amazonaws.com"}))

    assert gains_of(role("actor", (own,)), boss) == []


def test_a_pass_for_another_service_is_none() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    own = policy(
        "own",
        allow("lambda:CreateFunction", "lambda:InvokeFunction"),
        allow("iam:PassRole", Condition=condition),
    )
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))

    assert gains_of(role("actor", (own,)), boss) == []


def test_a_boundary_that_cannot_be_lifted_keeps_what_one_writes_small() -> None:
    own = policy("own", allow("iam:PutUserPolicy"))
    edge = policy("edge", allow("iam:PutUserPolicy", "s3:*"))

    assert not any(gain.admin for gain in gains_of(user("actor", (own,), boundary=(edge,))))


def test_where_no_source_lists_functions_the_gain_is_conditional() -> None:
    own = policy("own", allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction"))
    actor = role("actor", (own,))
    boss = role("boss", (EVERYTHING,), trust({"Service": "lambda.amazonaws.com"}))
    account = Account(ACCOUNT, (actor, boss))
    found = fired(BY_ID["lambda-004"], Escalation(Landscape({ACCOUNT: account})).gains(actor))

    assert [(gain.certain, gain.to) for gain in found] == [(False, (boss,))]
    assert "whether a lambda:function runs as it" in found[0].held.depends_on


def test_roles_in_a_circle_end() -> None:
    one = role("one", (policy("p", allow("sts:AssumeRole")),), trust({"AWS": f"{IAM}role/two"}))
    two = role("two", (policy("p", allow("sts:AssumeRole")),), trust({"AWS": f"{IAM}role/one"}))

    assert [[target.name for target in gain.to] for gain in gains_of(one, two)] == [["two"]]
