"""Which action must wait for which: prerequisites and stages, and what to say when they contradict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from posture.model.errors import InputError
from posture.model.text import plain


class Task(Struct, frozen=True):
    """One action as the search for an order sees it."""

    id: str
    cost: int
    """Effort in ticks; how many ticks an hour has is the caller's choice, the same for all tasks."""
    needs: tuple[str, ...] = ()
    stage: int = 0
    """Stages are worked through in ascending order; the immediate ones are low."""
    due: int | None = None
    """Minutes after the start of the plan; none where the action has no date."""


def members(mask: int) -> Iterator[int]:
    """The positions in a set of actions that is kept as the bits of one integer, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class Precedence:
    """The tasks sorted by id, so a smaller position is a smaller id; sets of them are bits of one integer."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tuple(sorted(tasks, key=lambda task: task.id))
        self.position = {task.id: at for at, task in enumerate(self.tasks)}
        if len(self.position) < len(self.tasks):
            twice = sorted({a.id for a, b in zip(self.tasks, self.tasks[1:], strict=False) if a.id == b.id})
            raise InputError(f"the same action id stands for two actions: {_listed(twice)}")
        self.needs = tuple(self._mask_of(task) for task in self.tasks)
        self.before = self._ancestors()
        self._refuse_stage_conflicts()

    def _mask_of(self, task: Task) -> int:
        mask = 0
        for name in task.needs:
            if name not in self.position:
                raise InputError(f"action {plain(task.id)!r} waits for {plain(name)!r}, which is no action")
            mask |= 1 << self.position[name]
        return mask

    def _ancestors(self) -> tuple[int, ...]:
        """All that must come earlier, direct or not; a cycle is an error that names its members in order."""
        before = [0] * len(self.tasks)
        settled = 0
        waiting = list(range(len(self.tasks)))
        while waiting:
            ready = [at for at in waiting if self.needs[at] & ~settled == 0]
            if not ready:
                raise InputError(f"precedence cycle: {' waits for '.join(self._cycle(waiting))}")
            for at in ready:
                before[at] = self.needs[at]
                for need in members(self.needs[at]):
                    before[at] |= before[need]
                settled |= 1 << at
            waiting = [at for at in waiting if not settled >> at & 1]
        return tuple(before)

    def _cycle(self, stuck: Sequence[int]) -> list[str]:
        """The ids around one cycle, the first repeated at the end; every stuck task waits for a stuck one."""
        among = sum(1 << at for at in stuck)
        trail: list[int] = []
        at = stuck[0]
        while at not in trail:
            trail.append(at)
            at = next(members(self.needs[at] & among))
        around = trail[trail.index(at) :]
        start = around.index(min(around))
        around = around[start:] + around[:start]
        return [plain(self.tasks[one].id) for one in (*around, around[0])]

    def _refuse_stage_conflicts(self) -> None:
        for at, task in enumerate(self.tasks):
            for need in members(self.needs[at]):
                if self.tasks[need].stage > task.stage:
                    raise InputError(
                        f"precedence cycle: action {plain(task.id)!r} of stage {task.stage} waits for "
                        f"{plain(self.tasks[need].id)!r} of the later stage {self.tasks[need].stage}"
                    )

    @cached_property
    def after(self) -> tuple[int, ...]:
        """For each task all that wait for it, directly or not."""
        after = [0] * len(self.tasks)
        for at, before in enumerate(self.before):
            for ancestor in members(before):
                after[ancestor] |= 1 << at
        return tuple(after)

    @cached_property
    def stages(self) -> tuple[tuple[int, int], ...]:
        """Each stage with the set of its tasks, ascending."""
        masks: dict[int, int] = {}
        for at, task in enumerate(self.tasks):
            masks[task.stage] = masks.get(task.stage, 0) | 1 << at
        return tuple(sorted(masks.items()))

    def closed(self, mask: int) -> int:
        """`mask` with everything that its members wait for."""
        whole = mask
        for at in members(mask):
            whole |= self.before[at]
        return whole

    def cost(self, mask: int) -> int:
        """Ticks of all members of `mask` together."""
        return sum(self.tasks[at].cost for at in members(mask))

    def allows(self, order: Sequence[int]) -> bool:
        """Whether `order` keeps stages and prerequisites among the tasks it holds."""
        held = sum(1 << at for at in order)
        done = 0
        stage = min((self.tasks[at].stage for at in order), default=0)
        for at in order:
            if self.before[at] & held & ~done or self.tasks[at].stage < stage:
                return False
            stage = self.tasks[at].stage
            done |= 1 << at
        return True


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(plain(name)) for name in names)
