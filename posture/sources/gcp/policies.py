"""Bindings and roles as rows: one policy row for each binding, with its text as a document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from posture.model.text import plain
from posture.sources.contract import Rows
from posture.sources.gcp.answers import field, objects, text, words
from posture.sources.gcp.members import ANYONE, Members

_LONGEST = 2048


class Documents:
    """Gives each text of a page once."""

    def __init__(self, into: Rows) -> None:
        self._into = into
        self._given: set[str] = set()

    def add(self, body: Mapping[str, Any], at: str) -> str:
        """Key of the document that says `body`."""
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        raw = written.encode("utf-8", "replace")
        key = hashlib.sha256(raw).hexdigest()
        if key not in self._given:
            self._given.add(key)
            self._into.add("documents", at, key=key, text=raw.decode())
        return key


class Policies:
    """Writes the policies of a page."""

    def __init__(self, into: Rows, members: Members) -> None:
        self._into = into
        self.members = members
        self.documents = Documents(into)

    def bindings(self, at: str, node: str, scope: str, policy: Mapping[str, Any]) -> bool | None:
        """A row for each binding on `node`; whether anybody at all is let in, null where nothing is read."""
        given = policy.get("bindings")
        if given is None and policy:
            given = []
        if not isinstance(given, list):
            return None
        together: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        public = False
        for n, binding in enumerate(objects(given)):
            place = f"{at}/bindings/{n}"
            role, condition = text(binding.get("role")), binding.get("condition")
            named = words(binding.get("members"))
            if not role:
                self._into.problem(scope, "policies", place, "one binding is set aside: it names no role")
                continue
            public = public or any(member in ANYONE for member in named)
            for member in named:
                self.members.write(place, member)
            body: dict[str, Any] = {"role": role, "members": sorted(set(named))}
            if isinstance(condition, Mapping):
                body["condition"] = dict(condition)
            mark = json.dumps(body.get("condition"), sort_keys=True)
            if (role, mark) in together:
                before = together[role, mark][1]
                before["members"] = sorted({*before["members"], *named})
            else:
                together[role, mark] = place, body
        for (role, mark), (place, body) in together.items():
            ending = f"#{hashlib.sha256(mark.encode()).hexdigest()[:8]}" if "condition" in body else ""
            self._into.add(
                "policies",
                place,
                key=plain(f"{node}#binding/{role}{ending}", _LONGEST),
                scope=scope,
                provider="gcp",
                kind="binding",
                name=plain(role),
                attached_to=node,
                document=self.documents.add(body, place),
            )
        return public

    def role(self, at: str, role: Mapping[str, Any], scope: str) -> None:
        """The row of a custom role; its text where the answer lists its permissions."""
        name = text(role.get("name"))
        held = field(role, "includedPermissions")
        document = None
        if isinstance(held, list) or role.get("deleted") is True:
            body: dict[str, Any] = {"includedPermissions": sorted(set(words(held)))}
            for word in ("stage", "deleted"):
                if role.get(word) is not None:
                    body[word] = role[word]
            document = self.documents.add(body, at)
        self._into.add(
            "policies",
            at,
            key=plain(name, _LONGEST),
            scope=scope,
            provider="gcp",
            kind="role",
            name=plain(text(role.get("title")) or name.rsplit("/", 1)[-1]),
            document=document,
        )
