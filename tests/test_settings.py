"""What a run tells of its settings is enough to have them again."""

from __future__ import annotations

import pytest

from posture.settings import DEFAULTS, Factors, Limits, Names, Planning, Settings, changed, restored

CHANGED = (
    Settings(),
    Settings(organisation="12", frameworks=("owasp-nhi-top10",)),
    Settings(
        limits=Limits(key_age=30, long_lived=1.5), planning=Planning(strict=True, effort={"rotate": 2.5})
    ),
    Settings(factors=Factors(criticality=(1, 2, 3, 4, 5)), names=Names(production=("live",))),
)


@pytest.mark.parametrize("settings", CHANGED)
def test_changed_and_restored(settings: Settings) -> None:
    assert restored(changed(settings)) == settings


def test_the_defaults_are_what_a_file_might_say() -> None:
    assert Settings.model_validate(DEFAULTS.model_dump()) == DEFAULTS == Settings()


def test_a_name_that_is_no_longer_known_is_passed_over() -> None:
    assert restored({"limits.gone": "1", "limits.key_age": "30"}) == Settings(limits=Limits(key_age=30))
