"""The same words for the score and for what is counted, wherever they are said."""

from __future__ import annotations

import pytest

from posture.model import figures
from posture.model.overview import Overview, Score

ASSESSED = Score(value=61.0, shown=61.0, low=36.1, high=82.4, coverage=81.5, provisional=False)
CAP = {"shown": 49.0, "ceiling": 49.0, "ceiling_because": "something must be contained now"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "61.0 (range 36 to 82)"),
        (CAP, "49.0 (range 36 to 82, capped from 61.0: something must be contained now)"),
        (
            {"coverage": 50.8, "provisional": True, **CAP},
            "36 to 82 (range, 51 % assessed: too little for one value)",
        ),
        ({"value": None, "shown": None, "provisional": True}, "36 to 82 (range, nothing was assessed)"),
    ],
)
def test_the_score_is_its_value_with_its_range_or_its_range_alone(
    changes: dict[str, object], says: str
) -> None:
    score = ASSESSED.model_copy(update=changes)
    assert figures.score(score) == says
    assert says.startswith(figures.value(score))


def test_identities_are_told_by_side_and_class() -> None:
    said = Overview(
        identities={"agent": 7, "human": 1, "not known": 3, "vendor": 6},
        outside={"not known": 3, "vendor": 5},
        provider_owned=1,
    )
    assert figures.identities(said) == (
        "17: 9 inside (7 agent, 1 human, 1 vendor), 8 from outside (5 vendor, 3 of no known class)"
    )
    assert figures.left_out(said) == "1 more is the providers' own"
    assert figures.identities(Overview()) == "none"


def test_scopes_are_told_by_what_their_provider_calls_them() -> None:
    said = Overview(scopes={"aws": 1, "gcp": 3, "github": 2, "not known": 2, "okta": 1})
    assert figures.scopes(said) == [
        "1 AWS account",
        "3 GCP projects",
        "2 GitHub repositories",
        "2 scopes of no known provider",
        "1 okta scope",
    ]


def test_patterns_stand_beside_what_has_a_name() -> None:
    assert figures.systems(Overview(systems=58, patterns={"systems": 155})) == "58 by name, 155 patterns"
    assert figures.reached(36, 41) == "77 systems (36 by name, 41 patterns)"
    assert figures.reached(1, 0) == "1 system"
