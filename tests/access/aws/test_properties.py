"""Laws that hold for every policy: what may only narrow never widens, and spelling never matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from posture.access.aws.context import closed, opened
from posture.access.aws.decision import Answer, Attached, Decision, Policies, Request
from posture.access.aws.evaluate import evaluate
from tests.access.aws.policies import (
    LAYERS,
    PER_LEVEL,
    WITH_PRINCIPALS,
    Json,
    Source,
    given_keys,
    grammar,
    level,
    lists,
    policies,
    requests,
    sources,
    statements,
)

RANK = {Answer.EXPLICITLY_DENIED: 0, Answer.IMPLICITLY_DENIED: 0, Answer.DEPENDS: 1, Answer.ALLOWED: 2}
LIMITS = [layer for layer in LAYERS if layer not in ("identity", "resource")]
known = settings(derandomize=True, max_examples=80, deadline=None, database=None)


def rank(request: Request, source: Source) -> int:
    return RANK[evaluate(request, policies(source)).answer]


def added(source: Source, layer: str, statement: Json, where: int) -> Source:
    """The same policies with one more statement in one layer that there is."""
    said = source[layer]
    if layer not in PER_LEVEL:
        return {**source, layer: [*said, statement]}
    at = where % len(said)
    return {**source, layer: [[*one, statement] if i == at else one for i, one in enumerate(said)]}


@st.composite
def additions(draw: st.DrawFn, effect: str) -> tuple[Source, Source]:
    source = draw(sources())
    layer = draw(st.sampled_from(sorted(source)))
    statement = draw(statements(effect=effect, principals=layer in WITH_PRINCIPALS))
    return source, added(source, layer, statement, draw(st.integers(0, 3)))


@known
@given(additions("Deny"), requests())
def test_an_added_deny_never_widens(pair: tuple[Source, Source], request: Request) -> None:
    before, after = pair

    assert rank(request, after) <= rank(request, before)


@known
@given(additions("Allow"), requests())
def test_an_added_allow_never_narrows(pair: tuple[Source, Source], request: Request) -> None:
    before, after = pair

    assert rank(request, after) >= rank(request, before)


@st.composite
def limited(draw: st.DrawFn) -> tuple[Source, Source]:
    """Policies, and the same with one limit more: a layer that was not there, or one more level."""
    source = draw(sources())
    layer = draw(st.sampled_from([x for x in LIMITS if x in PER_LEVEL or x not in source] or ["scps"]))
    limit = draw(lists(layer in WITH_PRINCIPALS))
    more = [*source.get(layer, []), limit] if layer in PER_LEVEL else limit
    return source, {**source, layer: more}


@known
@given(limited(), requests())
def test_a_limit_never_widens(pair: tuple[Source, Source], request: Request) -> None:
    before, after = pair

    assert rank(request, after) <= rank(request, before)


ALL: Json = {"Action": ["*"], "Resource": ["*"]}
WITH_OWN = ("arn:aws:iam::111122223333:user", "arn:aws:iam::111122223333:role", "arn:aws:sts::")


def binding(request: Request, layer: str) -> bool:
    """Whether policies of `layer` bear on the caller and on the service of a request."""
    if layer in ("resource", "endpoint"):
        return True
    if layer == "rcps":
        return request.action.partition(":")[0] in ("s3", "sqs", "kms", "sts")
    if layer in ("scps", "session"):
        return request.principal.startswith("arn:")
    return request.principal.startswith(WITH_OWN)


def everything(layer: str, effect: str) -> Json:
    return {**ALL, "Effect": effect, **({"Principal": "*"} if layer in WITH_PRINCIPALS else {})}


@known
@given(sources(), requests(), st.integers(0, 3))
def test_a_deny_of_everything_denies_in_whatever_layer(source: Source, request: Request, where: int) -> None:
    for layer in source:
        denying = added(source, layer, everything(layer, "Deny"), where)
        answer = evaluate(request, policies(denying)).answer

        if binding(request, layer):
            assert answer is Answer.EXPLICITLY_DENIED, layer
        else:
            assert RANK[answer] == rank(request, source), layer


@known
@given(sources(), requests())
def test_a_limit_that_allows_everything_limits_nothing_and_an_empty_one_all(
    source: Source, request: Request
) -> None:
    before = rank(request, source)
    for layer in ("scps", "session", "endpoint", "rcps"):
        if layer in source and layer not in PER_LEVEL:
            continue
        full = [everything(layer, "Allow")]
        wide = {**source, layer: [*source.get(layer, []), full] if layer in PER_LEVEL else full}
        assert rank(request, wide) == before, layer
    if binding(request, "scps"):
        assert rank(request, {**source, "scps": [[], *source.get("scps", [])]}) == 0


@known
@given(sources(), requests())
def test_boundary_and_session_policy_close_whatever_only_identity_policies_grant(
    source: Source, request: Request
) -> None:
    own = {layer: said for layer, said in source.items() if layer != "resource"}
    for layer in ("boundary", "session"):
        if binding(request, layer) and not request.action.startswith("sts:"):
            assert rank(request, {**own, layer: []}) == 0, layer


def spelled(statement: Json, how: Callable[[str], str]) -> Json:
    """The same statement with the parts whose case is free spelled anew: actions and keys."""
    made = dict(statement)
    for element in ("Action", "NotAction"):
        if element in made:
            made[element] = [how(action) for action in made[element]]
    if "Condition" in made:
        made["Condition"] = {
            operator: {how(key): values for key, values in tested.items()}
            for operator, tested in made["Condition"].items()
        }
    return made


def each(source: Source, how: Callable[[list[Json]], list[Json]]) -> Source:
    return {
        layer: [how(one) for one in said] if layer in PER_LEVEL else how(said)
        for layer, said in source.items()
    }


def same(one: Decision, other: Decision) -> bool:
    return (one.answer, one.keys, dict(one.chosen)) == (other.answer, other.keys, dict(other.chosen))


@known
@given(sources(), requests(), st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_case_of_actions_and_keys_never_matters(
    source: Source, request: Request, how: Callable[[str], str]
) -> None:
    loud = each(source, lambda said: [spelled(statement, how) for statement in said])
    asked = replace(request, action=how(request.action))

    assert same(evaluate(asked, policies(loud)), evaluate(request, policies(source)))


@known
@given(sources(), requests(), st.randoms(use_true_random=False))
def test_order_of_statements_and_of_values_never_matters(
    source: Source, request: Request, random: Any
) -> None:
    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mixed(one) for key, one in random.sample(sorted(value.items()), len(value))}
        return random.sample(value, len(value)) if isinstance(value, list) else value

    def shuffled(said: list[Json]) -> list[Json]:
        return [mixed(statement) for statement in random.sample(said, len(said))]

    after = evaluate(request, policies(each(source, shuffled)))
    before = evaluate(request, policies(source))

    assert (after.answer, after.keys) == (before.answer, before.keys)


@known
@given(sources(), requests())
def test_statements_are_the_same_in_one_policy_or_in_many(source: Source, request: Request) -> None:
    whole = policies(source)

    def split(said: list[Json], of: str) -> tuple[Attached, ...]:
        return tuple(Attached(f"policy{i}", level([one], of)[0].document) for i, one in enumerate(said))

    made: dict[str, Any] = {}
    for layer, said in source.items():
        of = grammar(layer)
        made[layer] = tuple(split(one, of) for one in said) if layer in PER_LEVEL else split(said, of)
    parts = Policies(**made)

    assert same(evaluate(request, parts), evaluate(request, whole))


@known
@given(sources(), requests())
def test_an_unknown_action_never_reads_allowed_or_clear(source: Source, request: Request) -> None:
    asked = replace(request, action=f"{request.action}t")
    decision = evaluate(asked, policies(source))

    assert decision.answer in (Answer.DEPENDS, Answer.EXPLICITLY_DENIED)
    if decision.answer is Answer.DEPENDS:
        assert any("is not known to the reference of" in reason for reason in decision.reasons)


@known
@given(sources(), requests(), given_keys(), given_keys())
def test_an_open_answer_holds_whatever_the_keys_turn_out_to_be(
    source: Source, request: Request, facts: Json, more: Json
) -> None:
    """What an open context settles, every closed one that agrees with it answers alike."""
    whole = policies(source)
    decision = evaluate(replace(request, context=opened(facts)), whole)
    in_full = evaluate(replace(request, context=closed({**more, **facts})), whole)

    if decision.answer is Answer.ALLOWED and not decision.chosen:
        assert in_full.allowed
    if not decision.possible:
        assert not in_full.possible


@known
@given(sources(), requests())
def test_a_condition_that_always_holds_changes_nothing(source: Source, request: Request) -> None:
    """Of keys that no request carries, IfExists, ForAllValues and Null of true all hold."""
    always = {
        "StringEqualsIfExists": {"aws:PrincipalTag/none": "x"},
        "ForAllValues:StringLike": {"aws:PrincipalTag/nil": "x"},
        "Null": {"aws:PrincipalTag/no": "true"},
    }

    def held(said: list[Json]) -> list[Json]:
        return [
            statement if "Condition" in statement else {**statement, "Condition": always}
            for statement in said
        ]

    assert same(evaluate(request, policies(each(source, held))), evaluate(request, policies(source)))


def test_the_laws_are_tried_on_answers_of_every_kind() -> None:
    """The strategies reach all four answers often enough for the laws to say something."""
    seen: dict[Answer, int] = dict.fromkeys(Answer, 0)

    @settings(derandomize=True, max_examples=300, deadline=None, database=None)
    @given(sources(), requests())
    def count(source: Source, request: Request) -> None:
        seen[evaluate(request, policies(source)).answer] += 1

    count()

    assert all(number >= 8 for number in seen.values()), seen
