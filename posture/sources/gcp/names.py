"""How Google names things, as our keys: full resource names, accounts, members of policies."""

from __future__ import annotations

import re

from msgspec import Struct

from posture.model import keys
from posture.model.text import plain

_LONGEST = 2048
_CRM = "//cloudresourcemanager.googleapis.com/"
_ACCOUNT = re.compile(
    r"//iam\.googleapis\.com/projects/(?P<project>[^/]+)/serviceAccounts/(?P<account>[^/]+)\Z"
)
_EMAIL = re.compile(r"(?P<local>[^@\s/]+)@(?P<domain>[^@\s/]+)\Z")
_NUMBER = re.compile(r"\d+")
_USER_DOMAIN = ".iam.gserviceaccount.com"
_AGENT = re.compile(r"service-(?:org-|folder-)?\d{6,}\Z")
_SERVICES = {
    "cloudresourcemanager": "resourcemanager",
    "sqladmin": "cloudsql",
    "bigtableadmin": "bigtable",
    "firestore": "datastore",
    "sourcerepo": "source",
}
"""Services whose permissions begin with another word than their API."""


class Account(Struct, frozen=True):
    """A service account by its address."""

    email: str
    project: str
    """Project id, or `projects/NUMBER` where the address gives the number; empty where it tells neither."""
    agent: bool
    """Whether Google runs it: a service agent, or the account of a build or deployment service."""


def account(email: str) -> Account | None:
    """What an address says of the service account behind it; null where it is none."""
    match = _EMAIL.match(email)
    if match is None or not email.endswith(("gserviceaccount.com", "google.com.iam.gserviceaccount.com")):
        return None
    local, domain = match["local"], match["domain"]
    numbered = _NUMBER.search(local)
    by_number = f"projects/{numbered.group()}" if numbered else ""
    if domain.endswith(_USER_DOMAIN):
        project = domain.removesuffix(_USER_DOMAIN)
        if _AGENT.match(local) or project.startswith("gcp-sa-"):
            return Account(email, by_number, True)
        if "." in project:
            name, _, above = project.partition(".")
            project = f"{above}:{name}"
        return Account(email, project, False)
    if domain == "appspot.gserviceaccount.com":
        return Account(email, local, False)
    if domain == "developer.gserviceaccount.com":
        return Account(email, by_number, False)
    return Account(email, by_number, True)


def service_word(full: str) -> str:
    """The word with which permissions of the service in a full resource name begin."""
    host = full.removeprefix("//").partition("/")[0].partition(".googleapis.com")[0]
    return _SERVICES.get(host, host)


def scope_of_name(full: str) -> str:
    """Key of the organisation, folder or project that `full` names; empty where it names something else."""
    if not full.startswith(_CRM):
        return ""
    kind, _, name = full.removeprefix(_CRM).partition("/")
    if kind == "projects" and not name.isdigit():
        return keys.gcp_scope(plain(name))
    return keys.gcp_scope(plain(f"{kind}/{name}")) if name else ""


def scope(name: str) -> str:
    """Key of `organizations/N`, `folders/N`, `projects/N` or of a project id."""
    bare = name.removeprefix("projects/") if name.startswith("projects/") else name
    return keys.gcp_scope(plain(name if bare.isdigit() and name != bare else bare)) if name else ""


def account_of_name(full: str) -> tuple[str, str] | None:
    """Project and address, or unique id, of the service account that `full` names."""
    match = _ACCOUNT.match(full)
    return (match["project"], match["account"]) if match else None


def node(full: str) -> str:
    """Key of what a full resource name stands for; an account named by its unique id keeps that name."""
    if found := scope_of_name(full):
        return found
    named = account_of_name(full)
    if named and "@" in named[1]:
        return keys.service_account(plain(named[1]))
    return plain(full, _LONGEST)


def last(name: str) -> str:
    """The last part of a resource name."""
    return plain(name.rstrip("/").rsplit("/", 1)[-1])


def key_name(project: str, email: str, key: str) -> str:
    """Resource name of a key of a service account: the key of that credential."""
    return plain(f"projects/{project}/serviceAccounts/{email}/keys/{key}", _LONGEST)
