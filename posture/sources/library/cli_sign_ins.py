"""Sign-ins that command-line tools keep in a home: GitHub's, .netrc, kubeconfig, package registries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.model.errors import Unreadable
from posture.sources import yaml_safe
from posture.sources.agents import clients, literals, writing
from posture.sources.agents.frameworks import text
from posture.sources.agents.literals import Inline
from posture.sources.agents.remote import remotes
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page, Rows, Source
from posture.sources.reading import decode
from posture.sources.secrets import Finding

SOURCE = Source(
    id="cli-sign-ins",
    title="Sign-ins of command-line tools",
    feeds=("credentials", "systems", "links"),
    by_hand="~/.config/gh/hosts.yml, ~/.netrc, ~/.kube/config, ~/.npmrc, ~/.pypirc, ~/.docker/config.json",
    blind="tokens that lie in a home, within reach of every agent with a shell",
    ends=("hosts.yml", "netrc", "config", "config.json", ".npmrc", ".pypirc"),
    rank=45,
)

_ENDS = (
    ".config/gh/hosts.yml",
    ".netrc",
    "_netrc",
    ".kube/config",
    ".npmrc",
    ".pypirc",
    ".docker/config.json",
)
_NETRC = re.compile(r"\b(machine|login|password|default|account)\b[ \t\r\n]+(\S+)?")
_MOST = 2_000


def claims(page: Page) -> bool:
    """One of those files, by the end of its path."""
    return clients.tail(page, *_ENDS) is not None


def read(page: Page, into: Rows) -> None:
    """One credential per sign-in, with the host that it opens."""
    sheet = Sheet(page, into, "shell")
    name = page.parts[-1]
    if name == "hosts.yml":
        _github(sheet)
    elif name.endswith("netrc"):
        _netrc(sheet)
    elif page.parts[-2:] == (".kube", "config"):
        _kubernetes(sheet)
    else:
        literals.text(sheet, decode(page.data), 1, "ambient")
    writing.covered(sheet, "credentials")


def _document(sheet: Sheet) -> Mapping[str, Any]:
    found = yaml_safe.read(sheet.page.data, sheet.page.settings.reading.nesting).value
    if not isinstance(found, Mapping):
        raise Unreadable("holds no settings: its top is no map")
    return found


def _github(sheet: Sheet) -> None:
    for host, block in _document(sheet).items():
        at = f"/{escaped(str(host))}"
        for place, token in _tokens(block, at):
            key = _credential(sheet, place, token, "token", "github")
            api = "api.github.com:443" if host == "github.com" else f"{host}:443"
            _opens(sheet, place, key, api)


def _tokens(block: Any, at: str) -> Iterator[tuple[str, str]]:
    """Each token once: a user's own place before the copy for the active user."""
    users = block.get("users") if isinstance(block, Mapping) else None
    seen: set[str] = set()
    for name, user in users.items() if isinstance(users, Mapping) else ():
        token = text(user.get("oauth_token")) if isinstance(user, Mapping) else None
        if token:
            seen.add(token)
            yield f"{at}/users/{escaped(str(name))}/oauth_token", token
    top = text(block.get("oauth_token")) if isinstance(block, Mapping) else None
    if top and top not in seen:
        yield f"{at}/oauth_token", top


def _netrc(sheet: Sheet) -> None:
    body, host = decode(sheet.page.data), ""
    for n, found in enumerate(_NETRC.finditer(body)):
        if n >= _MOST:
            sheet.problem("", f"holds more than {_MOST} words; the rest is not read")
            return
        if found[1] in ("machine", "default"):
            host = found[2] or "" if found[1] == "machine" else ""
        elif found[1] == "password" and found[2]:
            at = f"line {1 + body.count(chr(10), 0, found.start())}"
            key = _credential(sheet, at, found[2], "password", "")
            if host:
                _opens(sheet, at, key, f"{host}:443")


def _kubernetes(sheet: Sheet) -> None:
    document = _document(sheet)
    servers: dict[str, str] = {}
    for name, _at, entry in _entries(document, "clusters"):
        cluster = entry.get("cluster")
        server = text(cluster.get("server")) if isinstance(cluster, Mapping) else None
        remote = next(iter(remotes(server)), None) if server else None
        if remote is not None:
            servers[name] = remote.end
    used: dict[str, set[str]] = {}
    for _name, _at, entry in _entries(document, "contexts"):
        context = entry.get("context")
        if isinstance(context, Mapping) and str(context.get("cluster")) in servers:
            used.setdefault(str(context.get("user")), set()).add(servers[str(context["cluster"])])
    for name, at, entry in _entries(document, "users"):
        user = entry.get("user")
        for field, kind in (("token", "token"), ("client-key-data", "certificate"), ("password", "password")):
            value = text(user.get(field)) if isinstance(user, Mapping) else None
            if value:
                key = _credential(sheet, f"{at}/user/{field}", value, kind, "kubernetes")
                for end in sorted(used.get(name, ())):
                    _opens(sheet, at, key, end, "cluster")


def _entries(document: Mapping[str, Any], group: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    listed = document.get(group)
    for n, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, Mapping):
            yield str(entry.get("name")), f"/{group}/{n}", entry


def _credential(sheet: Sheet, at: str, value: str, kind: str, provider: str) -> str:
    key = keys.secret(sheet.page.label, at)
    found = Finding(kind, "value", 0, len(value), "", "", "high", provider)
    literals.write(sheet, [Inline(at, value, found)], "ambient")
    return key


def _opens(sheet: Sheet, at: str, key: str, end: str, kind: str = "saas") -> None:
    system = keys.external_system(end)
    sheet.put("systems", at, key=system, kind=kind, name=end.partition(":")[0])
    sheet.put("links", at, kind="opens", from_=key, to=system, because=f"signs in at {end}")
