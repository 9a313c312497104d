"""One administrator that must be found on every run: a catalogue that misses it is not to be believed."""

from __future__ import annotations

from collections.abc import Iterable

from posture.checks.check import Check
from posture.checks.judge import judge
from posture.checks.view import view
from posture.estate.estate import Estate
from posture.graph.answers import answers
from posture.model.classes import Classes
from posture.model.frames import frame
from posture.model.keys import aws_scope, control_plane

_WATCHED = "admin-wildcard"
_SCOPE = aws_scope("000000000000")
_ROLE = "arn:aws:iam::000000000000:role/canary"


def canary(checks: Iterable[Check]) -> tuple[str, ...]:
    """A sentence for every check that misses what it must find; nothing where all is well."""
    watched = [check for check in checks if check.id == _WATCHED]
    if not watched:
        return (f"the catalogue has no check {_WATCHED}; its findings would be missing",)
    estate = _estate()
    judged = judge(view(estate, answers(estate)), watched)
    if judged.findings.filter(result="gap")["subject"].to_list() == [_ROLE]:
        return ()
    return (f"check {_WATCHED} did not find the administrator it is tried on; do not rely on this run",)


def _estate() -> Estate:
    plane = control_plane(_SCOPE)
    return Estate(
        {
            "scopes": frame("scopes", [{"key": _SCOPE, "kind": "account", "provider": "aws"}]),
            "identities": frame(
                "identities",
                [{"key": _ROLE, "scope": _SCOPE, "provider": "aws", "kind": "role", "class": "workload"}],
            ),
            "systems": frame("systems", [{"key": plane, "scope": _SCOPE, "kind": "control-plane"}]),
            "links": frame(
                "links",
                [
                    {
                        "kind": "may-act",
                        "from": _ROLE,
                        "to": plane,
                        "classes": int(Classes.ADMIN),
                        "certain": True,
                    }
                ],
            ),
            "coverage": frame("coverage", [{"scope": _SCOPE, "table": "policies", "state": "complete"}]),
        },
        as_of=None,
    )
