"""The dashboard at size: first frame, key to frame, filter and order, measured inside the app.

Run `python -m bench.screens [--identities N]`. The tables are written as Parquet and scanned, as a saved run
is. A frame counts when the app hands it to the terminal.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

import posture.tui.app
from posture.model.assessment import Assessment
from posture.model.frames import declared, empty, schema
from posture.model.overview import CheckRow, Overview, Score
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.tui.app import PostureApp
from posture.tui.widgets.rows import Rows

AS_OF = datetime(2026, 7, 1, 9, tzinfo=UTC)
CHECKS = ("key-too-old", "orphaned-owner", "unused-identity", "shared-credential")
PRESSES = 200


class Timed(PostureApp):
    """Notes when each frame went out."""

    CSS_PATH = Path(posture.tui.app.__file__).with_name("posture.tcss")

    def __init__(self, load: Any) -> None:
        super().__init__(load)
        self.frames: list[float] = []

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.frames.append(time.perf_counter())


def saved(identities: int, at: Path) -> Callable[[Any], Assessment]:
    """An estate of so many identities, each with a gap, as Parquet; answers how it is loaded."""
    number = pl.int_range(identities, eager=True).alias("n")
    account = (100_000_000_000 + number % 400).cast(pl.String)
    key = "arn:aws:iam::" + account + ":role/job-" + number.cast(pl.String)
    name = "job-" + number.cast(pl.String)
    check = pl.Series([CHECKS[i % len(CHECKS)] for i in range(identities)])
    severity = pl.Series([("low", "medium", "high", "critical")[i * 7 % 4] for i in range(identities)])
    shared = {"scope": "aws:" + account, "name": name}
    made = {
        "identities": {"key": key, "kind": "role", "class": "workload", "class_basis": "kind", **shared},
        "findings": {"id": number.cast(pl.String), "check": check, "subject": key, "cause": key,
                     "noun": "identities", "severity": severity, "observed": "never used in 400 days",
                     "due": AS_OF + timedelta(days=30), "label": "30 d", "result": "gap", "state": "open",
                     "may_be_higher": False, **shared},
        "agents": {"key": "agent:" + name.head(10_000), "name": name.head(10_000), "platform": "a2a"},
    }  # fmt: skip
    for table in (*TABLES, *RESULTS):
        frame = empty(table)
        if table in made:
            types = schema(declared(table))
            given = pl.DataFrame({"n": number if table != "agents" else number.head(10_000)}).with_columns(
                (pl.lit(value) if not isinstance(value, pl.Series) else value)
                .cast(types[column])
                .alias(column)
                for column, value in made[table].items()
            )
            missing = [pl.lit(None, types[c]).alias(c) for c in types if c not in given.columns]
            frame = given.with_columns(missing).select(list(types))
        frame.write_parquet(at / f"{table}.parquet")
    checks = tuple(
        CheckRow(id=id, title=id.replace("-", " "), severity="medium", controls=(), gap=identities // 4,
                 clear=0, unknown=0, not_applicable=0, accepted=0, error=0)
        for id in CHECKS
    )  # fmt: skip
    said = Overview(
        organisation="Bench", as_of=AS_OF, identities={"workload": identities}, agents=10_000,
        gaps={"medium": identities}, checks=checks, score=Score(value=20.0, shown=20.0, provisional=False),
    )  # fmt: skip
    text = said.model_dump_json()
    return lambda progress: Assessment(
        Overview.model_validate_json(text),
        {table: pl.scan_parquet(at / f"{table}.parquet") for table in (*TABLES, *RESULTS)},
    )


async def measured(load: Callable[[Any], Assessment]) -> dict[str, float]:
    """Seconds per question."""
    figures: dict[str, float] = {}
    app = Timed(load)
    start = time.perf_counter()
    async with app.run_test(size=(120, 36)) as pilot:
        await _until(lambda: app.assessment is not None and app.screen.id != "_default")
        await _until(lambda: "Where" in app.export_screenshot())
        figures["first frame of the overview"] = app.frames[-1] - start
        for key, about in (("2", "agents"), ("3", "reach"), ("4", "gaps")):
            start = time.perf_counter()
            app.simulate_key(key)
            await _until(lambda: getattr(app.screen, "key", "") == key and _filled(app))  # noqa: B023
            figures[f"rows of {about}"] = time.perf_counter() - start
        await pilot.pause()
        rows = _rows(app)
        assert rows is not None
        waits = []
        for press in range(PRESSES):
            before, drawn = rows.cursor, len(app.frames)
            start = time.perf_counter()
            app.simulate_key("j" if press % 50 else "pagedown")
            await _until(lambda: rows.cursor != before and len(app.frames) > drawn)  # noqa: B023
            waits.append(app.frames[-1] - start)
        waits.sort()
        figures["key to frame, median"] = waits[PRESSES // 2]
        figures["key to frame, 95th percentile"] = waits[PRESSES * 95 // 100]
        for name, act in (("filter", lambda: rows.filter("job-77")), ("order", lambda: rows.action_sort(1))):
            shown = rows._shown
            start = time.perf_counter()
            act()
            await _until(lambda: rows._shown is not shown)  # noqa: B023
            await asyncio.sleep(0)
            figures[name] = time.perf_counter() - start
        rows.filter("")
        await _until(lambda: rows.line_count == rows.total)
        shown = rows._shown
        start = time.perf_counter()
        rows.action_sort(1)
        await _until(lambda: rows._shown is not shown)
        figures["order of all rows"] = time.perf_counter() - start
    return figures


def _rows(app: PostureApp) -> Rows | None:
    return next(iter(app.screen.query("#list").results(Rows)), None)


def _filled(app: PostureApp) -> bool:
    rows = _rows(app)
    return rows is not None and rows.line_count > 0


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.0005)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--identities", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = saved(asked.identities, Path(folder))
        for question, seconds in asyncio.run(measured(load)).items():
            print(f"{question:<32}{seconds * 1000:>9.1f} ms")


if __name__ == "__main__":
    main()
