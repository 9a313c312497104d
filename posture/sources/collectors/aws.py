"""Runs the read-only calls that the AWS sources declare and writes what each answered into a snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from posture.model.errors import InputError
from posture.sources import registry
from posture.sources.collectors.aws_asking import Clients, Refusal, ask, client
from posture.sources.collectors.aws_members import ROLE, members, session_in
from posture.sources.collectors.masking import mask
from posture.sources.collectors.store import Store
from posture.sources.collectors.tasks import Task, alone, following
from posture.sources.contract import Call

Progress = Callable[[int, int, str], None]
"""Called with calls done, calls known so far, and the account and the call that just ended."""

_ORGANISATION = "organizations"
_FALLBACK = "us-east-1"
_FIRST_ATTEMPTS = 3
"""Whoever is offline should learn so soon."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Where the snapshot of one account lies and how its calls ended."""

    folder: Path
    account: str
    called: int
    kept: int
    """Calls that an earlier, interrupted run had finished."""
    errors: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to collect, whatever the account."""

    calls: tuple[Call, ...]
    endpoint: str | None = None
    workers: int = 8
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    progress: Progress | None = None


def declared() -> tuple[Call, ...]:
    """Every call of every AWS source, in a fixed order."""
    return tuple(
        call for reader in registry.every() if reader.SOURCE.provider == "aws" for call in reader.SOURCE.calls
    )


def collect(
    out: Path,
    *,
    profile: str | None = None,
    organisation: bool = False,
    role: str = ROLE,
    regions: Sequence[str] = (),
    endpoint_url: str | None = None,
    calls: Iterable[Call] | None = None,
    workers: int = 8,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> tuple[Collected, ...]:
    """The account of `profile` into `out/ACCOUNT`, and with `organisation` every member beside it.

    Calls that an interrupted run finished are not repeated. A refused call is noted with the permission it
    needs, and the others go on. InputError where nobody can be reached at all.
    """
    session = _session(profile)
    account, partition = _account(session, endpoint_url)
    manner = Manner(
        tuple(declared() if calls is None else calls), endpoint_url, workers, now, sleep, progress
    )
    first = _Run(out, account, session, manner, regions)
    # The first account stays open until the last one is done: so a later run knows what this one finished.
    done = [first.collected(finish=not organisation)]
    # Only the account that manages the organisation, or acts for it, is told of the others.
    within = replace(manner, calls=tuple(call for call in manner.calls if call.service != _ORGANISATION))
    others = members(first.store, account) if organisation else ()
    for n, other in enumerate(others, start=2):
        note = f"{n}/{len(others) + 1} "
        try:
            inside = session_in(session, other, role, endpoint_url, partition)
        except Refusal as refusal:
            done.append(_refused(out, other, refusal, now(), first.store.began))
            continue
        done.append(_Run(out, other, inside, within, regions, note, first.store.began).collected())
    if organisation:
        first.store.finish()
    return tuple(done)


def _refused(out: Path, account: str, refusal: Refusal, when: datetime, since: str) -> Collected:
    store = Store(out / account, "aws", account, when, since=since)
    store.refused(refusal.said)
    store.finish()
    return Collected(store.folder, account, 0, 0, store.errors)


class _Run:
    """The calls of one account."""

    def __init__(
        self,
        out: Path,
        account: str,
        session: Any,
        manner: Manner,
        regions: Sequence[str],
        note: str = "",
        since: str = "",
    ) -> None:
        self.account = account
        self.manner = manner
        self.clients = Clients(session, manner.endpoint)
        given = tuple(dict.fromkeys(regions))
        self.store = Store(out / account, "aws", account, manner.now(), given, since)
        self.regions = given or self._enabled(session)
        self.note = note
        self.seen: set[str] = set()
        self.called = self.kept = self.failed = self.known = 0

    def collected(self, finish: bool = True) -> Collected:
        with ThreadPoolExecutor(max_workers=self.manner.workers) as pool:
            try:
                tasks: Iterable[Task] = alone(self.manner.calls, self.regions)
                # Each answer may name what further calls ask for, until no call is new.
                while new := self._new(tasks):
                    self._all(pool, [task for task in new if not self._is_kept(task)])
                    tasks = following(self.manner.calls, self.store)
            except BaseException:
                # Whoever stops the run does not wait for the calls that have not begun.
                pool.shutdown(wait=True, cancel_futures=True)
                self.store.stop()
                raise
        if finish:
            self.store.finish()
        return Collected(self.store.folder, self.account, self.called, self.kept, self.store.errors)

    def _enabled(self, session: Any) -> tuple[str, ...]:
        """Every region that the account uses; that of the profile where nobody says which those are."""
        from botocore.exceptions import BotoCoreError, ClientError

        if not any(call.regional for call in self.manner.calls):
            return ()
        try:
            answer = self.clients.of("ec2", "").describe_regions()
        except (BotoCoreError, ClientError) as error:
            self.store.refused(
                {
                    "call": "ec2:DescribeRegions",
                    "code": type(error).__name__,
                    "permission": "ec2:DescribeRegions",
                }
            )
            return (session.region_name or _FALLBACK,)
        return tuple(sorted(region["RegionName"] for region in answer["Regions"]))

    def _new(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of `tasks` that this run has not come to yet."""
        found: dict[str, Task] = {}
        for task in tasks:
            if task.path not in self.seen and self._offered(task):
                found.setdefault(task.path, task)
        self.seen.update(found)
        self.known += len(found)
        return list(found.values())

    def _is_kept(self, task: Task) -> bool:
        kept = self.store.done(task.path)
        self.kept += kept
        return kept

    def _offered(self, task: Task) -> bool:
        """Whether the service exists in the region, as far as the SDK knows."""
        if not task.region:
            return True
        known = self.clients.session.get_available_regions(task.call.service)
        return not known or task.region in known or task.region not in self._of_sdk()

    def _of_sdk(self) -> Sequence[str]:
        found: Sequence[str] = self.clients.session.get_available_regions("ec2")
        return found

    def _all(self, pool: ThreadPoolExecutor, tasks: Sequence[Task]) -> None:
        # Region by region, so that the clients of one can be let go before the next.
        by_region = sorted(tasks, key=lambda task: task.region)
        for region, group in groupby(by_region, key=lambda task: task.region):
            for task, answered in pool.map(lambda task: (task, self._one(task)), list(group)):
                self.called += answered
                self.failed += not answered
                if self.manner.progress is not None:
                    done = self.called + self.kept + self.failed
                    self.manner.progress(done, self.known, f"{self.note}{self.account} {task.name}")
            if region:
                self.clients.forget(region)

    def _one(self, task: Task) -> bool:
        try:
            answer = ask(self.clients, task, self.manner.sleep)
        except Refusal as refusal:
            self.store.refused(refusal.said)
            return False
        place = (self.manner.now(), task.region, task.arguments)
        if answer is None:
            self.store.none(task.path, task.name, *place)
        else:
            self.store.write(task.path, task.name, mask(answer, task.call.masks), *place)
        return True


def _session(profile: str | None) -> Any:
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound:
        raise InputError(f"AWS profile {profile} is not configured; `aws configure list-profiles`") from None


def _account(session: Any, endpoint: str | None) -> tuple[str, str]:
    """The account that we are in, and its partition."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        identity = client(session, "sts", "", endpoint, _FIRST_ATTEMPTS).get_caller_identity()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "no code")
        raise InputError(f"AWS refused to say who we are ({code}); sign in again") from None
    except BotoCoreError as error:
        raise InputError(
            f"AWS cannot be asked ({type(error).__name__}); set AWS_PROFILE or sign in, and check the network"
        ) from None
    return str(identity["Account"]), str(identity["Arn"]).split(":")[1]
