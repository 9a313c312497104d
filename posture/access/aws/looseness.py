"""How many others a trust lets in besides the one that is meant, and what narrows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posture.access.aws.compile import Statement
from posture.access.aws.conditions import Test

ANY_TENANT, ORGANISATION, EXACT = "any-tenant", "organisation", "exact"

_OWN_TENANT = ("cognito-identity.amazonaws.com", "oidc.eks.", "rolesanywhere")
"""Issuers that serve one account, pool or cluster: nobody else holds a token of theirs."""

_SOURCES = (
    "sts:externalid", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths",
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount",
)  # fmt: skip
"""Keys that tell the meant caller from others who may speak through the same door."""


def of_federation(statement: Statement, provider: str) -> tuple[str, bool]:
    """Breadth and whether the audience is bound, for a token issuer or a SAML provider.

    A subject without wildcard is exact; one whose tenant is spelled out before its first wildcard lets in
    that organisation; anything else lets in every tenant of the issuer (OWASP NHI6).
    """
    name = provider.partition("-provider/")[2] or provider
    if ":saml-provider/" in provider:
        return EXACT, True
    subjects = list(_values(statement, f"{name}:sub".lower()))
    audience = any(True for _ in _values(statement, f"{name}:aud".lower()))
    if not subjects:
        return (ORGANISATION if name.startswith(_OWN_TENANT) else ANY_TENANT), audience
    return max(
        (_subject(subject) for subject in subjects), key=(EXACT, ORGANISATION, ANY_TENANT).index
    ), audience


def of_principal(statement: Statement, anyone: bool) -> tuple[str, bool]:
    """Breadth, and whether an external id or source condition narrows it: another account, or anyone."""
    guarded = any(key in _SOURCES for key in _keys(statement))
    if not anyone:
        return EXACT, guarded
    within = any(key in ("aws:principalorgid", "aws:principalorgpaths") for key in _keys(statement))
    named = any(key in ("aws:principalarn", "aws:principalaccount") for key in _keys(statement))
    return (EXACT if named else ORGANISATION if within else ANY_TENANT), guarded


def _subject(pattern: str) -> str:
    wild = min((at for at in (pattern.find("*"), pattern.find("?")) if at >= 0), default=-1)
    if wild < 0:
        return EXACT
    # `repo:acme/*` and `project_path:acme/*` name the tenant; `repo:*` and `*` name nobody.
    tenant = pattern[:wild].partition(":")[2] if ":" in pattern[:wild] else ""
    return ORGANISATION if "/" in tenant else ANY_TENANT


def _values(statement: Statement, key: str) -> Iterator[str]:
    for test in binding(statement):
        if test.key == key:
            yield from test.values


def _keys(statement: Statement) -> Iterable[str]:
    return (test.key for test in binding(statement))


def binding(statement: Statement) -> Iterator[Test]:
    """Tests that ask for a value: a negated one, or one that an absent key meets, narrows nothing."""
    for test in statement.tests:
        if test.null is None and not test.negated and not test.if_exists and test.over != "all":
            yield test
