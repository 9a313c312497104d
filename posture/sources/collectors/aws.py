"""Collects AWS accounts, several at once, with the read-only calls that the sources declare."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from posture.model.errors import InputError
from posture.model.text import plain
from posture.sources import registry
from posture.sources.collectors.aws_account import Collected, Manner, Run
from posture.sources.collectors.aws_asking import Refusal, Sessions, client
from posture.sources.collectors.aws_members import ROLE, Door, members
from posture.sources.collectors.lanes import Lanes, Limits
from posture.sources.collectors.store import Store
from posture.sources.collectors.telling import Progress, Teller
from posture.sources.contract import Call

_ORGANISATION = "organizations"
_FIRST_ATTEMPTS = 3
"""Whoever is offline should learn so soon."""
WORKERS, ACCOUNTS = 16, 4
"""Calls under way at once, and accounts. Each account holds SDK clients of about a megabyte each."""
_OF_ACCOUNT, _OF_SERVICE = 8, 4
"""Calls under way in one account, and in one service of it: AWS throttles each service of an account."""


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
    workers: int = WORKERS,
    accounts: int = ACCOUNTS,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress | None = None,
) -> tuple[Collected, ...]:
    """The account of `profile` into `out/ACCOUNT`, and with `organisation` every member beside it.

    Calls that an interrupted run finished are not repeated. A refused call is noted with the permission it
    needs, and the others go on. InputError where nobody can be reached at all.
    """
    session = _session(profile)
    _known(session, regions)
    account, partition = _account(session, endpoint_url)
    manner = Manner(endpoint_url, tuple(dict.fromkeys(regions)), now, sleep)
    teller = Teller(progress)
    wanted = tuple(declared() if calls is None else calls)
    of_organisation = [call for call in wanted if call.service == _ORGANISATION]
    # Only the account that manages the organisation, or acts for it, is told of the others.
    within = [call for call in wanted if call.service != _ORGANISATION]
    asking = Limits(workers, (min(workers, _OF_ACCOUNT), min(workers, _OF_SERVICE)))
    # The calls are stopped first: an account waits for its own.
    with Lanes(Limits(accounts)) as visits, Lanes(asking) as lanes:
        first = Run(out, account, Sessions(session), manner, teller)
        first.ask(of_organisation, lanes)
        others = members(first.store, account) if organisation else ()
        teller.found(accounts=len(others))
        door = Door(session, role, endpoint_url, partition)
        visit = _Visit(out, door, manner, teller, first.store.began, within, lanes)
        own = visits.run((), partial(visit.ask, first))
        members_done = [visits.run((), partial(visit.member, other)) for other in others]
        done = [one.result() for one in members_done]
        own.result()
    # The first account stays open until the last one is done: so a later run knows what this one finished.
    return (first.ended(), *done)


class _Visit(Struct, frozen=True):
    """What is done in each account of one collection."""

    out: Path
    door: Door
    manner: Manner
    teller: Teller
    since: str
    calls: Sequence[Call]
    lanes: Lanes

    def ask(self, run: Run) -> None:
        run.ask(self.calls, self.lanes)
        self.teller.ended(run.account, accounts=1)

    def member(self, account: str) -> Collected:
        try:
            inside = self.door.sessions(account)
        except Refusal as refusal:
            store = Store(self.out / account, "aws", account, self.manner.now(), since=self.since)
            store.refused(refusal.said)
            store.finish()
            self.teller.ended(account, accounts=1)
            return Collected(store.folder, account, 0, 0, store.errors)
        run = Run(self.out, account, inside, self.manner, self.teller, self.since)
        self.ask(run)
        return run.ended()


def _session(profile: str | None) -> Any:
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound:
        raise InputError(f"AWS profile {profile} is not configured; `aws configure list-profiles`") from None


def _known(session: Any, regions: Sequence[str]) -> None:
    """InputError where one of `regions` is none that AWS has, as far as this SDK knows."""
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition)
    }
    for region in regions:
        if region not in known:
            near = get_close_matches(region, sorted(known), 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise InputError(f"region {plain(region)}: is none that AWS has, as far as is known here{meant}")


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
