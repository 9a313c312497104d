"""An assessment taken up again: the estate that it was made of, with its graph walked once more."""

from __future__ import annotations

from posture.checks.added import view
from posture.checks.view import View
from posture.estate.estate import Estate
from posture.estate.moment import is_bound
from posture.graph.answers import Answers, answers
from posture.model.assessment import Assessment
from posture.model.tables import TABLES
from posture.settings import Settings, restored


def again(assessment: Assessment, settings: Settings | None = None) -> tuple[View, Answers]:
    """Whether it was just made or saved by an earlier run; under its own settings unless others are given."""
    overview = assessment.overview
    kept = restored(overview.settings) if settings is None else settings
    tables = {name: assessment.frame(name) for name in TABLES}
    estate = Estate(tables, overview.as_of, kept, is_bound(overview.as_of_from))
    answered = answers(estate)
    return view(estate, answered), answered
