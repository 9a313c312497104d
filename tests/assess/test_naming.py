"""Which node a person means."""

from __future__ import annotations

import pytest

from posture.assess.naming import node
from posture.estate.estate import Estate
from posture.model.errors import UsageError
from posture.model.frames import frame

ONE, TWO = "aws:111122223333", "aws:444455556666"


def estate(*named: str) -> Estate:
    planes = [
        {"key": f"{scope}:control-plane", "kind": "control-plane", "scope": scope} for scope in (ONE, TWO)
    ]
    identities = [{"key": "ci", "name": "ci", "scope": TWO}]
    identities += [{"key": f"k:{name}", "name": name, "scope": ONE} for name in named]
    return Estate({"systems": frame("systems", planes), "identities": frame("identities", identities)}, None)


def test_admin_is_the_control_plane_of_the_scope_of_who_starts() -> None:
    assert node(estate(), "admin", "ci") == f"{TWO}:control-plane"


def test_admin_of_nobody_in_particular_is_asked_back() -> None:
    with pytest.raises(UsageError, match=f"{ONE}:control-plane, {TWO}:control-plane"):
        node(estate(), "admin")


def test_who_is_named_admin_comes_first() -> None:
    assert node(estate("admin"), "admin", "ci") == "k:admin"
