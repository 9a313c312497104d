"""Deny policies (IAM v2), which withhold permissions whatever an allow policy gives."""

from __future__ import annotations

from urllib.parse import unquote

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.gcp import hierarchy, names
from posture.sources.gcp.answers import entries, field, objects, text
from posture.sources.gcp.policies import Documents

SOURCE = Source(
    id="gcp-deny-policies",
    title="Google Cloud deny policies",
    feeds=("policies", "documents"),
    by_hand="gcloud iam policies list --attachment-point=cloudresourcemanager.googleapis.com/organizations/ID"
    " --kind=denypolicies --format=json, then gcloud iam policies get for each",
    blind="what is withheld from whom, so that more seems allowed than is",
    provider="gcp",
    calls=(
        Call(
            "iam",
            "list_deny_policies",
            ("iam.denypolicies.list", "iam.denypolicies.get"),
            "deny-policies.json",
        ),
    ),
    opens=b"{[",
    rank=20,
)


def claims(page: Page) -> bool:
    """The name of a deny policy."""
    return b"/denypolicies/" in page.head or b'"denyRule"' in page.head or b'"deny_rule"' in page.head


def read(page: Page, into: Rows) -> None:
    """A row for each policy; without its text where the answer leaves the rules out."""
    scopes = hierarchy.Scopes(into)
    documents = Documents(into)
    for at, entry in entries(page):
        name = text(entry.get("name"))
        attached = _attached(name)
        if not attached:
            into.problem("", "policies", at, "one deny policy is set aside: its name says not where it holds")
            continue
        scopes.add(attached, at)
        given = entry.get("rules")
        rules = [field(rule, "denyRule") for rule in objects(given)]
        readable = isinstance(given, list) and all(isinstance(rule, dict) for rule in (*given, *rules))
        if given is not None and not readable:
            into.problem(attached, "policies", at, "one deny policy has a rule that cannot be read")
        into.add(
            "policies",
            at,
            key=plain(name, 2048),
            scope=attached,
            provider="gcp",
            kind="deny",
            name=plain(text(field(entry, "displayName")) or name.rsplit("/", 1)[-1]),
            attached_to=attached,
            document=documents.add({"rules": rules}, at) if readable else None,
        )
        into.covered(attached, "policies/deny")


def _attached(name: str) -> str:
    """Key of the scope whose name, with its slashes escaped, stands within the name of a deny policy."""
    point = unquote(name.removeprefix("policies/").partition("/denypolicies")[0])
    host, _, rest = point.partition("/")
    if not host.startswith("cloudresourcemanager") or "/" not in rest:
        return ""
    return names.scope(rest) if not rest.startswith("projects/") else _project(rest.removeprefix("projects/"))


def _project(ident: str) -> str:
    return names.scope(f"projects/{ident}") if ident.isdigit() else keys.gcp_scope(plain(ident))
