"""One record for a tool server, however a client spells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from posture.sources.agents.launch import launched
from posture.sources.agents.remote import remotes

Transport = Literal["stdio", "http", "sse", "ws", "builtin", "extension", "catalog"]

_TRANSPORTS: Mapping[str, Transport] = {
    "stdio": "stdio",
    "local": "stdio",
    "command": "stdio",
    "http": "http",
    "streamable-http": "http",
    "streamablehttp": "http",
    "streamable_http": "http",
    "remote": "http",
    "sse": "sse",
    "ws": "ws",
    "websocket": "ws",
    "builtin": "builtin",
    "inprocess": "builtin",
    "platform": "builtin",
    "frontend": "builtin",
    "inline_python": "stdio",
    "extension": "extension",
    "catalog": "catalog",
}

_RULE = re.compile(r"(?:[^\s,()]|\([^()]*+\))+")
"""One of several rules in a text: commas and blanks part them, but for those that a pattern holds."""


@dataclass(frozen=True, slots=True)
class Server:
    """A tool server as one file configures it. Values may be secrets and are never printed."""

    name: str
    at: str
    """Pointer of its entry."""
    transport: Transport | None = None
    command: str = field(default="", repr=False)
    args: tuple[str, ...] = field(default=(), repr=False)
    args_at: str = "args"
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: str = ""
    """none, bearer, oauth, ... where the configuration says it."""
    enabled: bool = True
    allowed: tuple[tuple[str, str], ...] = ()
    """(pointer, operation) of the only operations that it may offer."""
    denied: tuple[tuple[str, str], ...] = ()
    approved: tuple[tuple[str, str], ...] = ()
    """(pointer, operation) that run without a question."""
    scopes: tuple[tuple[str, str], ...] = ()
    sandboxed: bool | None = None
    egress: Literal["closed", "limited", "open"] | None = None
    runs_as: str = ""
    """Key of the identity that it is configured to become."""
    qualifier: str = ""
    """Tells it from a server of the same name in another file or project of the same client."""
    package: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    """(pointer, reason) of parts that could not be read."""


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list, or the one string."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def pairs(value: object) -> dict[str, str]:
    """The scalar values of a mapping as text."""
    if not isinstance(value, Mapping):
        return {}
    return {
        str(name): str(given) for name, given in value.items() if isinstance(given, str | int | float | bool)
    }


def placed(value: object, at: str) -> tuple[tuple[str, str], ...]:
    """The strings of a list with their pointers; rules of one string share its own."""
    if isinstance(value, str):
        return tuple((at, word) for word in _RULE.findall(value))
    if not isinstance(value, list):
        return ()
    return tuple((f"{at}/{n}", item) for n, item in enumerate(value) if isinstance(item, str))


def escaped(name: str) -> str:
    """One step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def entries(servers: object, at: str) -> Iterator[tuple[str, str, Any]]:
    """(name, pointer, entry) of a map of servers, or of a list whose entries name themselves."""
    if isinstance(servers, Mapping):
        for name, entry in servers.items():
            yield str(name), f"{at}/{escaped(str(name))}", entry
    elif isinstance(servers, list):
        for n, entry in enumerate(servers):
            name = entry.get("name") if isinstance(entry, Mapping) else None
            yield (name if isinstance(name, str) else ""), f"{at}/{n}", entry


def read_entry(name: str, at: str, entry: Any, url_alone: Transport = "http") -> Server | None:
    """The record of one entry in any client's spelling; null where it is no entry at all."""
    if not isinstance(entry, Mapping):
        return None
    nested = entry.get("transport")
    inner = (
        {**nested, **{k: v for k, v in entry.items() if k != "transport"}}
        if isinstance(nested, Mapping)
        else entry
    )
    problems: list[tuple[str, str]] = []
    command, leading = _command(inner, at, problems)
    args_key = next((key for key in ("args", "arguments") if key in inner), "args")
    args = inner.get(args_key)
    if args is not None and not isinstance(args, list):
        problems.append((f"{at}/{args_key}", "its arguments are no list"))
    env_key = next(
        (key for key in ("env", "envs", "environment") if isinstance(inner.get(key), Mapping)), "env"
    )
    if inner.get(env_key) is not None and not isinstance(inner.get(env_key), Mapping):
        problems.append((f"{at}/{env_key}", "its environment is no map"))
    url, spelt = _url(inner, at, problems)
    headers = inner.get("headers", inner.get("http_headers", inner.get("httpHeaders")))
    request = inner.get("requestOptions")
    if headers is None and isinstance(request, Mapping):
        headers = request.get("headers")
    transport = _transport(inner, command, url, "http" if spelt == "httpUrl" else url_alone)
    if not command and not url and transport not in ("builtin", "extension", "catalog"):
        problems.append((at, "names neither a command nor an address"))
    return Server(
        name=name,
        at=at,
        transport=transport,
        command=command,
        args=(*leading, *(str(item) for item in args if isinstance(item, str | int | float)))
        if isinstance(args, list)
        else (*leading, *texts(args)),
        args_at=args_key if not leading else "command",
        env=pairs(inner.get(env_key)),
        url=url,
        headers=pairs(headers),
        auth=_auth(inner, pairs(headers)),
        enabled=_enabled(inner),
        allowed=_tools(
            inner,
            at,
            "allowedTools",
            "includeTools",
            "enabled_tools",
            "enabledTools",
            "available_tools",
            "tool_filter",
            "tools",
        ),
        denied=_tools(inner, at, "disabledTools", "excludeTools", "disabled_tools", "deniedTools"),
        approved=_tools(inner, at, "autoApprove", "alwaysAllow", "auto_approve"),
        scopes=_scopes(inner, at),
        sandboxed=_sandboxed(inner),
        egress=_egress(inner),
        problems=tuple(problems),
    )


