"""The accounts of an organisation, and a session in each of them by way of a role."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from posture.model.text import plain
from posture.sources.collectors.aws_asking import Refusal, Sessions, client
from posture.sources.collectors.store import Store
from posture.sources.permissions import session_policies

ASSUME = "sts:AssumeRole"
ROLE = "OrganizationAccountAccessRole"
"""The role that AWS makes in each account that an organisation creates."""
_SESSION, _METHOD = "posture", "assume-role"
_GONE = ("SUSPENDED", "PENDING_CLOSURE", "CLOSED")


def members(store: Store, own: str) -> tuple[str, ...]:
    """The other accounts that the organisation listed, in order; those that are closed are left out."""
    found: set[str] = set()
    for entry in store.answers("organizations:ListAccounts"):
        given = store.read(entry["path"]).get("Accounts")
        for account in given if isinstance(given, list) else ():
            number = account.get("Id") if isinstance(account, Mapping) else None
            state = account.get("State", account.get("Status")) if isinstance(account, Mapping) else None
            if isinstance(number, str) and number.isdigit() and number != own and state not in _GONE:
                found.add(number)
    return tuple(sorted(found))


class Door:
    """The way into the other accounts. Its one client may be used by several threads, its session not."""

    def __init__(self, session: Any, role: str, endpoint: str | None, partition: str) -> None:
        self._role = role
        self._partition = partition
        self._policies = session_policies()
        self._region = session.region_name
        self._sts = client(session, "sts", "", endpoint)

    def sessions(self, account: str) -> Sessions:
        """Sessions in `account` that renew themselves; Refusal where the role may not be taken."""
        from botocore.credentials import RefreshableCredentials
        from botocore.exceptions import BotoCoreError, ClientError

        (_, first), *others = self._policies
        arn = f"arn:{self._partition}:iam::{account}:role/{self._role}"
        take = partial(self._take, arn, first)
        try:
            taken = RefreshableCredentials.create_from_metadata(take(), take, _METHOD)
        except ClientError as error:
            given = error.response.get("Error", {})
            raise Refusal(
                {
                    "call": ASSUME,
                    "code": str(given.get("Code", "")),
                    "permission": f"{ASSUME} on {arn}",
                    "message": plain(str(given.get("Message", "")), 300),
                }
            ) from None
        except BotoCoreError as error:
            raise Refusal({"call": ASSUME, "code": type(error).__name__}) from None
        apart = {
            service: session
            for services, policy in others
            for session in [self._later(arn, policy)]
            for service in services
        }
        return Sessions(self._session(taken), apart)

    def _later(self, arn: str, policy: str) -> Any:
        """A session that takes the role when it is first used."""
        from botocore.credentials import DeferredRefreshableCredentials

        return self._session(DeferredRefreshableCredentials(partial(self._take, arn, policy), _METHOD))

    def _take(self, arn: str, policy: str) -> dict[str, str]:
        # The role that AWS makes in each account may do everything; the session may only read.
        given = self._sts.assume_role(RoleArn=arn, RoleSessionName=_SESSION, Policy=policy)["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    def _session(self, taken: Any) -> Any:
        import boto3
        from botocore.session import get_session

        below = get_session()
        below._credentials = taken  # the one way in that the SDK has for credentials that renew themselves
        return boto3.Session(botocore_session=below, region_name=self._region)
