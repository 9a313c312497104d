"""Account authorization details turned into rows; an entry that cannot be read leaves its siblings be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from posture.model import keys
from posture.sources.aws import entries
from posture.sources.aws.accounts import account_of, scope_of
from posture.sources.aws.answers import Answer, shaped, what_is_wrong
from posture.sources.aws.principals import Writer
from posture.sources.contract import Page, Rows
from posture.sources.paged import MORE

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")

_TABLE = {
    "UserDetailList": "identities",
    "GroupDetailList": "groups",
    "RoleDetailList": "identities",
    "Policies": "policies",
}
_COVERED = ("identities", "groups", "policies", "documents", "tags")

E = TypeVar("E", entries.User, entries.Group, entries.Role, entries.Policy)


def read_answers(page: Page, given: Sequence[Answer], into: Rows) -> None:
    """Rows of the pages in `given`."""
    found = _entries(given)
    account = account_of(page, _arns(found))
    Writer(page, into, account).write(found)
    for table, at, reason in found.problems:
        into.problem(keys.aws_scope(account), table, at, reason)
    # A scrubbed export may name more than one account; each of them was read here.
    for scope in sorted({keys.aws_scope(account), *(scope_of(arn, account) for arn in _arns(found))}):
        _cover(scope, found.more, into)


def _cover(scope: str, more: bool, into: Rows) -> None:
    into.add("scopes", key=scope, kind="account", provider="aws")
    if more:
        into.covered(
            scope,
            *_COVERED,
            state="partial",
            why=MORE,
            would_help="aws iam get-account-authorization-details without --no-paginate and --max-items",
        )
    else:
        into.covered(scope, *_COVERED)


def _entries(given: Sequence[Answer]) -> entries.Found:
    found = entries.Found()
    for answer in given:
        body = shaped(answer.body, entries.Answer)
        found.more = bool(body.truncated)
        found.users += _each(found, answer.at, "UserDetailList", body.users, entries.User)
        found.groups += _each(found, answer.at, "GroupDetailList", body.groups, entries.Group)
        found.roles += _each(found, answer.at, "RoleDetailList", body.roles, entries.Role)
        found.policies += _each(found, answer.at, "Policies", body.policies, entries.Policy)
    return found


def _each(
    found: entries.Found, above: str, name: str, raws: list[msgspec.Raw] | None, shape: type[E]
) -> Iterator[tuple[str, E]]:
    decoder = msgspec.json.Decoder(shape)
    for n, raw in enumerate(raws or ()):
        at = f"{above}/{name}/{n}"
        try:
            entry = decoder.decode(raw)
        except msgspec.DecodeError as error:
            found.problems.append((_TABLE[name], at, f"one entry is set aside: {what_is_wrong(error)}"))
            continue
        if entry.arn:
            yield at, entry
        else:
            found.problems.append((_TABLE[name], at, "one entry is set aside: it has no ARN"))


def _arns(found: entries.Found) -> Iterable[str]:
    yield from (entry.arn or "" for _at, entry in found.users)
    yield from (entry.arn or "" for _at, entry in found.roles)
    yield from (entry.arn or "" for _at, entry in found.groups)
