"""What the pages on agents, secrets and life cycles say of a small declared estate."""

from __future__ import annotations

import re
from functools import cache
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from posture.assess import Asked, assess
from posture.frameworks import load
from posture.model.assessment import Assessment
from posture.reports.cited import by_action, by_step
from posture.reports.pages import agents, appendix, copies, credentials, gaps, life, standing
from tests.reports.given import AS_OF, SAMPLE, assessed, report

ESTATE = """
[[agents]]
key = "agent:r/bot"
name = "bot"
autonomy = "autonomous"
max_task = 600
multi_agent = true
owner = "desk"

[[agents]]
key = "agent:r/idle"
name = "idle"

[[identities]]
key = "role/bot"
kind = "role"
class = "agent"
created = 2026-01-05T09:00:00Z
attested = "spiffe"
owner = "desk"

[[credentials]]
key = "secret:r/.env#TOKEN"
kind = "token"
name = "TOKEN"
store = "file"
exposure = "at-rest"
expires = 2026-07-01T21:00:00Z
task_bound = true
identity_bound = false
revoked_at_task_end = false
revocation_lag = 1200

[[credentials]]
key = "vault/token"
kind = "token"
same_value_as = "secret:r/.env#TOKEN"
store = "vault"
engine = "static"
has_expires = false

[[credentials]]
key = "dead"
kind = "api-key"
valid = false
has_expires = false

[[links]]
kind = "runs-as"
from = "agent:r/bot"
to = "role/bot"

[[links]]
kind = "holds"
from = "agent:r/bot"
to = "secret:r/.env#TOKEN"

[[links]]
kind = "authenticates"
from = "secret:r/.env#TOKEN"
to = "role/bot"

[[exposures]]
credential = "secret:r/.env#TOKEN"
surface = "chat"
place = "channel help"
detected = 2026-06-30T09:00:00Z
has_revoked = false

[[safeguards]]
subject = "agent:r/bot"
kind = "request-policy"
mode = "enforce"
engine = "cedar"
attributes = "target,action"

[[grants]]
subject = "role/bot"
purpose = "book slots"
has_ends = false
"""


@cache
def _made() -> Assessment:
    with TemporaryDirectory() as folder:
        Path(folder, "inventory.toml").write_text(ESTATE, encoding="utf-8")
        return assess(Asked((Path(folder),), as_of=AS_OF)).assessment


def _card(name: str) -> str:
    page = agents.agents(_made(), load())
    return page.partition(f"### {name}\n")[2].partition("\n### ")[0]


def test_a_card_says_for_how_long_and_whether_just_in_time() -> None:
    card = _card("bot")
    assert "Access ends: 12 h (TOKEN in r/.env)" in card
    assert (
        "- Just in time: partial (bound to the task: yes, to its identity: no, revoked at the end: no); "
        "access outlives the task by 12 h" in card
    )
    assert "- Identity, token, decision: complete" in card
    assert "- Governance: owner desk, monitoring not seen, revocation no, override not seen" in card
    assert "- Controls degrade here: it works with other agents" in card


def test_identity_authorization_and_operation_stand_side_by_side() -> None:
    card = _card("bot")
    assert "| identity | not seen shared, proves itself by spiffe |" in card
    assert "request-time policy by cedar, mode enforce, looks at 2 of 10 attributes" in card
    assert "| operation | monitor not seen, limits not seen, override not seen, logs not seen |" in card


def test_an_agent_of_which_nothing_is_known_gets_no_good_word() -> None:
    card = _card("idle")
    assert "Access ends: no credential was read, so nobody can say when" in card
    assert "- Just in time: no credential of its own was read" in card
    assert "- Identity, token, decision: lacks identity, token, decision" in card
    assert "roles alone, a backstop: no decision at request time was read" in card


def test_copies_of_one_value_are_one_line_and_the_dead_is_none() -> None:
    page = credentials.secrets(_made(), load())
    (line,) = [line for line in page.splitlines() if line.startswith("| TOKEN in r/.env |")]
    # Two places and one sighting, in two kinds of store; a copy in the vault has no end.
    assert line.startswith("| TOKEN in r/.env | 3 | 2 | 1 |")
    assert line.endswith("| without end | yes | 2026-06-30 09:00Z |")
    (copies,) = [line for line in page.splitlines() if line.startswith("- TOKEN in r/.env: ")]
    assert copies.endswith("(last seen 2026-06-30 09:00Z)")
    assert copies.count(", ") == 2
    assert "By owner: desk 1 secret in 3 places." in page
    assert "dead" not in page.partition("### Secrets in more than one place")[2]
    assert "| vault, static | 1 | 0 | 0 | 1 | without end |" in page
    assert "| hardcoded | 1 | 1 | 0 | 0 | 12 h |" in page
    assert "| bound to its task | 1 | 0 | 0 |" in page
    assert "between the end of a task and revocation: 20 min" in page


