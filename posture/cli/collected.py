"""What a collection says of the calls that have no answer: a line for each kind of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posture.sources.collectors.aws_account import Collected

_MOST, _NAMED = 20, 3
"""So many lines, and so many regions or accounts in one of them."""
Told = tuple[str, str, str]
"""Call, what became of it, and the permission that it needs."""


def lines(collected: Sequence[Collected]) -> Iterator[str]:
    """Each call that has no answer, what became of it, where, and what it needs."""
    found: dict[Told, dict[str, None]] = {}
    for account, error in _errors(collected):
        from posture.sources.unanswered import words

        told = (str(error.get("call", "")), words(error), str(error.get("permission", "")))
        place = " ".join(part for part in (account, str(error.get("region", ""))) if part)
        found.setdefault(told, {})[place] = None
    for (call, became, needs), places in sorted(found.items())[:_MOST]:
        where = ", ".join(sorted(places)[:_NAMED])
        more = f" and {len(places) - _NAMED} more places" if len(places) > _NAMED else ""
        yield f"{call} {became} in {where}{more}" + (f"; needs {needs}" if needs else "")
    if len(found) > _MOST:
        more = f"{len(found) - _MOST} more kinds of calls have no answer"
        yield f"{more}; manifest.json of each account lists them"


def ended(collected: Sequence[Collected]) -> str:
    """How many calls were refused, and how many failed and are asked again by the same command."""
    from posture.sources.unanswered import may_pass

    errors = [error for _account, error in _errors(collected)]
    failed = sum(map(may_pass, errors))
    again = (
        f", {failed} failed: the same command within the hour asks only for what is missing" if failed else ""
    )
    return f", {len(errors) - failed} refused{again}"


def _errors(collected: Sequence[Collected]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    from posture.sources.unanswered import is_answer

    for one in collected:
        for error in one.errors:
            if not is_answer(error):
                yield one.account, error
