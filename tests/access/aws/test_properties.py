"""Laws that hold for every policy: what may only narrow never widens, and spelling never matters."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.aws.compile import compile_policy
from posture.access.aws.context import closed, opened
from posture.access.aws.decision import Answer, Attached, Decision, Policies, Request
from posture.access.aws.evaluate import evaluate

ANA = "arn:aws:iam::111122223333:user/ana"
RANK = {Answer.EXPLICITLY_DENIED: 0, Answer.IMPLICITLY_DENIED: 0, Answer.DEPENDS: 1, Answer.ALLOWED: 2}
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:*", "*", "iam:PassRole", "s3:?etObject"]
RESOURCES = ["*", "arn:aws:s3:::ledger/*", "arn:aws:s3:::ledger/q1", "arn:aws:s3:::${aws:username}/*"]
CONDITIONS = [
    None,
    {"StringEquals": {"aws:username": "ana"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringLike": {"s3:prefix": "home/*"}},
    {"StringRhymes": {"aws:x": "y"}},
]

statements = st.builds(
    lambda effect, action, resource, condition, inverse: {
        "Effect": effect,
        "NotAction" if inverse else "Action": action,
        "Resource": resource,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2),
    st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
    st.sampled_from(CONDITIONS),
    st.booleans(),
)
documents = st.lists(statements, max_size=4).map(lambda s: {"Version": "2012-10-17", "Statement": s})
contexts = st.sampled_from(
    [closed(), opened(), closed({"aws:username": "ana"}), opened({"aws:username": "ana"})]
)
known = settings(derandomize=True, max_examples=150, deadline=None, database=None)


def attached(document: dict[str, Any]) -> tuple[Attached, ...]:
    return (Attached("policy", compile_policy(document)),)


def decide(context: Any, policies: Policies, action: str = "s3:GetObject") -> Decision:
    return evaluate(Request(ANA, action, "arn:aws:s3:::ledger/q1", context), policies)


@known
@given(documents, statements, contexts)
def test_an_added_deny_never_widens(document: dict[str, Any], extra: dict[str, Any], context: Any) -> None:
    more = {**document, "Statement": [*document["Statement"], {**extra, "Effect": "Deny"}]}
    before = decide(context, Policies(identity=attached(document)))
    after = decide(context, Policies(identity=attached(more)))

    assert RANK[after.answer] <= RANK[before.answer]


@known
@given(documents, documents, contexts)
def test_a_boundary_a_session_policy_or_an_scp_never_widens(
    document: dict[str, Any], limit: dict[str, Any], context: Any
) -> None:
    identity = attached(document)
    before = RANK[decide(context, Policies(identity=identity)).answer]

    assert RANK[decide(context, Policies(identity=identity, boundary=attached(limit))).answer] <= before
    assert RANK[decide(context, Policies(identity=identity, session=attached(limit))).answer] <= before
    assert RANK[decide(context, Policies(identity=identity, scps=(attached(limit),))).answer] <= before


@known
@given(documents, contexts, st.randoms(use_true_random=False))
def test_order_of_statements_and_case_of_actions_never_matter(
    document: dict[str, Any], context: Any, random: Any
) -> None:
    shuffled = list(document["Statement"])
    random.shuffle(shuffled)
    loud = json.loads(json.dumps(shuffled).replace("s3:GetObject", "S3:GETOBJECT"))
    before = decide(context, Policies(identity=attached(document)))

    for other in (shuffled, loud):
        after = decide(context, Policies(identity=attached({**document, "Statement": other})))
        assert (after.answer, after.keys) == (before.answer, before.keys)


@known
@given(documents, contexts)
def test_an_unknown_action_never_reads_allowed_or_clear(document: dict[str, Any], context: Any) -> None:
    decision = decide(context, Policies(identity=attached(document)), "s3:GetObjectt")

    assert decision.answer in (Answer.DEPENDS, Answer.EXPLICITLY_DENIED)
    if decision.answer is Answer.DEPENDS:
        assert any("is not known to the reference of" in reason for reason in decision.reasons)


@known
@given(documents, documents)
def test_what_a_closed_context_allows_an_open_one_does_not_deny(
    document: dict[str, Any], limit: dict[str, Any]
) -> None:
    policies = Policies(identity=attached(document), boundary=attached(limit))
    facts = {"aws:username": "ana"}
    mfa = closed({**facts, "aws:MultiFactorAuthPresent": "true"})

    if decide(mfa, policies).answer is Answer.ALLOWED:
        assert RANK[decide(opened(facts), policies).answer] >= 1
