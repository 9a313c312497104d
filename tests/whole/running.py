"""Runs the program as people do: another process, a scrubbed environment, what it said and how it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLE = CHECKOUT / "sample_inventory"
MOMENT = "2026-07-01T09:00:00Z"


class Ended(Struct, frozen=True):
    """How a run ended."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on stderr."""
        return self.err.splitlines()


def posture(*words: object, cwd: Path | None = None, stdin: bytes = b"", **environment: str) -> Ended:
    """`posture WORDS...`, with nothing of this machine's environment but the path."""
    return python("-m", "posture", *words, cwd=cwd, stdin=stdin, **environment)


def python(*words: object, cwd: Path | None = None, stdin: bytes = b"", **environment: str) -> Ended:
    """This interpreter with `words`."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LANG": "C.UTF-8", **environment}
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=kept,
        check=False,
        timeout=300,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
