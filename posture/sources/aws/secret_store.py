"""References to secrets in Secrets Manager from the configuration of what uses them."""

from __future__ import annotations

from posture.model import keys
from posture.model.text import plain
from posture.sources.contract import Rows


def held_secret(into: Rows, at: str, holder: str, reference: str) -> None:
    """The link from `holder` to the secret that `reference` names; other stores hold no secret of ours."""
    parts = keys.arn_parts(reference)
    if parts is None or parts[1] != "secretsmanager":
        return
    # A reference may go on with a field and a version of the secret.
    arn = plain(":".join(reference.split(":")[:7]), 2048)
    into.add(
        "links",
        at,
        kind="holds",
        from_=holder,
        to=keys.stored_value(arn),
        because="its configuration names the secret",
    )
