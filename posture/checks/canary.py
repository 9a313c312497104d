"""One administrator that must be found on every run: a catalogue that misses it is not to be believed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import polars as pl

from posture import access
from posture.checks.added import view
from posture.checks.asked import results
from posture.checks.check import Check
from posture.checks.view import View
from posture.estate.estate import Estate
from posture.graph.answers import answers
from posture.model.frames import frame
from posture.model.keys import aws_scope

_WATCHED = "admin-wildcard"
_SCOPE = aws_scope("000000000000")
_ROLE = "arn:aws:iam::000000000000:role/canary"
_POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def canary(checks: Iterable[Check]) -> tuple[str, ...]:
    """A sentence for every check that misses what it must find; nothing where all is well.

    The policy goes the whole way: resolved to links, walked by the graph, asked by the check.
    """
    watched = [check for check in checks if check.id == _WATCHED]
    if not watched:
        return (f"the catalogue has no check {_WATCHED}; its findings would be missing",)
    estate = _estate()
    if _gaps(watched[0], view(estate, answers(estate))) == [_ROLE]:
        return ()
    return (f"check {_WATCHED} did not find the administrator it is tried on; do not rely on this run",)


def _gaps(check: Check, view: View) -> list[str]:
    try:
        return results(check, view).filter(result="gap")["key"].to_list()
    except Exception:  # noqa: BLE001 - a check that raises has found nobody
        return []


def _estate() -> Estate:
    digest = hashlib.sha256(_POLICY.encode()).hexdigest()
    home = {"scope": _SCOPE, "provider": "aws"}
    given = Estate(
        {
            "scopes": frame("scopes", [{"key": _SCOPE, "kind": "account", "provider": "aws"}]),
            "identities": frame(
                "identities",
                [{"key": _ROLE, "kind": "role", "class": "workload", "has_boundary": False, **home}],
            ),
            "policies": frame(
                "policies",
                [
                    {
                        "key": f"{_ROLE}#inline/everything",
                        "kind": "inline",
                        "name": "everything",
                        "attached_to": _ROLE,
                        "document": digest,
                        **home,
                    }
                ],
            ),
            "documents": frame("documents", [{"key": digest, "text": _POLICY}]),
            "coverage": frame("coverage", [{"scope": _SCOPE, "table": "policies", "state": "complete"}]),
        },
        as_of=None,
    )
    resolved = access.resolve(given)
    return given.having(
        links=resolved.links,
        systems=resolved.systems,
        identities=pl.concat([given["identities"], resolved.identities]),
    )
