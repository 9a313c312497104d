"""The one family of errors whose sentence is written for the person at the terminal."""

from __future__ import annotations


class PostureError(Exception):
    """Something went wrong that the user can act on. The message says what, to what, and what to do."""

    exit_code = 5


class UsageError(PostureError):
    """The words on the command line do not fit: exit 2."""

    exit_code = 2


class InputError(PostureError):
    """Input, schema, catalogue or settings are not usable: exit 3."""

    exit_code = 3


class OutputError(PostureError):
    """What was worked out cannot be written where it should go: exit 5."""


class Interrupted(PostureError):
    """The person stopped the run, and what it did by then is kept: exit 130."""

    exit_code = 130


class Unreadable(PostureError):
    """One file or one entry cannot be read; the run goes on and coverage says so.

    `reason` never quotes the content, since that may be a secret.
    """

    exit_code = 3

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason = reason
        self.line = line
