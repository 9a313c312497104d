"""Policies that resources carry themselves: buckets, queues, topics, keys, secrets, functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-resource-policies",
    title="AWS resource policies",
    feeds=("policies", "documents", "systems"),
    by_hand="aws s3api get-bucket-policy, aws kms get-key-policy, and their like",
    blind="what resources let in by themselves, from other accounts and the public",
    provider="aws",
    calls=(
        asks("s3", "list_buckets", "s3:ListAllMyBuckets", regional=False),
        asks("s3", "get_bucket_policy", each="list_buckets:/Buckets/*", takes={"Bucket": "/Name"},
             regional=False, none=("NoSuchBucketPolicy", "NoSuchBucket")),
        asks("kms", "list_keys"),
        asks("kms", "get_key_policy", each="list_keys:/Keys/*", takes={"KeyId": "/KeyArn"},
             arguments={"PolicyName": "default"}, none=("NotFoundException",)),
        asks("sqs", "list_queues"),
        asks("sqs", "get_queue_attributes", each="list_queues:/QueueUrls/*", takes={"QueueUrl": ""},
             arguments={"AttributeNames": ["Policy", "QueueArn"]},
             none=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")),
        asks("sns", "list_topics"),
        asks("sns", "get_topic_attributes", each="list_topics:/Topics/*", takes={"TopicArn": "/TopicArn"},
             none=("NotFound", "NotFoundException")),
        asks("secretsmanager", "get_resource_policy", each="list_secrets:/SecretList/*",
             takes={"SecretId": "/ARN"}, none=("ResourceNotFoundException",)),
        asks("lambda", "get_policy", each="list_functions:/Functions/*",
             takes={"FunctionName": "/FunctionArn"}, none=("ResourceNotFoundException",)),
        asks("ecr", "describe_repositories"),
        asks("ecr", "get_repository_policy", each="describe_repositories:/repositories/*",
             takes={"repositoryName": "/repositoryName"},
             none=("RepositoryPolicyNotFoundException", "RepositoryNotFoundException")),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_BUCKET, _QUEUE = "s3:GetBucketPolicy", "sqs:GetQueueAttributes"
_TEXT = {
    _BUCKET: ("Policy",),
    "lambda:GetPolicy": ("Policy",),
    "kms:GetKeyPolicy": ("Policy",),
    _QUEUE: ("Attributes", "Policy"),
    "sns:GetTopicAttributes": ("Attributes", "Policy"),
    "secretsmanager:GetResourcePolicy": ("ResourcePolicy",),
    "ecr:GetRepositoryPolicy": ("policyText",),
}
_OWN = {
    _QUEUE: ("Attributes", "QueueArn"),
    "sns:GetTopicAttributes": ("Attributes", "TopicArn"),
    "secretsmanager:GetResourcePolicy": ("ARN",),
}
_KNOWN = {call: path[0] for call, path in _TEXT.items()}
_KINDS = {
    _BUCKET: "bucket",
    _QUEUE: "queue",
    "kms:GetKeyPolicy": "key",
    "lambda:GetPolicy": "function",
    "sns:GetTopicAttributes": "topic",
    "secretsmanager:GetResourcePolicy": "secret",
    "ecr:GetRepositoryPolicy": "registry",
}


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
    """One policy per answer, attached to the resource that the request, the answer or the text names."""
    account = stated_account(page)
    texts = Texts(into)
    for answer in calls(page, _KNOWN):
        body = unpacked(answer.body)
        text = _dig(body, _TEXT[answer.call])
        at = f"{answer.at}/{'/'.join(_TEXT[answer.call])}"
        if not isinstance(text, str) or not text:
            if _tells_all(answer, body):
                _known_none(answer, body, account, into)
            continue
        raw = msgspec.json.encode(text)
        _, readable = texts.add(raw, at)
        key = _resource(answer, body, text if readable else "", account)
        if key:
            texts.on_resource(raw, key, scope_of(key, account), at)
        else:
            why = "one resource policy is set aside: nothing says whose it is"
            into.problem(keys.aws_scope(account), "policies", at, why)


def without(answer: Recorded, account: str, into: Rows) -> None:
    """What it means that there is no such policy: the resource lets nobody in by itself."""
    _known_none(answer, None, account, into)


def _tells_all(answer: Recorded, body: Any) -> bool:
    """Whether the answer would hold the policy if there were one."""
    if not isinstance(body, Mapping):
        return False
    if answer.call in ("secretsmanager:GetResourcePolicy", "sns:GetTopicAttributes"):
        return True
    wanted = answer.request.get("AttributeNames")
    # Whoever asks for no attribute by name gets none of the times either.
    everything = _dig(body, ("Attributes", "CreatedTimestamp")) is not None
    return answer.call == _QUEUE and (everything or (isinstance(wanted, list) and "Policy" in wanted))


def _known_none(answer: Recorded, body: Any, account: str, into: Rows) -> None:
    key = _resource(answer, body, "", account)
    if key:
        into.add("systems", answer.at, key=key, scope=scope_of(key, account), provider="aws",
                 kind=_KINDS[answer.call], name=keys.short(key), own_policy=False)  # fmt: skip


def _resource(answer: Recorded, body: Any, text: str, account: str) -> str:
    own = _dig(body, _OWN[answer.call]) if answer.call in _OWN else None
    if isinstance(own, str) and own.startswith("arn:"):
        return plain(own, 2048)
    asked = {name.lower(): value for name, value in answer.request.items() if isinstance(value, str)}
    region = answer.region
    for name, before in (
        ("bucket", "arn:aws:s3:::"),
        ("functionname", f"arn:aws:lambda:{region}:{account}:function:"),
        ("keyid", f"arn:aws:kms:{region}:{account}:key/"),
        ("repositoryname", f"arn:aws:ecr:{region}:{account}:repository/"),
        ("topicarn", ""),
        ("secretid", f"arn:aws:secretsmanager:{region}:{account}:secret:"),
    ):
        if name in asked:
            value = asked[name]
            return plain(value if value.startswith("arn:") else f"{before}{value}", 2048)
    return _named_in(text, bucket=answer.call == _BUCKET)


def _named_in(text: str, bucket: bool) -> str:
    """The one resource that every statement speaks of; empty where they differ."""
    if not text:
        return ""
    statements = msgspec.json.decode(text).get("Statement")
    named: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        resources = statement.get("Resource") if isinstance(statement, Mapping) else None
        for one in resources if isinstance(resources, list) else [resources]:
            if isinstance(one, str) and one.startswith("arn:"):
                # What lies in a bucket belongs to the bucket.
                named.add(one.partition("/")[0] if bucket else one)
    return plain(named.pop(), 2048) if len(named) == 1 else ""


def _dig(body: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
