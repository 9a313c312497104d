"""A2A agent cards of both generations: endpoints, security schemes, what is required, skills, signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import ends, literals, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.opening import parsed
from posture.sources.agents.remote import Remote, bare, remotes
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet, strings
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="a2a-card",
    title="A2A agent cards",
    feeds=("agents", "tools", "permissions", "systems", "links"),
    by_hand="/.well-known/agent-card.json of an agent, or agent.json of an older one",
    blind="agents that offer themselves to others, and whether they ask who calls",
    ends=(".json",),
    rank=40,
)


def claims(page: Page) -> bool:
    """A card by its name and place, or by its shape."""
    name = page.parts[-1]
    if (
        name in ("agent-card.json", "agent.json") and page.parts[-2:-1] == (".well-known",)
    ) or name == "agent-card.json":
        return True
    data = page.data
    return b'"skills"' in data and (
        b'"supportedInterfaces"' in data or (b'"protocolVersion"' in data and b'"capabilities"' in data)
    )


def read(page: Page, into: Rows) -> None:
    """One agent; its endpoint counts as unauthenticated where schemes exist and none is required."""
    depth = 2 if page.parts[-2:-1] == (".well-known",) else 1
    sheet = Sheet(page, into, "a2a", "/".join(page.path.parts[:-depth]), "project")
    document = parsed(sheet, whole=True)
    name = text(document.get("name")) or page.path.stem
    served = list(_endpoints(document))
    first = served[0][1] if served else None
    user = writing.agent(sheet, "", name, "a2a-agent", endpoint=first.end if first else None)
    sheet.own("", user)
    for at, remote in served:
        ends.remote_system(sheet, at, remote, user)
    for key in ("securitySchemes", "security_schemes"):
        for at, value in strings(document.get(key), f"/{key}"):
            if at.rpartition("/")[2].lower() in (
                "tokenurl",
                "authorizationurl",
                "openidconnecturl",
                "deviceauthorizationurl",
                "refreshurl",
            ):
                for remote in remotes(value):
                    ends.remote_system(sheet, at, remote, user)
    required = _required(sheet, user, document, "")
    skills = document.get("skills")
    for n, skill in enumerate(skills if isinstance(skills, list) else ()):
        if not isinstance(skill, Mapping):
            sheet.problem(f"/skills/{n}", "is no skill")
            continue
        _required(sheet, user, skill, f"/skills/{n}")
        label = text(skill.get("id")) or text(skill.get("name")) or str(n)
        key = writing.tool_key(sheet, f"{name}/{label}")
        sheet.put("tools", f"/skills/{n}", key=key, scope=sheet.scope, name=label, kind="function")
        sheet.put(
            "links", f"/skills/{n}", kind="uses-tool", from_=user, to=key, because="its card offers the skill"
        )
    _server(sheet, user, document, name, first, required)
    literals.document(sheet, document)
    writing.covered(sheet, "agents")


def _endpoints(document: Mapping[str, Any]) -> Iterator[tuple[str, Remote]]:
    for key in ("supportedInterfaces", "additionalInterfaces"):
        listed = document.get(key)
        for n, one in enumerate(listed if isinstance(listed, list) else ()):
            url = one.get("url") if isinstance(one, Mapping) else None
            if isinstance(url, str):
                found = next(iter(remotes(url)), None) or bare(url)
                if found is not None:
                    yield f"/{key}/{n}/url", found
    url = document.get("url")
    if isinstance(url, str) and (found := next(iter(remotes(url)), None) or bare(url)) is not None:
        yield "/url", found


def _required(sheet: Sheet, user: str, holder: Mapping[str, Any], at: str) -> bool:
    """Rows for the scopes that a caller must show; whether anything is required."""
    asked = False
    listed = holder.get("securityRequirements")
    for n, one in enumerate(listed if isinstance(listed, list) else ()):
        schemes = one.get("schemes") if isinstance(one, Mapping) else None
        for name, given in schemes.items() if isinstance(schemes, Mapping) else ():
            asked = True
            scopes = given.get("list") if isinstance(given, Mapping) else given
            inner = "/list" if isinstance(given, Mapping) else ""
            place = f"{at}/securityRequirements/{n}/schemes/{escaped(str(name))}{inner}"
            writing.permissions(sheet, "scope", scopes if isinstance(scopes, list) else [], place, user)
    older = holder.get("security")
    for n, one in enumerate(older if isinstance(older, list) else ()):
        for name, scopes in one.items() if isinstance(one, Mapping) else ():
            asked = True
            place = f"{at}/security/{n}/{escaped(str(name))}"
            writing.permissions(sheet, "scope", scopes if isinstance(scopes, list) else [], place, user)
    return asked


def _server(
    sheet: Sheet, user: str, document: Mapping[str, Any], name: str, first: Remote | None, required: bool
) -> None:
    """The endpoint as others see it."""
    if first is None:
        return
    writing.endpoint(
        sheet, "", user, name, "its card names the endpoint", enabled=True, host=first.end,
        authentication=_scheme(document) if required else "none", beyond_loopback=not first.loopback,
        signed=bool(document.get("signatures")),
    )  # fmt: skip


def _scheme(document: Mapping[str, Any]) -> str:
    schemes = document.get("securitySchemes")
    words = (
        " ".join(
            f"{' '.join(map(str, one))} {one.get('type', '')}"
            for one in schemes.values()
            if isinstance(one, Mapping)
        ).lower()
        if isinstance(schemes, Mapping)
        else ""
    )
    for mark, word in (
        ("oauth2", "oauth"),
        ("openid", "oauth"),
        ("mtls", "mtls"),
        ("mutualtls", "mtls"),
        ("http", "bearer"),
    ):
        if mark in words:
            return word
    return "api-key" if "apikey" in words else "unknown"
