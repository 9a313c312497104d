"""The page for the terminal: blind spots first, everybody by class, who administers, who escalates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posture.reports.escalations import administrators, escalations
from posture.reports.names import reason
from tests.reports.given import ROOT, SAMPLE, assessed, report

ACCOUNT = ROOT.parent / "shared" / "data" / "account_x1.json"


def _lines(source: Path) -> list[str]:
    return report("summary", source).decode().splitlines()


@pytest.fixture
def account() -> Path:
    if not ACCOUNT.is_file():
        pytest.skip("the real account is not beside this checkout")
    return ACCOUNT


def test_blind_spots_come_before_everything_else() -> None:
    lines = _lines(SAMPLE)
    assert lines[1:3] == ["", "What could not be seen"]
    assert lines[3].startswith("  ? ")


def test_every_section_stands_in_its_order() -> None:
    heads = [line.partition(" (")[0] for line in _lines(SAMPLE) if re.match(r"[A-Z]", line)]
    assert [head.partition(":")[0] for head in heads[1:]] == [
        "What could not be seen", "Administrators", "Escalations", "Agents", "First steps", "Open it",
    ]  # fmt: skip


def test_an_identity_stands_under_one_method_only() -> None:
    found = escalations(assessed(SAMPLE))
    who = [key for row in found.rows for key in row.who]
    assert len(who) == len(set(who)) > 0
    assert [row.certain for row in found.rows] == sorted((row.certain for row in found.rows), reverse=True)
    assert all(row.says != row.method for row in found.rows), "a method without words"


def test_administrators_are_grouped_by_their_statement() -> None:
    told = {(reason(row.because), row.scope): row.who for row in administrators(assessed(SAMPLE))}
    who = told["AdministratorAccess, statement 0", "aws:111122223333"]
    assert [key.rpartition("/")[2] for key in who] == ["break-glass", "fleet-maintenance-exec", "ops-admin"]
    assert told["roles/owner on quillhaven-lab", "gcp:quillhaven-lab"] == ("group:lab@quillhaven.example",)


def test_a_real_account_fits_the_page(account: Path) -> None:
    lines = _lines(account)
    text = " ".join(" ".join(lines).split())
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80
    assert "identities 117: 114 inside (112 workload, 2 human), 3 from outside (2 vendor, 1 of no" in text
    assert "8 more are the providers' own" in text
    admins = text[text.index("Administrators (8)") : text.index("Escalations")]
    assert all(
        name in admins
        for name in (
            "nm046",
            "nm102",
            "nm017",
            "nm020",
            "nm081",
            "nm133",
            "nm153",
            "nm165",
            "AdministratorAccess",
        )
    )
    assert "Escalations (! to administrator): 52 certain" in text
    assert "Rewrite a bucket's policy (17): " in text


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("AdministratorAccess / statement 0", "AdministratorAccess, statement 0"),
        ("deploy / Functions; deploy / HandOverRole", "deploy, Functions and 1 more"),
        ("gcp:lab#binding/roles/owner / roles/owner", "roles/owner on lab"),
        ("arn:aws:iam::1:role/a#trust / statement 0", "trust of role/a, statement 0"),
        ("comes with Claude Code", "comes with Claude Code"),
    ],
)
def test_a_deciding_statement_in_words(because: str, said: str) -> None:
    assert reason(because) == said
