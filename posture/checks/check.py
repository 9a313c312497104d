"""What a check is: identity, question, finding; and the verdicts it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct, field

from posture.model.results import Severity, Unknowing

if TYPE_CHECKING:
    from posture.checks.view import View

c = pl.col
"""Columns are written `c.rotated` in a check."""


class Verdicts(Struct, frozen=True):
    """A question over one table, as expressions that keep null for not known.

    `applies` false: not applicable; null: unknown. `gap` true: gap; false: clear; null: unknown. `raised`
    true lifts the severity; null leaves it and the finding says that it may be higher.
    """

    noun: str
    gap: pl.Expr
    says: str
    expected: str = ""
    applies: pl.Expr = field(default_factory=lambda: pl.lit(True))
    raised: pl.Expr = field(default_factory=lambda: pl.lit(False))
    unknown: str = "the source does not say"
    reason: Unknowing = "field_missing"
    shown: Mapping[str, pl.Expr] = field(default_factory=dict)
    cause: pl.Expr | None = None
    per: pl.Expr | None = None


def verdicts(
    noun: str,
    *,
    gap: pl.Expr,
    says: str,
    expected: str,
    applies: pl.Expr | None = None,
    raised: pl.Expr | None = None,
    unknown: str = "the source does not say",
    reason: Unknowing = "field_missing",
    shown: Mapping[str, pl.Expr] | None = None,
    cause: pl.Expr | None = None,
    per: pl.Expr | None = None,
) -> Verdicts:
    """The verdicts over the table `noun`, each row one subject.

    `says`, `expected` and `unknown` are sentences; `{column}` in the first two is filled from the row or
    from `shown`, `{column:date}` as a day. `cause` names what findings have in common (a policy on fifty
    roles); `per` distinguishes several findings on one subject.
    """
    return Verdicts(
        noun,
        gap,
        says,
        expected,
        pl.lit(True) if applies is None else applies,
        pl.lit(False) if raised is None else raised,
        unknown,
        reason,
        shown or {},
        cause,
        per,
    )


Asked = Verdicts | tuple[Verdicts, ...]
"""What a check returns: one question, or the same one over several tables."""


class Check(Struct, frozen=True):
    """One check of the catalogue, or a company's own."""

    id: str
    title: str
    why: str
    fix: str
    severity: Severity
    """The lowest level that a gap can have."""
    weight: Severity
    """What it counts in the score: the first level that the catalogue names."""
    raised: Severity
    """The level that `raised` lifts to."""
    action: str
    """Class of the action that closes it, such as `rotate`."""
    controls: tuple[str, ...]
    """`framework/control` references."""
    ask: Callable[[View], Asked]
    settings: tuple[str, ...] = ()
    """Dotted names of the settings that it reads."""
    own: bool = False
    """Whether a company dropped it in."""


def check(
    *,
    title: str,
    why: str,
    fix: str,
    severity: Severity,
    action: str,
    controls: tuple[str, ...],
    raised: Severity | None = None,
    weight: Severity | None = None,
    settings: tuple[str, ...] = (),
) -> Callable[[Callable[[View], Asked]], Check]:
    """Makes a check of a function; the function's name is the id, with hyphens."""

    def made(ask: Callable[[View], Asked]) -> Check:
        return Check(
            id=ask.__name__.replace("_", "-"),
            title=title,
            why=why,
            fix=fix,
            severity=severity,
            weight=weight or severity,
            raised=raised or Severity(min(severity + 1, Severity.CRITICAL)),
            action=action,
            controls=controls,
            ask=ask,
            settings=settings,
        )

    return made
