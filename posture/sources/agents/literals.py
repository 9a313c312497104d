"""Secrets that stand in a file: where each lies and who holds it; the value itself is dropped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from posture.model import keys
from posture.sources.agents.remote import DATABASES, remotes
from posture.sources.agents.sheet import Sheet
from posture.sources.contract import Page
from posture.sources.secrets import Finding, scan_document, scan_text
from posture.sources.secrets.judge import decoded
from posture.sources.secrets.kinds import kind_of
from posture.sources.secrets.randomness import looks_random

_NAMELESS = frozenset({"value", "default", "stringValue"})
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w.\-]{0,80}")
Where = Literal["agent-configuration", "prompt", "file", "ambient"]
"""What the place is: configuration of agents is exposed always, another file as far as git tracks it."""


class Inline(Struct, frozen=True):
    """One secret with its place."""

    at: str
    text: str
    finding: Finding


def exposure_of(page: Page, where: Where) -> tuple[str, str]:
    """Exposure of what lies in this page, and the surface that it was seen on; empty for none."""
    if where == "agent-configuration":
        return "internal", "agent-configuration"
    if where == "prompt":
        return "internal", "prompt"
    tracked = page.place.tracked
    # Whether git tracks a file of a repository counts as yes where nobody can say.
    if (
        where == "file"
        and page.place.kind in ("repository", "folder")
        and (tracked is None or str(page.path) in tracked)
    ):
        return "internal", "private-repository"
    return "at-rest", ""


def document(
    sheet: Sheet, value: Any, at: str = "", where: Where = "agent-configuration", copy: str = ""
) -> list[Inline]:
    """Rows for every secret of a parsed document; returns them for whoever masks text.

    `copy` tells its places from those of another part of the page with the same pointers.
    """
    texts = _Texts(value)
    found = [
        Inline(at + one.pointer, texts.at(one.pointer), one.finding)
        for one in scan_document(value, sheet.page.path.name)
    ]
    names = {one.at: name for one in found if (name := _beside(texts, one.at[len(at) :]))}
    write(sheet, found, where, names, copy)
    return found


def text(sheet: Sheet, body: str, first_line: int, where: Where, owner: str = "", since: int = 0) -> None:
    """Rows for every secret of plain text, by line; those before the character `since` are known already."""
    limit = sheet.page.settings.reading.text_chars
    if len(body) > limit:
        why = f"only its first {limit:,} characters were looked through for secrets"
        sheet.into.problem(sheet.scope, "credentials", "", why, "raise reading.text_chars in the settings")
    found: list[Inline] = []
    line, counted = first_line, 0
    for span in scan_text(body[:limit], sheet.page.path.name):
        if span.start < since:
            continue
        line += body.count("\n", counted, span.start)
        counted = span.start
        at = f"line {line}"
        if owner:
            sheet.own(at, owner)
        piece = body[span.start : span.end]
        found.append(
            Inline(
                at, piece, Finding(span.kind, span.part, 0, len(piece), "", "", span.confidence, span.vendor)
            )
        )
    write(sheet, found, where)


def write(
    sheet: Sheet,
    found: Iterable[Inline],
    where: Where,
    names: Mapping[str, str] | None = None,
    copy: str = "",
) -> None:
    """One credential per place; an AWS key id with the secret beside it is one credential.

    `names` gives the name of what stands at a place that does not tell it itself.
    """
    listed = list(found)
    ids = _key_ids(listed)
    taken: set[str] = set()
    for one in listed:
        value = _value(one)
        above = _above(one.at)
        key_id = ids.get(above, "")
        if one.finding.kind == "aws_access_key_id":
            key = one.text[one.finding.start : one.finding.end]
        elif one.finding.kind in ("aws_secret_access_key", "aws_session_token") and key_id:
            key = key_id
        else:
            key = keys.secret(sheet.page.label, sheet.doc + one.at)
            if copy:
                key += f"({copy})"
            if key in taken:
                key += f"({one.finding.part})"
        taken.add(key)
        _credential(sheet, one, key, value, where, (names or {}).get(one.at) or _name(sheet, one))


def _credential(sheet: Sheet, one: Inline, key: str, value: str, where: Where, name: str) -> None:
    page, finding = sheet.page, one.finding
    exposure, surface = exposure_of(page, where)
    database = _database(one, page.root)
    is_id = finding.kind == "aws_access_key_id"
    if value and not is_id:
        fingerprint = page.fingerprint(value)
        if fingerprint:
            sheet.into.fingerprints[key] = fingerprint
    sheet.put(
        "credentials",
        one.at,
        key=key,
        scope=sheet.scope,
        provider=finding.vendor or ("aws" if keys.is_access_key(key) else ""),
        kind=_kind(key, finding, database),
        shape="aws_access_key_id" if keys.is_access_key(key) else finding.kind,
        name=name,
        exposure=exposure,
        store="file" if where in ("file", "ambient") else "configuration",
    )
    place = f"{page.label}#{sheet.doc}{one.at}"
    sheet.put(
        "links", one.at, kind="stored-at", from_=key, to=sheet.scope, because=f"{finding.part} in {place}"
    )
    if surface:
        sheet.put("exposures", one.at, credential=key, surface=surface, place=place)
    owner = sheet.owner_of(one.at)
    if owner:
        sheet.put("links", one.at, kind="holds", from_=owner, to=key, because=f"{finding.part} in {place}")
    _opens(sheet, one, key, owner, database)


def _kind(key: str, finding: Finding, database: str | None) -> str:
    if keys.is_access_key(key):
        return "access-key"
    return "database-password" if database is not None else kind_of(finding.kind)


def _opens(sheet: Sheet, one: Inline, key: str, owner: str, database: str | None) -> None:
    if database is not None:
        sheet.put(
            "links",
            one.at,
            kind="opens",
            from_=key,
            to=database,
            because="password in the address of the database",
        )
        return
    system = sheet.remote_of.get(owner, "")
    sent = one.finding.part.split(":")[0] in ("header", "bearer", "basic", "cookie", "query") or any(
        step in one.at.lower() for step in ("/headers/", "/http_headers/", "/apikey")
    )
    if system and sent:
        sheet.put(
            "links",
            one.at,
            kind="opens",
            from_=key,
            to=system,
            because="sent with every request to this host",
        )


def _database(one: Inline, root: str) -> str | None:
    connected = one.finding.part.startswith("connection:")
    if one.finding.part != "url-userinfo" and not connected:
        return None
    for remote in remotes(one.text):
        if remote.scheme in DATABASES and remote.span[0] <= one.finding.start < remote.span[1]:
            return remote.key(root)
    return None


def _above(at: str) -> str:
    return "line" if at.startswith("line ") else at.rpartition("/")[0]


def _key_ids(found: list[Inline]) -> dict[str, str]:
    """The one key id beside each place; where several stand there, nobody can say whose secret it is."""
    beside: dict[str, set[str]] = {}
    for one in found:
        if one.finding.kind == "aws_access_key_id":
            beside.setdefault(_above(one.at), set()).add(one.text[one.finding.start : one.finding.end])
    return {above: next(iter(ids)) for above, ids in beside.items() if len(ids) == 1}


def _value(one: Inline) -> str:
    value = one.text[one.finding.start : one.finding.end]
    if one.finding.encoding == "base64":
        plain = decoded(value) or value
        return plain.partition(":")[2] if one.finding.kind == "basic_auth" else plain.strip()
    return value


_WORDS = {
    "url-userinfo": "password",
    "url-user": "token",
    "bearer": "token",
    "basic": "password",
    "rule": "secret",
}


def _beside(texts: _Texts, at: str) -> str:
    """What a value is called whose own step says nothing: by its neighbour, or by the step above it."""
    above, _, last = at.rpartition("/")
    if last not in _NAMELESS:
        return ""
    for neighbour in ("name", "key"):
        given = texts.at(f"{above}/{neighbour}")
        if _PLAIN_NAME.fullmatch(given) and not looks_random(given):
            return given
    step = above.rpartition("/")[2]
    return "" if step.isdigit() else step.replace("~1", "/").replace("~0", "~")


def _name(sheet: Sheet, one: Inline) -> str:
    """What people would call it: the name that it stands under, or whose it is."""
    last = one.at.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    if last and not last.isdigit() and not last.startswith("line "):
        return last
    part, _, named = one.finding.part.partition(":")
    owner = sheet.owner_of(one.at)
    whose = keys.short(owner) if owner else sheet.page.path.name
    return f"{named or _WORDS.get(part, 'secret')} of {whose}"


def masked(rule: str, found: Iterable[Finding]) -> str:
    """`rule` with every secret in it replaced by a mark."""
    shown = rule
    for one in sorted(found, key=lambda finding: -finding.start):
        shown = shown[: one.start] + "…" + shown[one.end :]
    return shown


class _Texts:
    """Finds the string that a pointer names."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def at(self, pointer: str) -> str:
        """Empty where there is none."""
        node = self._value
        for raw in pointer.split("/")[1:]:
            step = raw.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping):
                node = node.get(step)
                if node is None:
                    return ""
            elif isinstance(node, list | tuple) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            else:
                return ""
        return node if isinstance(node, str) else ""
