"""Where controls work only in part: shared identities, crews, browsers, what is hard to renew or revoke."""

from __future__ import annotations

import polars as pl

from posture.checks.view import View
from posture.model.frames import frame

_SHARED = "several use one identity, so revoking, blaming and deciding per task cannot be told apart"
_CREW = "it works with other agents, and each hop hands on more than a task"
_BROWSER = "it works in a browser, where a session outlives its task"
_LOOSE = "it lives where copies and replays outrun central revocation"
_RIGID = "its users cannot take a new value cleanly"
_UNCLEAR = "nobody can say what breaks when it is revoked"


def degraded(view: View) -> pl.DataFrame:
    """The table `degraded`: one row per subject and reason, only what is known for certain."""
    return view.kept("degraded", _degraded)


def _degraded(view: View) -> pl.DataFrame:
    loose = view.estate["scopes"].filter(pl.col("loosely_governed"))["key"].implode()
    tests: dict[str, tuple[tuple[str, pl.Expr, tuple[str, ...]], ...]] = {
        "agents": (
            (_SHARED, pl.col("shares_identity"), ("shares_identity",)),
            (_CREW, pl.col("multi_agent"), ("multi_agent",)),
            (_BROWSER, pl.col("browser_use"), ("browser_use",)),
            (_LOOSE, pl.col("scope").is_in(loose), ("scope",)),
        ),
        "identities": (
            (_SHARED, (pl.col("consumers") >= 2) & ~pl.col("pattern"), ("consumers", "pattern")),
            (_LOOSE, pl.col("scope").is_in(loose), ("scope",)),
        ),
        "credentials": (
            (_RIGID, pl.col("cannot_refresh"), ("cannot_refresh",)),
            (_UNCLEAR, pl.col("revocation_unclear"), ("revocation_unclear",)),
            (_LOOSE, pl.col("scope").is_in(loose), ("scope",)),
        ),
    }  # fmt: skip
    rows: list[dict[str, str]] = []
    for noun, own in tests.items():
        if view.estate[noun].is_empty():
            continue
        known = view.rows(noun, {column for _, _, columns in own for column in columns})
        for because, test, _ in own:
            rows.extend(
                {"subject": key, "noun": noun, "because": because} for key in known.filter(test)["key"]
            )
    return frame("degraded", rows).sort("subject", "noun", "because")
