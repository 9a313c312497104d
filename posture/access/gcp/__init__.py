"""Google Cloud: what bindings, deny policies and roles let whom do, down the hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posture.estate.estate import Estate


def concerned(estate: Estate) -> bool:
    """Whether anything of Google Cloud was read: where it was not, none of this needs to be loaded."""
    return any((estate[table]["provider"] == "gcp").any() for table in ("scopes", "policies"))
