"""The Condition element of a statement, compiled once and asked with three answers."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from posture.access.aws.comparing import BASE, NEGATED, TAKES_VARIABLES, filled_matcher, matcher
from posture.access.aws.context import Context, Values, as_text
from posture.access.aws.match import (
    Matcher,
    fill,
    has_variable,
    variables_in,
)

NO, MAYBE, YES = 0, 1, 2
"""Kleene's three answers as numbers: "and" is min, "or" is max, "not" is 2 - x."""

Doubt = tuple[str, str]
"""What stands in the way of an answer: a condition key and "", or "" and a reason in words."""


class Test(Struct, frozen=True):
    """One operator on one key. `doubt` is why it cannot be decided: then it answers MAYBE."""

    operator: str
    key: str
    values: tuple[str, ...]
    negated: bool = False
    if_exists: bool = False
    over: str = ""
    """Empty, `all` for ForAllValues, `any` for ForAnyValue."""
    matchers: tuple[Matcher, ...] = ()
    variables: bool = False
    doubt: str = ""
    unread: str = ""
    """Why one of the values cannot be read: it equals nothing, but in an open context it stays in doubt."""
    null: bool | None = None
    """For the Null operator: whether the key must be absent."""

    def holds(self, context: Context, doubts: set[Doubt]) -> int:
        """NO, MAYBE or YES; what stands in the way of knowing is added to `doubts`."""
        if self.doubt:
            doubts.add(("", self.doubt))
            return MAYBE
        given = context.given(self.key)
        if given is None and context.is_unknown(self.key):
            doubts.add((self.key, ""))
            return MAYBE
        if self.null is not None:
            return YES if (not given) is self.null else NO
        if not given:
            return self._without_value(given)
        matchers = self.matchers
        if self.variables:
            filled = self._filled(context, doubts)
            if filled is None:
                return MAYBE
            matchers = filled
        met = self._compare(given, matchers)
        if self.unread and context.open and met is self.negated:
            doubts.add(("", self.unread))
            return MAYBE
        return YES if met else NO

    def _without_value(self, given: Values | None) -> int:
        # IfExists is asked of each value: where ForAnyValue finds none, there is none to ask it of.
        # https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/foranyvalue-stringequalsifexists-behaving-unexpectedly
        if self.over:
            return YES if self.over == "all" else NO
        if self.if_exists and given is None:
            return YES
        return YES if self.negated else NO

    def _compare(self, given: Values, matchers: tuple[Matcher, ...]) -> bool:
        hits = (any(matches(value) for matches in matchers) for value in given)
        if self.over == "all":
            return all(hit is not self.negated for hit in hits)
        if self.over == "any":
            return any(hit is not self.negated for hit in hits)
        return any(hits) is not self.negated

    def _filled(self, context: Context, doubts: set[Doubt]) -> tuple[Matcher, ...] | None:
        """Matchers with this request's variables in; None where a variable's value is not known."""
        made = []
        for value in self.values:
            if not has_variable(value):
                made.append(matcher(self.operator, value))
                continue
            unknown = [k for k in variables_in(value) if context.given(k) is None and context.is_unknown(k)]
            if unknown:
                doubts.update((key, "") for key in unknown)
                return None
            text = fill(value, lambda key: _single(context.given(key)))
            if text is not None:
                made.append(filled_matcher(self.operator, text))
        return tuple(made)


def _single(values: Values | None) -> str | None:
    """A variable stands for a key with one value; a key with several has none to put in its place."""
    return values[0] if values is not None and len(values) == 1 else None


_LOWER = {name.lower(): name for name in (*BASE, *NEGATED, "Null")}
_SETS = {"forallvalues": "all", "foranyvalue": "any"}


def compile_condition(condition: object, variables: bool) -> tuple[tuple[Test, ...], str]:
    """The tests of a Condition element, and a doubt where the element itself cannot be read."""
    if condition is None:
        return (), ""
    if not isinstance(condition, Mapping):
        return (), "the Condition element is not an object"
    tests: list[Test] = []
    for operator, keys in condition.items():
        if keys is None:
            continue
        if not isinstance(keys, Mapping):
            return tuple(tests), f"the condition operator {operator} holds no keys"
        tests.extend(_test(str(operator), str(key), value, variables) for key, value in keys.items())
    return tuple(tests), ""


def _test(written: str, key: str, value: object, variables: bool) -> Test:
    key = key.lower()
    prefix, colon, rest = written.partition(":")
    over = _SETS.get(prefix.lower(), "") if colon else ""
    name = rest if over else written
    if_exists = name.lower().endswith("ifexists")
    plain = _LOWER.get((name[: -len("IfExists")] if if_exists else name).lower())
    if plain is None or (colon and not over):
        return Test(written, key, (), doubt=f"condition operator {written} is not known")
    many = value if isinstance(value, list | tuple) else (value,)
    values = tuple(as_text(one) for one in many if one is not None)
    if plain == "Null":
        wanted = {one.lower() for one in values}
        if not wanted or not wanted <= {"true", "false"}:
            return Test(plain, key, values, doubt=f"Null on {key} has a value that is neither true nor false")
        if len(wanted) == 2:
            return Test(plain, key, values, negated=True, over="all")
        return Test(plain, key, values, null=wanted == {"true"})
    base = NEGATED.get(plain, plain)
    filled = variables and any(has_variable(one) for one in values)
    if filled and base not in TAKES_VARIABLES:
        return Test(base, key, values, doubt=f"{plain} on {key} compares with a policy variable")
    matchers: list[Matcher] = []
    unread = ""
    for one in () if filled else values:
        try:
            matchers.append(matcher(base, one))
        except ValueError:
            unread = f"{plain} on {key} has a value that cannot be read"
    return Test(base, key, values, base != plain, if_exists, over, tuple(matchers), filled, unread=unread)
