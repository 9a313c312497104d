"""`~/.aws/config` and `credentials`: static keys that lie in a home, and the roles its profiles take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from posture.model import keys
from posture.model.errors import Unreadable
from posture.model.text import plain
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-config-files",
    title="AWS profiles on a host",
    feeds=("scopes", "credentials", "links"),
    by_hand="~/.aws/config and ~/.aws/credentials",
    blind="which static keys and roles every program on a host can use",
    ends=("config", "credentials"),
    rank=10,
)

_HEADER = re.compile(r"\[\s*(?:(profile|sso-session|services)\s+)?([^\]]*?)\s*\]\s*(?:[#;].*)?\Z")
_ROLES_ANYWHERE = re.compile(r"--role-arn[\s=]+[\"']?(arn:[^\s\"']+)")


class _Profile(Struct):
    name: str
    line: int
    kind: str
    fields: dict[str, tuple[int, str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return self.fields.get(name, (0, ""))[1]

    def at(self, name: str) -> str:
        return f"line {self.fields.get(name, (self.line, ''))[0]}"


def claims(page: Page) -> bool:
    """The two files at their usual place, under `.aws`."""
    return page.ends(".aws/config", ".aws/credentials")


def read(page: Page, into: Rows) -> None:
    """Each static key, and each role that a profile takes, with what it takes it by."""
    scope = keys.home_scope(page.root) if page.place.kind != "repository" else keys.repo_scope(page.root)
    kind = "host" if page.place.kind != "repository" else "repository"
    into.add("scopes", key=scope, kind=kind, provider="local", name=page.root)
    profiles = list(_profiles(page, scope, into))
    by_name = {profile.name: profile for profile in profiles if profile.kind != "sso-session"}
    sessions = {profile.name: profile for profile in profiles if profile.kind == "sso-session"}
    for profile in by_name.values():
        _static(page, scope, profile, into)
    for profile in by_name.values():
        _taken(page, scope, profile, sessions, into)


def _profiles(page: Page, scope: str, into: Rows) -> Iterator[_Profile]:
    current: _Profile | None = None
    seen = False
    for number, line in enumerate(page.text.splitlines(), start=1):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        if text[0] == "[":
            if current is not None:
                yield current
            header = _HEADER.match(text)
            current = _Profile(plain(header[2]), number, header[1] or "profile") if header else None
            seen = True
            if header is None:
                into.problem(
                    scope, "credentials", f"line {number}", "one profile is set aside: it has no name"
                )
            continue
        name, equals, value = text.partition("=")
        if line[0] in " \t" or current is None:
            # A nested setting of the line above, or what follows a broken header.
            if current is None and not seen:
                raise Unreadable("is no profile file: it starts without a [section]", number)
            continue
        if equals:
            current.fields[name.strip().lower()] = (number, value.strip())
        else:
            into.problem(scope, "credentials", f"line {number}", "one line is set aside: it has no `=`")
    if current is not None:
        yield current


def _static(page: Page, scope: str, profile: _Profile, into: Rows) -> None:
    key, secret = profile.value("aws_access_key_id"), profile.value("aws_secret_access_key")
    if not key and not secret:
        return
    at = profile.at("aws_access_key_id" if key else "aws_secret_access_key")
    name = plain(key) if keys.is_access_key(key) else keys.secret(page.label, f"{profile.name}/access-key")
    temporary = key.startswith("ASIA") or bool(profile.value("aws_session_token"))
    if secret:
        into.fingerprints[name] = page.fingerprint(secret)
    into.add(
        "credentials",
        at,
        key=name,
        provider="aws",
        kind="session" if temporary else "access-key",
        name=f"profile {profile.name}",
        exposure="at-rest" if page.place.kind != "repository" else "internal",
        store="file",
    )
    _lies_at(page, scope, at, name, into)


def _taken(page: Page, scope: str, profile: _Profile, sessions: Mapping[str, _Profile], into: Rows) -> None:
    role = profile.value("role_arn") or _anywhere(profile)
    if role.startswith("arn:"):
        at = profile.at("role_arn")
        _profile_credential(page, scope, profile, at, into, kind=_kind(profile))
        into.add("links", at, kind="authenticates", from_=keys.profile(page.root, profile.name),
                 to=plain(role, 2048), because=_by(profile))  # fmt: skip
    account = profile.value("sso_account_id")
    if account and profile.value("sso_role_name"):
        at = profile.at("sso_role_name")
        _profile_credential(page, scope, profile, at, into, kind="session")
        session = sessions.get(profile.value("sso_session"))
        start = (session or profile).value("sso_start_url")
        into.add(
            "links",
            at,
            kind="authenticates",
            from_=keys.profile(page.root, profile.name),
            to=keys.permission_set(plain(account), plain(profile.value("sso_role_name"))),
            because=f"signs in at {plain(start)}" if start else "signs in through Identity Center",
        )
    if profile.value("credential_process") and not role:
        # The command is never run, so what it hands out is not known.
        _profile_credential(page, scope, profile, profile.at("credential_process"), into, kind="unknown")


def _kind(profile: _Profile) -> str:
    if profile.value("web_identity_token_file"):
        return "federated-trust"
    return "workload-token" if profile.value("credential_source") else "session"


def _by(profile: _Profile) -> str:
    for name, words in (
        ("web_identity_token_file", "takes the role with a web identity token"),
        ("credential_source", "takes the role with the credentials of {}"),
        ("source_profile", "takes the role as profile {}"),
        ("credential_process", "takes the role through a program that is not run here"),
    ):
        if profile.value(name):
            return words.format(plain(profile.value(name)))
    return "takes the role"


def _anywhere(profile: _Profile) -> str:
    found = _ROLES_ANYWHERE.search(profile.value("credential_process"))
    return found[1] if found else ""


def _profile_credential(page: Page, scope: str, profile: _Profile, at: str, into: Rows, kind: str) -> None:
    key = keys.profile(page.root, profile.name)
    into.add(
        "credentials",
        at,
        key=key,
        scope=scope,
        provider="aws",
        kind=kind,
        name=f"profile {profile.name}",
        # The profile says how to sign in; no value lies in it.
        has_exposure=False,
        store="configuration",
    )
    _lies_at(page, scope, at, key, into)


def _lies_at(page: Page, scope: str, at: str, key: str, into: Rows) -> None:
    into.add("links", at, kind="stored-at", from_=key, to=scope, because=f"lies in {page.label}")
