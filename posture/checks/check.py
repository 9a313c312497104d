"""What a check is: identity, question, finding; and the verdicts it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from posture.model.results import Severity, Unknowing

if TYPE_CHECKING:
    from posture.checks.view import View

c = pl.col
"""Columns are written `c.rotated` in a check."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A question over one table, as expressions that keep null for not known.

    `applies` false: not applicable; null: unknown. `gap` true: gap; false: clear; null: unknown. `raised`
    true lifts the severity; null leaves it and the finding says that it may be higher. `says` and `unknown`
    are sentences; `{column}` in them is filled from the row.
    """

    noun: str
    rows: pl.DataFrame
    applies: pl.Expr
    gap: pl.Expr
    raised: pl.Expr
    says: str
    expected: str
    unknown: str
    reason: Unknowing
    cause: pl.Expr | None
    per: pl.Expr | None
    needs: tuple[str, ...]


def verdicts(
    noun: str,
    rows: pl.DataFrame,
    *,
    gap: pl.Expr,
    says: str,
    applies: pl.Expr | None = None,
    raised: pl.Expr | None = None,
    expected: str = "",
    unknown: str = "the source does not say",
    reason: Unknowing = "field_missing",
    cause: pl.Expr | None = None,
    per: pl.Expr | None = None,
    needs: tuple[str, ...] = (),
) -> Verdicts:
    """The verdicts over `rows`, each row one subject of the table `noun`.

    `cause` names what findings have in common (a policy on fifty roles); `per` distinguishes several
    findings on one subject. `needs` names tables that are read besides those the expressions show.
    """
    return Verdicts(
        noun,
        rows,
        pl.lit(True) if applies is None else applies,
        gap,
        pl.lit(False) if raised is None else raised,
        says,
        expected,
        unknown,
        reason,
        cause,
        per,
        needs,
    )


@dataclass(frozen=True, slots=True)
class Check:
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
    ask: Callable[[View], Verdicts]
    settings: tuple[str, ...] = ()
    """Dotted names of the settings that it reads."""
    own: bool = False
    """Whether a company dropped it in."""
    labels: Mapping[str, str] = field(default_factory=dict)


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
) -> Callable[[Callable[[View], Verdicts]], Check]:
    """Makes a check of a function; the function's name is the id, with hyphens."""

    def made(ask: Callable[[View], Verdicts]) -> Check:
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
