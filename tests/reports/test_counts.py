"""One count under one name: pages, JSON and screens say the same of the sample."""

from __future__ import annotations

import json
import re

import polars as pl
from msgspec.structs import replace

from posture.cli.gates import Gates, judged
from posture.reports.changes import changes
from posture.reports.difference import difference
from posture.score import trend
from posture.score.diff import diff
from posture.tui.queries.inventory import sizes
from posture.tui.queries.reach import agents
from tests.reports.given import SAMPLE, assessed, report


def test_identities_add_up_to_one_number_everywhere() -> None:
    inventory = json.loads(report("json", SAMPLE))["inventory"]
    every, outside = sum(inventory["identities"].values()), sum(inventory["outside"].values())
    assert (every, outside, inventory["provider_owned"]) == (65, 9, 3)
    assert sizes(assessed(SAMPLE))["identities"] == every
    words = "65: 56 inside (34 workload, 8 pipeline, 7 agent, 7 human), 9 from outside"
    assert words in " ".join(report("summary", SAMPLE).decode().split())
    page = report("markdown", SAMPLE).decode()
    assert words in page
    table = page[page.index("| class | provider |") :].partition("\n\n")[0]
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    assert sum(int(row[2]) for row in rows) == every
    assert sum(int(row[3]) for row in rows) == outside


def test_systems_and_tools_add_up_to_one_number_everywhere() -> None:
    inventory = json.loads(report("json", SAMPLE))["inventory"]
    listed = sizes(assessed(SAMPLE))
    assert (inventory["systems"], inventory["patterns"]["systems"]) == (58, 155)
    assert (listed["systems"], listed["tools"]) == (inventory["systems"], inventory["tools"])
    for word in ("markdown", "summary"):
        assert "58 by name, 155 patterns" in report(word, SAMPLE).decode()


def test_what_an_agent_reaches_is_one_number_everywhere() -> None:
    row = agents(assessed(SAMPLE)).row(by_predicate=pl.col("name") == "mara's coding agent", named=True)
    assert (row["systems"], row["named"], row["patterns"], row["conditional"]) == (78, 37, 41, 1)
    said = report("summary", SAMPLE).decode()
    assert "mara's coding agent: 78 systems (37 by name, 41 patterns), 1 more possibly" in said
    page = report("markdown", SAMPLE).decode()
    assert "| mara's coding agent | mara.lindqvist | development | semi | open | 37 | 41 | 1 |" in page


def test_credentials_that_agents_hold_are_one_number_and_their_share_follows_from_it() -> None:
    page = report("markdown", SAMPLE).decode()
    held = re.search(r"of (\d+) credentials that agents hold", page)
    timely = re.search(r"issued per run or step, and revoked at its end \| (\d+) ", page)
    assert held is not None
    assert timely is not None
    assert (held[1], timely[1]) == ("19", "2")
    share = assessed(SAMPLE).overview.just_in_time
    assert share == 2 / 19


def test_the_score_is_said_in_the_same_words_everywhere() -> None:
    before = assessed(SAMPLE)
    said = "33 to 82 (range, 51 % assessed: too little for one value)"
    better = before.overview.score.model_copy(
        update={"provisional": False, "coverage": 70.0, "low": 40.2, "high": 70.0}
    )
    after = replace(before, overview=before.overview.model_copy(update={"score": better}))
    now = "49.0 (range 40 to 70, capped from 61.0: something must be contained now)"
    line = f"control score: {said}, then {now}"
    found = diff(before, after, {})
    assert line in changes(before.overview, after.overview, found).decode()
    assert line in difference(before, after).decode()
    assert line in [change.says for change in trend.changes(found, after)]
    assert f"control score  {said}" in report("summary", SAMPLE).decode()
    assert f"| Control score, of what was given | {said} |" in report("markdown", SAMPLE).decode()
    gate = judged(Gates(min_score=60.0), before).lines[0]
    assert gate == f"gate --min-score 60: the control score is {said} and counts as 49.0"
