"""The sample shows every check at work: a gap beside a clear, many of them from tools' own files alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from posture.assess import Asked, read
from posture.checks.added import view
from posture.checks.asked import results
from posture.checks.registry import every
from posture.checks.view import View
from posture.graph.answers import answers
from tests.reports.given import AS_OF, SAMPLE, assessed, seen

FROM_FILES = frozenset({
    "admin-wildcard", "agent-broad-reach", "agent-on-human-cred", "ci-untrusted-trigger",
    "cross-env-identity", "duplicate-stores", "exposed-mcp-config", "exposed-prompt-memory",
    "external-trust", "free-tool-selection", "interactive-enabled", "key-too-old", "mcp-no-auth",
    "mcp-unpinned", "no-expiry", "no-workload-identity", "nonprod-reaches-prod", "oidc-wildcard-subject",
    "plaintext-in-runtime", "privesc-primitive", "rotation-overdue", "same-secret-envs",
    "shared-agent-role", "shared-workload-identity", "stale-identity", "standing-destructive",
    "unconstrained-destructive-tool", "wif-no-condition",
})  # fmt: skip
"""Checks that need no word of inventory.toml to show both."""


def _both(asked: View) -> frozenset[str]:
    """Checks with a gap and a clear."""
    found = set()
    for check in every():
        said = set(results(check, asked)["result"])
        if {"gap", "clear"} <= said:
            found.add(check.id)
    return frozenset(found)


def test_every_check_shows_a_gap_and_a_clear() -> None:
    assert _both(seen(SAMPLE)[0]) == {check.id for check in every()}


@pytest.fixture(scope="module")
def undeclared(tmp_path_factory: pytest.TempPathFactory) -> View:
    """The sample as its tools emit it, without what people know."""
    folder = tmp_path_factory.mktemp("undeclared") / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("inventory.toml"))
    assert not Path(folder, "inventory.toml").exists()
    estate = read(Asked((folder,), as_of=AS_OF)).built.estate
    return view(estate, answers(estate))


def test_what_tools_emit_shows_a_gap_and_a_clear_by_itself(undeclared: View) -> None:
    assert _both(undeclared) >= FROM_FILES
    assert len(FROM_FILES) >= 25


def test_more_than_half_is_known_and_the_rest_is_said_to_be_unknown() -> None:
    score = assessed(SAMPLE).overview.score
    assert 50 < score.coverage < 60
    assert score.provisional


def test_containing_first_is_worth_it() -> None:
    """The first five steps take a tenth of the path risk, within a day of work."""
    steps = assessed(SAMPLE).frame("steps").filter(lane="order").sort("n").head(5)
    risk = assessed(SAMPLE).overview.risk
    assert set(steps["wave"]) == {0}
    assert steps["gain"].sum() > 0.09 * risk.total
    assert steps["effort"].sum() <= 12
