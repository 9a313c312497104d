"""Policies that resources carry themselves: buckets, queues, topics, keys, secrets and the like."""

from __future__ import annotations

from posture.sources.aws.accounts import stated_account
from posture.sources.aws.answers import Recorded
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.carried import none_there, read_policies
from posture.sources.aws.carriers import BY_POLICY, CALLS, LEADING, LISTINGS
from posture.sources.aws.listed import read_leading, read_listing
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-resource-policies",
    title="AWS resource policies",
    feeds=("policies", "documents", "systems"),
    by_hand="aws s3api get-bucket-policy, aws kms get-key-policy, and their like",
    blind="what resources let in by themselves, from other accounts and the public",
    provider="aws",
    calls=CALLS,
    opens=b"{[",
    rank=30,
)

_BY_SHAPE = {
    "s3:GetBucketPolicy": "Policy",
    "sqs:GetQueueAttributes": "Attributes",
    "secretsmanager:GetResourcePolicy": "ResourcePolicy",
    "ecr:GetRepositoryPolicy": "policyText",
}
"""Answers that tell themselves by the key at their top, the first of those that have the same."""
_KNOWN = {call: _BY_SHAPE.get(call, "") for call in (*_BY_SHAPE, *BY_POLICY, *LISTINGS, *LEADING)}


def claims(page: Page) -> bool:
    """A list of recorded answers, or one answer that holds a policy's text, or attributes without one."""
    # Of a file in a snapshot the manifest says which call it answers; it may say that there is no policy.
    return claims_any(page, _KNOWN) and (
        b"Statement" in page.head
        or b'"Attributes"' in page.head
        or page.opening == b"["
        or str(page.path) in page.place.entries()
    )


def read(page: Page, into: Rows) -> None:
    """The policies of an answer on the resources that the request, the answer or the text names."""
    account = stated_account(page)
    texts = Texts(into)
    for answer in calls(page, _KNOWN):
        if answer.call in LISTINGS:
            read_listing(page, answer, LISTINGS[answer.call], into)
        if answer.call in LEADING:
            read_leading(page, answer, LEADING[answer.call], into)
        if answer.call in BY_POLICY:
            read_policies(answer, account, texts, into)


def without(answer: Recorded, account: str, into: Rows) -> None:
    """What it means that there is no such policy: the resource lets nobody in by itself."""
    none_there(answer, account, into)
