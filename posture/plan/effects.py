"""What each action changes: factors of the ways in, controls on agents, links taken away or narrowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from posture.plan.acting import Acting
from posture.plan.causes import Wanted
from posture.plan.change import Change
from posture.plan.on_entries import ON_ENTRIES
from posture.plan.on_links import ON_LINKS

EFFECTS: Mapping[str, Callable[[Acting, Wanted], Change]] = {**ON_ENTRIES, **ON_LINKS}
"""By class; a class that is not here changes no risk."""

_AT_ONCE = 2_000
"""Actions whose links are looked up together."""


def effects(acting: Acting, wanted: Sequence[Wanted]) -> tuple[Change, ...]:
    """What dealing with each cause changes; nothing where it is not modelled."""
    ends = [(one.cause.key, *one.subjects) if one.cause.action in ON_LINKS else () for one in wanted]
    number = acting.numbers({key for keys in ends for key in keys})
    made: list[Change] = []
    for first in range(0, len(wanted), _AT_ONCE):
        part = ends[first : first + _AT_ONCE]
        acting.attend({number[key] for keys in part for key in keys if key in number})
        made += [_of(acting, one) for one in wanted[first : first + _AT_ONCE]]
    acting.attend(())
    return tuple(made)


def _of(acting: Acting, wanted: Wanted) -> Change:
    effect = EFFECTS.get(wanted.cause.action)
    return effect(acting, wanted) if effect else Change()
