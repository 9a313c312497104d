"""What to do about a leaked credential, in order: stop it, cut what it opened, look, replace, prove."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

from posture.model.keys import arn_account, arn_parts, is_access_key, short

_SERVICE_ACCOUNT_KEY = re.compile(
    r"projects/(?P<project>[^/]+)/serviceAccounts/(?P<mail>[^/]+)/keys/(?P<id>[^/]+)"
)
_ROLES = 3
"""Roles whose sessions are cut by a command of their own; further ones are named."""


class Step(Struct, frozen=True):
    """One thing to do."""

    do: str
    commands: tuple[str, ...] = ()


class Case(Struct, frozen=True):
    """What the steps depend on."""

    key: str
    kind: str
    shape: str
    identity: str
    """Whom it authenticates; empty where nobody knows."""
    roles: tuple[str, ...]
    """Roles that it may become for certain."""
    places: tuple[str, ...]
    users: tuple[str, ...]


def steps(case: Case) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """What to do in which order, and how to prove it dead."""
    if is_access_key(case.key):
        return _access_key(case)
    if match := _SERVICE_ACCOUNT_KEY.search(case.key):
        return _service_account_key(case, match["project"], match["mail"], match["id"])
    if case.key.endswith("#password") and _name(case.identity, "user"):
        return _console_password(case)
    return _value(case)


def _access_key(case: Case) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    key, user = shlex.quote(case.key), _name(case.identity, "user")
    if not user:
        return _unplaced_access_key(case)
    account = arn_account(case.identity)
    whose = f"--user-name {user} --access-key-id {key}"
    first = (
        Step(
            f"Switch the key off in account {account}; it can be switched on again.",
            (f"aws iam update-access-key {whose} --status Inactive",),
        ),
        Step(
            "Cut the sessions that were opened with it: they outlive the key.",
            (_deny("user", user), *_role_sessions(case.roles[:_ROLES], account)),
        ),
        *_more_roles(case.roles),
        Step(
            "See what it was used for, in every region, and what it left behind: keys, users, roles, trust.",
            (
                _events("AccessKeyId", key),
                f"aws iam list-access-keys --user-name {user}",
            ),
        ),
        *_replace(case),
        Step("Delete the key once its users run without it.", (f"aws iam delete-access-key {whose}",)),
    )
    proof = (
        Step("A call with the old value is refused with InvalidClientTokenId."),
        Step("The key is gone from the list.", (f"aws iam list-access-keys --user-name {user}",)),
        Step("Its last use no longer moves.", (f"aws iam get-access-key-last-used --access-key-id {key}",)),
        _assessed_again(),
    )
    return first, proof


def _unplaced_access_key(case: Case) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    key = shlex.quote(case.key)
    session = case.key.startswith("ASIA")
    first = (
        Step(
            "Find the account that it belongs to, then export that account and ask again: nothing that was "
            "read says whose key it is.",
            (f"aws sts get-access-key-info --access-key-id {key}",),
        ),
        Step(
            "It is the key of a session: cut the sessions of the role that issued it."
            if session
            else "Switch it off there; it can be switched on again.",
            () if session else (f"aws iam update-access-key --access-key-id {key} --status Inactive",),
        ),
        Step(
            "See what it was used for, in every region.",
            (_events("AccessKeyId", key),),
        ),
        *_replace(case),
    )
    return first, (Step("A call with the old value is refused."), _assessed_again())


def _service_account_key(
    case: Case, project: str, mail: str, name: str
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    account, key = shlex.quote(mail), shlex.quote(name)
    asked = shlex.quote(f'protoPayload.authenticationInfo.serviceAccountKeyName:"{name}"')
    first = (
        Step(
            "Switch the key off; it can be switched on again.",
            (f"gcloud iam service-accounts keys disable {key} --iam-account {account}",),
        ),
        Step(
            "Tokens that it fetched before live on for up to an hour. Where that is too long, switch the "
            "account off: whatever else runs as it stops as well.",
            (f"gcloud iam service-accounts disable {account}",),
        ),
        Step(
            "See what it was used for.",
            (f"gcloud logging read {asked} --freshness=30d --project {shlex.quote(project)}",),
        ),
        *_replace(case),
        Step(
            "Delete the key once its users run without it.",
            (f"gcloud iam service-accounts keys delete {key} --iam-account {account}",),
        ),
    )
    proof = (
        Step("Asking for a token with the old key is refused with invalid_grant."),
        Step(
            "The key is gone from the list.",
            (f"gcloud iam service-accounts keys list --iam-account {account} --managed-by=user",),
        ),
        _assessed_again(),
    )
    return first, proof


def _console_password(case: Case) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    user = _name(case.identity, "user")
    first = (
        Step("Take the password away.", (f"aws iam delete-login-profile --user-name {user}",)),
        Step("Cut the sessions that were opened with it.", (_deny("user", user),)),
        *_more_roles(case.roles),
        Step(
            "See what was done, and which keys and second factors were added.",
            (
                _events("Username", user),
                f"aws iam list-access-keys --user-name {user}",
                f"aws iam list-mfa-devices --user-name {user}",
            ),
        ),
        *_replace(case),
    )
    proof = (
        Step("The user has no password.", (f"aws iam get-login-profile --user-name {user}",)),
        _assessed_again(),
    )
    return first, proof


def _value(case: Case) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """A value that only its issuer can end."""
    shaped = f"; it has the shape {case.shape}" if case.shape else ""
    revoke = {
        "database-password": "Change the password at the database and end the sessions that are open with it",
        "oauth-grant": "Withdraw the grant at the provider, the refresh token included",
        "certificate": "Have the certificate revoked, and take it out of every trust store",
        "ssh-key": "Take the public key out of every list of authorised keys",
        "private-key": "Take the public key out of everything that trusts it",
        "session": "End the session at the provider",
    }.get(case.kind, "Revoke the value where it was issued")
    store = (
        (f"aws secretsmanager rotate-secret --secret-id {shlex.quote(case.key.removesuffix('#value'))}",)
        if case.key.startswith("arn:aws:secretsmanager:")
        else ()
    )
    first = (
        Step(f"{revoke}{shaped}.", store),
        Step("End what was opened with it: sessions, refresh tokens, further keys made with it."),
        Step("See what it was used for, in the log of whoever issued it."),
        *_replace(case),
    )
    return first, (Step("A call with the old value is refused at its issuer."), _assessed_again())


def _replace(case: Case) -> tuple[Step, ...]:
    users = f" and hand it to {_listed(case.users)}" if case.users else ""
    new = Step(
        f"Issue a new one into a managed store only{users}; better, give them an identity of their own and "
        "no stored value."
    )
    if not case.places:
        return (new,)
    return new, Step(
        f"Take the old value out of {_listed(case.places)}, and out of histories and backups of these."
    )


def _more_roles(roles: Sequence[str]) -> tuple[Step, ...]:
    rest = [short(role) for role in roles[_ROLES:]]
    return (Step(f"Do the same for the other roles that it may become: {_listed(rest)}."),) if rest else ()


def _assessed_again() -> Step:
    return Step("The next assessment on fresh exports shows it neither in its places nor as valid.")


def _events(attribute: str, value: str) -> str:
    return f"aws cloudtrail lookup-events --lookup-attributes AttributeKey={attribute},AttributeValue={value}"


def _role_sessions(roles: Sequence[str], account: str) -> Iterator[str]:
    """A command for each role, with the account that it has to run in where that is another one."""
    for role in roles:
        if arn_account(role) != account:
            yield f"# in account {arn_account(role)}"
        yield _deny("role", _name(role, "role"))


def _deny(kind: str, name: str) -> str:
    """Denies what was issued before this moment; long-lived keys carry no time of issue and are not hit."""
    document = (
        '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Deny\\",\\"Action\\":\\"*\\",'
        '\\"Resource\\":\\"*\\",\\"Condition\\":{\\"DateLessThan\\":{\\"aws:TokenIssueTime\\":'
        '\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"}}}]}'
    )
    return (
        f"aws iam put-{kind}-policy --{kind}-name {name} --policy-name end-sessions-before-containment "
        f'--policy-document "{document}"'
    )


def _name(identity: str, kind: str) -> str:
    """The name of an AWS user or role, quoted for the shell; empty where `identity` is none."""
    parts = arn_parts(identity)
    if parts is None or not parts[4].startswith(f"{kind}/"):
        return ""
    return shlex.quote(parts[4].rsplit("/", 1)[-1])


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