def test_a_stage_without_evidence_is_empty() -> None:
    page = life.cycle(_made(), load())
    assert "| agent | 1 | 1 | 0 | 0 | 0 | 1 |" in page
    assert "| role/bot | agent | 2026-01-05 | **empty** | **empty** | **empty** | desk |" in page
    assert "| grants without a task | 1 | role/bot |" in page
    assert "grants without a purpose" not in page


def test_where_controls_degrade_is_registered() -> None:
    page = appendix.limitations(_made(), load())
    assert "### Where controls degrade" in page
    assert "| agents | it works with other agents, and each hop hands on more than a task | 1 | bot |" in page


def test_every_step_answers_controls() -> None:
    sample = assessed(SAMPLE)
    cited = by_step(sample)
    assert set(cited) == set(sample.frame("steps")["id"])
    assert [step for step, controls in cited.items() if not controls] == []
    assert "owasp-nhi-top10/NHI2:2025" in by_action(sample)["contain"]


@cache
def _sample() -> Assessment:
    return assessed(SAMPLE)


def test_gaps_by_severity_are_the_counts_of_the_summary() -> None:
    page = gaps.findings(_sample(), load())
    heads = dict(re.findall(r"^### (\w+) \((\d+)\)$", page, re.MULTILINE))
    assert {word.lower(): int(number) for word, number in heads.items()} == _sample().overview.gaps


def test_what_is_only_possible_is_not_said_to_be_in_reach() -> None:
    page = agents.agents(_sample(), load())
    assert "- Now: 78 systems (37 by name, 41 patterns) in reach and 1 more possibly, 4 of them by" in page
    assert "- Now: 1 system possibly in reach, none of them by" in page


def test_a_safeguard_that_is_off_is_no_yes() -> None:
    card = agents.agents(_sample(), load()).partition("### customer-desk\n")[2].partition("\n### ")[0]
    assert "- Governance: owner customer-care, monitoring off, " in card
    assert "| operation | monitor off, limits off, override yes, " in card


def test_what_is_off_is_not_told_among_what_holds_an_agent_back() -> None:
    page = agents.agents(_sample(), load())
    assert (
        "- Held back by: monitor of use of the profile and its key; switched off: approval, sandbox; no "
        in page
    )
    assert "- Held back by: nothing that is known to be in force; switched off: approval, limit, " in page
    assert "threat-model; switched off: approval, approval of Edit, " in page
    assert " and 3 more; only logging: guardrail, request-policy\n" in page


def test_whom_an_agent_acts_as_is_apart_from_whom_it_could_become_by_what_lies_around() -> None:
    page = agents.agents(_sample(), load())
    assert "- Acts as: role/ops-admin; by what lies in its reach also user/mara-cli, yard-loader\n" in page


def test_choke_points_that_were_not_looked_for_are_not_passed_over() -> None:
    found = _sample()
    thicket = found.overview.risk.model_copy(update={"choked": False})
    page = standing.decision(
        replace(found, overview=found.overview.model_copy(update={"risk": thicket})), load()
    )
    assert "### What one fix breaks\n\nNot looked for: there are too many ways.\n" in page


@pytest.mark.parametrize(
    ("windows", "tasks", "says"),
    [
        ((2.0,), (1.0,), "yes"),
        ((2.0, None), (3.0, 1.0), "yes"),
        ((2.0,), (3.0,), "no"),
        ((2.0, None), (3.0,), "not known"),
        ((2.0,), (3.0, None), "not known"),
        ((None,), (3.0,), "not known"),
    ],
)
def test_a_copy_dies_with_its_task_only_where_all_of_it_is_known(
    windows: tuple[float | None, ...], tasks: tuple[float | None, ...], says: str
) -> None:
    assert copies._outlives(windows, tasks) == says


@pytest.mark.parametrize(
    ("windows", "says"),
    [((3.0,), "3 h"), ((3.0, None), "at least 3 h"), ((inf, None), "without end"), ((None,), "not known")],
)
def test_how_long_a_stolen_copy_works_is_a_bound_where_one_of_them_says_nothing(
    windows: tuple[float | None, ...], says: str
) -> None:
    assert copies._longest(windows) == says


def test_nobody_is_another_owner_than_an_unknown_one() -> None:
    card = agents.agents(_sample(), load()).partition("### release-bot\n")[2].partition("\n### ")[0]
    assert "- Facts: owner none, " in card
    assert "- Facts: owner not known, " in _card("idle")


def test_approvals_are_counted_by_the_day() -> None:
    page = report("markdown", SAMPLE).decode()
    assert "| dispatch executor | 8.0 | 4 s | 0.5 min | 99.6 % |" in page
    assert "| yard-analyst | 2.0 | 35 s | 1.2 min | 90 % |" in page


def test_a_place_is_one_copy_however_often_it_was_seen() -> None:
    page = report("markdown", SAMPLE).decode()
    assert "| svc-tariff-batch's access key 1 | 4 | 1 | 5 | 3 | without end | yes | – |" in page
