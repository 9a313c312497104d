"""The control score: worked examples ME-19 and ME-20 of the risk model."""

import pytest

from posture.model.overview import Score
from posture.score.score import Ceilings, Counts, score
from posture.settings import Scoring

HIGH, CRITICAL, MEDIUM = 5, 10, 2


def figures(found: Score) -> tuple[float | None, float, float, float]:
    assert found.value is not None
    return round(found.value, 1), round(found.low, 1), round(found.high, 1), round(found.coverage, 1)


def example(mcp_clear: int, mcp_gap: int) -> list[Counts]:
    return [
        Counts(HIGH, clear=3, gap=1),
        Counts(CRITICAL, clear=mcp_clear, gap=mcp_gap),
        Counts(MEDIUM, clear=1, gap=1),
        Counts(HIGH, clear=2),
        Counts(HIGH, unknown=1),
    ]


def test_me_19_three_numbers() -> None:
    found = score(example(0, 1), Ceilings(contain_now=True), Scoring())
    assert figures(found) == (44.3, 36.1, 54.6, 81.5)
    assert found.ceiling is None


def test_me_19_a_ceiling_caps_and_both_values_stay() -> None:
    found = score(example(9, 1), Ceilings(contain_now=True), Scoring())
    assert (round(found.value or 0, 1), found.shown, found.ceiling) == (85.2, 49.0, 49.0)
    assert found.ceiling_because == "something must be contained now"


def test_me_19_after_containment() -> None:
    found = score(example(10, 0), Ceilings(), Scoring())
    assert figures(found) == (89.8, 73.1, 91.7, 81.5)
    assert found.shown == found.value


def test_me_20_blanking_two_gaps_widens_the_range() -> None:
    before = score([Counts(HIGH, clear=6, gap=4)], Ceilings(), Scoring())
    after = score([Counts(HIGH, clear=6, gap=2, unknown=2)], Ceilings(), Scoring())
    assert figures(before) == (60.0, 60.0, 60.0, 100.0)
    assert figures(after) == (75.0, 60.0, 80.0, 80.0)


@pytest.mark.parametrize("gap", range(1, 5))
def test_me_20_fixing_never_lowers_and_accepting_never_raises(gap: int) -> None:
    base = score([Counts(HIGH, clear=3, gap=gap), Counts(MEDIUM, clear=1)], Ceilings(), Scoring())
    fixed = score([Counts(HIGH, clear=4, gap=gap - 1), Counts(MEDIUM, clear=1)], Ceilings(), Scoring())
    accepted = score(
        [Counts(HIGH, clear=3, gap=gap - 1, accepted=1), Counts(MEDIUM, clear=1)], Ceilings(), Scoring()
    )
    assert (fixed.value or 0) >= (base.value or 0)
    assert accepted.value == base.value


def test_nothing_assessed_is_no_score() -> None:
    found = score([Counts(HIGH, unknown=3)], Ceilings(), Scoring())
    assert (found.value, found.low, found.high, found.provisional) == (None, 0.0, 100.0, True)


def test_a_source_that_is_missing_shows_beside_and_not_as_improvement() -> None:
    found = score([Counts(HIGH, clear=1), Counts(CRITICAL, unknown=1, given=False)], Ceilings(), Scoring())
    assert (found.value, found.coverage) == (100.0, 100.0)
    assert (found.of_all_value, round(found.of_all_low, 1), found.of_all_high) == (100.0, 33.3, 100.0)
