"""What happens where somebody leaves steps out: which may not be, and what then stands one-sided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import polars as pl

from posture.checks.view import View
from posture.model.errors import InputError, UsageError
from posture.model.text import plain
from posture.plan.board import Board
from posture.plan.classes import CLASSES
from posture.plan.due import REST
from posture.plan.explain import thing, title

_KINDS = ("exposure", "post-authentication")


def refuse(view: View, board: Board, without: Collection[str]) -> None:
    """InputError for an id that is no step, and for an immediate one that no dated exception covers."""
    known = {one.id: at for at, one in enumerate(board.actions)}
    for id_ in sorted(without):
        if id_ not in known:
            raise UsageError(f"{plain(id_)}: is no step of this plan; `posture plan SOURCE` lists their ids")
        at = known[id_]
        key = board.actions[at].cause.key
        if board.dues[at].stage < REST and not _excepted(view, board, key):
            raise InputError(
                f"{plain(id_)}: belongs to what cannot wait; "
                "record an exception with an owner and an end before leaving it out"
            )


def _excepted(view: View, board: Board, key: str) -> bool:
    decisions = view.estate["decisions"].filter(
        pl.col("kind") == "exception",
        pl.col("author").is_not_null(),
        pl.col("has_expires"),
        pl.lit(view.estate.as_of is not None) & (pl.col("expires") >= pl.lit(view.estate.as_of)),
    )
    return any(board.causes.group.get(subject, subject) == key for subject in decisions["subject"])


def by_key(board: Board) -> Mapping[str, list[int]]:
    """Actions by whom they concern."""
    found: dict[str, list[int]] = {}
    for at, one in enumerate(board.actions):
        for key in board.concerned.keys(one):
            found.setdefault(key, []).append(at)
    return found


def one_sided(
    board: Board,
    concerning: Mapping[str, Sequence[int]],
    kept: int,
    without: Collection[str],
    lost: Callable[[int], float],
) -> tuple[str, ...]:
    """One sentence for each step left out whose subject keeps, of `kept`, steps of the other kind only.

    `lost` says how much of the risk nothing else takes where the action at that position is left out.
    """
    said = []
    for at, one in enumerate(board.actions):
        mode = CLASSES[one.cause.action].mode
        if one.id not in without or mode not in _KINDS:
            continue
        others = {
            other for key in board.concerned.keys(one) for other in concerning[key] if kept >> other & 1
        }
        modes = {CLASSES[board.actions[other].cause.action].mode for other in others}
        if mode not in modes and modes & set(_KINDS):
            said.append(
                f"one-sided plan: without {title(one, thing(one, board.causes))!r} ({one.id}) "
                f"{lost(at):,.2f} of the path risk stays that nothing else takes"
            )
    return tuple(said)
