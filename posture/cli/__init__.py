"""Words on the command line; the only writer of stdout, stderr and exit codes."""

from __future__ import annotations

from posture.model.collector import seldom_collected


@seldom_collected()
def main() -> None:
    """Entry point of the `posture` command."""
    from posture.cli.app import run

    run()
