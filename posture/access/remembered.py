"""What is remembered of the texts of policies while an estate is worked on, and how to let go of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_FORGETTING: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `lru_cache`, of up to `most` answers, until `forget`."""

    def keeping(work: Callable[P, T]) -> Callable[P, T]:
        kept = lru_cache(maxsize=most)(work)
        _FORGETTING.append(kept.cache_clear)
        return cast("Callable[P, T]", kept)

    return keeping


def forget() -> None:
    """Lets go of all of it: of 100,000 identities it takes 300 MB."""
    for clear in _FORGETTING:
        clear()
