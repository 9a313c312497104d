"""Runs of a workspace beside each other."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from posture.cli.viewing import Viewing
from posture.model.assessment import Assessment
from posture.tui.desk import Run
from posture.tui.widgets.bars import spark
from posture.workspace import runs
from tests.tui import invented
from tests.tui.desks import Desk
from tests.tui.frames import frame, opened, press


def _runs() -> tuple[Run, ...]:
    said = invented.overview()
    return tuple(
        Run.of(
            f"run{n}",
            said.model_copy(
                update={
                    "as_of": invented.AS_OF - timedelta(days=days),
                    "risk": said.risk.model_copy(update={"total": risk}),
                }
            ),
        )
        for n, (days, risk) in enumerate(((60, 700.0), (19, 500.0)))
    )


async def test_the_overview_says_how_the_risk_moved_and_t_lists_the_runs() -> None:
    async with opened(invented.company(), desk=Desk(before=_runs()), size=(160, 50)) as pilot:
        assert "path risk  ▼ 18 % since 12 Jun" in frame(pilot.app)
        assert "support-bot now reaches" in frame(pilot.app)
        await press(pilot, "t")
        shown = frame(pilot.app)
        assert "2 runs in this workspace" in shown
        rows = re.findall(r"(\d+ \w+) 2026 09:00Z +([\d.]+) +(\d+) +(\d+) %", shown)
        assert rows == [("12 Jun", "49.0", "500", "82"), ("2 May", "49.0", "700", "82")]


async def test_without_runs_the_trend_says_how_to_keep_one() -> None:
    async with opened(invented.company(), "t", desk=Desk()) as pilot:
        shown = frame(pilot.app)
        assert "No earlier run to compare with." in shown
        assert "posture assess SOURCE... --workspace .posture" in shown


@pytest.mark.parametrize(
    ("values", "drawn"), [([], ""), ([1, 1], "▄▄"), ([0, 7], "▁█"), ([0, 1, 7, 3.5], "▁▂█▅")]
)
def test_a_line_of_blocks(values: list[float], drawn: str) -> None:
    assert spark(values) == drawn


def test_runs_of_another_version_are_left_out(tmp_path: Path) -> None:
    company = invented.company()
    dated = company.overview.model_copy(update={"digest": "feed" * 8})
    runs.save(tmp_path, Assessment(dated, company.tables))
    damaged = tmp_path / "runs" / "0123"
    damaged.mkdir()
    (damaged / "overview.json").write_text("{}x", encoding="utf-8")
    seen = Viewing(lambda _progress: company, tmp_path, "mara")
    assert [run.id for run in seen.runs()] == [("feed" * 4)]
