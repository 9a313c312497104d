"""What could not be seen: a faulty declaration is said, and nothing read is no health."""

from __future__ import annotations

from posture.assess.blind import blind
from posture.model.frames import empty, frame

NOTHING = "nothing was read that acts or could be reached; `posture sources` names the exports"
ROLE = {"key": "r", "scope": "aws:1", "kind": "role"}


def row(scope: str, table: str, why: str, helps: str = "") -> dict[str, str]:
    return {"scope": scope, "table": table, "state": "partial", "why": why, "would_help": helps}


def said(*coverage: dict[str, str], identities: tuple[dict[str, str], ...] = (ROLE,)) -> tuple[str, ...]:
    names = ("agents", "credentials", "tools", "systems", "inputs")
    tables = {name: empty(name) for name in names}
    return blind(
        {
            **tables,
            "identities": frame("identities", list(identities)),
            "coverage": frame("coverage", list(coverage)),
        }
    )


def test_an_estate_of_nothing_but_faulty_declarations_says_both() -> None:
    faulty = row("declarations", "declarations", "systems: no key matches x-*", "correct the declaration")
    assert said(faulty, identities=()) == (
        NOTHING,
        "declarations: systems: no key matches x-*; correct the declaration",
    )


def test_what_a_source_does_not_show_comes_before_a_faulty_declaration() -> None:
    assert said(row("declarations", "declarations", "no such key"), row("aws:1", "scopes", "refused")) == (
        "scopes of aws:1: refused",
        "declarations: no such key",
    )


def test_what_was_read_whole_leaves_nothing_to_say() -> None:
    assert said() == ()
    assert said(identities=()) == (NOTHING,)
