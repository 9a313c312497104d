"""Remote ends that an entry names, as systems, and who calls them."""

from __future__ import annotations

from typing import Any

from posture.model import keys
from posture.sources.agents.remote import Remote, remotes
from posture.sources.agents.sheet import Sheet, strings

_NO_TARGET = frozenset(
    {
        "headers",
        "http_headers",
        "httpheaders",
        "description",
        "homepage",
        "gallery",
        "docs",
        "documentation",
        "$schema",
        "schema",
        "iconurl",
        "icon",
        "prompt",
        "instructions",
        "title",
        "redirecturi",
        "audience",
        "targetaudience",
        "scopes",
        "oauthscopes",
        "scope",
    }
)


def named(entry: Any, at: str) -> list[tuple[str, Remote]]:
    """Remote ends that the entry names anywhere but in headers and prose."""
    found: list[tuple[str, Remote]] = []
    seen: set[str] = set()
    for place, text in strings(entry, at):
        steps = place[len(at) :].lower().split("/")[1:]
        if any(step in _NO_TARGET for step in steps):
            continue
        for remote in remotes(text):
            if remote.end + remote.database not in seen:
                seen.add(remote.end + remote.database)
                found.append((place, remote))
    return found


def remote_system(sheet: Sheet, at: str, remote: Remote, caller: str = "") -> str:
    """The row of a remote end, and who calls it; third party unless somebody declares it ours."""
    key = remote.key(sheet.page.root)
    database = key.startswith("database:")
    facts: dict[str, Any] = {"third_party": False if remote.inside else None if database else True}
    if facts["third_party"] is not None:
        facts["third_party_basis"] = "kind"
    sheet.put(
        "systems",
        at,
        key=key,
        scope=sheet.scope if remote.loopback else "",
        provider="local" if remote.loopback else "",
        kind="database" if database else "saas",
        name=remote.database or remote.host,
        pattern=remote.template,
        **facts,
    )
    if caller:
        plain = " in cleartext" if remote.cleartext and not remote.loopback else ""
        sheet.put(
            "links", at, kind="calls", from_=caller, to=key, because=f"{remote.scheme}://{remote.end}{plain}"
        )
    return key


def known_end(sheet: Sheet, at: str, key: str, host: str) -> None:
    """The remote end that a well-known server is claimed to call."""
    system = keys.external_system(host)
    sheet.put(
        "systems",
        at,
        key=system,
        kind="saas",
        name=host.partition(":")[0],
        third_party=True,
        third_party_basis="kind",
    )
    sheet.put(
        "links",
        at,
        kind="calls",
        from_=key,
        to=system,
        certain=False,
        because="what is known of the package",
        depends_on="which host its own settings name",
    )