def unnamed(entry: Any, at: str, given: str = "", url_alone: Transport = "http") -> Server | None:
    """The record of an entry that may carry no name of its own: it is named after its host or its package."""
    record = read_entry(given, at, entry, url_alone)
    if record is None or record.name:
        return record
    remote = next(iter(remotes(record.url)), None)
    start = launched(record.command, record.args) if record.command else None
    named = (remote.host if remote else "") or (start.package if start else "") or record.command
    return replace(record, name=named or at.rpartition("/")[2])


def _command(
    entry: Mapping[str, Any], at: str, problems: list[tuple[str, str]]
) -> tuple[str, tuple[str, ...]]:
    for key in ("command", "cmd"):
        given = entry.get(key)
        if given is None:
            continue
        if isinstance(given, str):
            return given.strip(), ()
        if isinstance(given, Mapping):
            # Older Zed: command {path, args, env}.
            path = given.get("path")
            return (path if isinstance(path, str) else ""), texts(given.get("args"))
        if isinstance(given, list) and given and all(isinstance(word, str) for word in given):
            return given[0], tuple(given[1:])
        problems.append((f"{at}/{key}", "its command is no text"))
    return "", ()


def _url(entry: Mapping[str, Any], at: str, problems: list[tuple[str, str]]) -> tuple[str, str]:
    for key in ("httpUrl", "url", "serverUrl", "uri", "endpoint"):
        given = entry.get(key)
        if isinstance(given, str):
            if given.strip():
                return given.strip(), key
        elif given is not None:
            problems.append((f"{at}/{key}", "its address is no text"))
    return "", ""


def _transport(entry: Mapping[str, Any], command: str, url: str, url_alone: Transport) -> Transport | None:
    for key in ("type", "transportType", "transport"):
        given = entry.get(key)
        if isinstance(given, str):
            return _TRANSPORTS.get(given.strip().lower())
    if command:
        return "stdio"
    if url:
        return "ws" if url.lower().startswith(("ws://", "wss://")) else url_alone
    return None


def _enabled(entry: Mapping[str, Any]) -> bool:
    return entry.get("disabled") is not True and entry.get("enabled") is not False


def _auth(entry: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    if (
        isinstance(entry.get("oauth"), Mapping)
        or isinstance(entry.get("auth"), Mapping)
        or entry.get("oauthScopes")
    ):
        return "oauth"
    provider = entry.get("authProviderType")
    if isinstance(provider, str):
        return "iam" if "google" in provider or "service_account" in provider else "oauth"
    if isinstance(entry.get("headersHelper"), str):
        return "custom"
    if entry.get("bearer_token_env_var") or entry.get("apiKey"):
        return "bearer"
    for name, value in headers.items():
        if name.lower() in ("authorization", "proxy-authorization"):
            return "basic" if value.lower().startswith("basic") else "bearer"
        if any(word in name.lower() for word in ("key", "token", "secret", "auth")):
            return "api-key"
    return ""


def _tools(entry: Mapping[str, Any], at: str, *spellings: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        found
        for key in spellings
        if isinstance(entry.get(key), list)
        for found in placed(entry[key], f"{at}/{key}")
    )


def _scopes(entry: Mapping[str, Any], at: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for outer in ("auth", "oauth", ""):
        holder = entry.get(outer) if outer else entry
        if isinstance(holder, Mapping):
            for key in ("scopes", "oauthScopes"):
                if isinstance(holder.get(key), list):
                    found += placed(holder[key], f"{at}/{outer}/{key}" if outer else f"{at}/{key}")
    return tuple(found)


def _sandboxed(entry: Mapping[str, Any]) -> bool | None:
    given = entry.get("sandboxEnabled")
    return given if isinstance(given, bool) else None


def _egress(entry: Mapping[str, Any]) -> Literal["closed", "limited", "open"] | None:
    sandbox = entry.get("sandbox")
    network = sandbox.get("network") if isinstance(sandbox, Mapping) else None
    if not isinstance(network, Mapping):
        return None
    domains = network.get("allowedDomains")
    if isinstance(domains, list):
        return "open" if "*" in domains else "limited" if domains else "closed"
    return None
