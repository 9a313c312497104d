"""Where there are too many ways to look for choke points, that none is named is said to mean nothing."""

from __future__ import annotations

import io

import pytest

from posture import frameworks
from posture.assess import Asked, assess
from posture.plan import paths
from posture.reports import markdown
from posture.tui.pages.standing import choke_lines
from tests.reports.given import SAMPLE


def test_choke_points_that_were_not_looked_for_are_no_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_CHOKED", 0)
    found = assess(Asked((SAMPLE,), fingerprint_key=b"thicket")).assessment
    overview = found.overview
    assert found.frame("chokes").is_empty()
    assert not overview.risk.choked
    assert "choke points were not looked for" in overview.assumptions[-1]
    assert "Not looked for" in choke_lines(found.frame("chokes"), overview, 40).plain
    out = io.BytesIO()
    markdown.write(found, frameworks.load(), out)
    assert "choke points were not looked for" in out.getvalue().decode()
