"""Exit codes: documented in --help and stable."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the process says to a pipeline."""

    DONE = 0
    GATE = 1
    USAGE = 2
    INPUT = 3
    COVERAGE = 4
    INTERNAL = 5
    INTERRUPTED = 130


MEANING = {
    Exit.DONE: "run complete, gates met",
    Exit.GATE: "run complete, a gate failed",
    Exit.USAGE: "the command line does not fit",
    Exit.INPUT: "nothing readable, or settings or catalogue invalid",
    Exit.COVERAGE: "run complete, but coverage is below its gate or a required source is missing",
    Exit.INTERNAL: "a check raised, a canary was missed, nothing could be written, or posture itself failed",
    Exit.INTERRUPTED: "interrupted",
}

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANING.items()) + "."
