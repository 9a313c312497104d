"""Tags that are bound to resources, which conditions of policies ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model.text import plain
from posture.sources.gcp import names
from posture.sources.gcp.answers import field, text

VALUE, BINDING = (
    "cloudresourcemanager.googleapis.com/TagValue",
    "cloudresourcemanager.googleapis.com/TagBinding",
)


class BoundTags:
    """The values of one page, and what each binding of it says."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        """By id of a value, its whole name and the id of its key."""

    def learn(self, data: Mapping[str, Any]) -> None:
        """A value as its own asset tells it: bindings may name it by its id alone."""
        named = text(field(data, "namespacedName"))
        self._values[text(data.get("name"))] = (named, text(data.get("parent")))

    def bound(self, data: Mapping[str, Any]) -> tuple[str, str, list[str]] | None:
        """What a tag is bound to, its key, and its value with the ids of both; null where nothing is said.

        Where nobody tells its name, the id of the value stands for the key.
        """
        value, on = text(field(data, "tagValue")), text(data.get("parent"))
        if not value or not on:
            return None
        learnt, key_id = self._values.get(value, ("", ""))
        named = text(field(data, "tagValueNamespacedName")) or learnt
        key, _, short = named.rpartition("/")
        return names.node(on), plain(key or value), [plain(short), plain(key_id), plain(value)]
