"""The one place that turns what a client's file says into rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.agents import ends, literals, outside
from posture.sources.agents.known import Known, known
from posture.sources.agents.launch import Launch, launched
from posture.sources.agents.remote import Remote, remotes
from posture.sources.agents.server import Server, entries, unnamed
from posture.sources.agents.sheet import Sheet
from posture.sources.secrets import Place, find


def agent(
    sheet: Sheet,
    at: str = "",
    name: str = "",
    kind: str = "client",
    shown: str = "",
    builtins: bool = True,
    **facts: Any,
) -> str:
    """The row of an agent, of its client's built-in tools where it is a client, and its key."""
    key = keys.agent(sheet.root, sheet.client.id, name)
    sheet.put(
        "agents",
        at,
        key=key,
        scope=sheet.scope,
        name=shown or name or sheet.client.name,
        platform=sheet.client.id,
        kind=kind,
        **facts,
    )
    if name:
        sheet.named(at, name)
    if builtins and kind == "client":
        for tool in sheet.client.tools:
            builtin(sheet, at, key, tool.name)
    return key


def builtin(sheet: Sheet, at: str, user: str, name: str, enabled: bool | None = None) -> str:
    """A tool that the client brings along, with what clients.toml claims of it."""
    key = keys.tool(sheet.root, sheet.client.id, name)
    found = next((tool for tool in sheet.client.tools if tool.name == name), None)
    claims: dict[str, Any] = {}
    if found is not None:
        claims = {
            "effects": found.effects,
            "claimed": True,
            "runs_code": found.runs_code,
            "obtains": found.obtains,
            "reads_private": found.reads_private,
            "sends_outside": found.sends_outside,
            "free_parameter": found.free_parameter,
            "third_party": False,
            "third_party_basis": "kind",
        }
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=name,
        kind="builtin",
        transport="builtin",
        enabled=enabled,
        **claims,
    )
    sheet.put("links", at, kind="uses-tool", from_=user, to=key, because=f"comes with {sheet.client.title}")
    return key


def endpoint(sheet: Sheet, at: str, user: str, name: str, because: str, **facts: Any) -> str:
    """Where others reach an agent, as a tool of theirs, and how it asks them who they are."""
    key = tool_key(sheet, f"{name}/endpoint")
    sheet.put(
        "tools", at, key=key, scope=sheet.scope, name=f"{name} endpoint", kind="connector", transport="http",
        **facts,
    )  # fmt: skip
    sheet.put("links", at, kind="declared-tool", from_=user, to=key, because=because)
    return key


def tool_key(sheet: Sheet, name: str, qualifier: str = "") -> str:
    """Key of the server `name` of this client."""
    return keys.tool(sheet.root, sheet.client.id, f"{name} ({qualifier})" if qualifier else name)


def servers(
    sheet: Sheet,
    listed: object,
    at: str,
    user: str,
    qualifier: str = "",
    url_alone: Any = "http",
) -> dict[str, str]:
    """Rows of a map or list of servers; name to key. An entry that cannot be read costs no sibling."""
    if listed is not None and not isinstance(listed, Mapping | list):
        sheet.problem(at, "is no map of servers")
        return {}
    found: dict[str, str] = {}
    for name, place, entry in entries(listed, at):
        if place in sheet.unfinished and not name:
            # Its name may follow behind the fault.
            continue
        record = unnamed(entry, place, name, url_alone)
        if record is None:
            sheet.problem(place, "is no entry of a server")
            continue
        found[record.name] = server(sheet, record, user, entry, qualifier)
    return found


def server(
    sheet: Sheet, record: Server, user: str, entry: Any, qualifier: str = "", enabled: bool | None = None
) -> str:
    """Rows of one server: itself, who uses it, what it calls, whom it acts as, what it may do unasked."""
    key = tool_key(sheet, record.name, qualifier or record.qualifier)
    at = record.at
    sheet.own(at, key)
    sheet.named(at, record.name)
    if at in sheet.unfinished:
        # That it is there and whose it is stands in the file; whatever it lacks may follow behind the fault.
        sheet.put("tools", at, key=key, scope=sheet.scope, name=record.name, kind="mcp-server")
        _listed(sheet, at, user, key)
        return key
    for place, why in record.problems:
        sheet.problem(place, why)
    start = launched(record.command, record.args) if record.command else Launch()
    far = ends.named(entry, at)
    first = next(iter(remotes(record.url)), None) or (far[0][1] if start.bridge and far else None)
    claims = known(record.package or start.package) or (known(first.end) if first else None)
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=record.name,
        kind="mcp-server",
        transport=record.transport,
        enabled=record.enabled if enabled is None else enabled,
        package=record.package or start.package or None,
        version=start.version or None,
        pin=start.pin,
        digest=start.digest or None,
        host=first.end if first else None,
        **_authentication(record, first),
        **_reach_out(first),
        **_claims(claims, start, first),
    )
    _listed(sheet, at, user, key)
    for place, remote in far:
        system = ends.remote_system(sheet, place, remote, key)
        if first is not None and remote.end == first.end:
            sheet.remote_of.setdefault(key, system)
    if claims is not None and claims.host and not far:
        ends.known_end(sheet, at, key, claims.host)
    outside.inside(sheet, entry, at)
    if isinstance(entry, Mapping) and isinstance(entry.get("headersHelper"), str):
        outside.refer(sheet, f"{at}/headersHelper", "headersHelper", "helper", key, secret=True)
    if isinstance(entry, Mapping) and isinstance(entry.get("envFile"), str):
        outside.refer(sheet, f"{at}/envFile", entry["envFile"], "env-file", key, secret=False)
    for n, name in start.passed:
        place = f"{at}/{record.args_at}/{n}" if n >= 0 else f"{at}/command"
        # A value that the file holds itself is found as a literal.
        outside.refer(sheet, place, name, "variable-name", key, False if name in record.env else None)
    env_at = next(
        (f"{at}/{k}" for k in ("env", "envs", "environment") if isinstance(entry, Mapping) and k in entry),
        f"{at}/env",
    )
    outside.identities(sheet, key, env_at, record.env, record.args, f"{at}/{record.args_at}")
    if start.profile is not None:
        n, profile = start.profile
        outside.profile(sheet, key, f"{at}/{record.args_at}/{n}" if n >= 0 else f"{at}/command", profile)
    _rules(sheet, record, key, user)
    _sandbox(sheet, record, key, start)
    return key


