"""What a caller may write in its request: the values worth trying for the condition keys it chooses
itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from posture.access.aws.comparing import number
from posture.access.aws.compile import Document
from posture.access.aws.conditions import Test
from posture.access.aws.context import Context, Values
from posture.access.aws.decision import Policies
from posture.access.aws.match import fill, unshielded

MOST = 512
"""Combinations tried at most; beyond them the decision stays open."""

_ALWAYS_PRESENT = frozenset({"iam:passedtoservice", "aws:requestedregion", "sts:rolesessionname"})

_OTHER = "another-value"
"""A value that no policy names."""

Assignment = Mapping[str, Values | None]


def assignments(keys: tuple[str, ...], policies: Policies, context: Context) -> list[Assignment] | None:
    """Every combination of worthwhile values for `keys`; None where there are more than `MOST`.

    Where only some values are of use to the caller, the context holds them.

    Worthwhile is a value that some policy names, one that none names, and leaving the key out. No other
    value can
    be told apart from one of these by any condition, but for orderings, where both neighbours are tried.
    """
    options = [
        [(value,) for value in context.among[key]]
        if key in context.among
        else _options(key, policies, context)
        for key in keys
    ]
    count = 1
    for option in options:
        count *= len(option)
        if count > MOST:
            return None
    return [dict(zip(keys, values, strict=True)) for values in product(*options)]


def _options(key: str, policies: Policies, context: Context) -> list[Values | None]:
    named: dict[Values | None, None] = {}
    for test in _tests(policies):
        if test.key != key:
            continue
        for value in test.values:
            filled = fill(value, lambda name: (context.given(name) or (None,))[0])
            for one in _instances(test, value if filled is None else unshielded(filled)):
                named[(one,)] = None
        if test.over and len(test.values) > 1:
            named[test.values] = None
    named[(_OTHER,)] = None
    if key not in _ALWAYS_PRESENT:
        named[None] = None
    return list(named)


def _instances(test: Test, value: str) -> Iterator[str]:
    size = number(value)
    if size is not None and test.operator.startswith("Numeric"):
        yield from (f"{size:g}", f"{size - 1:g}", f"{size + 1:g}")
        return
    yield value.replace("*", "any").replace("?", "x")
    if test.operator == "StringEqualsIgnoreCase":
        yield value.swapcase()


def _tests(policies: Policies) -> Iterator[Test]:
    for document in _documents(policies):
        for statement in document.statements:
            yield from statement.tests


def _documents(policies: Policies) -> Iterator[Document]:
    levels = [policies.identity, policies.boundary, policies.session, policies.resource, policies.endpoint]
    for level in (*levels, *(policies.scps or ()), *(policies.rcps or ())):
        for attached in level or ():
            yield attached.document
