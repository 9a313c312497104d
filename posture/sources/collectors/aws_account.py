"""Runs the declared calls in one AWS account and keeps what each answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec import Struct

from posture.sources.collectors.aws_asking import Clients, Refusal, Sessions, ask
from posture.sources.collectors.lanes import Lanes
from posture.sources.collectors.masking import mask
from posture.sources.collectors.store import Store
from posture.sources.collectors.tasks import Task, alone, following
from posture.sources.collectors.telling import Teller
from posture.sources.contract import Call

_FALLBACK = "us-east-1"
_REGIONS = "ec2:DescribeRegions"


class Collected(Struct, frozen=True):
    """Where the snapshot of one account lies and how its calls ended."""

    folder: Path
    account: str
    called: int
    kept: int
    """Calls that an earlier, interrupted run had finished."""
    errors: tuple[Mapping[str, Any], ...]


class Manner(Struct, frozen=True):
    """How to collect, whatever the account."""

    endpoint: str | None = None
    regions: tuple[str, ...] = ()
    """Only these; else every region that the account has enabled."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


class Run:
    """The calls of one account."""

    def __init__(
        self, out: Path, account: str, sessions: Sessions, manner: Manner, teller: Teller, since: str = ""
    ) -> None:
        """`since`: when the run began that this account is a part of."""
        self.account = account
        self.store = Store(out / account, "aws", account, manner.now(), manner.regions, since)
        self._manner = manner
        self._teller = teller
        self._clients = Clients(sessions, manner.endpoint)
        self._regions: tuple[str, ...] = ()
        self._seen: set[str] = set()
        self._called = self._kept = 0

    def ask(self, calls: Sequence[Call], lanes: Lanes) -> None:
        """Runs `calls` and whatever their answers name; a refused one is noted, and the others go on."""
        try:
            if any(call.regional for call in calls) and not self._regions:
                self._regions = self._manner.regions or self._enabled()
            tasks: Iterable[Task] = alone(calls, self._regions)
            # Each answer may name what further calls ask for, until no call is new.
            while new := self._new(tasks):
                self._all(lanes, [task for task in new if not self._is_kept(task)])
                tasks = following(calls, self.store, self._regions)
        except BaseException:
            self.store.stop()
            raise

    def ended(self) -> Collected:
        """The finished snapshot."""
        self.store.finish()
        return Collected(self.store.folder, self.account, self._called, self._kept, self.store.errors)

    def _enabled(self) -> tuple[str, ...]:
        """Every region that the account uses; that of the profile where nobody says which those are."""
        from botocore.exceptions import BotoCoreError, ClientError

        if self.store.enabled_regions:
            return self.store.enabled_regions
        try:
            answer = self._clients.of("ec2", "").describe_regions()
        except (BotoCoreError, ClientError) as error:
            said = {"call": _REGIONS, "code": type(error).__name__, "permission": _REGIONS}
            self.store.refused(said)
            return (self._clients.sessions.first.region_name or _FALLBACK,)
        self.store.enabled(sorted(region["RegionName"] for region in answer["Regions"]))
        return self.store.enabled_regions

    def _new(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of `tasks` that this run has not come to yet."""
        found: dict[str, Task] = {}
        for task in tasks:
            if task.path not in self._seen and self._offered(task):
                found.setdefault(task.path, task)
        self._seen.update(found)
        self._teller.found(calls=len(found))
        return list(found.values())

    def _is_kept(self, task: Task) -> bool:
        kept = self.store.done(task.path)
        if kept:
            self._kept += 1
            self._teller.ended(self.account, task.name, calls=1)
        return kept

    def _offered(self, task: Task) -> bool:
        """Whether the service exists in the region, as far as the SDK knows."""
        if not task.region:
            return True
        known = self._clients.offered(task.call.service)
        if not known:
            return self._clients.is_there(task.call.service, task.region)
        return task.region in known or task.region not in self._clients.offered("ec2")

    def _all(self, lanes: Lanes, tasks: Sequence[Task]) -> None:
        # Region by region, so that the clients of one can be let go before the next.
        by_region = sorted(tasks, key=lambda task: task.region)
        for region, group in groupby(by_region, key=lambda task: task.region):
            under_way = [
                (task, lanes.run((self.account, task.call.service), partial(self._one, task)))
                for task in group
            ]
            for task, answer in under_way:
                self._called += answer.result()
                self._teller.ended(self.account, task.name, calls=1)
            if region:
                self._clients.forget(region)

    def _one(self, task: Task) -> bool:
        try:
            answer = ask(self._clients, task, self._manner.sleep)
        except Refusal as refusal:
            self.store.refused(refusal.said)
            return False
        place = (self._manner.now(), task.region, task.arguments)
        if answer is None:
            self.store.none(task.path, task.name, *place)
        else:
            self.store.write(task.path, task.name, mask(answer, task.call.masks), *place)
        return True
