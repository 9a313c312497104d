"""One step of a saved run tried, again and again: how long it takes to be ready, and then each.

Prints one JSON object; `bench` starts it and reads that. Run `python -m bench.what_if WORKSPACE`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

TRIED = 200


def main(workspace: Path) -> None:
    """Tries the first steps of the order and some that chance picks."""
    from posture.assess.trying import Trying
    from posture.workspace import runs

    began = time.process_time()
    seen = runs.load(workspace, str(runs.latest(workspace)))
    trying = Trying.of(seen)
    ready = time.process_time() - began
    steps = seen.frame("steps").filter(lane="order").sort("n")["id"].to_list()
    chosen = steps[:TRIED] + random.Random(1).sample(steps, min(TRIED, len(steps)))
    print(
        json.dumps(
            {
                "ready": ready,
                "steps": len(steps),
                "done": _worst(trying.doing, chosen),
                "left out": _worst(trying.without, chosen),
                "curve": _worst(trying.burn, chosen),
            }
        )
    )


def _worst(ask: Callable[[list[str]], object], steps: list[str]) -> float:
    """Milliseconds of the 95th percentile."""
    spent = []
    for step in steps:
        began = time.process_time()
        ask([step])
        spent.append(time.process_time() - began)
    return round(1000 * sorted(spent)[int(0.95 * (len(spent) - 1))], 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
