"""What exists: freshness of what was read, the inventory in numbers, who administers and who escalates."""

from __future__ import annotations

import polars as pl

from posture.frameworks import Frameworks
from posture.model import figures
from posture.model.actors import OUTSIDE
from posture.model.assessment import Assessment
from posture.model.overview import Overview
from posture.reports.escalations import administrators, escalations
from posture.reports.names import Names, listed, reason
from posture.reports.pages.words import code, safe, table, when

_LISTED = 40
_NAMED = 6


def freshness(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Per source how old it is, and what could not be seen."""
    inputs = assessment.frame("inputs")
    read = inputs.filter(pl.col("outcome").is_in(["read", "partial"]))
    bad = inputs.filter(pl.col("outcome").is_in(["partial", "failed"])).sort("file")
    by_source = (
        read.group_by("source")
        .agg(
            pl.len().alias("files"),
            pl.col("collected_at").min().alias("oldest"),
            pl.col("collected_at").max().alias("newest"),
        )
        .sort("source")
    )
    dated = by_source.filter(pl.col("oldest").is_not_null())
    undated = by_source.filter(pl.col("oldest").is_null())
    rows = [
        (safe(row["source"]), str(row["files"]), when(row["oldest"]), when(row["newest"]))
        for row in dated.iter_rows(named=True)
    ]
    parts = ["## What was read, and what was not\n"]
    if rows:
        parts.append(table(("source", "files", "oldest", "newest"), rows, right=(1,)))
    if len(undated):
        said = ", ".join(
            f"{safe(source)} {files}" for source, files in undated.select("source", "files").iter_rows()
        )
        parts.append(f"Read without a time of collection, so of unknown age: {said}.\n")
    if not bad.is_empty():
        problems = [
            (code(r["file"]), r["outcome"], safe(r["why"]), safe(r["do"]))
            for r in bad.head(_LISTED).iter_rows(named=True)
        ]
        parts.append(table(("file", "outcome", "why", "what to do"), problems))
        if len(bad) > _LISTED:
            parts.append(f"{len(bad) - _LISTED} more such files are in the JSON report.\n")
    parts.append(_blind(assessment))
    return "\n".join(parts)


def _blind(assessment: Assessment) -> str:
    lacking = (
        assessment.tables["coverage"]
        .filter(pl.col("state") != "complete")
        .with_columns(pl.col("why").fill_null("not said why"), pl.col("would_help").fill_null(""))
        .group_by("why", "would_help")
        .agg(pl.col("scope").unique().sort(), pl.col("table").unique().sort())
        .sort("why", "would_help")
        .collect()
    )
    if lacking.is_empty():
        return "Every table of every scope was read completely."
    rows = [
        (
            safe(row["why"]),
            ", ".join(row["table"]),
            listed([code(scope) for scope in row["scope"]]),
            safe(row["would_help"] or "–"),
        )
        for row in lacking.head(_LISTED).iter_rows(named=True)
    ]
    more = (
        f"\n{len(lacking) - len(rows)} further blind spots: JSON report.\n"
        if len(lacking) > len(rows)
        else ""
    )
    head = ("what could not be seen", "tables", "where", "what would help")
    return "### Blind spots\n\n" + table(head, rows) + more


def summary(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Identities by class and owner, where credentials lie, administrators, escalations."""
    overview = assessment.overview
    names = Names(assessment.tables)
    parts = [
        "## Inventory\n",
        _numbers(overview),
        _identities(assessment),
        _credentials(assessment),
        _administrators(assessment, names),
        _escalations(assessment, names),
    ]
    return "\n".join(part for part in parts if part)


def _numbers(overview: Overview) -> str:
    """How many there are of each, and what each number counts."""
    own = figures.left_out(overview)
    rows = [
        ("agents", f"{overview.agents:,}"),
        ("tools", f"{overview.tools:,}, their operations apart"),
        ("identities", figures.identities(overview) + (f"; {own} and left out below" if own else "")),
        ("credentials", f"{overview.credentials:,}"),
        ("systems", figures.systems(overview)),
    ]
    return table(("", ""), rows) + (
        "\nInside is what lies in the scopes above. A pattern is what a policy names as a whole, such as "
        "every queue of an account: it counts wherever it says how many systems somebody reaches, since "
        "nobody knows that it is empty.\n"
    )


def _identities(assessment: Assessment) -> str:
    grouped = (
        assessment.tables["identities"]
        .filter(~pl.col("provider_owned"), ~pl.col("pattern"))
        .group_by("class", "provider")
        .agg(
            pl.len().alias("identities"),
            pl.col("kind").is_in(OUTSIDE).sum().alias("outside"),
            (pl.col("environment") == "production").sum().alias("production"),
            pl.col("owner").is_not_null().sum().alias("owned"),
            pl.col("has_owner").not_().fill_null(False).sum().alias("none"),
        )
        .sort("class", "provider", nulls_last=True)
        .collect()
    )
    rows = [
        (
            row["class"] or "not known",
            safe(row["provider"] or "–"),
            str(row["identities"]),
            str(row["outside"]),
            str(row["production"]),
            str(row["owned"]),
            str(row["none"]),
            str(row["identities"] - row["owned"] - row["none"]),
        )
        for row in grouped.iter_rows(named=True)
    ]
    head = (
        "class",
        "provider",
        "identities",
        "of these outside",
        "in production",
        "owner known",
        "without owner",
        "owner not known",
    )
    return table(head, rows, right=(2, 3, 4, 5, 6, 7))


def _credentials(assessment: Assessment) -> str:
    grouped = (
        assessment.tables["credentials"]
        .group_by("kind")
        .agg(
            pl.len().alias("all"),
            *((pl.col("exposure") == word).sum().alias(word) for word in _EXPOSURES),
            pl.col("exposure").is_null().sum().alias("unknown"),
            pl.col("has_expires").not_().fill_null(False).sum().alias("endless"),
        )
        .sort("all", "kind", descending=[True, False])
        .collect()
    )
    if grouped.is_empty():
        return "No credential was read.\n"
    rows = [
        (row["kind"], *(str(row[name] or "–") for name in ("all", *_EXPOSURES, "unknown", "endless")))
        for row in grouped.iter_rows(named=True)
    ]
    head = (
        "credential",
        "all",
        "managed",
        "at rest",
        "readable inside",
        "public",
        "place not known",
        "no end date",
    )
    return table(head, rows, right=tuple(range(1, len(head))))


_EXPOSURES = ("managed", "at-rest", "internal", "public")


def _administrators(assessment: Assessment, names: Names) -> str:
    found = administrators(assessment)
    if not found:
        return ""
    rows = [
        (
            safe(names.scope(row.scope)),
            safe(reason(row.because)),
            str(len(row.who)),
            listed([safe(names.of(key)) for key in row.who], 2 * _NAMED),
        )
        for row in found[:_LISTED]
    ]
    more = f"\n{len(found) - len(rows)} further statements: JSON report.\n" if len(found) > len(rows) else ""
    head = ("scope", "by the statement", "identities", "who")
    return "### Administrators\n\n" + table(head, rows, right=(2,)) + more


def _escalations(assessment: Assessment, names: Names) -> str:
    found = escalations(assessment)
    if not found.rows:
        return ""
    rows = [
        (
            safe(row.says),
            "yes" if row.to_admin else "",
            "certain" if row.certain else "conditional",
            str(len(row.who)),
            listed([safe(names.of(key)) for key in row.who], _NAMED),
        )
        for row in found.rows[:_LISTED]
    ]
    more = (
        f"\n{len(found.rows) - len(rows)} further methods: JSON report.\n"
        if len(found.rows) > len(rows)
        else ""
    )
    head = ("by this", "to administrator", "", "identities", "who")
    hidden = f" Of the providers' own {found.hidden} can as well." if found.hidden else ""
    return (
        "### Escalations\n\n"
        f"Who can gain more than was given; each identity stands under its shortest method.{hidden}\n\n"
        + table(head, rows, right=(3,))
        + more
    )
