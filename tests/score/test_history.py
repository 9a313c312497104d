"""First seen, resolved, reopened, triaged: what a finding goes through from run to run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from posture.model.frames import empty, frame
from posture.score.history import History, Sight, carried_on, read_whole, vanished


def day(number: int) -> datetime:
    return datetime(2026, 7, number, tzinfo=UTC)


def findings(*ids: str, **more: Any) -> pl.DataFrame:
    row = {"check": "no-boundary", "subject": "role/a", "noun": "identities", "severity": "medium"}
    return frame("findings", [{"id": id_, **row, "observed": "none", "cause": "", **more} for id_ in ids])


def triage(word: str, decided: datetime) -> pl.DataFrame:
    row = {"subject": "role/a", "kind": "triage", "finding": "f", "state": word, "decided": decided}
    return frame("decisions", [row])


def run(
    before: pl.DataFrame,
    number: int,
    *ids: str,
    sight: dict[str, Sight] | None = None,
    decisions: pl.DataFrame | None = None,
    **more: Any,
) -> History:
    said = empty("decisions") if decisions is None else decisions
    return carried_on(findings(*ids, **more), before, sight or {}, said, day(number))


def told(history: History) -> list[tuple[str, datetime | None]]:
    return list(history.findings.select("state", "first_seen").iter_rows())


def kept(history: History) -> list[tuple[str, datetime, datetime]]:
    return list(history.history.select("state", "first_seen", "last_seen").iter_rows())


def test_a_finding_keeps_the_day_it_was_first_seen() -> None:
    first = run(empty("history"), 1, "f")
    assert told(first) == [("open", day(1))]
    assert told(run(first.history, 5, "f")) == [("open", day(1))]


def test_what_was_resolved_and_returns_is_reopened_until_somebody_looks() -> None:
    first = run(empty("history"), 1, "f")
    gone = run(first.history, 2, sight={"f": "resolved"})
    assert kept(gone) == [("resolved", day(1), day(1))]
    assert vanished(findings(), gone.history).is_empty()
    back = run(gone.history, 3, "f")
    assert told(back) == [("reopened", day(1))]
    assert told(run(back.history, 4, "f")) == [("reopened", day(1))]
    assert told(run(back.history, 4, "f", decisions=triage("planned", day(2)))) == [("reopened", day(1))]
    assert told(run(back.history, 4, "f", decisions=triage("planned", day(3)))) == [("planned", day(1))]


def test_what_was_only_out_of_sight_is_not_reopened() -> None:
    first = run(empty("history"), 1, "f")
    unseen = run(first.history, 2, sight={"f": "unseen"})
    assert kept(unseen) == [("unseen", day(1), day(1))]
    assert vanished(findings(), unseen.history)["finding"].to_list() == ["f"]
    assert told(run(unseen.history, 3, "f")) == [("open", day(1))]


def test_without_an_answer_a_finding_counts_as_out_of_sight() -> None:
    first = run(empty("history"), 1, "f")
    assert kept(run(first.history, 2)) == [("unseen", day(1), day(1))]


@pytest.mark.parametrize(
    ("word", "state"),
    [("confirmed", "triaged"), ("needs-data", "triaged"), ("planned", "planned"), ("open", "open")],
)
def test_triage_gives_the_state(word: str, state: str) -> None:
    assert told(run(empty("history"), 1, "f", decisions=triage(word, day(1)))) == [(state, day(1))]


def test_an_accepted_finding_stays_accepted() -> None:
    accepted = run(
        empty("history"), 1, "f", decisions=triage("planned", day(1)), result="accepted", state="accepted"
    )
    assert told(accepted) == [("accepted", day(1))]


@pytest.mark.parametrize(
    ("rows", "whole"),
    [
        ([], False),
        ([("a", "identities", "complete")], True),
        ([("a", "identities", "complete"), ("a", "identities/users", "partial")], False),
        ([("b", "identities", "complete")], False),
        ([("a", "identities", "complete"), ("a", "systems", "unread")], True),
    ],
)
def test_a_scope_is_read_whole_where_every_part_of_the_table_was(
    rows: list[tuple[str, str, str]], whole: bool
) -> None:
    coverage = frame("coverage", [dict(zip(("scope", "table", "state"), row, strict=True)) for row in rows])
    assert read_whole(coverage, "a", "identities") is whole
