"""Which steps wait for which, as lists: of a hundred thousand few wait for anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from posture.model.errors import InputError
from posture.plan.precedence import Precedence, Task


class Waits(Struct, frozen=True):
    """By position of a task, in the order of their ids."""

    stages: tuple[int, ...]
    needs: tuple[tuple[int, ...], ...]
    """What it waits for itself, ascending."""
    before: tuple[frozenset[int], ...]
    """All that must come earlier, direct or not."""
    after: tuple[int, ...]
    """How many wait for it, directly or not."""

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> Waits:
        """Of `tasks` sorted by id. InputError where they contradict each other."""
        position = {task.id: at for at, task in enumerate(tasks)}
        if not all(name in position for task in tasks for name in task.needs):
            raise _contradiction(tasks)
        needs = tuple(tuple(sorted({position[name] for name in task.needs})) for task in tasks)
        nothing: frozenset[int] = frozenset()
        before = [nothing] * len(tasks)
        settled = [not found for found in needs]
        waiting = [at for at, found in enumerate(needs) if found]
        after = [0] * len(tasks)
        while waiting:
            ready = [at for at in waiting if all(settled[need] for need in needs[at])]
            if not ready or any(tasks[need].stage > tasks[at].stage for at in ready for need in needs[at]):
                raise _contradiction(tasks)
            for at in ready:
                before[at] = nothing.union(needs[at], *(before[need] for need in needs[at]))
                for need in before[at]:
                    after[need] += 1
            for at in ready:
                settled[at] = True
            waiting = [at for at in waiting if not settled[at]]
        return cls(tuple(task.stage for task in tasks), needs, tuple(before), tuple(after))

    def closed(self, some: Iterable[int]) -> list[int]:
        """Positions of `some` and of everything that they wait for, ascending."""
        given = set(some)
        return sorted(given.union(*(self.before[at] for at in given)))


def _contradiction(tasks: Sequence[Task]) -> Exception:
    """What is wrong, in the words of whoever looks at all of it: what is missing, or waits for itself."""
    try:
        Precedence(tasks)
    except InputError as error:
        return error
    return AssertionError("tasks that are in order were taken for a contradiction")
