"""The assessment in small: what the first screen and the first page say."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from posture import __version__
from posture.assess.blind import blind
from posture.checks.check import Check
from posture.estate.build import Built
from posture.frameworks import Frameworks
from posture.model import figures
from posture.model.actors import OUTSIDE
from posture.model.classes import Classes
from posture.model.frames import TIME
from posture.model.overview import CheckRow, Immediate, Overview, Risk, Score
from posture.score.controls import counted
from posture.score.score import Ceilings, Counts, score
from posture.settings import Settings, changed

_UNCHOKED = f"choke points were {figures.UNCHOKED}; that none is named says nothing"
CONTAIN, ROTATE = "contain-now", "rotate-now"
_MOST_IMMEDIATE = 50
_COUNTED = ("account", "project", "subscription", "cluster", "tenant")
"""Kinds of scope that a title counts, where they are ours."""


def overview(
    tables: Mapping[str, pl.DataFrame],
    built: Built,
    checks: tuple[Check, ...],
    risk: Risk,
    catalogue: Frameworks,
    settings: Settings,
    reference: Mapping[str, str],
    errors: tuple[str, ...],
    previous: str = "",
) -> Overview:
    """Everything in it is derived from `tables`, `built`, the plan's `risk` and the `previous` run."""
    identities = tables["identities"].filter(~pl.col("pattern"))
    shown = identities.filter(~pl.col("provider_owned"))
    gaps = tables["findings"].filter(pl.col("result") == "gap")
    return Overview(
        organisation=settings.organisation or _organisation(tables["scopes"]),
        as_of=built.moment.time,
        as_of_from=built.moment.basis,
        version=__version__,
        catalogue=_catalogue(checks, catalogue, reference),
        digest=digest(tables["inputs"], built.moment.time, settings, previous),
        previous=previous,
        scopes=_numbers(
            tables["scopes"].filter(pl.col("kind").is_in(_COUNTED), pl.col("trusted")), "provider"
        ),
        identities=_numbers(shown, "class"),
        outside=_numbers(shown.filter(pl.col("kind").is_in(OUTSIDE)), "class"),
        provider_owned=len(identities) - len(shown),
        agents=len(tables["agents"]),
        tools=len(tables["tools"].filter(pl.col("kind") != "operation")),
        systems=len(tables["systems"].filter(~pl.col("pattern"))),
        patterns={name: int(tables[name]["pattern"].sum()) for name in ("identities", "systems")},
        credentials=len(tables["credentials"]),
        gaps=_numbers(gaps, "severity"),
        score=scored(tables, checks, settings),
        risk=risk,
        immediate=immediate(tables["steps"], risk, built.moment.time),
        frameworks=counted(tables["controls"], catalogue),
        checks=tuple(_check_rows(checks, tables["tallies"])),
        standing_destructive=_standing(tables["links"], tables["grants"]),
        just_in_time=_just_in_time(tables, built.moment.time),
        blind=blind(tables),
        assumptions=built.assumptions if risk.choked else (*built.assumptions, _UNCHOKED),
        errors=errors,
        settings=dict(changed(settings)),
        reference=dict(reference),
    )


def _organisation(scopes: pl.DataFrame) -> str:
    top = scopes.filter(pl.col("kind") == "organisation", pl.col("name").is_not_null()).sort("key")["name"]
    return str(top[0]) if len(top) else ""


def _numbers(rows: pl.DataFrame, column: str) -> dict[str, int]:
    counts = Counter(value or "not known" for value in rows[column])
    return dict(sorted(counts.items()))


