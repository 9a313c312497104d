"""Runs many requests at once within limits: overall, for one account, and for one service of an account."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any

from msgspec import Struct

Lane = tuple[str, ...]
"""What a request counts towards, widest first: an account, and a service of it."""
Waiting = deque[tuple[Future[Any], Callable[[], Any]]]

_PATIENCE = 2.0
"""Seconds that a stopped run waits for what is under way; what comes later is asked again by the next run."""


class Stopped(Exception):
    """The run was stopped before this request began, or before it was answered."""


class Limits(Struct, frozen=True):
    """How many requests may be under way at once."""

    overall: int
    inside: tuple[int, ...] = ()
    """For each level of a lane."""


class Lanes:
    """A context in which requests run. Lanes take turns, so that a long one does not hold up the others.

    Its threads are daemons: whoever interrupts the run need not wait for a server that does not answer.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turn = threading.Condition()
        self._waiting: dict[Lane, Waiting] = {}
        self._busy: Counter[Lane] = Counter()
        self._under_way: set[Future[Any]] = set()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def run(self, lane: Lane, work: Callable[[], Any]) -> Future[Any]:
        """The answer to come of `work`, which begins as soon as its lane has room."""
        future: Future[Any] = Future()
        with self._turn:
            if self._closed:
                raise Stopped
            self._waiting.setdefault(lane, deque()).append((future, work))
            if len(self._threads) < self._limits.overall:
                thread = threading.Thread(target=self._serve, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._turn.notify()
        return future

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._turn:
            self._closed = True
            left = [future for waiting in self._waiting.values() for future, _work in waiting]
            self._waiting.clear()
            self._turn.notify_all()
        for future in left:
            future.set_exception(Stopped())
        until = monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()) if kind else None)
        with self._turn:
            late = list(self._under_way)
        # Whoever waits for these, on a thread of another run, need not wait either.
        for future in late:
            _settle(future, error=Stopped())

    def _serve(self) -> None:
        while True:
            with self._turn:
                while (lane := self._free()) is None:
                    if self._closed:
                        return
                    self._turn.wait()
                future, work = self._taken(lane)
            try:
                _settle(future, work())
            except BaseException as error:  # noqa: BLE001 - whoever waits for the answer gets it
                _settle(future, error=error)
            with self._turn:
                self._under_way.discard(future)
                self._busy.subtract(_levels(lane))
                self._turn.notify_all()

    def _free(self) -> Lane | None:
        """The lane whose turn it is among those that have room."""
        for lane in self._waiting:
            limited = zip(_levels(lane), self._limits.inside, strict=False)
            if all(self._busy[level] < most for level, most in limited):
                return lane
        return None

    def _taken(self, lane: Lane) -> tuple[Future[Any], Callable[[], Any]]:
        waiting = self._waiting.pop(lane)
        found = waiting.popleft()
        if waiting:
            self._waiting[lane] = waiting
        self._busy.update(_levels(lane))
        self._under_way.add(found[0])
        return found


def _settle(future: Future[Any], answer: Any = None, error: BaseException | None = None) -> None:
    """Gives the answer or the error, unless a stop came first."""
    with suppress(InvalidStateError):
        if error is None:
            future.set_result(answer)
        else:
            future.set_exception(error)


def _levels(lane: Lane) -> list[Lane]:
    return [lane[:n] for n in range(1, len(lane) + 1)]
