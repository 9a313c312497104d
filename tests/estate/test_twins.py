"""Two access keys of one second stay two, whoever speaks of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from posture.estate.join import unalias
from posture.estate.twins import twins
from posture.model.frames import frame
from posture.model.tables import TABLES

USER, LONG = "arn:aws:iam::111122223333:user/twins", "arn:aws:iam::111122223333:user/press/twins"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
USED, LATER = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
ONE, TWO = "AKIAFAKED61AAAAAAAAA", "AKIAFAKED61BBBBBBBBB"


def key(name: str, **more: Any) -> dict[str, Any]:
    return {"key": name, "kind": "access-key", "provider": "aws", "created": MADE, **more}


def tables(slots: list[dict[str, Any]], listed: list[dict[str, Any]], owner: str = USER) -> dict[str, Any]:
    links = [{"kind": "authenticates", "from": f"{owner}#access-key-{n}", "to": owner} for n in (1, 2)]
    links += [{"kind": "authenticates", "from": one["key"], "to": USER} for one in listed]
    alias = f"{USER}#access-key@2026-01-01T00:00:00Z"
    aliases = [{"key": one["key"], "alias": alias} for one in listed]
    aliases += [{"key": LONG, "alias": USER}] if owner == LONG else []
    made = [key(f"{owner}#access-key-{n}", **one) for n, one in enumerate(slots, 1)]
    rows = {"credentials": made + listed, "links": links, "aliases": aliases}
    return {name: frame(name, rows.get(name, [])) for name in TABLES}


def seen(found: dict[str, pl.DataFrame]) -> dict[str, list[Any]]:
    """Of each key when it was last used, by either source, and False where one says never."""
    rows: dict[str, list[Any]] = {}
    for row in unalias(found)["credentials"].iter_rows(named=True):
        used = row["last_used"] or (False if row["has_last_used"] is False else None)
        rows.setdefault(row["key"], []).append(used)
    return rows


@pytest.mark.parametrize("owner", [USER, LONG])
def test_two_keys_stay_two_and_each_keeps_what_is_its_own(owner: str) -> None:
    slots = [{"enabled": True, "last_used": USED}, {"enabled": False, "has_last_used": False}]
    listed = [key(ONE, enabled=False), key(TWO, enabled=True)]
    assert seen(twins(tables(slots, listed, owner))) == {ONE: [False, None], TWO: [USED, None]}


def test_the_last_use_tells_two_keys_apart() -> None:
    slots = [{"enabled": True, "last_used": USED}, {"enabled": True, "last_used": LATER}]
    listed = [key(ONE, enabled=True, last_used=LATER), key(TWO, enabled=True, last_used=USED)]
    assert seen(twins(tables(slots, listed))) == {ONE: [LATER, LATER], TWO: [USED, USED]}


def test_where_nothing_tells_them_apart_nobody_knows_which_was_used() -> None:
    slots = [{"enabled": True, "last_used": USED}, {"enabled": True, "has_last_used": False}]
    listed = [key(ONE, enabled=True), key(TWO, enabled=True)]
    assert seen(twins(tables(slots, listed))) == {ONE: [None, None], TWO: [None, None]}
    same = [{"enabled": True, "has_last_used": False}] * 2
    assert seen(twins(tables(same, listed))) == {ONE: [False, None], TWO: [False, None]}


def test_keys_of_another_second_are_others() -> None:
    slots = [{"enabled": True}, {"enabled": False}]
    listed = [key(ONE, enabled=True), {**key(TWO, enabled=False), "created": LATER}]
    assert set(seen(twins(tables(slots, listed)))) == {
        f"{USER}#access-key-1", f"{USER}#access-key-2", ONE, TWO,
    }  # fmt: skip


def test_a_report_without_a_list_is_left_alone() -> None:
    slots = [{"enabled": True, "last_used": USED}, {"enabled": False}]
    assert seen(twins(tables(slots, []))) == {f"{USER}#access-key-1": [USED], f"{USER}#access-key-2": [None]}
