"""How long a stolen copy works, where a value comes from, and what is just in time."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import Any

import pytest

from posture.model.columns import columns
from posture.model.credentials import Credential
from posture.reports.lives import dead, origin, span, timely, window
from tests.reports.given import AS_OF


def row(**said: Any) -> dict[str, Any]:
    """A credential of which nothing is known but what is said."""
    return {**dict.fromkeys(column.name for column in columns(Credential)), "kind": "token", **said}


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ({"expires": AS_OF + timedelta(hours=3)}, 3),
        ({"expires": AS_OF - timedelta(hours=3)}, 0),
        ({"ttl": 900}, 0.25),
        ({"has_expires": False}, inf),
        ({"kind": "access-key"}, inf),
        ({}, None),
    ],
)
def test_a_copy_works_until_its_end(said: dict[str, Any], hours: float | None) -> None:
    assert window(row(**said), AS_OF) == hours


@pytest.mark.parametrize(
    ("hours", "words"),
    [(None, "not known"), (inf, "without end"), (0.25, "15 min"), (12, "12 h"), (240, "10 d")],
)
def test_a_window_in_words(hours: float | None, words: str) -> None:
    assert span(hours) == words


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"kind": "federated-trust"}, "federated"),
        ({"flow": "token-exchange", "store": "vault"}, "federated"),
        ({"store": "vault", "engine": "dynamic"}, "vault, dynamic"),
        ({"store": "secret-manager"}, "vault, static"),
        ({"store": "file"}, "hardcoded"),
        ({"exposure": "internal"}, "hardcoded"),
        ({"kind": "workload-token"}, "managed identity"),
        ({}, "not known"),
    ],
)
def test_where_a_value_comes_from(said: dict[str, Any], word: str) -> None:
    assert origin(row(**said)) == word


def test_what_is_off_proven_dead_or_over_is_dead() -> None:
    assert not dead(row(), AS_OF)
    for said in ({"enabled": False}, {"valid": False}, {"expires": AS_OF}):
        assert dead(row(**said), AS_OF)


def test_three_tests_make_one_word() -> None:
    good = {"task_bound": True, "identity_bound": True, "revoked_at_task_end": True}
    assert timely([row(**good)]).word == "complete"
    assert timely([row(**good), row(**{**good, "task_bound": False})]).word == "partial"
    assert timely([row(**dict.fromkeys(good, False))]).word == "none"
    assert timely([row()]).word == "not known"
    assert timely([]).word == "not known"
    # One of which nothing is known says nothing for the other.
    assert timely([row(**good), row()]).word == "not known"
