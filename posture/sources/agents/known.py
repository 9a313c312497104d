"""What well-known tool servers offer, read from servers.toml: dated claims, never proof."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import tomli
from msgspec import Struct

from posture.model.classes import parse


class Known(Struct, frozen=True):
    """Claims about one package."""

    effects: int
    obtains: bool = False
    runs_code: bool = False
    reads_private: bool = False
    sends_outside: bool = False
    free_parameter: bool = False
    publisher_verified: bool | None = None
    host: str = ""
    """Remote end that it calls, as host:port."""


@lru_cache(maxsize=1)
def _known() -> dict[str, Known]:
    text = (files(__package__) / "servers.toml").read_text(encoding="utf-8")
    found: dict[str, Known] = {}
    for row in tomli.loads(text)["server"]:
        effects = 0
        for word in row["effects"]:
            effects |= int(parse(word))
        says = set(row.get("says", ()))
        one = Known(
            effects,
            "obtains" in says,
            "runs-code" in says,
            "reads-private" in says,
            "sends-outside" in says,
            "free-parameter" in says,
            row.get("publisher_verified"),
            row.get("host", ""),
        )
        for name in row["packages"]:
            found[name.lower()] = one
    return found


def known(package: str) -> Known | None:
    """Claims about `package`: a package, an image or a remote host; null where the file lacks it."""
    return _known().get(package.lower()) if package else None
