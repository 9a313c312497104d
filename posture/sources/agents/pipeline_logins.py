"""Whom a job of GitHub Actions becomes: the subjects of its token, the cloud identities its steps name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import pipelines as gha
from posture.sources.agents.frameworks import text
from posture.sources.agents.outside import project_of
from posture.sources.agents.sheet import Sheet
from posture.sources.gcp.names import scope as gcp_scope

_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_PROVIDER = re.compile(
    r"projects/(?P<home>[^/]+)/locations/[^/]+/workloadIdentityPools/(?P<pool>[^/]+)/providers/(?P<provider>[^/]+)"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def subjects(sheet: Sheet, at: str, job: str, found: tuple[str, ...]) -> None:
    """Every subject that the identity token of `job` can carry."""
    for subject in found:
        key = keys.federated(gha.ISSUER, subject)
        sheet.put(
            "identities",
            at,
            key=key,
            scope=sheet.scope,
            provider="github",
            kind="federated",
            name=subject,
            pattern=True,
            attested="oidc",
            class_="pipeline",
            class_basis="kind",
        )
        sheet.put(
            "links", at, kind="may-become", from_=job, to=key, because="the job may ask for an identity token"
        )


def logins(sheet: Sheet, at: str, job: str, steps: Any) -> None:
    """What the login steps of `job` name; whether it is let in is for the other side's trust to say."""
    for n, step in enumerate(steps if isinstance(steps, list) else ()):
        given = step.get("with") if isinstance(step, Mapping) else None
        if isinstance(given, Mapping):
            place = f"{at}/steps/{n}/with"
            _aws(sheet, place, job, given)
            _google(sheet, place, job, given)
            if (text(step.get("uses")) or "").lower().startswith("azure/login"):
                _azure(sheet, place, job, given)


def _aws(sheet: Sheet, at: str, job: str, given: Mapping[str, Any]) -> None:
    role = text(given.get("role-to-assume"))
    if role and _ARN.fullmatch(role):
        place = f"{at}/role-to-assume"
        scope = keys.aws_scope(keys.arn_account(role))
        _named(sheet, place, role, scope, "aws", "role", role.rpartition("/")[2])
        _link(sheet, place, job, role, "role-to-assume", "whether the role's trust lets this job in")


def _google(sheet: Sheet, at: str, job: str, given: Mapping[str, Any]) -> None:
    provider = _PROVIDER.fullmatch(text(given.get("workload_identity_provider")) or "")
    account = text(given.get("service_account")) or ""
    if account.endswith(".iam.gserviceaccount.com"):
        key, place = keys.service_account(account), f"{at}/service_account"
        scope = keys.gcp_scope(project_of(account))
        _named(sheet, place, key, scope, "gcp", "service-account", account.partition("@")[0])
        trust = "whether the pool and the account let this job in" if provider is not None else ""
        _link(sheet, place, job, key, "service_account", trust)
    elif provider is not None and not account:
        # Without an account of its own the job acts as a member of the pool.
        key, place = f"//iam.googleapis.com/{provider[0]}", f"{at}/workload_identity_provider"
        name = f"{provider['pool']}/{provider['provider']}"
        scope = gcp_scope(f"projects/{provider['home']}")
        _named(sheet, place, key, scope, "gcp", "federated", name, pattern=True, attested="oidc")
        trust = "whether the provider's condition lets this job in"
        _link(sheet, place, job, key, "workload_identity_provider", trust)


def _azure(sheet: Sheet, at: str, job: str, given: Mapping[str, Any]) -> None:
    application, tenant = text(given.get("client-id")) or "", text(given.get("tenant-id")) or ""
    if _UUID.fullmatch(application) and _UUID.fullmatch(tenant):
        place, scope = f"{at}/client-id", f"azure:{tenant.lower()}"
        key = f"{scope}:service-principal:{application.lower()}"
        _named(sheet, place, key, scope, "azure", "service-principal", application)
        trust = "whether a federated credential of the application lets this job in"
        _link(sheet, place, job, key, "client-id", trust)


def _named(
    sheet: Sheet, at: str, key: str, scope: str, provider: str, kind: str, name: str, **more: Any
) -> None:
    sheet.put("identities", at, key=key, scope=scope, provider=provider, kind=kind, name=name, **more)


def _link(sheet: Sheet, at: str, job: str, to: str, word: str, waits_for: str) -> None:
    sheet.put(
        "links",
        at,
        kind="may-become",
        from_=job,
        to=to,
        certain=not waits_for,
        because=f"{word} of job {job.rpartition('/')[2]}",
        depends_on=waits_for or None,
    )
