"""A real terminal: what becomes of the dashboard when it goes away."""

from __future__ import annotations

import os
import pty
import select
import shlex
import subprocess
import sys
from pathlib import Path


def test_the_dashboard_ends_when_its_terminal_is_gone_and_nobody_tells(tmp_path: Path) -> None:
    outer, inner = pty.openpty()
    # Whoever leads the session may keep to itself that the terminal hung up, as make does.
    command = ["sh", "-c", f"trap '' HUP; exec {shlex.quote(sys.executable)} -m posture demo"]
    environment = {**os.environ, "TERM": "xterm-256color", "HOME": str(tmp_path)}
    with subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True, env=environment
    ) as run:
        os.close(inner)
        try:
            _until(outer, b"Overview")
            os.close(outer)
            assert run.wait(60) is not None
        finally:
            run.kill()


def _until(terminal: int, said: bytes) -> None:
    """Take what is drawn off the terminal, as its window would, until it says so."""
    drawn = b""
    while said not in drawn:
        assert select.select([terminal], [], [], 60)[0], "nothing more was drawn"
        drawn += os.read(terminal, 65536)
