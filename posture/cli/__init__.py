"""Words on the command line; the only writer of stdout, stderr and exit codes."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `posture` command."""
    from posture.cli.app import run

    run()