def _listed(sheet: Sheet, at: str, user: str, key: str) -> None:
    if user:
        sheet.put(
            "links", at, kind="uses-tool", from_=user, to=key, because="its configuration lists the server"
        )


def _claims(claims: Known | None, start: Launch, first: Remote | None) -> dict[str, Any]:
    if claims is None:
        third = first is not None and not first.inside
        return {"third_party": True, "third_party_basis": "kind"} if third else {}
    return {
        "effects": claims.effects,
        "claimed": True,
        "obtains": claims.obtains,
        "runs_code": claims.runs_code,
        "reads_private": claims.reads_private,
        "sends_outside": claims.sends_outside,
        "free_parameter": claims.free_parameter,
        "publisher_verified": claims.publisher_verified,
        "third_party": True,
        "third_party_basis": "kind",
    }


def _authentication(record: Server, first: Remote | None) -> dict[str, Any]:
    if record.auth:
        return {"authentication": record.auth}
    if first is not None and record.url and not any(role in record.url for role in ("?", "@")):
        # A client may still sign in by discovery when the server asks for it.
        return {"authentication": "none", "has_authentication": True} if first.cleartext else {}
    return {}


def _reach_out(first: Remote | None) -> dict[str, Any]:
    return {} if first is None else {"beyond_loopback": not first.loopback}


def permission(
    sheet: Sheet, effect: str, rule: str, at: str, subject: str, server_key: str = "", layer: str = ""
) -> None:
    """One rule or mode as written, with any secret in it masked."""
    shown = literals.masked(rule, find(rule, Place(part="rule", file=sheet.page.path.name)))
    sheet.put(
        "permissions",
        at,
        subject=subject,
        effect=effect,
        rule=shown,
        server=server_key or None,
        layer=layer or sheet.layer,
    )


def permissions(
    sheet: Sheet, effect: str, listed: object, at: str, subject: str, server_key: str = ""
) -> list[str]:
    """The rules of a list; those that are no text are said."""
    rules: list[str] = []
    if listed is None:
        return rules
    if not isinstance(listed, list):
        sheet.problem(at, "is no list of rules")
        return rules
    for n, rule in enumerate(listed):
        if isinstance(rule, str):
            permission(sheet, effect, rule, f"{at}/{n}", subject, server_key)
            rules.append(rule)
        else:
            sheet.problem(f"{at}/{n}", "is no rule")
    return rules


def _rules(sheet: Sheet, record: Server, key: str, user: str) -> None:
    subject = user or key
    for effect, listed in (("allow", record.allowed), ("deny", record.denied), ("scope", record.scopes)):
        for place, name in listed:
            permission(sheet, effect, name, place, subject, key)
            if effect != "scope" and not _is_pattern(name):
                operation(sheet, key, name, place, enabled=effect == "allow")
    for place, name in record.approved:
        approved(sheet, place, name, subject, key)


def approved(sheet: Sheet, at: str, name: str, subject: str, server_key: str) -> None:
    """An operation of a server, or all that a pattern fits, that runs without a question."""
    permission(sheet, "allow", name, at, subject, server_key)
    made = server_key if _is_pattern(name) else operation(sheet, server_key, name, at, enabled=True)
    sheet.put("safeguards", at, subject=made, kind="approval", mode="off", strength="none", evidence=name)


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")


def operation(
    sheet: Sheet, server_key: str, name: str, at: str, enabled: bool | None = None, **facts: Any
) -> str:
    """One operation of a server."""
    key = f"{server_key}/{name}"
    sheet.put(
        "tools",
        at,
        key=key,
        scope=sheet.scope,
        name=name,
        kind="operation",
        parent=server_key,
        enabled=enabled,
        **facts,
    )
    return key


def _sandbox(sheet: Sheet, record: Server, key: str, start: Launch) -> None:
    if record.sandboxed is not None:
        mode = "enforce" if record.sandboxed else "off"
        sheet.put(
            "safeguards",
            record.at,
            subject=key,
            kind="sandbox",
            mode=mode,
            egress=record.egress,
            evidence="sandboxEnabled",
        )
    elif start.contained:
        sheet.put(
            "safeguards",
            record.at,
            subject=key,
            kind="sandbox",
            evidence="runs in a container, whose mounts decide",
        )


def covered(sheet: Sheet, *tables: str) -> None:
    """The file was read whole."""
    sheet.into.covered(sheet.scope, *tables)
