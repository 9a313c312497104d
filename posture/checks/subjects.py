"""Who is asked about: what several checks say of their subjects in the same words."""

from __future__ import annotations

import polars as pl

from posture.checks.kleene import all_of, among, any_of, known_none_or
from posture.checks.view import View
from posture.model.classes import Classes

READS = int(Classes.READ)
WRITES = int(Classes.WRITE | Classes.DESTRUCTIVE | Classes.ADMIN)
DESTROYS = int(Classes.DESTRUCTIVE | Classes.ADMIN)
OUTWARD = int(Classes.DESTRUCTIVE | Classes.EXTERNAL | Classes.ADMIN)
ADMIN = int(Classes.ADMIN)

OURS = all_of(
    ~pl.col("pattern"), ~pl.col("provider_owned"), ~among("kind", ("federated", "external", "root"))
)
"""Identities that we make and can change."""

MACHINE = all_of(OURS, pl.col("class") != "human")
"""Those of them that stand for no person."""

LIVE_STATIC = all_of(pl.col("static"), pl.col("live"))
"""Credentials that are a kept value and still open something."""


def unused(view: View, days: float) -> pl.Expr:
    """Whether it was last used more than `days` ago, or never in that time since it was made.

    Not known where the source misses some ways of using it.
    """
    used = pl.col("has_last_used")
    idle = any_of(all_of(used, view.older("last_used", days)), all_of(~used, view.older("created", days)))
    seen_all = any_of(~pl.col("blind"), pl.lit(None, pl.Boolean))
    return all_of(idle, seen_all)


def never_reviewed(view: View, days: float) -> pl.Expr:
    """Whether no review is known of in `days`."""
    return known_none_or("reviewed", view.older("reviewed", days))
