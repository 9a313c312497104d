"""What is known about a request beyond its principal, action and resource: the condition context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

Values = tuple[str, ...]

CHOSEN_BY_CALLER = (
    "iam:passedtoservice",
    "iam:awsservicename",
    "iam:permissionsboundary",
    "iam:policyarn",
    "iam:associatedresourcearn",
    "aws:requesttag/",
    "aws:tagkeys",
    "aws:requestedregion",
    "sts:rolesessionname",
    "sts:sourceidentity",
    "sts:transitivetagkeys",
    "sts:durationseconds",
    "sts:externalid",
    "lambda:functionurlauthtype",
    "lambda:layer",
    "s3:x-amz-acl",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "ec2:instancetype",
    "ec2:metadatahttptokens",
    "ec2:metadatahttpendpoint",
    "ec2:createaction",
    "ssm:sessiondocumentaccesscheck",
)
"""Keys whose value is whatever the caller writes in the request. A trailing slash stands for every tag."""

SETTLED_BY_ESTATE = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:username",
    "aws:userid",
)
"""Keys that the estate itself answers, so that one which is not given is absent and not unknown."""


class Context(Struct, frozen=True):
    """The condition keys of one request, by lower-case name.

    Closed: a key that is not given is absent, as the provider decides it. Open: such a key is unknown, unless
    `settled` holds it (then it is absent) or `chosen` does (then the caller picks it).
    """

    values: Mapping[str, Values] = field(default_factory=dict)
    open: bool = False
    unknown: tuple[str, ...] = ()
    """Keys the estate usually settles, but not for this principal: an export without tags, for example."""
    settled: tuple[str, ...] = SETTLED_BY_ESTATE
    chosen: tuple[str, ...] = CHOSEN_BY_CALLER
    among: Mapping[str, Values] = field(default_factory=dict)
    """Keys that the caller picks, but only one of these values is of use to it."""

    def given(self, key: str) -> Values | None:
        return self.values.get(key)

    def is_unknown(self, key: str) -> bool:
        """Whether a key that is not given may hold anything; false means that it is absent."""
        return self.open and (_listed(key, self.unknown) or not _listed(key, self.settled))

    def is_chosen(self, key: str) -> bool:
        return self.open and key not in self.values and _listed(key, self.chosen)

    def having(self, more: Mapping[str, Values | None]) -> Context:
        """The same context with keys set, or made certainly absent where the value is None."""
        values = {**self.values, **{key: value for key, value in more.items() if value is not None}}
        gone = tuple(key for key, value in more.items() if value is None)
        for key in gone:
            values.pop(key, None)
        return Context(
            values,
            self.open,
            tuple(key for key in self.unknown if key not in gone),
            self.settled + gone,
            self.chosen,
            self.among,
        )


def _listed(key: str, names: tuple[str, ...]) -> bool:
    if key in names:
        return True
    tag = key.find("/")
    return tag > 0 and key[: tag + 1] in names


def closed(given: Mapping[str, object] | None = None) -> Context:
    """A context in which every key that is not `given` is absent."""
    return Context(normal(given or {}))


def opened(
    given: Mapping[str, object] | None = None,
    unknown: Iterable[str] = (),
    among: Mapping[str, Values] | None = None,
) -> Context:
    """A context in which keys that are not `given` are unknown, but for what the estate or the caller
    settles."""
    unsure = tuple(key.lower() for key in unknown)
    return Context(normal(given or {}), open=True, unknown=unsure, among=among or {})


def normal(given: Mapping[str, object]) -> dict[str, Values]:
    """Keys in lower case and values as tuples of text; a null value is an absent key."""
    found: dict[str, Values] = {}
    for key, value in given.items():
        if value is None:
            continue
        many = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        found[key.lower()] = tuple(as_text(one) for one in many)
    return found


def as_text(value: object) -> str:
    """A JSON scalar as a policy spells it."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)
