"""Runs the read-only calls that the AWS sources declare and writes what each answered into a snapshot."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posture.model.errors import InputError
from posture.model.text import plain
from posture.sources import registry
from posture.sources.collectors.masking import mask
from posture.sources.collectors.store import Store, file_part
from posture.sources.contract import Call

Progress = Callable[[int, int, str], None]
"""Called with calls done, calls known so far, and the name of the one that just ended."""

_ATTEMPTS = 10
_POLLS = 60


@dataclass(frozen=True, slots=True)
class Collected:
    """Where the snapshot lies and how the calls ended."""

    folder: Path
    account: str
    called: int
    kept: int
    """Calls that an earlier, interrupted run had finished."""
    errors: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Task:
    call: Call
    path: str
    arguments: Mapping[str, Any]
    region: str = ""

    @property
    def name(self) -> str:
        return f"{self.call.service}:{_camel(self.call.operation)}"


@dataclass(slots=True)
class _Run:
    session: Any
    endpoint: str | None
    store: Store
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    progress: Progress | None
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    called: int = 0
    kept: int = 0
    known: int = 0

    def client(self, service: str, region: str) -> Any:
        found = self.clients.get((service, region))
        if found is None:
            from botocore.config import Config

            retries = {"mode": "adaptive", "max_attempts": _ATTEMPTS}
            settings = Config(retries=retries, user_agent_extra="posture", read_timeout=60)
            found = self.session.client(
                service, region_name=region or None, endpoint_url=self.endpoint, config=settings
            )
            self.clients[service, region] = found
        return found


def declared() -> tuple[Call, ...]:
    """Every call of every AWS source, in a fixed order."""
    return tuple(
        call for reader in registry.every() if reader.SOURCE.provider == "aws" for call in reader.SOURCE.calls
    )


def collect(
    out: Path,
    *,
    profile: str | None = None,
    regions: Sequence[str] = (),
    endpoint_url: str | None = None,
    calls: Iterable[Call] | None = None,
    workers: int = 4,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> Collected:
    """One account into `out/ACCOUNT`; calls that an interrupted run finished are not repeated.

    A refused call is noted with the permission it needs, and the others go on. InputError where nobody can
    be reached at all.
    """
    session = _session(profile)
    account = _account(session, endpoint_url)
    store = Store(out / account, "aws", account, now())
    run = _Run(session, endpoint_url, store, now, sleep, progress)
    places = tuple(dict.fromkeys(regions)) or (session.region_name or "us-east-1",)
    chosen = tuple(declared() if calls is None else calls)
    single = [call for call in chosen if not call.each]
    # Clients are made before the threads start, since making one is not safe in several.
    for call in chosen:
        for region in places if call.regional else ("",):
            run.client(call.service, region)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            _all(run, pool, [task for call in single for task in _tasks(call, places)])
            # Calls per item read the answers of the first ones.
            each = [task for call in chosen if call.each for task in _per_item(call, chosen, store)]
            _all(run, pool, each)
        except BaseException:
            # Whoever stops the run does not wait for the calls that have not begun.
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    store.finish()
    return Collected(store.folder, account, run.called, run.kept, store.errors)


def _session(profile: str | None) -> Any:
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound:
        raise InputError(f"AWS profile {profile} is not configured; `aws configure list-profiles`") from None


def _account(session: Any, endpoint: str | None) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        region = session.region_name or "us-east-1"
        identity = session.client("sts", region_name=region, endpoint_url=endpoint).get_caller_identity()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "no code")
        raise InputError(f"AWS refused to say who we are ({code}); sign in again") from None
    except BotoCoreError as error:
        raise InputError(
            f"AWS cannot be asked ({type(error).__name__}); set AWS_PROFILE or sign in, and check the network"
        ) from None
    return str(identity["Account"])


def _tasks(call: Call, regions: Sequence[str]) -> Iterator[_Task]:
    if not call.regional:
        yield _Task(call, call.file, call.arguments)
        return
    for region in regions:
        yield _Task(call, call.file.format(region=file_part(region)), call.arguments, region)


def _per_item(call: Call, chosen: Sequence[Call], store: Store) -> Iterator[_Task]:
    """One task for each item that `call.each` finds: SERVICE:OPERATION:POINTER:ARGUMENT."""
    service, operation, pointer, argument = call.each.split(":")
    for other in chosen:
        if other.service == service and other.operation == operation and store.done(other.file):
            for item in dict.fromkeys(_items(store.read(other.file), pointer.split("/")[1:])):
                path = call.file.format(item=file_part(item))
                yield _Task(call, path, {**call.arguments, argument: item})


def _items(value: Any, steps: Sequence[str]) -> Iterator[str]:
    if not steps:
        if isinstance(value, str):
            yield value
    elif steps[0] == "*":
        for inner in value if isinstance(value, list) else ():
            yield from _items(inner, steps[1:])
    elif isinstance(value, dict):
        yield from _items(value.get(steps[0]), steps[1:])


def _all(run: _Run, pool: ThreadPoolExecutor, tasks: Sequence[_Task]) -> None:
    run.known += len(tasks)
    left: list[_Task] = []
    for task in tasks:
        if task.path and run.store.done(task.path):
            run.kept += 1
        else:
            left.append(task)
    # Jobs come first and alone: what they make is what a later call fetches.
    fetches = [task for task in left if task.path]
    for task in left:
        if not task.path and any(_fetches(task, later) for later in fetches):
            _ended(run, task, _job(run, task))
    for task, answered in pool.map(lambda task: (task, _one(run, task)), fetches):
        _ended(run, task, answered)


def _fetches(job: _Task, later: _Task) -> bool:
    """Whether `later` gets what the job `generate_...` makes."""
    made = job.call.operation.removeprefix("generate_")
    return later.call.service == job.call.service and later.call.operation == f"get_{made}"


def _ended(run: _Run, task: _Task, answered: bool) -> None:
    run.called += answered
    if run.progress is not None:
        run.progress(run.called + run.kept + len(run.store.errors), run.known, task.name)


def _job(run: _Run, task: _Task) -> bool:
    for _ in range(_POLLS):
        answer = _ask(run, task)
        if answer is None:
            return False
        if answer.get("State", "COMPLETE") == "COMPLETE":
            return True
        run.sleep(2)
    run.store.refused({"call": task.name, "code": "Timeout", "message": "the report was not ready in time"})
    return False


def _one(run: _Run, task: _Task) -> bool:
    answer = _ask(run, task)
    if answer is None:
        return False
    run.store.write(task.path, task.name, mask(_printed(answer), task.call.masks), run.now(), task.region)
    return True


def _ask(run: _Run, task: _Task) -> dict[str, Any] | None:
    from botocore.exceptions import BotoCoreError, ClientError

    client = run.client(task.call.service, task.region)
    operation = task.call.operation
    try:
        if client.can_paginate(operation):
            answer = client.get_paginator(operation).paginate(**task.arguments).build_full_result()
        else:
            answer = getattr(client, operation)(**task.arguments)
    except ClientError as error:
        given = error.response.get("Error", {})
        code = str(given.get("Code", ""))
        refused = "AccessDenied" in code or "Unauthorized" in code
        run.store.refused(
            {
                "call": task.name,
                "region": task.region,
                "code": code,
                "permission": ", ".join(task.call.permissions) if refused else "",
                "message": plain(str(given.get("Message", "")), 300),
            }
        )
        return None
    except BotoCoreError as error:
        run.store.refused({"call": task.name, "region": task.region, "code": type(error).__name__})
        return None
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _printed(value: Any) -> Any:
    """`value` as the command line prints it: times as ISO 8601, bytes as base64."""
    if isinstance(value, Mapping):
        return {str(name): _printed(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printed(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def _camel(operation: str) -> str:
    return "".join(part.capitalize() for part in operation.split("_"))
