"""Each owner's steps are one page and one table; what nobody owns is its own."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import polars as pl

from posture.estate.estate import Estate
from posture.model.assessment import Assessment
from posture.model.frames import empty, frame
from posture.model.overview import Overview
from posture.model.results import RESULTS
from posture.model.tables import TABLES
from posture.plan.owners import owners
from posture.reports.owners import pages

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)


def step(n: int, subject: str, **more: Any) -> dict[str, Any]:
    row = {"n": n, "id": f"s{n}", "action": "rotate", "subject": subject, "title": f"Rotate {subject}"}
    return {**row, "effort": 4.0, "gain": 2.0, "why": "it is old", **more}


def guess(subject: str, owner: str, confidence: str = "high") -> dict[str, Any]:
    return {"subject": subject, "owner": owner, "confidence": confidence, "reason": "its tag", "stated": True}


def written(steps: list[dict[str, Any]], guesses: list[dict[str, Any]]) -> dict[str, bytes]:
    tables = {name: empty(name) for name in (*TABLES, *RESULTS)}
    tables["steps"], tables["owners"] = frame("steps", steps), frame("owners", guesses)
    lazy = {name: rows.lazy() for name, rows in tables.items()}
    return dict(pages(Assessment(Overview(as_of=AS_OF), lazy)))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_each_owner_has_a_page_and_a_table_and_nobody_has_one_too() -> None:
    made = written([step(1, "a"), step(2, "b"), step(3, "c")], [guess("a", "ops"), guess("b", "ops")])
    assert list(made) == ["ops.md", "ops.csv", "no-owner.md", "no-owner.csv"]
    assert [row["id"] for row in rows(made["ops.csv"])] == ["s1", "s2"]
    assert [row["owner_reason"] for row in rows(made["no-owner.csv"])] == ["nothing that was read names one"]
    assert "# Steps of ops\n" in made["ops.md"].decode()
    assert "# Steps that nobody owns\n" in made["no-owner.md"].decode()


def test_no_name_leaves_the_folder_and_no_two_owners_share_one() -> None:
    names = ["../../etc/passwd", "Ops", "ops!", "no owner", "東京"]
    made = written([step(n, name) for n, name in enumerate(names, 1)], [guess(name, name) for name in names])
    assert sorted(name for name in made if name.endswith(".csv")) == [
        "etc-passwd.csv", "no-owner-1.csv", "ops-1.csv", "ops-2.csv", "owner.csv",
    ]  # fmt: skip


def test_a_table_is_rfc_4180_and_no_cell_is_a_formula() -> None:
    nasty = '=HYPERLINK("http://x"),\n@SUM(1)|`<b>'
    made = written([step(1, "a", title=nasty, how="+1")], [guess("a", "-ops")])
    (row,) = rows(made["ops.csv"])
    assert made["ops.csv"].count(b"\r\n") == 2
    assert (row["title"][:2], row["how"], row["owner"]) == ("'=", "'+1", "'-ops")
    assert "<b>" not in made["ops.md"].decode()


def test_commands_stand_in_a_block_and_sentences_in_a_line() -> None:
    both = "aws iam delete-access-key --user-name a\naws iam list-access-keys --user-name a"
    made = written([step(1, "a", how=both), step(2, "a", how="ask them")], [guess("a", "ops")])
    assert (
        "- How:\n\n  ~~~~sh\n  aws iam delete-access-key --user-name a\n"
        "  aws iam list-access-keys --user-name a\n  ~~~~\n" in made["ops.md"].decode()
    )
    assert "- How: ask them\n" in made["ops.md"].decode()


def estate(**tables: list[dict[str, Any]]) -> Estate:
    return Estate({name: frame(name, rows) for name, rows in tables.items()}, AS_OF)


def said(found: pl.DataFrame) -> list[tuple[str, str, str]]:
    return list(found.select("subject", "owner", "confidence").iter_rows())


def test_an_owner_is_stated_or_guessed_with_a_reason() -> None:
    found = owners(
        estate(
            identities=[
                {"key": "role/a", "owner": "ops", "owner_basis": "tag"},
                {"key": "role/b", "owner": "pay", "owner_basis": "declared"},
                {"key": "user/c"},
            ],
            credentials=[
                {"key": "key/1"},
                {"key": "key/2"},
                {"key": "secret:desk/.env#K", "file": "repos/desk/.env"},
                {"key": "secret:home", "scope": "home:mara", "file": "laptops/mara/.x"},
            ],
            groups=[{"key": "group/g", "name": "payments"}],
            links=[
                {"kind": "authenticates", "from": "key/1", "to": "role/a"},
                {"kind": "authenticates", "from": "key/2", "to": "role/a"},
                {"kind": "authenticates", "from": "key/2", "to": "role/b"},
                {"kind": "member-of", "from": "user/c", "to": "group/g"},
            ],
            code_owners=[
                {
                    "scope": "repo:desk",
                    "n": 1,
                    "base": "repos/desk",
                    "pattern": "*",
                    "owners": "@co/ops",
                    "file": "f",
                }
            ],
        ),
        ["role/a", "role/b", "user/c", "key/1", "key/2", "secret:desk/.env#K", "secret:home", "gone"],
    )
    assert said(found) == [
        ("key/1", "ops", "high"),
        ("role/a", "ops", "high"),
        ("role/b", "pay", "certain"),
        ("secret:desk/.env#K", "ops", "medium"),
        ("secret:home", "mara", "low"),
        ("user/c", "payments", "low"),
    ]
    reasons = dict(found.select("subject", "reason").iter_rows())
    assert reasons["key/1"] == "owns role/a, which it authenticates"
    assert reasons["secret:desk/.env#K"] == "f line 1 for repos/desk/.env"
    assert found.filter("stated")["subject"].to_list() == ["role/a", "role/b"]
