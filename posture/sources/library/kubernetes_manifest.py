"""Kubernetes manifests: service accounts and whom they become, roles, secrets and workloads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.model.errors import Unreadable
from posture.sources import yaml_safe
from posture.sources.agents import ends, literals, opening, outside, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.remote import remotes
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="kubernetes-manifest",
    title="Kubernetes manifests",
    feeds=("identities", "systems", "permissions", "references", "credentials", "links", "exposures"),
    by_hand="YAML manifests of a repository, or kubectl get ... -o yaml",
    blind="service accounts of agents, the cloud roles behind them, and secrets in manifests",
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
    return (
        page.parts[-1].endswith((".yaml", ".yml"))
        and _SHAPE.search(page.data) is not None
        and _KIND.search(page.data) is not None
    )


def read(page: Page, into: Rows) -> None:
    """Every document of the stream; one that is no object costs no other."""
    try:
        documents = yaml_safe.read_all(page.data, page.settings.reading.nesting)
    except Unreadable:
        opening.salvage(Sheet(page, into, "kubernetes"))
        raise
    objects: list[tuple[Sheet, Mapping[str, Any]]] = []
    for n, document in enumerate(documents):
        sheet = Sheet(page, into, "kubernetes", "", "project", f"doc:{n}:" if len(documents) > 1 else "")
        opening.twice(sheet, document)
        if isinstance(document.value, Mapping):
            objects.append((sheet, document.value))
        elif document.value is not None:
            sheet.problem("", "is no object")
    secrets = _secrets(objects)
    for sheet, value in objects:
        for at, one in _items(value):
            _object(sheet, at, one, secrets)
        literals.document(sheet, value, where="file")
    writing.covered(Sheet(page, into, "kubernetes"), "identities", "credentials")


def _items(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = value.get("items")
    if str(value.get("kind", "")).endswith("List") and isinstance(listed, list):
        for n, one in enumerate(listed):
            if isinstance(one, Mapping):
                yield f"/items/{n}", one
    else:
        yield "", value


def _named(value: Mapping[str, Any]) -> str:
    meta = value.get("metadata")
    if not isinstance(meta, Mapping):
        return "default/"
    return f"{text(meta.get('namespace')) or 'default'}/{text(meta.get('name')) or ''}"


def _secrets(objects: list[tuple[Sheet, Mapping[str, Any]]]) -> dict[str, str]:
    """`namespace/name/entry` of a Secret in this file to the place of the value."""
    found: dict[str, str] = {}
    for sheet, value in objects:
        for at, one in _items(value):
            if one.get("kind") == "Secret":
                for part in ("data", "stringData"):
                    held = one.get(part)
                    for entry in held if isinstance(held, Mapping) else ():
                        step = str(entry).replace("~", "~0").replace("/", "~1")
                        found[f"{_named(one)}/{entry}"] = keys.secret(
                            sheet.page.label, f"{sheet.doc}{at}/{part}/{step}"
                        )
    return found


def _account(sheet: Sheet, name: str) -> str:
    return f"kubernetes:{sheet.scope}:service-account:{name}"


def _object(sheet: Sheet, at: str, value: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    kind = value.get("kind")
    if kind == "ServiceAccount":
        _service_account(sheet, at, value)
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        _binding(sheet, at, value)
    elif kind == "Secret" and value.get("type") == "kubernetes.io/service-account-token":
        _long_lived(sheet, at, value)
    else:
        pod, below = _pod(value, at)
        if pod is not None:
            _workload(sheet, at, value, pod, below, secrets)


def _service_account(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    name = _named(value)
    key = _account(sheet, name)
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
    space = _named(value).partition("/")[0]
    for one in subjects if isinstance(subjects, list) else ():
        if isinstance(one, Mapping) and text(one.get("name")):
            if one.get("kind") == "ServiceAccount":
                subject = _account(sheet, f"{text(one.get('namespace')) or space}/{one['name']}")
            else:
                subject = f"kubernetes:{sheet.scope}:{str(one.get('kind', 'user')).lower()}:{one['name']}"
            writing.permission(
                sheet, "role", f"{role.get('kind', 'Role')}/{role['name']}", f"{at}/roleRef/name", subject
            )


def _long_lived(sheet: Sheet, at: str, value: Mapping[str, Any]) -> None:
    meta = value.get("metadata")
    notes = meta.get("annotations") if isinstance(meta, Mapping) else None
    account = text(notes.get("kubernetes.io/service-account.name")) if isinstance(notes, Mapping) else None
    name = _named(value)
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
        to = _account(sheet, f"{name.partition('/')[0]}/{account}")
        sheet.put(
            "links",
            at,
            kind="authenticates",
            from_=key,
            to=to,
            because="a token without end of this service account",
        )


def _pod(value: Mapping[str, Any], at: str) -> tuple[Mapping[str, Any] | None, str]:
    """The specification of the pods that an object runs, and where it stands."""
    spec, path = value.get("spec"), f"{at}/spec"
    if value.get("kind") == "Pod":
        return (spec, path) if isinstance(spec, Mapping) else (None, "")
    for _ in range(2):
        for step in ("jobTemplate", "template"):
            inner = spec.get(step) if isinstance(spec, Mapping) else None
            if isinstance(inner, Mapping) and isinstance(inner.get("spec"), Mapping):
                spec, path = inner["spec"], f"{path}/{step}/spec"
                break
    return (
        (spec, path) if isinstance(spec, Mapping) and isinstance(spec.get("containers"), list) else (None, "")
    )


def _workload(
    sheet: Sheet,
    at: str,
    value: Mapping[str, Any],
    pod: Mapping[str, Any],
    below: str,
    secrets: Mapping[str, str],
) -> None:
    name = _named(value)
    space = name.partition("/")[0]
    key = f"kubernetes:{sheet.scope}:workload:{name}"
    sheet.put("systems", at, key=key, scope=sheet.scope, provider="kubernetes", kind="compute", name=name)
    sheet.own(at, key)
    account = text(pod.get("serviceAccountName")) or text(pod.get("serviceAccount")) or "default"
    if account != "default":
        sheet.put(
            "identities",
            f"{below}/serviceAccountName",
            key=_account(sheet, f"{space}/{account}"),
            scope=sheet.scope,
            provider="kubernetes",
            kind="service-account",
            name=f"{space}/{account}",
            class_="workload",
            class_basis="kind",
        )
    sheet.put(
        "links",
        f"{below}/serviceAccountName",
        kind="runs-as",
        from_=key,
        to=_account(sheet, f"{space}/{account}"),
        because="serviceAccountName",
    )
    for group in ("initContainers", "containers"):
        listed = pod.get(group)
        for n, container in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(container, Mapping):
                _environment(sheet, key, space, f"{below}/{group}/{n}", container, secrets)
    volumes = pod.get("volumes")
    for n, volume in enumerate(volumes if isinstance(volumes, list) else ()):
        if isinstance(volume, Mapping):
            _volume(sheet, key, f"{below}/volumes/{n}", volume, f"{space}/{account}", name)


def _environment(
    sheet: Sheet, key: str, space: str, at: str, container: Mapping[str, Any], secrets: Mapping[str, str]
) -> None:
    env = container.get("env")
    for n, one in enumerate(env if isinstance(env, list) else ()):
        if not isinstance(one, Mapping):
            sheet.problem(f"{at}/env/{n}", "is no variable")
            continue
        name, source, value = text(one.get("name")) or "", one.get("valueFrom"), one.get("value")
        place = f"{at}/env/{n}"
        if isinstance(value, str):
            for remote in remotes(value):
                ends.remote_system(sheet, f"{place}/value", remote, key)
        held = source.get("secretKeyRef") if isinstance(source, Mapping) else None
        if isinstance(held, Mapping):
            known = secrets.get(f"{space}/{held.get('name')}/{held.get('key')}")
            outside.refer(sheet, place, name, "secret-ref", key, secret=known is None)
            if known is not None:
                sheet.put(
                    "links",
                    place,
                    kind="holds",
                    from_=key,
                    to=known,
                    because=f"secretKeyRef {held.get('name')}",
                )
        settings = source.get("configMapKeyRef") if isinstance(source, Mapping) else None
        if isinstance(settings, Mapping):
            outside.refer(sheet, place, name, "config-ref", key, secret=False)
    whole = container.get("envFrom")
    for n, one in enumerate(whole if isinstance(whole, list) else ()):
        held = one.get("secretRef") if isinstance(one, Mapping) else None
        if isinstance(held, Mapping) and text(held.get("name")):
            outside.refer(sheet, f"{at}/envFrom/{n}", held["name"], "secret-ref", key, secret=True)
            for known, place in secrets.items():
                if known.startswith(f"{space}/{held['name']}/"):
                    sheet.put(
                        "links",
                        f"{at}/envFrom/{n}",
                        kind="holds",
                        from_=key,
                        to=place,
                        because=f"envFrom {held['name']}",
                    )


def _volume(sheet: Sheet, key: str, at: str, volume: Mapping[str, Any], account: str, name: str) -> None:
    projected = volume.get("projected")
    sources = projected.get("sources") if isinstance(projected, Mapping) else None
    for n, one in enumerate(sources if isinstance(sources, list) else ()):
        token = one.get("serviceAccountToken") if isinstance(one, Mapping) else None
        if isinstance(token, Mapping):
            seconds = token.get("expirationSeconds")
            audience = text(token.get("audience"))
            made = f"kubernetes:{sheet.scope}:projected-token:{name}/{audience or 'default'}"
            place = f"{at}/projected/sources/{n}"
            sheet.put(
                "credentials",
                place,
                key=made,
                scope=sheet.scope,
                provider="kubernetes",
                kind="workload-token",
                name=audience,
                ttl=seconds
                if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 2**40
                else 3600,
                audience_bound=True if audience else None,
                exposure="managed",
                reissue="automatic",
            )
            sheet.put(
                "links", place, kind="holds", from_=key, to=made, because="projected service account token"
            )
            sheet.put(
                "links",
                place,
                kind="authenticates",
                from_=made,
                to=_account(sheet, account),
                because="projected token",
            )
