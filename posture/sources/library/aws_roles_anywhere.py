"""IAM Roles Anywhere: the authorities that an account trusts, and the roles that certificates lead to."""

from __future__ import annotations

from posture.model import keys
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import items, text
from posture.sources.contract import Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-roles-anywhere",
    title="AWS Roles Anywhere",
    feeds=("identities", "credentials", "links"),
    by_hand="aws rolesanywhere list-trust-anchors; aws rolesanywhere list-profiles",
    blind="which machines outside take roles with certificates",
    provider="aws",
    calls=(
        asks("rolesanywhere", "list_trust_anchors"),
        asks("rolesanywhere", "list_profiles"),
    ),
    opens=b"{[",
    rank=30,
)

_ANCHORS, _PROFILES = "rolesanywhere:ListTrustAnchors", "rolesanywhere:ListProfiles"
_KNOWN = {_ANCHORS: "trustAnchors", _PROFILES: "profiles"}


def claims(page: Page) -> bool:
    """Trust anchors or profiles."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A trust per anchor; per profile whoever holds a certificate, and the roles that it may take."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        anchors = answer.call == _ANCHORS
        for at, entry in items(answer, _KNOWN[answer.call]):
            key = text(entry, "trustAnchorArn" if anchors else "profileArn")
            if not key:
                into.problem(
                    keys.aws_scope(account), "identities", at, "one entry is set aside: it has no ARN"
                )
                continue
            columns = {
                "key": key,
                "scope": scope_of(key, account),
                "provider": "aws",
                "name": text(entry, "name") or keys.short(key),
                "created": moment(entry.get("createdAt")),
                "enabled": entry.get("enabled") is True,
            }
            if anchors:
                into.add("credentials", at, kind="federated-trust", **columns)
                continue
            into.add("identities", at, kind="federated", attested="certificate", **columns)
            if entry.get("enabled") is True:
                roles = entry.get("roleArns")
                for n, role in enumerate(roles if isinstance(roles, list) else ()):
                    if isinstance(role, str):
                        narrowed = bool(entry.get("sessionPolicy") or entry.get("managedPolicyArns"))
                        _leads(into, f"{at}/roleArns/{n}", key, text({"role": role}, "role"), narrowed)


def _leads(into: Rows, at: str, profile: str, role: str, narrowed: bool) -> None:
    """Whether the role lets it in is for its trust to say, which stands in another answer."""
    open_ = "the trust of the role and which certificates the trust anchors accept"
    into.add(
        "links",
        at,
        kind="may-become",
        from_=profile,
        to=role,
        certain=False,
        narrowed=narrowed,
        because="the profile lists the role",
        depends_on="what the policies of the profile leave of the role" if narrowed else open_,
    )
