"""How far the planner's orders are from the optimum on random instances, and how long they take.

Run from the checkout: `python -m bench.planner [COUNT]`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from posture.plan.instance import Instance
from posture.plan.order import order
from posture.plan.refine import refined
from posture.plan.solve import solve
from tests.plan.drawn import instance, problem
from tests.plan.exhaustive import area

LARGEST = 14


def main(count: int) -> None:
    """Prints one line per measure: mean, 95th and 99th percentile, worst."""
    ratios: dict[str, list[float]] = {
        "densest first": [],
        "after moves": [],
        "printed order": [],
        "bound": [],
    }
    seconds: list[float] = []
    for seed in range(count):
        drawn = instance(seed, largest=LARGEST)
        read = Instance.model_validate_json(json.dumps(drawn))
        started = time.process_time()
        found = solve(read)
        seconds.append(time.process_time() - started)
        if not found["optimum"]:
            continue
        first, moved = _found(drawn)
        for name, figure in (
            ("densest first", area(drawn, first)),
            ("after moves", area(drawn, moved)),
            ("printed order", found["area"]),
            ("bound", found["lower_bound"]),
        ):
            ratios[name].append(figure / found["optimum"])
    print(f"{count} instances of 5 to {LARGEST} actions; figures are shares of the exact optimum")
    for name, values in ratios.items():
        print(f"{name:14} " + _line(sorted(values)))
    seconds.sort()
    print(f"CPU ms each    mean {1000 * sum(seconds) / count:.1f}  worst {1000 * seconds[-1]:.1f}")


def _found(drawn: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The order before anything corrects it, and after moves alone, without the exact search."""
    precedence, residual, wanted = problem(drawn)
    first = order(precedence, residual, wanted)
    names = [task.id for task in precedence.tasks]
    return [names[at] for at in first], [names[at] for at in refined(precedence, residual, first)]


def _line(values: list[float]) -> str:
    spots = (values[int(share * (len(values) - 1))] for share in (0, 0.5, 0.95, 0.99, 1))
    words = ("least", "median", "95th", "99th", "most")
    return f"mean {sum(values) / len(values):.4f}  " + "  ".join(
        f"{word} {spot:.4f}" for word, spot in zip(words, spots, strict=True)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
