"""Time, memory and growth of everything that has a figure to reach, in one table.

Run `make bench`, or `python -m bench [--most N] [--million]`. Every figure is taken in a process
of its own; seconds are CPU seconds, of the user and the system together, and wall time where it says so.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.accounts import account
from bench.estates import write

REAL = Path(__file__).parents[2] / "shared" / "data" / "account_x1.json"
SCALE = REAL.parents[1] / "tools" / "scale_account.py"
COPIES = (1, 8, 80)
IDENTITIES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
STAGES = {
    "imports": "imports",
    "reading": "reading",
    "joining": "joining",
    "walking the graph": "graph",
    "asking the checks": "checks",
    "ordering the plan": "plan",
}
"""Of the way to the full result, which has graph, paths and plan; reports stand behind it."""
PEERS = (
    ("Cloudsplaining", "8.6 / 41.8 / 509 CPU s, 2.7 GB at x80"),
    ("parliament (lint alone)", "2.0 / 6.8 / 57 CPU s"),
    ("PMapper", "126 CPU s at x1, growth quadratic"),
    ("Prowler", "60 / 108 CPU s at x1 / x8"),
    ("cloud-audit", "10 / 27 CPU s at x1 / x8"),
    ("iam-simulate", "about 1,000 decisions a second"),
)
"""Measured elsewhere, on a two-core machine and the same account exports."""


def main() -> int:
    """Prints the table, stage by stage as it is measured."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--most", type=int, default=IDENTITIES[-1], help="largest estate to generate")
    words.add_argument("--million", action="store_true", help="one million identities as well")
    words.add_argument("--without-others", action="store_true", help="whole assessments alone")
    asked = words.parse_args()
    sizes = [n for n in IDENTITIES if n <= asked.most] + ([MILLION] if asked.million else [])
    if REAL.exists():
        print("Accounts: copies of a real account export (x1, x8, x80).\n")
    else:
        print("Accounts: generated with the statistics of a real account export; none lies beside.\n")
    print(
        f"| input | identities | {' | '.join(STAGES.values())} | **to the full result** | reports "
        "| with both reports | growth | peak MB | JSON MB |"
    )
    print("|---|---:|" + "---:|" * (len(STAGES) + 6))
    with tempfile.TemporaryDirectory() as folder:
        before: tuple[int, float] | None = None
        for name, source in _inputs(Path(folder), sizes):
            found = _measured("bench.stages", str(source), str(Path(folder) / "runs" / name))
            spent, many, result = found["total"], found["identities"], found["result"]
            grown = _growth(before, many, spent) if not name.startswith("x") or before else ""
            before = None if name == f"x{COPIES[-1]}" else (many, spent)
            stages = " | ".join(f"{found['stages'].get(stage, 0):.2f}" for stage in STAGES)
            print(
                f"| {name} | {many:,} | {stages} | **{result:.2f}** | {spent - result:.2f} | {spent:.2f} "
                f"| {grown} | {found['peak'] / 2**20:,.0f} | {found['sizes']['json'] / 1e6:.1f} |",
                flush=True,
            )
        print(
            "\nCPU seconds from the start of the process. The full result has graph, paths and plan; "
            "the reports are JSON and Markdown.\n"
            "Growth: times the CPU with both reports of the row above, for times its identities.\n"
        )
        if not asked.without_others:
            _others(Path(folder) / "x1.json")
            _tried(name, Path(folder) / "runs" / name)
    print("\n| measured elsewhere, same accounts | x1 / x8 / x80 |\n|---|---|")
    for peer, figures in PEERS:
        print(f"| {peer} | {figures} |")
    return 0


def _inputs(folder: Path, sizes: list[int]) -> Iterator[tuple[str, Path]]:
    for copies in COPIES:
        file = folder / f"x{copies}.json"
        if REAL.exists():
            with file.open("wb") as out:
                subprocess.run([sys.executable, str(SCALE), str(REAL), str(copies)], stdout=out, check=True)
        else:
            file.write_text(json.dumps(account(copies)), encoding="utf-8")
        yield f"x{copies}", file
    for many in sizes:
        estate = folder / str(many)
        write(estate, many)
        yield f"estate {many:,}", estate


def _growth(before: tuple[int, float] | None, many: int, spent: float) -> str:
    return "" if before is None else f"{spent / before[1]:.1f} for {many / before[0]:.1f}"


def _others(source: Path) -> None:
    print("| what | figure | to reach |\n|---|---|---|")
    decisions = _measured("bench.decisions", str(source))
    for how, most in (("one by one", "20,000"), ("in bulk", "100,000")):
        print(f"| decisions a second, {how}, x1 | {decisions[how]['a second']:,} | {most} |", flush=True)
    _printed("bench.graph", "bulk reach, 10,000 agents, 1M nodes, 5M links", "4 CPU s, 600 MB", r"reach of.*")
    _printed(
        "bench.planner",
        "planner against the optimum, 200 instances",
        "greedy 1.15, refined 1.05",
        r"^(densest|printed)",
        "200",
    )
    _printed(
        "bench.screens", "dashboard, 1M identities", "first frame 1 s, key 50 ms, filter 500 ms", r".+ ms"
    )
    home = _measured("bench.home")
    of = f"home of {home['files']:,} files, {home['read']} configurations"
    print(f"| {of} | cold {home['cold']} s, warm {home['warm']} s, wall | cold 5 s |", flush=True)
    for words, most in ((["--version"], "150 ms"), (["checks"], "500 ms")):
        spent = _spent([sys.executable, "-m", "posture", *words])
        print(f"| `posture {' '.join(words)}` | {spent * 1000:.0f} ms CPU | {most} |", flush=True)


def _tried(name: str, workspace: Path) -> None:
    found = _measured("bench.what_if", str(workspace))
    figures = ", ".join(f"{word} {found[word]} ms" for word in ("done", "left out", "curve"))
    ready = f"ready after {found['ready']:.1f} CPU s"
    print(f"| what-if of one step, {name}, saved run | {figures} (95th); {ready} | 200 ms |", flush=True)


def _printed(module: str, what: str, most: str, wanted: str, *words: str) -> None:
    text = _run([sys.executable, "-m", module, *words])
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines() if re.search(wanted, line)]
    print(f"| {what} | {'; '.join(lines) or 'not measured: it failed'} | {most} |", flush=True)


def _measured(module: str, *words: str) -> dict[str, Any]:
    text = _run([sys.executable, "-m", module, *words])
    try:
        return dict(json.loads(text))
    except ValueError:
        raise SystemExit(f"{module} {' '.join(words)}: no figures") from None


def _run(command: list[str]) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout


def _spent(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
