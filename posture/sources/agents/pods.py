"""What an object of Kubernetes runs: its pods, whom they act as, and the secrets that they are handed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import ends, outside
from posture.sources.agents.frameworks import text
from posture.sources.agents.remote import remotes
from posture.sources.agents.sheet import Sheet


def named(value: Mapping[str, Any]) -> str:
    """Namespace and name of an object."""
    meta = value.get("metadata")
    if not isinstance(meta, Mapping):
        return "default/"
    return f"{text(meta.get('namespace')) or 'default'}/{text(meta.get('name')) or ''}"


def items(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list with their places, or the one object itself."""
    listed = value.get("items")
    if str(value.get("kind", "")).endswith("List") and isinstance(listed, list):
        for n, one in enumerate(listed):
            if isinstance(one, Mapping):
                yield f"/items/{n}", one
    else:
        yield "", value


def account(sheet: Sheet, name: str) -> str:
    """Key of the service account `name`, its namespace included."""
    return f"kubernetes:{sheet.scope}:service-account:{name}"


def pod(value: Mapping[str, Any], at: str) -> tuple[Mapping[str, Any] | None, str]:
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


def workload(
    sheet: Sheet,
    at: str,
    value: Mapping[str, Any],
    spec: Mapping[str, Any],
    below: str,
    secrets: Mapping[str, str],
) -> None:
    """The workload as a system, the account that it acts as, and what its containers are handed."""
    name = named(value)
    space = name.partition("/")[0]
    key = f"kubernetes:{sheet.scope}:workload:{name}"
    sheet.put("systems", at, key=key, scope=sheet.scope, provider="kubernetes", kind="compute", name=name)
    sheet.own(at, key)
    acting = text(spec.get("serviceAccountName")) or text(spec.get("serviceAccount")) or "default"
    if acting != "default":
        sheet.put(
            "identities",
            f"{below}/serviceAccountName",
            key=account(sheet, f"{space}/{acting}"),
            scope=sheet.scope,
            provider="kubernetes",
            kind="service-account",
            name=f"{space}/{acting}",
            class_="workload",
            class_basis="kind",
        )
    sheet.put(
        "links",
        f"{below}/serviceAccountName",
        kind="runs-as",
        from_=key,
        to=account(sheet, f"{space}/{acting}"),
        because="serviceAccountName",
    )
    for group in ("initContainers", "containers"):
        listed = spec.get(group)
        for n, container in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(container, Mapping):
                _environment(sheet, key, space, f"{below}/{group}/{n}", container, secrets)
    volumes = spec.get("volumes")
    for n, volume in enumerate(volumes if isinstance(volumes, list) else ()):
        if isinstance(volume, Mapping):
            _volume(sheet, key, f"{below}/volumes/{n}", volume, f"{space}/{acting}", name)


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


def _volume(sheet: Sheet, key: str, at: str, volume: Mapping[str, Any], acting: str, name: str) -> None:
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
                to=account(sheet, acting),
                because="projected token",
            )
