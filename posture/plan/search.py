"""The order of an estate's actions, what each step gains at its place, and what the rules of order cost."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from posture.graph.sweep import MICRO
from posture.plan.board import Board
from posture.plan.due import REST
from posture.plan.estate_refine import moved
from posture.plan.field import Field
from posture.plan.order import stages
from posture.plan.precedence import Precedence
from posture.plan.waits import Waits


class Ordered(Struct, frozen=True):
    """Positions of actions: those that lower risk, are urgent or open the way, in order, and the others."""

    waits: Waits
    order: tuple[int, ...]
    control: tuple[int, ...]
    together: dict[int, int]
    """For actions that were taken together: the first of their bundle."""
    risks: tuple[int, ...]
    """R at the start and after each action of the order, in micro-units."""
    lowered: dict[int, tuple[int, ...]]
    """By action: the entries whose risk it lowers at its place."""
    floor: int
    """R after every action there is."""

    def area(self, hours: Sequence[float]) -> float:
        """Risk-hours under the burn-down curve."""
        return sum(hours[at] * risk / MICRO for at, risk in zip(self.order, self.risks, strict=False))


def searched(board: Board, field: Field, most: int, seeds: bool = True) -> Ordered:
    """The order by density, the first `most` actions of each stage moved to where the area is smallest,
    bound by all rules or by technical ones alone.
    """
    waits = Waits.of(board.tasks(seeds))
    immediate = [at for at, due in enumerate(board.dues) if due.stage < REST]
    # Sets of actions take a bit for each: the many that change nothing anybody comes to are left aside.
    asked = waits.closed([*field.concerned(board.changes), *immediate])
    part = board.only(asked)
    precedence = Precedence(part.tasks(seeds))
    residual = part.risk(field)
    urgent = sum(1 << at for at, due in enumerate(part.dues) if due.stage < REST)
    found: list[tuple[int, ...]] = []
    history = list(residual.history)
    searching = stages(precedence, residual, residual.earning | urgent)
    while True:
        ground = residual.copy()
        stage = next(searching, None)
        if stage is None:
            break
        stage, first = moved(precedence, ground, stage, most)
        found += stage
        # Once the first of them are all done it no longer matters in which order.
        history += [*first, *residual.history[len(history) + len(first) :]]
    after = {action: risk for action, risk, _ in history}
    floor = residual.risk((1 << len(asked)) - 1)
    before, kept = after[-1], 0
    for bundle in found:
        # What gains nothing and opens no way is control work, whatever was hoped of it.
        if after[bundle[-1]] < before:
            for at in bundle:
                kept |= precedence.before[at] | 1 << at
        before = after[bundle[-1]]
    kept |= precedence.closed(urgent)
    order = tuple(at for bundle in found for at in bundle if kept >> at & 1)
    inside = {asked[at] for at in order}
    return Ordered(
        waits,
        tuple(asked[at] for at in order),
        tuple(at for at in range(len(board.actions)) if at not in inside),
        {asked[at]: asked[bundle[0]] for bundle in found if len(bundle) > 1 for at in bundle},
        (after[-1], *(after[at] for at in order)),
        {asked[action]: entries for action, _, entries in history if action >= 0},
        floor,
    )
