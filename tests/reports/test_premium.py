"""What the rules on sequence cost is said in words, also where nobody computed it."""

from posture.frameworks import load
from posture.model.assessment import Assessment
from posture.model.frames import empty
from posture.model.overview import Overview, Risk
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.reports.pages import standing


def method(premium: float | None) -> str:
    tables = {name: empty(name).lazy() for name in (*TABLES, *RESULTS)}
    return standing.scope(Assessment(Overview(risk=Risk(premium=premium)), tables), load())


def test_a_premium_is_a_figure() -> None:
    assert "costs 12 risk-hours against the order without that rule" in method(12.0)


def test_one_that_was_not_computed_is_said_to_be_so() -> None:
    assert "was not computed" in method(None)
    assert "0.0 risk-hours" not in method(None)
