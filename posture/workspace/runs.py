"""Saved runs: the tables as Parquet and a small overview.json that paints the first frame."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from posture.model.assessment import Assessment
from posture.model.errors import InputError
from posture.model.frames import empty
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.workspace import atomic

_OVERVIEW = "overview.json"
_LATEST = "latest"


def save(workspace: Path, assessment: Assessment) -> str:
    """Writes `assessment` as a run and marks it the latest; returns its id, the start of its digest.

    The same assessment saved twice is one run.
    """
    run = assessment.overview.digest[:16] or "run"
    with atomic.folder(workspace / "runs" / run) as into:
        for name in sorted(assessment.tables):
            rows = assessment.frame(name)
            if not rows.is_empty():
                rows.write_parquet(into / f"{name}.parquet", compression="zstd")
        atomic.write(into / _OVERVIEW, assessment.overview.model_dump_json(indent=1).encode())
    atomic.write(workspace / _LATEST, run.encode())
    return run


def every(workspace: Path) -> tuple[str, ...]:
    """Ids of the saved runs, oldest moment first."""
    folders = [path.parent for path in (workspace / "runs").glob(f"*/{_OVERVIEW}")]
    return tuple(sorted((path.name for path in folders), key=lambda run: (_moment(workspace, run), run)))


def _moment(workspace: Path, run: str) -> str:
    """What runs are sorted by; one that this version cannot read comes before all others."""
    try:
        return str(overview(workspace, run).as_of)
    except InputError:
        return ""


def unreadable(workspace: Path) -> str:
    """Why the last run cannot be followed, in a sentence; empty where it can, or where there is none."""
    run = latest(workspace)
    if run is None:
        return ""
    try:
        overview(workspace, run)
    except InputError as error:
        return str(error)
    return ""


def latest(workspace: Path) -> str | None:
    """Id of the run that was saved last; null where there is none."""
    mark = workspace / _LATEST
    if not mark.is_file():
        return None
    run = mark.read_text("utf-8").strip()
    return run if holds(workspace, run) else None


def holds(workspace: Path, run: str) -> bool:
    """Whether a whole run of this id lies in the workspace."""
    return bool(run) and (workspace / "runs" / run / _OVERVIEW).is_file()


def prune(workspace: Path, keep: int) -> tuple[str, ...]:
    """Removes all but the `keep` newest runs and the latest; returns the ids of those removed.

    Each run carries the history of those before it, so that first dates and states outlive pruning.
    """
    kept = {*every(workspace)[-keep:], latest(workspace)} if keep else {latest(workspace)}
    gone = tuple(run for run in every(workspace) if run not in kept)
    for run in gone:
        shutil.rmtree(workspace / "runs" / run)
    return gone


def overview(workspace: Path, run: str) -> Overview:
    """The overview of a run alone, without its tables."""
    path = workspace / "runs" / run / _OVERVIEW
    try:
        return Overview.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise InputError(
            f"run {run}: is not in this workspace; `posture diff` without runs lists them"
        ) from None
    except ValidationError:
        raise InputError(f"run {run}: was written by another version; assess again") from None


def load(workspace: Path, run: str) -> Assessment:
    """A saved run. Its tables are scans: nothing is read before somebody asks for rows."""
    return Assessment(overview(workspace, run), _scans(workspace / "runs" / run))


def _scans(folder: Path) -> Mapping[str, pl.LazyFrame]:
    scans: dict[str, pl.LazyFrame] = {}
    for name in (*TABLES, *RESULTS):
        path = folder / f"{name}.parquet"
        scans[name] = pl.scan_parquet(path) if path.is_file() else empty(name).lazy()
    return scans
