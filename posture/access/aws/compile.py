"""Policy documents become frozen statements, each document once however often it is attached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from msgspec import Struct, field

from posture.access.aws.conditions import MAYBE, NO, YES, Doubt, Test, compile_condition
from posture.access.aws.context import Context
from posture.access.aws.match import (
    ARN_SEGMENTS,
    AnyOf,
    Matcher,
    arn_glob,
    fill,
    has_variable,
    shielded,
    variables_in,
)
from posture.access.aws.principals import Caller, Named, Principals, compile_principals
from posture.access.remembered import remembered

IDENTITY, RESOURCE = "identity", "resource"
"""The two grammars: an identity policy names resources and no principal, a resource policy names
principals."""

_CURRENT, _FIRST = "2012-10-17", "2008-10-17"


class Statement(Struct, frozen=True):
    """One statement, compiled. A part that cannot be read leaves a `doubt`: the statement then never decides
    alone."""

    index: int
    sid: str
    allows: bool
    denies: bool
    actions: AnyOf
    without_actions: bool = False
    resources: AnyOf | None = None
    without_resources: bool = False
    templates: tuple[str, ...] = ()
    """Resource patterns with policy variables, filled in per request."""
    principals: Principals | None = None
    tests: tuple[Test, ...] = ()
    doubt: str = ""

    @property
    def label(self) -> str:
        return self.sid or f"statement {self.index}"

    def covers_action(self, action: str) -> bool:
        """Whether `action`, in lower case, is one the statement speaks of."""
        return self.actions(action) is not self.without_actions

    def covers_resource(self, resource: str, context: Context, doubts: set[Doubt]) -> int:
        """NO, MAYBE or YES; a variable whose value is not known is added to `doubts`."""
        if self.resources is None:
            return YES
        found = YES if self.resources(resource) else NO
        if not found and self.templates:
            found = self._by_template(resource, context, doubts)
        return YES - found if self.without_resources else found

    def _by_template(self, resource: str, context: Context, doubts: set[Doubt]) -> int:
        best = NO
        for template in self.templates:
            unknown = [
                k for k in variables_in(template) if context.given(k) is None and context.is_unknown(k)
            ]
            if unknown:
                if arn_glob(widest(template))(resource):
                    doubts.update((key, "") for key in unknown)
                    best = MAYBE
                continue
            text = fill(template, lambda key: _one(context, key))
            if text is not None and _filled(text)(resource):
                return YES
        return best

    def applies(self, resource: str, context: Context, doubts: set[Doubt]) -> int:
        """Whether resource and conditions are met; the action is asked before, the principal beside it."""
        answer = self.covers_resource(resource, context, doubts)
        if not answer:
            return NO
        for test in self.tests:
            held = test.holds(context, doubts)
            if held < answer:
                answer = held
                if not answer:
                    return NO
        if self.doubt:
            doubts.add(("", self.doubt))
            return MAYBE
        return answer

    def names(self, who: Caller) -> Named:
        if self.principals is None:
            return Named.NOT
        # A deny with NotPrincipal bears on whoever has a permissions boundary, whatever it lists.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        if self.denies and self.principals.excluding and who.bounded:
            return Named.DIRECT
        return self.principals.names(who)


def _one(context: Context, key: str) -> str | None:
    values = context.given(key)
    return values[0] if values is not None and len(values) == 1 else None


@remembered(65536)
def _filled(text: str) -> Matcher:
    return shielded(arn_glob, text)


def widest(template: str) -> str:
    """A template with every variable as `*`: what it could match at most."""
    out, rest = "", template
    while "${" in rest:
        before, _, after = rest.partition("${")
        out, rest = out + before + "*", after.partition("}")[2]
    return out + rest


class Document(Struct, frozen=True, eq=False):
    """A compiled policy document. Its `digest` is the same for equal texts, whatever they are called."""

    digest: str
    statements: tuple[Statement, ...]
    readable: bool = True
    _by_service: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    _tagged: dict[str, bool] = field(default_factory=dict)
    _keys: dict[str, frozenset[str]] = field(default_factory=dict)

    def minds_tags(self, service: str) -> bool:
        """Whether a statement that could speak of an action of `service` looks at anybody's tags."""
        if service not in self._tagged:
            self._tagged[service] = any(
                "tag" in said.lower() for one in self.about(service) for said in _said(one)
            )
        return self._tagged[service]

    def keys_about(self, service: str) -> frozenset[str]:
        """The condition keys of the statements that could speak of an action of `service`."""
        if service not in self._keys:
            self._keys[service] = frozenset(test.key for one in self.about(service) for test in one.tests)
        return self._keys[service]

    def about(self, service: str) -> tuple[Statement, ...]:
        """The statements that could speak of an action of `service` (lower case)."""
        found = self._by_service.get(service)
        if found is None:
            found = tuple(s for s in self.statements if _may_speak_of(s, service))
            self._by_service[service] = found
        return found


def _said(statement: Statement) -> Iterator[str]:
    """Whatever may name a condition key: keys, values and resources with variables."""
    yield from statement.templates
    for test in statement.tests:
        yield test.key
        yield from test.values