def digest(inputs: pl.DataFrame, as_of: datetime | None, settings: Settings, previous: str = "") -> str:
    """What makes two runs the same run: the bytes read, the moment, the settings, and the run before."""
    read = sorted(zip(inputs["file"], inputs["sha256"], inputs["outcome"], strict=True))
    parts: dict[str, object] = {
        "inputs": read,
        "as_of": str(as_of),
        "settings": settings.model_dump(mode="json"),
        "version": __version__,
    }
    if previous:
        parts["previous"] = previous
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _catalogue(checks: tuple[Check, ...], frameworks: Frameworks, reference: Mapping[str, str]) -> str:
    said = [
        *(f"{check.id} {check.severity} {check.weight} {' '.join(check.controls)}" for check in checks),
        *(f"{file} {sha256}" for file, sha256 in frameworks.digests()),
        *(f"{name} {date}" for name, date in sorted(reference.items())),
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def scored(tables: Mapping[str, pl.DataFrame], checks: tuple[Check, ...], settings: Settings) -> Score:
    """The score by the tables `tallies`, `unknowns` and `steps`."""
    weights = {check.id: check.weight.weight for check in checks}
    seen = tables["unknowns"].filter(pl.col("reason") != "no_source")
    partly = set(seen["check"])
    counts = [
        Counts(
            weights[row["check"]],
            gap=row["gap"],
            clear=row["clear"],
            # An error is an answer that was not given.
            unknown=row["unknown"] + row["error"],
            accepted=row["accepted"],
            given=bool(row["gap"] + row["clear"] + row["accepted"]) or row["check"] in partly,
        )
        for row in tables["tallies"].iter_rows(named=True)
        if row["check"] in weights
    ]
    labels = set(tables["steps"]["label"])
    stale = bool((seen["reason"] == "stale_source").any())
    ceilings = Ceilings(CONTAIN in labels, ROTATE in labels, stale)
    return score(counts, ceilings, settings.scoring)


def immediate(steps: pl.DataFrame, risk: Risk, as_of: datetime | None) -> tuple[Immediate, ...]:
    """The steps that cannot wait, in their order."""
    urgent = steps.filter(pl.col("label").is_in([CONTAIN, ROTATE])).sort("n").head(_MOST_IMMEDIATE)
    return tuple(
        Immediate(
            step=row["id"],
            title=row["title"],
            due=row["due"],
            due_in_hours=_hours(row["due"], as_of),
            label=row["label"],
            agents=row["agents"],
            systems=row["systems"],
            share=row["gain"] / risk.total if risk.total else 0.0,
            why=row["why"],
        )
        for row in urgent.iter_rows(named=True)
    )


def _hours(due: datetime | None, as_of: datetime | None) -> float | None:
    return None if due is None or as_of is None else (due - as_of).total_seconds() / 3600


def _check_rows(checks: Iterable[Check], tallies: pl.DataFrame) -> Iterable[CheckRow]:
    numbers = {row["check"]: row for row in tallies.iter_rows(named=True)}
    for check in checks:
        row = numbers.get(check.id, {})
        yield CheckRow(
            id=check.id,
            title=check.title,
            severity=check.severity.word,
            action=check.action,
            controls=check.controls,
            **{
                word: int(row.get(word, 0))
                for word in ("gap", "clear", "unknown", "not_applicable", "accepted", "error")
            },
        )


def _just_in_time(tables: Mapping[str, pl.DataFrame], as_of: datetime | None) -> float | None:
    """Of the credentials that agents hold, those that are issued per run or step and revoked at its end."""
    links, agents = tables["links"], tables["agents"]["key"]
    tools = links.filter(pl.col("kind") == "uses-tool", pl.col("from").is_in(agents.implode()))["to"]
    holders = pl.concat([agents, tools]).implode()
    held = links.filter(pl.col("kind") == "holds", ~pl.col("ambient"), pl.col("from").is_in(holders))["to"]
    own = tables["credentials"].filter(
        pl.col("key").is_in(held.implode()),
        pl.col("enabled").fill_null(True),
        pl.col("valid").fill_null(True),
        (pl.col("expires") > pl.lit(as_of, TIME)).fill_null(True),
    )
    if own.is_empty():
        return None
    timely = pl.col("granularity").is_in(["run", "step"]) & pl.col("revoked_at_task_end")
    return float(own.select(timely.fill_null(False).cast(pl.Float64).mean()).item())


def _standing(links: pl.DataFrame, grants: pl.DataFrame) -> float | None:
    """Share of destructive permissions that have no end; null where there is none to speak of."""
    strong = int(Classes.DESTRUCTIVE | Classes.ADMIN)
    acting = links.filter(
        pl.col("kind") == "may-act", pl.col("certain"), (pl.col("classes").fill_null(0) & strong) != 0
    )
    if acting.is_empty():
        return None
    ending = grants.filter(pl.col("has_ends"))["subject"].implode()
    return float(1.0 - acting.select(pl.col("from").is_in(ending).cast(pl.Float64).mean()).item())
