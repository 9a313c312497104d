"""Names for things that do not exist yet: which ARNs a caller would have to choose for its policies to
let it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from posture.access.aws.account import Account
from posture.access.aws.compile import Statement
from posture.access.aws.context import Context
from posture.access.aws.match import fill, glob, unshielded
from posture.access.aws.reference import reference
from posture.access.remembered import remembered

REGION = "us-east-1"
NAME = "new"

_PLACE = re.compile(r"\$\{(\w+)\}")
_NARROW, _WIDE = r"[^:/]+", r".+"


def template_of(type_: str) -> str:
    """The ARN format of `service:type`."""
    service, _, name = type_.partition(":")
    return reference().services[service].arns[name]


def new_arn(type_: str, account: str, region: str = REGION, partition: str = "aws") -> str:
    """The ARN of a new thing of `service:type`."""
    values = {"Partition": partition, "Region": region, "Account": account}
    return _PLACE.sub(lambda place: values.get(place.group(1), NAME), template_of(type_))


@lru_cache(maxsize=2048)
def _regex(template: str, part: str, place_of_it: str = r"[^:]*") -> re.Pattern[str]:
    pieces = []
    end = 0
    for place in _PLACE.finditer(template):
        pieces.append(re.escape(template[end : place.start()]))
        pieces.append(place_of_it if place.group(1) in ("Partition", "Region", "Account") else part)
        end = place.end()
    return re.compile("".join(pieces) + re.escape(template[end:]))


def beside(arn: str, type_: str, other: str) -> str:
    """The ARN of the thing of `other` that the ARN of a thing of `type_` names; empty where it names none."""
    values = _values(arn, template_of(type_))
    places = _PLACE.findall(template_of(other))
    if any(place not in values for place in places):
        return ""
    return _PLACE.sub(lambda place: values[place.group(1)], template_of(other))


def _values(arn: str, template: str) -> dict[str, str]:
    """What stands in `arn` at each place of `template`; nothing where it does not fit."""
    fitted = _regex(template, f"({_NARROW})", "([^:]*)").fullmatch(arn)
    return dict(zip(_PLACE.findall(template), fitted.groups(), strict=True)) if fitted else {}


def is_of(arn: str, type_: str) -> bool:
    """Whether `arn` has the format of `service:type`."""
    return _regex(template_of(type_), _WIDE).fullmatch(arn) is not None


@remembered(65536)
def type_of(arn: str) -> str:
    """The `service:type` that `arn` is one of by the reference; empty where none fits."""
    parts = arn.split(":", 5)
    service = reference().services.get(parts[2]) if len(parts) == 6 else None
    if service is None:
        return ""
    for part in (_NARROW, _WIDE):
        for name, template in service.arns.items():
            if _regex(template, part).fullmatch(arn):
                return f"{service.prefix}:{name}"
    return ""


def names_worth_trying(
    type_: str, account: Account, statements: Iterable[Statement], context: Context, regions: Iterable[str]
) -> Iterator[str]:
    """ARNs of `service:type` that some resource pattern of `statements` covers, the plainest first."""
    seen: set[str] = set()
    for region in (REGION, *regions):
        arn = new_arn(type_, account.id, region, account.partition)
        if arn not in seen:
            seen.add(arn)
            yield arn
    plain = new_arn(type_, account.id, partition=account.partition)
    for statement in statements:
        patterns = statement.resources.patterns if statement.resources is not None else ()
        if statement.without_resources:
            continue
        for pattern in (*patterns, *_filled(statement.templates, context)):
            arn = fitted(pattern, plain)
            if arn and arn not in seen and is_of(arn, type_):
                seen.add(arn)
                yield arn


def _filled(templates: Iterable[str], context: Context) -> Iterator[str]:
    for template in templates:
        text = fill(template, lambda key: (context.given(key) or (None,))[0])
        if text is not None:
            yield unshielded(text)


def fitted(pattern: str, plain: str) -> str:
    """`pattern` with its wildcards replaced by what `plain` has there, or else by a short name."""
    parts, default = pattern.split(":", 5), plain.split(":", 5)
    if len(parts) < 6:
        return ""
    return ":".join(
        given if glob(part)(given) else part.replace("*", NAME).replace("?", "x")
        for part, given in zip(parts, default, strict=True)
    )