def _may_speak_of(statement: Statement, service: str) -> bool:
    if statement.without_actions or statement.actions.everything:
        return True
    for pattern in statement.actions.patterns:
        vendor, colon, _ = pattern.partition(":")
        if not colon or "*" in vendor or "?" in vendor or vendor == service:
            return True
    return False


def unread(reason: str) -> Document:
    """The place of a policy that exists but whose text is not at hand: it may allow and it may deny."""
    return Document(f"unread:{reason}", (_opaque(0, reason),), readable=False)


def _opaque(index: int, reason: str, allows: bool = True, denies: bool = True, sid: str = "") -> Statement:
    return Statement(index, sid, allows, denies, AnyOf(("*",)), doubt=reason)


def compile_policy(text: object, grammar: str = IDENTITY) -> Document:
    """The compiled form of a document given as an object, as JSON, or as URL-encoded JSON.

    What cannot be read stays in it as a statement that makes decisions depend on it, with the reason.
    """
    if isinstance(text, str):
        return _from_text(text, grammar)
    return _from_text(json.dumps(text, sort_keys=True, default=str), grammar)


@remembered(200_000)
def _from_text(text: str, grammar: str) -> Document:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    document = _parsed(text)
    if not isinstance(document, Mapping):
        return Document(digest, (_opaque(0, "the policy document cannot be read"),), readable=False)
    version = document.get("Version")
    doubt = ""
    if version is not None and str(version)[:10] not in (_CURRENT, _FIRST):
        doubt = "the policy document has an unknown Version"
    listed = document.get("Statement")
    listed = [listed] if isinstance(listed, Mapping) else listed
    if listed is None:
        listed = []
    if not isinstance(listed, list):
        return Document(digest, (_opaque(0, "the Statement element cannot be read"),), readable=False)
    variables = str(version)[:10] == _CURRENT
    statements = tuple(
        _statement(index, one, grammar, variables, doubt)
        for index, one in enumerate(listed)
        if one is not None
    )
    return Document(digest, statements)


def _parsed(text: str) -> object:
    for candidate in (text, unquote(text)):
        try:
            parsed = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        # A document can be encoded twice: as JSON text inside JSON.
        return _parsed(parsed) if isinstance(parsed, str) and parsed != text else parsed
    return None


def _statement(index: int, one: object, grammar: str, variables: bool, doubt: str) -> Statement:
    if not isinstance(one, Mapping):
        return _opaque(index, "a statement is not an object")
    sid = str(one.get("Sid") or "")
    effect = one.get("Effect")
    allows, denies = effect != "Deny", effect != "Allow"
    if allows and denies:
        doubt = doubt or "the Effect of a statement is neither Allow nor Deny"
    actions, without_actions, action_doubt = _listed(one, "Action")
    resources, without_resources, resource_doubt = _listed(one, "Resource")
    tests, condition_doubt = compile_condition(one.get("Condition"), variables)
    principals, principal_doubt = _principals(one, grammar)
    if grammar == RESOURCE and resources is None and not resource_doubt.startswith("the "):
        resource_doubt = ""
    doubt = doubt or action_doubt or resource_doubt or condition_doubt or principal_doubt
    templates = tuple(r for r in resources or () if variables and _is_template(r))
    return Statement(
        index,
        sid,
        allows,
        denies,
        AnyOf([action.lower() for action in actions] if actions is not None else ["*"]),
        without_actions,
        None if resources is None else AnyOf([r for r in resources if r not in templates], arn_glob),
        without_resources,
        templates,
        principals,
        tests,
        doubt,
    )


def _is_template(resource: str) -> bool:
    """AWS fills variables in behind the fifth colon of an ARN only; before it they are plain text, which
    never matches.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    before = resource.split("${", 1)[0]
    return has_variable(resource) and (
        not resource.startswith("arn:") or before.count(":") >= ARN_SEGMENTS - 1
    )


def _listed(one: Mapping[str, object], name: str) -> tuple[list[str] | None, bool, str]:
    """The patterns of `name` or its Not form, whether it is the Not form, and a doubt."""
    without = one.get(name) is None and one.get(f"Not{name}") is not None
    element = one.get(f"Not{name}") if without else one.get(name)
    if element is None:
        return None, False, f"no {name} element in a statement"
    if not without and one.get(f"Not{name}") is not None:
        return None, False, f"the statement has both {name} and Not{name}"
    many = element if isinstance(element, list | tuple) else (element,)
    if not all(isinstance(text, str) for text in many):
        return None, False, f"the {name} element cannot be read"
    return [str(text) for text in many], without, ""


def _principals(one: Mapping[str, object], grammar: str) -> tuple[Principals | None, str]:
    named, excluded = one.get("Principal"), one.get("NotPrincipal")
    if grammar == IDENTITY:
        return (
            None,
            "an identity policy names a principal" if named is not None or excluded is not None else "",
        )
    if named is not None and excluded is not None:
        return None, "the statement has both Principal and NotPrincipal"
    if named is None and excluded is None:
        return None, "no Principal element in a statement"
    compiled = compile_principals(named if excluded is None else excluded, excluded is not None)
    return compiled, compiled.doubt
