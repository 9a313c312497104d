"""A company's own checks: read from TOML, asked like the others, refused where they would guess."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from posture.checks.asked import results
from posture.checks.judge import judge
from posture.checks.registry import every
from posture.model.errors import InputError
from tests.checks.small import Tables, estate_of, seen
from tests.checks.test_not_known import blanked, emptied, of, shortened, wrongs


def day(month: int) -> datetime:
    return datetime(2026, month, 20, tzinfo=UTC)


OWN = """
id = "old-partner-key"
title = "Partner's key is older than a month"
why = "Partners rotate monthly by contract."
fix = "Ask the partner for a new one."
severity = "medium"
raised = "high"
action = "rotate"
controls = ["owasp-nhi-top10/NHI7:2025"]
table = "credentials"
applies = "holder = 'vendor' AND kind IN ('api-key', 'token')"
gap = "rotated_days > 30 OR has_expires = FALSE"
raised_if = "consumers >= 2"
says = "last issued {rotated:date}"
expected = "issued within 30 days"
"""

TABLES: Tables = {
    "credentials": [
        {"key": "old", "kind": "api-key", "holder": "vendor", "rotated": day(1), "has_expires": True},
        {"key": "new", "kind": "api-key", "holder": "vendor", "rotated": day(6), "has_expires": True},
        {"key": "untold", "kind": "api-key", "holder": "vendor"},
        {"key": "ours", "kind": "api-key", "holder": "workload", "has_expires": False},
    ]
}


def written(folder: Path, text: str) -> Path:
    (folder / "old-partner-key.toml").write_text(text, "utf-8")
    return folder


def test_an_own_check_answers_like_the_others(tmp_path: Path) -> None:
    own = next(one for one in every(written(tmp_path, OWN)) if one.own)
    view = seen(estate_of(TABLES))
    assert dict(results(own, view).select("key", "result").iter_rows()) == {
        "old": "gap", "new": "clear", "untold": "unknown", "ours": "not applicable",
    }  # fmt: skip
    judged = judge(view, [own])
    assert judged.findings.select("subject", "observed", "severity").rows() == [
        ("old", "last issued 2026-01-20", "medium")
    ]
    assert len(every(tmp_path)) == len(every()) + 1


def test_less_knowledge_never_looks_like_health_in_an_own_check(tmp_path: Path) -> None:
    own = next(one for one in every(written(tmp_path, OWN)) if one.own)
    estate = estate_of(TABLES)
    before = of(own, seen(estate))
    used = frozenset({"credentials"})
    found = [
        wrong
        for changes in (blanked, shortened, emptied)
        for less in changes(estate, used)
        for wrong in wrongs(own, before, less)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('gap = "COALESCE(enabled, FALSE)"', "gap: COALESCE decides where nothing is known"),
        ('gap = "enabled IS NULL"', "gap: IS decides where nothing is known"),
        ('gap = "CASE WHEN enabled THEN TRUE ELSE FALSE END"', "gap: CASE decides where nothing is known"),
        ('gap = "enabld"', "gap: credentials has no column enabld; did you mean enabled?"),
        ('gap = "greatest(ttl, lease) > 1"', "gap: greatest() is not among"),
        ('gap = "enabled AND"', "gap: "),
        ('table = "documents"', "has no column"),
        ('table = "gadgets"', "table: there is no table gadgets of subjects"),
        ('severity = "urgent"', "severity: "),
        ('says = "{nothing}"', "says: credentials has no column nothing"),
        ('colour = "red"', "colour: "),
        ("gap = ", "Invalid value"),
    ],
)
def test_what_would_guess_is_refused_with_its_file(tmp_path: Path, line: str, said: str) -> None:
    name = line.split(" ")[0]
    kept = [old for old in OWN.splitlines() if not old.startswith(f"{name} =")]
    folder = written(tmp_path, "\n".join([*kept, line]))
    with pytest.raises(InputError) as error:
        every(folder)
    assert str(error.value).startswith("old-partner-key.toml: ")
    assert said in str(error.value)


def test_an_id_of_the_catalogue_is_taken(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a check key-too-old exists already"):
        every(written(tmp_path, OWN.replace("old-partner-key", "key-too-old")))


def test_a_text_in_quotes_is_no_word_of_sql(tmp_path: Path) -> None:
    text = OWN.replace("holder = 'vendor' AND", "name <> 'case is null' AND")
    assert any(one.own for one in every(written(tmp_path, text)))
