"""Asks AWS one declared call: all pages, the report job before it, and what a refusal says."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct, field

from posture.model.text import plain
from posture.sources.collectors.tasks import Task

ATTEMPTS = 8
_POLLS = 60
_BETWEEN = 2.0
_REFUSED = ("AccessDenied", "Unauthorized", "NotAuthorized")
_BY_HOST = "s3control"
"""The service whose requests name the account in their host."""
_AWS = (".amazonaws.com", ".amazonaws.com.cn")
_TOKENS = ("NextToken", "nextToken", "Marker")
"""Fields of an answer that say that more follows, and with which argument of that name to ask for it."""
_NEWER = ".api.aws"
"""How the addresses of newer services end, which the SDK only knows when it asks them."""
_RUNNING = ("STARTED", "INPROGRESS", "IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """Why a call has no answer, in the manifest's words."""

    said: Mapping[str, str]


class Sessions(Struct, frozen=True):
    """The sessions of one account: most services share one, some have one of their own."""

    first: Any
    apart: Mapping[str, Any] = field(default_factory=dict)

    def of(self, service: str) -> Any:
        return self.apart.get(service, self.first)


class Clients(Struct):
    """SDK clients of one account, each made once; making one is not safe in several threads."""

    sessions: Sessions
    endpoint: str | None
    made: dict[tuple[str, str], Any] = field(default_factory=dict)
    there: dict[tuple[str, str], bool] = field(default_factory=dict)
    """By service and region, of those of which the SDK does not know where they are."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, service: str, region: str) -> Any:
        with self.lock:
            found = self.made.get((service, region))
            if found is None:
                found = client(self.sessions.of(service), service, region, self.endpoint)
                self.made[service, region] = found
        return found

    def offered(self, service: str) -> Sequence[str]:
        """The regions that have `service`, as far as the SDK knows."""
        found: Sequence[str] = self.sessions.first.get_available_regions(service)
        return found

    def is_there(self, service: str, region: str) -> bool:
        """Whether a service of which the SDK knows no region has an address in this one.

        Without one each call would be tried for a minute. Where no address is known at all, the network is
        to blame and no region.
        """
        if self.endpoint:
            return True
        found = self.there.get((service, region))
        if found is None:
            host = urlsplit(str(self.of(service, region).meta.endpoint_url)).hostname or ""
            before, named, after = host.partition(region)
            ends = (after, _NEWER)
            found = not named or any(_has_address(f"{before}{region}{end}") for end in ends)
            found = found or not _has_address(f"ec2.{region}{after}")
            self.there[service, region] = found
        return found

    def forget(self, region: str) -> None:
        """Lets go of the clients of a region that is done: each takes about a megabyte."""
        with self.lock:
            for key in [key for key in self.made if key[1] == region]:
                del self.made[key]


def _has_address(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 443))
    except OSError:
        return False


def client(session: Any, service: str, region: str, endpoint: str | None, attempts: int = ATTEMPTS) -> Any:
    """A client that waits longer the more it is throttled."""
    from botocore.config import Config

    settings = Config(
        retries={"mode": "adaptive", "max_attempts": attempts},
        user_agent_extra="posture",
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=32,
    )
    place = region or session.region_name or "us-east-1"
    made = session.client(service, region_name=place, endpoint_url=endpoint, config=settings)
    if service == _BY_HOST and not str(made.meta.endpoint_url).endswith(_AWS):
        made.meta.events.register("before-sign.s3-control", partial(_at, str(made.meta.endpoint_url)))
    return made


def _at(endpoint: str, request: Any, **_more: Any) -> None:
    """Keeps the host of an endpoint that is not AWS's own: it has no name per account, as AWS has."""
    host = urlsplit(endpoint).netloc
    request.url = urlunsplit(urlsplit(request.url)._replace(netloc=host))


def ask(clients: Clients, task: Task, sleep: Callable[[float], None]) -> dict[str, Any] | None:
    """The whole answer as the command line prints it; None where there is nothing of the kind.

    Refusal where the call was refused or nobody answers.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        whole = _report(clients.of(task.call.service, task.region), task, sleep)
    except ClientError as error:
        given = error.response.get("Error", {})
        code = str(given.get("Code", ""))
        if code in task.call.none:
            return None
        refused = any(word in code for word in _REFUSED)
        raise Refusal(
            {
                "call": task.name,
                "region": task.region,
                "code": code,
                "permission": ", ".join(task.call.permissions) if refused else "",
                "message": plain(str(given.get("Message", "")), 300),
            }
        ) from None
    except (BotoCoreError, ResponseParserError) as error:
        raise Refusal({"call": task.name, "region": task.region, "code": type(error).__name__}) from None
    return {name: _printed(value) for name, value in whole.items()}


def _report(made: Any, task: Task, sleep: Callable[[float], None]) -> dict[str, Any]:
    call, arguments = task.call, dict(task.arguments)
    if call.job:
        for _ in range(_POLLS):
            started = getattr(made, call.job)(**(arguments if call.hands else {}))
            if started.get("State", "COMPLETE") not in _RUNNING:
                break
            sleep(_BETWEEN)
        if call.hands:
            arguments = {call.hands: str(started.get(call.hands, ""))}
    for _ in range(_POLLS):
        answer = _whole(made, call.operation, arguments)
        if answer.get("JobStatus") not in _RUNNING:
            return answer
        sleep(_BETWEEN)
    raise Refusal({"call": task.name, "region": task.region, "code": "Timeout",
                   "message": "the report was not ready in time"})  # fmt: skip


def _whole(made: Any, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    if made.can_paginate(operation):
        answer = made.get_paginator(operation).paginate(**arguments).build_full_result()
        return _without(answer)
    from botocore.exceptions import PaginationError

    first = last = _without(getattr(made, operation)(**arguments))
    # Some calls have pages that the SDK does not turn by itself.
    turned: set[str] = set()
    while token := next((name for name in _TOKENS if last.get(name)), ""):
        if str(last[token]) in turned:
            raise PaginationError(message="the same page follows again and again")
        turned.add(str(last[token]))
        last = _without(getattr(made, operation)(**{**arguments, token: last[token]}))
        for name, value in last.items():
            if isinstance(value, list):
                first.setdefault(name, []).extend(value)
    if last is not first:
        first = {name: value for name, value in first.items() if name not in _TOKENS}
        if "IsTruncated" in first:
            first["IsTruncated"] = False
    return first


def _without(answer: Mapping[str, Any]) -> dict[str, Any]:
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
