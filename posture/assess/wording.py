"""What people type into a decision: made visible, and refused where a secret was pasted into it."""

from __future__ import annotations

from posture.model.errors import UsageError
from posture.model.text import LONGEST, plain
from posture.sources.secrets import scan_text


def worded(text: str, what: str, longest: int = LONGEST) -> str:
    """`text` as a record keeps it. UsageError names `what` and the place, never what stands there."""
    found = scan_text(text, "decision.txt")
    if found:
        raise UsageError(f"{what}: holds a secret at character {found[0].start + 1}; write it without")
    return plain(text, longest)
