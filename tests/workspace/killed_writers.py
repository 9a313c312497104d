"""Two processes append decisions while somebody kills them: run as a program, prints what was acknowledged.

Words: the workspace, how many decisions each process makes, how many kills, a seed.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from posture.model.decided import Decided, On
from posture.workspace import decisions

START = datetime(2026, 7, 1, tzinfo=UTC)


def decision(author: str, number: int) -> Decided:
    """The decision that `author` makes as number `number`."""
    on = (On(subject=f"agent:{number % 7}/bot", table="agents"),)
    facts: dict[str, str | int | float | bool] = {"purpose": f"{author} {number}"}
    decided = START + timedelta(seconds=number)
    return Decided(kind="facts", on=on, author=author, decided=decided, facts=facts)


def write(workspace: Path, author: str, first: int, many: int, acknowledged: int) -> None:
    """Appends from `first` on, and says each id once it is on the disk."""
    for number in range(first, many):
        (made,) = decisions.append(workspace, [decision(author, number)])
        os.write(acknowledged, f"{made.id}\n".encode())


def main(workspace: Path, many: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    said: dict[str, list[str]] = {"ada": [], "ben": []}
    running: dict[str, tuple[int, int]] = {}
    killed = 0
    while any(len(ids) < many for ids in said.values()):
        for author, ids in said.items():
            if author not in running and len(ids) < many:
                reading, writing = os.pipe()
                child = os.fork()
                if not child:
                    os.close(reading)
                    write(workspace, author, len(ids), many, writing)
                    os._exit(0)
                os.close(writing)
                running[author] = child, reading
        left = 2 * many - sum(map(len, said.values()))
        if killed < kills:
            # Spread over the whole run: the kills that are left share the decisions that are left.
            time.sleep(chance.uniform(0, 0.004) * left / (kills - killed) / 2)
            victim = chance.choice(sorted(running))
            os.kill(running[victim][0], signal.SIGKILL)
            killed += 1
        else:
            victim = sorted(running)[0]
        for author, (child, reading) in sorted(running.items()):
            if author == victim or select.select([reading], [], [], 0)[0]:
                said[author] += _heard(reading, to_the_end=author == victim)
            if author == victim:
                os.waitpid(child, 0)
                os.close(reading)
                del running[author]
    sys.stdout.write("\n".join([str(killed), *said["ada"], *said["ben"]]))


def _heard(reading: int, to_the_end: bool) -> list[str]:
    """Ids in the pipe; each was written at once, so none is torn."""
    heard = b""
    while select.select([reading], [], [], None if to_the_end else 0)[0]:
        part = os.read(reading, 1 << 16)
        if not part:
            break
        heard += part
    return heard.decode().split()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
