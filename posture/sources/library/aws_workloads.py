"""Functions, projects, stacks, notebooks and other workloads of an AWS account, and the roles they run as."""

from __future__ import annotations

from posture.sources.aws.answers import is_inventory, recorded
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.listed import read_listing
from posture.sources.aws.resources import BY_CALL
from posture.sources.aws.unlisted import read_unlisted
from posture.sources.contract import Call, Page, Rows, Source

SOURCE = Source(
    id="aws-workloads",
    title="AWS workloads",
    feeds=("systems", "links", "credentials", "exposures"),
    by_hand="aws lambda list-functions, aws codebuild batch-get-projects, and their like",
    blind="which function, project, stack or notebook runs as which role, and secrets in their environment",
    provider="aws",
    calls=(
        Call(
            "lambda",
            "list_functions",
            ("lambda:ListFunctions",),
            "lambda-list-functions-{region}.json",
            regional=True,
            masks=("/Functions/*/Environment/Variables/*",),
        ),
    ),
    rank=30,
)

_READ = {
    *BY_CALL,
    "ecs:DescribeTaskDefinition",
    "ec2:DescribeInstances",
    "ec2:DescribeIamInstanceProfileAssociations",
    "secretsmanager:ListSecrets",
}
"""Calls that this or another source reads field by field."""

_KNOWN = {call: listing.top for call, listing in BY_CALL.items()}


def claims(page: Page) -> bool:
    """A list of recorded answers, or the answer of one call that lists workloads."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One system per resource, a link to its role, and a credential for each secret in its environment."""
    for answer in calls(page, _KNOWN):
        read_listing(page, answer, BY_CALL[answer.call], into)
    if is_inventory(page):
        for answer in recorded(page):
            if answer.call not in _READ:
                read_unlisted(page, answer, into)
