"""posture demo: the dashboard on the sample inventory of an invented company."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.cli.viewing import Viewing, sample, written

EXAMPLES = "Examples: posture demo; posture demo > summary.txt"

_MOMENT = "2026-07-01T09:00:00Z"
"""The sample's own now, so that it never ages."""


def command(quiet: words.Quiet = False) -> None:
    """The dashboard on the sample. Where stdout is no terminal, its summary."""
    asked = words.asked([sample()], as_of=_MOMENT)
    if sys.stdout.isatty():
        from posture.tui.app import run

        with TemporaryDirectory(prefix="posture-demo-") as workspace:
            viewing = Viewing.of(asked, Path(workspace), words.person())
            run(viewing.load, viewing.export, sample=True, desk=viewing)
        return
    from posture.assess import assess

    with progress(quiet) as shown:
        assessed = assess(asked, shown)
    for error in assessed.errors:
        say(f"posture: {error}")
    give(written("summary", assessed.assessment), None)
