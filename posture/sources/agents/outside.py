"""Pointers to values that are kept elsewhere: variables, prompts, stored secrets, profiles, key files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from posture.model import keys
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.secrets import is_reference, references
from posture.sources.secrets.names import role_of

_STORES: Mapping[str, tuple[Literal["keyring", "secret-manager", "environment", "file"], str | None]] = {
    "input": ("keyring", "managed"),
    "secret": ("secret-manager", "managed"),
    "secret-ref": ("secret-manager", "managed"),
    "key-name": ("keyring", "managed"),
    "store": ("secret-manager", "managed"),
    "file": ("file", None),
}
_PLAIN = frozenset({"predefined", "template", "file", "env-file", "command", "config"})
_VAULTS = re.compile(
    r"(?i)(?:op|vault|doppler|infisical|bws|bitwarden|lastpass|keeper|dashlane|keychain|keyring|pass|gopass|akeyless"
    r"|conjur|awssm|aws-sm|gcpsm|gcp-sm|azkv|akv|ref\+[a-z0-9]{2,30})://"
)
"""How an address of a secret begins that a program of its own looks up."""
_SIGNS = re.compile(
    r"(?i)(?:^|[^a-z])(dsn|database_?url|db_?url|connection_?string|conn_?str|auth|creds?)(?:$|[^a-z])"
)
_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_ACCOUNT = re.compile(r"[\w.-]+@[\w.-]+\.iam\.gserviceaccount\.com")
_HOMES = re.compile(
    r"(?i)^(?:file://)?(?:~|\$HOME|\$\{HOME\}|\$\{userHome\}|\$\{env:HOME\}|%USERPROFILE%|/Users/[^/]+|/home/[^/]+|/root|[a-z]:[\\/]Users[\\/][^\\/]+)[\\/]"
)
_ROLE_NAMES = frozenset(
    {"aws_role_arn", "role_arn", "aws_assume_role_arn", "assume_role_arn", "aws_iam_role_arn"}
)


def refer(
    sheet: Sheet,
    at: str,
    name: str,
    syntax: str,
    owner: str = "",
    secret: bool | None = None,
    default: bool = False,
) -> None:
    """One reference; where its name or place promises a secret it is a credential that the owner holds."""
    subject = owner or sheet.owner_of(at)
    wanted = (bool(role_of(name)) or bool(_SIGNS.search(name))) if secret is None else secret
    # A file is a credential only where its place promises one.
    kept = syntax not in _PLAIN or (syntax == "file" and secret is True)
    key = keys.variable(sheet.root, name) if wanted and kept else None
    sheet.put("references", at, subject=subject, name=name, syntax=syntax, credential=key, default=default)
    if key is None:
        return
    store, exposure = _STORES.get(syntax, ("environment", None))
    sheet.put("credentials", at, key=key, scope=sheet.scope, name=name, store=store, exposure=exposure)
    if subject:
        sheet.put("links", at, kind="holds", from_=subject, to=key, because=f"refers to {name}")


def inside(sheet: Sheet, value: Any, at: str, fields: frozenset[str] | None = None) -> None:
    """Every reference in the strings below `at` that this client would resolve."""
    stored(sheet, value, at)
    for where, text in strings(value, at):
        if "$" not in text and "%" not in text and "{" not in text and "=" not in text:
            continue
        relative = where[len(at) :].split("/")
        if fields is not None and (len(relative) < 2 or relative[1] not in fields):
            continue
        for reference in references(text):
            if reference.form in sheet.client.references:
                promising = relative[-2:-1] == ["headers"] and relative[-1].lower() in (
                    "authorization",
                    "x-api-key",
                )
                # A path tells nothing of what the file holds; the name that takes it does.
                promising = promising or (reference.form == "file" and bool(role_of(relative[-1])))
                refer(
                    sheet,
                    where,
                    reference.name,
                    reference.form,
                    secret=True if promising else None,
                    default=reference.default is not None,
                )


def stored(sheet: Sheet, value: Any, at: str) -> None:
    """Every address of a secret below `at` that a store of secrets resolves when the client is started."""
    for where, text in strings(value, at):
        if "://" in text and _VAULTS.match(text.strip()) and is_reference(text):
            refer(sheet, where, text.strip(), "store", secret=True)


def identities(
    sheet: Sheet, tool: str, at: str, env: Mapping[str, str], args: tuple[str, ...], args_at: str
) -> None:
    """Links from a tool to the profile, role, key file or account that its variables and arguments name."""
    for name, value in env.items():
        place = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        lowered = name.lower()
        if lowered in ("aws_profile", "aws_default_profile") and _plain(value):
            profile(sheet, tool, place, value)
        elif lowered == "google_application_credentials" and _plain(
            value.replace("${HOME}", "~").replace("$HOME", "~")
        ):
            _key_file(sheet, tool, place, value)
        elif lowered in _ROLE_NAMES and _ARN.fullmatch(value):
            role(sheet, tool, place, value, name)
        else:
            _named(sheet, tool, place, value)
    for n, word in enumerate(args):
        place = f"{args_at}/{n}"
        before = args[n - 1].lower().lstrip("-") if n else ""
        flag, _, given = word.partition("=")
        if before in ("profile", "aws-profile") and _plain(word):
            profile(sheet, tool, place, word)
        elif (
            flag.lower().lstrip("-") in ("profile", "aws-profile") and flag.startswith("-") and _plain(given)
        ):
            profile(sheet, tool, place, given)
        else:
            _named(sheet, tool, place, word)


def _plain(value: str) -> bool:
    return bool(value) and "${" not in value and not value.startswith("$")


def _named(sheet: Sheet, tool: str, at: str, value: str) -> None:
    for arn in _ARN.findall(value):
        role(sheet, tool, at, arn, "", certain=False)
    for email in _ACCOUNT.findall(value):
        account(sheet, tool, at, email, certain=False)


def role(sheet: Sheet, subject: str, at: str, arn: str, name: str, certain: bool = True) -> None:
    """`subject` runs as a role; a mere mention is no proof."""
    scope = keys.aws_scope(keys.arn_account(arn))
    sheet.put(
        "identities", at, key=arn, scope=scope, provider="aws", kind="role", name=arn.rpartition("/")[2]
    )
    sheet.put(
        "links",
        at,
        kind="runs-as",
        from_=subject,
        to=arn,
        certain=certain,
        because=f"{name} names it" if name else "its configuration mentions the role",
        depends_on=None if certain else "whether the tool takes on the role that it mentions",
    )


def project_of(email: str) -> str:
    """The project that a service account lives in, out of its address."""
    return email.partition("@")[2].removesuffix(".iam.gserviceaccount.com")


def account(sheet: Sheet, subject: str, at: str, email: str, certain: bool = True) -> str:
    """`subject` runs as a Google service account."""
    key = keys.service_account(email)
    sheet.put(
        "identities",
        at,
        key=key,
        scope=keys.gcp_scope(project_of(email)),
        provider="gcp",
        kind="service-account",
        name=email.partition("@")[0],
    )
    sheet.put(
        "links",
        at,
        kind="runs-as",
        from_=subject,
        to=key,
        certain=certain,
        because="its configuration names the account",
        depends_on=None if certain else "whether the tool acts as the account that it mentions",
    )
    return key


def profile(sheet: Sheet, tool: str, at: str, name: str) -> None:
    key = keys.profile(sheet.page.root, name)
    sheet.put("credentials", at, key=key, scope=sheet.scope, provider="aws", name=name)
    sheet.put("links", at, kind="holds", from_=tool, to=key, because=f"runs with the AWS profile {name}")


def _key_file(sheet: Sheet, tool: str, at: str, path: str) -> None:
    below = _HOMES.sub("", path).replace("\\", "/")
    if below.startswith("/") or (
        below == path and path.startswith(("/", ".")) and sheet.page.place.kind == "home"
    ):
        sheet.put("references", at, subject=tool, name=path, syntax="key-file")
        return
    key = keys.secret(f"{sheet.page.root}/{below.removeprefix('./')}", "/private_key")
    sheet.put("references", at, subject=tool, name=path, syntax="key-file", credential=key)
    sheet.put(
        "credentials",
        at,
        key=key,
        scope=sheet.scope,
        provider="gcp",
        kind="service-account-key",
        store="file",
    )
    sheet.put(
        "links", at, kind="holds", from_=tool, to=key, because="GOOGLE_APPLICATION_CREDENTIALS names the file"
    )
