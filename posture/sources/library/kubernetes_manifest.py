"""Kubernetes manifests: service accounts and whom they become, roles, secrets and workloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import literals, opening, pods, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="kubernetes-manifest",
    title="Kubernetes manifests",
    feeds=("identities", "systems", "permissions", "references", "credentials", "links", "exposures"),
    by_hand="YAML manifests of a repository, or kubectl get ... -o yaml",
    blind="service accounts of agents, the cloud roles behind them, and secrets in manifests",
    ends=(".yaml", ".yml"),
    rank=40,
)

_SHAPE = re.compile(rb"(?m)^\s*[\"']?apiVersion[\"']?\s*:\s*\S")
_KIND = re.compile(
    rb"(?m)^\s*[\"']?kind[\"']?\s*:\s*[\"']?(?:ServiceAccount|Secret|(?:Cluster)?RoleBinding|Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod"
    rb"|ReplicaSet|ConfigMap|List)\b"
)
_BOUND = (
    ("eks.amazonaws.com/role-arn", "aws"),
    ("iam.gke.io/gcp-service-account", "gcp"),
)


def claims(page: Page) -> bool:
    """YAML with an apiVersion and a kind that matters here."""
    return _SHAPE.search(page.data) is not None and _KIND.search(page.data) is not None


def read(page: Page, into: Rows) -> None:
    """Every document of the stream; one that is no object costs no other."""
    objects = opening.sheets(page, into, "kubernetes")
    secrets = _secrets(objects)
    for sheet, value in objects:
        for at, one in pods.items(value):
            if at not in sheet.unfinished:
                _object(sheet, at, one, secrets)
        literals.document(sheet, value, where="file")
    writing.covered(Sheet(page, into, "kubernetes"), "identities", "credentials")


def _secrets(objects: list[tuple[Sheet, Mapping[str, Any]]]) -> dict[str, str]:
    """`namespace/name/entry` of a Secret in this file to the place of the value."""
    found: dict[str, str] = {}
    for sheet, value in objects:
        for at, one in pods.items(value):
            if one.get("kind") == "Secret":
                for part in ("data", "stringData"):
                    held = one.get(part)
                    for entry in held if isinstance(held, Mapping) else ():
                        step = str(entry).replace("~", "~0").replace("/", "~1")
                        found[f"{pods.named(one)}/{entry}"] = keys.secret(
                            sheet.page.label, f"{sheet.doc}{at}/{part}/{step}"
                        )
    return found


def _object(sheet: Sheet, at: str, value: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    kind = value.get("kind")
    if kind == "ServiceAccount":
        _service_account(sheet, at, value)
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        _binding(sheet, at, value)
    elif kind == "Secret" and value.get("type") == "kubernetes.io/service-account-token":
        _long_lived(sheet, at, value)
    else:
        pod, below = pods.pod(value, at)
        if pod is not None:
            pods.workload(sheet, at, value, pod, below, secrets)


def _service_account(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    name = pods.named(value)
    key = pods.account(sheet, name)
    sheet.put(
        "identities",
        at,
        key=key,
        scope=sheet.scope,
        provider="kubernetes",
        kind="service-account",
        name=name,
        class_="workload",
        class_basis="kind",
    )
    sheet.own(at, key)
    meta = value.get("metadata")
    notes = meta.get("annotations") if isinstance(meta, Mapping) else None
    for note, provider in _BOUND:
        given = text(notes.get(note)) if isinstance(notes, Mapping) else None
        if not given:
            continue
        place = f"{at}/metadata/annotations/{note.replace('/', '~1')}"
        if provider == "aws" and keys.arn_account(given):
            to, scope, cloud, what, short = (
                given,
                keys.aws_scope(keys.arn_account(given)),
                "aws",
                "role",
                given.rpartition("/")[2],
            )
        elif provider == "gcp" and "@" in given:
            project = given.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
            to, scope, cloud, what, short = (
                keys.service_account(given),
                keys.gcp_scope(project),
                "gcp",
                "service-account",
                given.partition("@")[0],
            )
        else:
            continue
        sheet.put("identities", place, key=to, scope=scope, provider=cloud, kind=what, name=short)
        sheet.put("links", place, kind="may-become", from_=key, to=to, because=f"annotation {note}")


def _binding(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    role, subjects = value.get("roleRef"), value.get("subjects")
    if not isinstance(role, Mapping) or not text(role.get("name")):
        sheet.problem(at, "binds no role")
        return
    space = pods.named(value).partition("/")[0]
    for one in subjects if isinstance(subjects, list) else ():
        if isinstance(one, Mapping) and text(one.get("name")):
            if one.get("kind") == "ServiceAccount":
                subject = pods.account(sheet, f"{text(one.get('namespace')) or space}/{one['name']}")
            else:
                subject = f"kubernetes:{sheet.scope}:{str(one.get('kind', 'user')).lower()}:{one['name']}"
            writing.permission(
                sheet, "role", f"{role.get('kind', 'Role')}/{role['name']}", f"{at}/roleRef/name", subject
            )


def _long_lived(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    meta = value.get("metadata")
    notes = meta.get("annotations") if isinstance(meta, Mapping) else None
    account = text(notes.get("kubernetes.io/service-account.name")) if isinstance(notes, Mapping) else None
    name = pods.named(value)
    key = f"kubernetes:{sheet.scope}:secret:{name}"
    sheet.put(
        "credentials",
        at,
        key=key,
        scope=sheet.scope,
        provider="kubernetes",
        kind="token",
        name=name,
        has_expires=False,
        store="configuration",
    )
    if account:
        to = pods.account(sheet, f"{name.partition('/')[0]}/{account}")
        sheet.put(
            "links",
            at,
            kind="authenticates",
            from_=key,
            to=to,
            because="a token without end of this service account",
        )
