"""A secret of the secret store as a credential that lies in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.sources.contract import Rows
from posture.sources.gcp import names
from posture.sources.gcp.answers import field, text
from posture.sources.times import moment


def secret(into: Rows, at: str, key: str, home: str, data: Mapping[str, Any]) -> None:
    """The credential that lies in the secret `key`, with when it ends and how it is rotated."""
    made = moment(field(data, "createTime"))
    rotation = data.get("rotation")
    expires = moment(field(data, "expireTime"))
    period = text(field(rotation, "rotationPeriod")) if isinstance(rotation, Mapping) else ""
    columns: dict[str, Any] = {"expires": expires} if expires else {}
    if period:
        columns["rotation_policy"] = f"every {period}"
    elif not rotation:
        columns |= {"has_next_rotation": False, "has_rotation_policy": False}
    else:
        columns["next_rotation"] = moment(field(rotation, "nextRotationTime"))
    into.add(
        "credentials",
        at,
        key=keys.stored_value(key),
        scope=home,
        provider="gcp",
        kind="unknown",
        name=names.last(key),
        created=made,
        exposure="managed",
        store="secret-manager",
        engine="static",
        rotation=bool(rotation),
        **columns,
    )
    into.add("links", at, kind="stored-at", from_=keys.stored_value(key), to=key)
