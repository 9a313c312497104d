"""Strategies for policies of every form: elements, conditions, principals and layers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy
from posture.access.aws.context import Context, closed, opened
from posture.access.aws.decision import Attached, Level, Policies, Request

Json = dict[str, Any]

HOME, AWAY = "111122223333", "444455556666"
ANA = f"arn:aws:iam::{HOME}:user/team/ana"
ROLE = f"arn:aws:iam::{HOME}:role/app"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/app/run"
PRINCIPALS = [ANA, ROLE, SESSION, f"arn:aws:iam::{HOME}:root", "lambda.amazonaws.com"]

QUEUE = f"arn:aws:sqs:eu-west-1:{HOME}:orders"
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/1"
ASKED = [
    ("s3:GetObject", "arn:aws:s3:::ledger/q1", HOME),
    ("s3:GetObject", "arn:aws:s3:::ledger/q1", AWAY),
    ("sqs:SendMessage", QUEUE, HOME),
    ("sqs:SendMessage", QUEUE.replace(HOME, AWAY), AWAY),
    ("kms:Decrypt", KEY, HOME),
    ("iam:PassRole", ROLE, HOME),
    ("sts:AssumeRole", f"arn:aws:iam::{HOME}:role/ops", HOME),
    ("sts:AssumeRole", f"arn:aws:iam::{AWAY}:role/ops", AWAY),
]
ACTIONS = [
    "*",
    "*",
    "*",
    "s3:*",
    "s3:Get?bject",
    "s3:PutObject",
    "sqs:Send*",
    "kms:Decrypt",
    "iam:PassRole",
    "sts:*",
]
RESOURCES = [
    "*",
    "*",
    "*",
    "arn:aws:s3:::ledger/*",
    "arn:aws:s3:::*/q?",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::${aws:PrincipalTag/box, 'ledger'}/*",
    "arn:aws:sqs:*:*:ord*",
    KEY,
    "arn:aws:iam::*:role/*",
    f"arn:aws:iam::{HOME}:role/${{*}}",
]
NAMED: list[Any] = [
    "*",
    {"AWS": "*"},
    {"AWS": HOME},
    {"AWS": [AWAY, ANA]},
    {"AWS": f"arn:aws:iam::{HOME}:root"},
    {"AWS": ROLE},
    {"AWS": [SESSION, ROLE]},
    {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]},
    {"Federated": "cognito-identity.amazonaws.com"},
    {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"},
]
TEXTS = ["ana", "ANA", "a*", "?na", "${aws:username}", "${aws:PrincipalTag/box, 'ana'}", ""]
ARNS = [ANA, "arn:aws:iam::*:user/*", "arn:*:*:*:*:role/app", "*"]
COMPARED: dict[str, tuple[list[str], list[str]]] = {
    # Keys and values by family of operators.
    "String": (
        ["aws:username", "aws:PrincipalTag/box", "s3:prefix", "iam:PassedToService", "odd:key"],
        TEXTS,
    ),
    "Arn": (["aws:PrincipalArn", "aws:SourceArn"], ARNS),
    "Numeric": (["s3:max-keys", "aws:MultiFactorAuthAge"], ["10", "-3", "1e3", "ten", "10.5"]),
    "Date": (["aws:CurrentTime", "aws:EpochTime"], ["2026-01-01T00:00:00Z", "1767225600", "soon"]),
    "Bool": (["aws:MultiFactorAuthPresent", "aws:ViaAWSService", "aws:SecureTransport"], ["true", "False"]),
    "Ip": (["aws:SourceIp", "aws:VpcSourceIp"], ["10.0.0.0/8", "2001:db8::/32", "10.1.2.3", "here"]),
    "Binary": (["odd:bytes"], ["YW5h", "%"]),
}
RELATIONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
OPERATORS = {
    "String": [
        f"String{word}"
        for word in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
    ],
    "Arn": ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    "Numeric": [f"Numeric{relation}" for relation in RELATIONS],
    "Date": [f"Date{relation}" for relation in RELATIONS],
    "Bool": ["Bool"],
    "Ip": ["IpAddress", "NotIpAddress"],
    "Binary": ["BinaryEquals"],
}
MANY = ["aws:TagKeys", "aws:PrincipalOrgPaths", "aws:RequestTag/box"]
GIVEN: dict[str, list[Any]] = {
    "aws:username": ["ana", "ANA", "bob"],
    "aws:PrincipalTag/box": ["ledger", "ana", ""],
    "aws:PrincipalArn": [ANA, ROLE],
    "aws:SourceArn": [QUEUE, ANA],
    "s3:prefix": ["ana", "a", ""],
    "s3:max-keys": ["10", "1000", "x"],
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:MultiFactorAuthAge": ["5", "12"],
    "aws:CurrentTime": ["2026-06-01T12:00:00Z", "2020-01-01"],
    "aws:SourceIp": ["10.1.2.3", "192.0.2.1", "2001:db8::1"],
    "aws:TagKeys": [["ana"], ["ana", "box"], []],
    "aws:RequestTag/box": ["ana"],
    "iam:PassedToService": ["ana", "lambda.amazonaws.com"],
    "odd:bytes": ["YW5h"],
}


@st.composite
def _tests(draw: st.DrawFn) -> tuple[str, str, Any]:
    """One operator with one key and its values."""
    family = draw(st.sampled_from(sorted(COMPARED)))
    keys, values = COMPARED[family]
    how = draw(st.integers(0, 11))
    if how == 0:
        return "Null", draw(st.sampled_from([*keys, *MANY])), draw(st.sampled_from(["true", "false"]))
    if how == 1:
        return "StringRhymes", "aws:username", "ana"
    operator = draw(st.sampled_from(OPERATORS[family]))
    key = draw(st.sampled_from(keys))
    if how <= 4:
        operator = f"{draw(st.sampled_from(['ForAllValues', 'ForAnyValue']))}:{operator}"
        key = draw(st.sampled_from([*MANY, key]))
    if draw(st.sampled_from([True, False, False])):
        operator += "IfExists"
    given = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
    return operator, key, given[0] if len(given) == 1 else given


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    found: Json = {}
    for operator, key, values in draw(st.lists(_tests(), max_size=2)):
        found.setdefault(operator, {})[key] = values
    return found


@st.composite
def statements(draw: st.DrawFn, effect: str = "", principals: bool = False) -> Json:
    made: Json = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    inverse = st.sampled_from(["", "", "", "", "", "Not"])
    some = st.lists
    made[draw(inverse) + "Action"] = draw(some(st.sampled_from(ACTIONS), min_size=1, max_size=2))
    made[draw(inverse) + "Resource"] = draw(some(st.sampled_from(RESOURCES), min_size=1, max_size=2))
    if principals:
        made[draw(inverse) + "Principal"] = draw(st.sampled_from(NAMED))
    tested = draw(st.one_of(st.just({}), conditions()))
    return {**made, "Condition": tested} if tested else made


def lists(principals: bool = False, least: int = 0) -> st.SearchStrategy[list[Json]]:
    return st.lists(statements(principals=principals), min_size=least, max_size=3)


def level(made: list[Json], grammar: str = IDENTITY) -> Level:
    document = compile_policy({"Version": "2012-10-17", "Statement": made}, grammar)
    return (Attached("policy", document),)


LAYERS = ("identity", "boundary", "session", "resource", "scps", "rcps", "endpoint")
WITH_PRINCIPALS = frozenset({"resource", "rcps", "endpoint"})
PER_LEVEL = frozenset({"scps", "rcps"})
Source = dict[str, Any]
"""The statements of each layer that there is: a list, or for SCPs and RCPs one list per level."""


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Policies as statements: mostly an identity's own and a resource's, and now and then a limit."""
    made: Source = {"identity": draw(lists(least=draw(st.sampled_from([0, 1, 1]))))}
    for layer in LAYERS[1:]:
        often = [False, True] if layer == "resource" else [False, False, True]
        if draw(st.sampled_from(often)):
            one = lists(layer in WITH_PRINCIPALS, 1)
            made[layer] = draw(st.lists(one, min_size=1, max_size=2) if layer in PER_LEVEL else one)
    return made


def policies(source: Source) -> Policies:
    made: dict[str, Any] = {}
    for layer, said in source.items():
        per_level = layer in PER_LEVEL
        made[layer] = (
            tuple(level(one, grammar(layer)) for one in said) if per_level else level(said, grammar(layer))
        )
    return Policies(**made)


def grammar(layer: str) -> str:
    return RESOURCE if layer in WITH_PRINCIPALS else IDENTITY


@st.composite
def given_keys(draw: st.DrawFn) -> Json:
    names = draw(st.lists(st.sampled_from(sorted(GIVEN)), max_size=5, unique=True))
    return {name: draw(st.sampled_from(GIVEN[name])) for name in names}


def contexts() -> st.SearchStrategy[Context]:
    return st.builds(
        lambda given, open_: (opened if open_ else closed)(given),
        given_keys(),
        st.sampled_from([True, True, False]),
    )


@st.composite
def requests(draw: st.DrawFn, context: st.SearchStrategy[Context] | None = None) -> Request:
    action, resource, account = draw(st.sampled_from(ASKED))
    principal = draw(st.sampled_from(PRINCIPALS))
    return Request(
        principal,
        action,
        resource,
        draw(context or contexts()),
        account,
        role_arn=ROLE if principal == SESSION else "",
    )
