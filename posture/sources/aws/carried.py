"""The policies that an answer holds, each on the resource whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from posture.model import keys
from posture.model.text import plain
from posture.sources.aws.accounts import partition_of, scope_of
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.carrier import Carrier
from posture.sources.aws.carriers import BY_POLICY
from posture.sources.aws.items import objects
from posture.sources.aws.listed import dig
from posture.sources.aws.policy_text import Texts
from posture.sources.contract import Rows

_EMPTY = ("", "{}", "null")
_QUEUE = "sqs:GetQueueAttributes"
_LONGEST = 2048
Fields = Mapping[str, Any]


class _Text(Struct, frozen=True):
    """One text, which of several of its resource it is, and where it stands."""

    text: str
    name: str
    at: str


def read_policies(answer: Recorded, account: str, texts: Texts, into: Rows) -> None:
    """Each text of the answer on its resource; where there is none, that there is none."""
    for at, body, entry in _entries(answer):
        carrier, key = _carrier(answer, body, entry, account)
        found = list(_texts(carrier, entry, at))
        if not found and key and _tells_all(carrier, answer, body):
            _none(carrier, key, at, account, into)
        for one in found:
            _policy(carrier, key, one, account, texts, into)


def none_there(answer: Recorded, account: str, into: Rows) -> None:
    """That a resource has no policy, where the call was answered by that."""
    if answer.call in BY_POLICY:
        carrier, key = _carrier(answer, {}, {}, account)
        if key:
            _none(carrier, key, answer.at, account, into)


def _entries(answer: Recorded) -> Iterator[tuple[str, Fields, Fields]]:
    """Of each resource that the answer speaks of: where, the whole answer, and the part about it."""
    top = BY_POLICY[answer.call][0].entries
    given = unpacked(answer.body)
    body = given if isinstance(given, Mapping) else {}
    if not top:
        yield answer.at, body, body
        return
    for n, entry in enumerate(objects(body.get(top))):
        yield f"{answer.at}/{top}/{n}", body, entry


def _carrier(answer: Recorded, body: Fields, entry: Fields, account: str) -> tuple[Carrier, str]:
    """What the answer speaks of, and its key; the key is empty where nothing names it."""
    sharing = BY_POLICY[answer.call]
    key = _key(sharing[0], answer, body, entry, account)
    return next((one for one in sharing if one.mark in key), sharing[-1]), key


def _key(carrier: Carrier, answer: Recorded, body: Fields, entry: Fields, account: str) -> str:
    place = {"region": answer.region, "account": account, "partition": partition_of(answer.region)}
    fields = {name.lower(): value for given in (answer.request, body, entry) for name, value in given.items()}
    for made in carrier.made:
        # A call that takes a name takes the ARN as well.
        whole = fields.get(made.rpartition("{")[2].rstrip("}"))
        if isinstance(whole, str) and whole.startswith("arn:"):
            return plain(whole, _LONGEST)
        try:
            key = made.format(**{**fields, **place})
        except (KeyError, TypeError, IndexError):
            continue
        if key.startswith("arn:"):
            return plain(key, _LONGEST)
    return ""


def _texts(carrier: Carrier, entry: Fields, at: str) -> Iterator[_Text]:
    """The texts of one resource: one, several by name, or the same field of every object of a list."""
    first, _, rest = carrier.text.partition(".")
    place = f"{at}/{carrier.text.replace('.', '/')}"
    found: dict[str, Any] = {carrier.part: dig(entry, carrier.text)}
    if carrier.several:
        given = entry.get(first)
        listed = {str(n): one.get(rest) for n, one in enumerate(objects(given))}
        found = dict(given) if isinstance(given, Mapping) else listed
    for name, text in found.items():
        if isinstance(text, str) and text.strip() not in _EMPTY:
            yield _Text(text, name, place)


def _policy(carrier: Carrier, key: str, found: _Text, account: str, texts: Texts, into: Rows) -> None:
    whole = f"{key}/" if carrier.short else ""
    raw = msgspec.json.encode(found.text.replace(carrier.short, whole) if whole else found.text)
    _, readable = texts.add(raw, found.at)
    key = key or _named_in(found.text if readable else "", bucket=carrier.type == "s3:bucket")
    if not key:
        why = "one resource policy is set aside: nothing says whose it is"
        into.problem(keys.aws_scope(account), "policies", found.at, why)
        return
    scope = scope_of(key, account)
    texts.on_resource(raw, key, scope, found.at, found.name)
    if carrier.always:
        into.add("systems", found.at, key=key, scope=scope, provider="aws", kind=carrier.kind,
                 name=keys.short(key))  # fmt: skip


def _tells_all(carrier: Carrier, answer: Recorded, body: Fields) -> bool:
    """Whether the answer would hold the policy if there were one."""
    if answer.call != _QUEUE:
        return carrier.silent
    wanted = answer.request.get("AttributeNames")
    # Whoever asks for no attribute by name gets none of the times either.
    everything = dig(body, "Attributes.CreatedTimestamp") is not None
    return everything or (isinstance(wanted, list) and "Policy" in wanted)


def _none(carrier: Carrier, key: str, at: str, account: str, into: Rows) -> None:
    if not carrier.always:
        into.add("systems", at, key=key, scope=scope_of(key, account), provider="aws", kind=carrier.kind,
                 name=keys.short(key), own_policy=False)  # fmt: skip


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
    return plain(named.pop(), _LONGEST) if len(named) == 1 else ""
