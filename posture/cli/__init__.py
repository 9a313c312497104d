"""Words on the command line; the only writer of stdout, stderr and exit codes."""

from __future__ import annotations

import sys

from posture.model.collector import seldom_collected


@seldom_collected()
def main() -> None:
    """Entry point of the `posture` command."""
    try:
        from posture.cli.app import run
    except KeyboardInterrupt:
        sys.stderr.write("posture: interrupted\n")
        sys.exit(130)
    run()
