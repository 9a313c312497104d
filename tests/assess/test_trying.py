"""A run's steps tried: risk, gaps, score and controls move as they do where the estate is assessed anew."""

from __future__ import annotations

import polars as pl
import pytest
from msgspec.structs import replace

from posture.assess.trying import Trying
from posture.model.assessment import Assessment
from posture.model.errors import UsageError
from posture.workspace import runs
from tests.reports.given import SAMPLE, assessed


@pytest.fixture(scope="module")
def sample() -> Assessment:
    return assessed(SAMPLE)


@pytest.fixture(scope="module")
def trying(sample: Assessment) -> Trying:
    return Trying.of(sample)


def ids(assessment: Assessment, lane: str = "order") -> list[str]:
    return assessment.frame("steps").filter(pl.col("lane") == lane).sort("n")["id"].to_list()


def test_nothing_tried_is_the_assessment(sample: Assessment, trying: Trying) -> None:
    risk = sample.overview.risk
    assert (trying.now.left.risk, trying.planned.left.risk) == (risk.total, risk.floor)
    assert trying.now.gaps == sum(sample.overview.gaps.values())
    assert trying.now.score == sample.overview.score
    assert trying.now.frameworks == sample.overview.frameworks
    assert trying.doing([]) == trying.now
    assert trying.burn() == risk.burn


def test_the_steps_done_one_after_the_other_leave_what_the_plan_says(
    sample: Assessment, trying: Trying
) -> None:
    rows = sample.frame("steps").filter(pl.col("lane") == "order").sort("n")
    for n, left in enumerate(rows["risk_after"], start=1):
        assert trying.doing(rows["id"][:n].to_list()).left.risk == left


def test_a_gap_is_closed_once_all_its_steps_are_done(sample: Assessment, trying: Trying) -> None:
    closing = sample.frame("step_findings").sort("step", "finding")
    one, finding = closing.row(0)
    other = next(step for step in closing["step"] if step != one)
    both = pl.concat([closing, pl.DataFrame({"step": [other], "finding": [finding]})])
    shared = Trying.of(replace(sample, tables={**sample.tables, "step_findings": both.lazy()}))
    assert shared.doing([one]).gaps == trying.doing([one]).gaps + 1
    assert shared.doing([other]).gaps == trying.doing([other]).gaps
    assert shared.doing([one, other]).gaps == trying.doing([one, other]).gaps


def test_doing_everything_clears_every_gap_with_a_step(sample: Assessment, trying: Trying) -> None:
    gaps = sample.frame("findings").filter(pl.col("result") == "gap")
    assert (
        trying.planned.gaps
        == gaps.height - gaps["id"].is_in(sample.frame("step_findings")["finding"].implode()).sum()
    )
    assert trying.planned.score.value is not None
    assert trying.now.score.value is not None
    assert trying.planned.score.value > trying.now.score.value
    assert trying.planned.score.ceiling_because != "something must be contained now"


def test_a_saved_run_answers_as_the_one_just_made(
    sample: Assessment, trying: Trying, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    again = Trying.of(runs.load(folder, runs.save(folder, sample)))
    first = ids(sample)[:1]
    assert again.doing(first) == trying.doing(first)
    assert again.without(first) == trying.without(first)


def test_settings_of_the_run_hold_for_what_is_tried(sample: Assessment) -> None:
    told = replace(
        sample, overview=sample.overview.model_copy(update={"settings": {"factors.permission_write": "0.1"}})
    )
    assert Trying.of(told).now.left.risk < sample.overview.risk.total


def test_an_id_that_is_no_step_is_named(trying: Trying) -> None:
    with pytest.raises(UsageError, match="nothing-0: is no step of this plan"):
        trying.without(["nothing-0"])
