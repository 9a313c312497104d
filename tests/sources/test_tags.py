"""What tags state, and with what basis."""

import pytest

from posture.settings import Names
from posture.sources.tags import IDENTITY, SYSTEM, Tags, pairs

READER = Tags(Names())


def test_each_fact_has_its_basis():
    given = [("Owner", "finance"), ("stage", "PRD"), ("criticality", "5"), ("Classification", "Restricted")]
    assert READER.stated(given, SYSTEM) == {
        "owner": "finance",
        "owner_basis": "tag",
        "environment": "production",
        "environment_basis": "tag",
        "criticality": 5,
        "criticality_basis": "tag",
        "sensitivity": "restricted",
        "sensitivity_basis": "tag",
    }


def test_the_first_name_of_the_settings_wins():
    assert READER.stated([("team", "b"), ("owner", "a")], ["owner"])["owner"] == "a"
    assert READER.stated([("owner", "a"), ("team", "b")], ["owner"])["owner"] == "a"


def test_what_fits_nothing_is_left_out():
    given = [("environment", "moon"), ("criticality", "9"), ("sensitivity", "x"), ("owner", " ")]
    assert READER.stated(given, SYSTEM) == {}
    assert READER.stated([("criticality", "5")], IDENTITY) == {}


def test_names_of_strangers_are_made_visible():
    assert READER.stated([("owner", "a\x1b[31m")], IDENTITY)["owner"] == "a␛[31m"


@pytest.mark.parametrize(
    "given",
    [
        [{"Key": "a", "Value": "b"}],
        [{"key": "a", "value": "b"}],
        {"a": "b"},
        [{"Key": "a", "Value": "b"}, None, 3],
    ],
)
def test_forms_of_tags(given):
    assert pairs(given) == [("a", "b")]
