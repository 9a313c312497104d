"""make score: our answers against labelled cases, per category, and an exit code past the limits."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from tests.score import agents, aws, gcp, secrets


class Kind(Struct, frozen=True):
    """One kind of cases: how its folder is recognised, and who answers it."""

    name: str
    shaped: Callable[[Path], bool]
    rows: Callable[[Path], Any]
    exact: bool = False
    """Whether the exact word counts; a false alarm is then Allowed where it is not."""
    whole: bool = False
    """Whether its many categories are told as one."""


def _schema(folder: Path) -> str:
    cases = folder / "cases.jsonl"
    if not cases.is_file():
        return ""
    with cases.open(encoding="utf-8") as lines:
        return str(json.loads(next(lines, "{}")).get("schema", ""))


def _first(folder: Path) -> str:
    """The schema of the first case of a folder that keeps one case a file, by technique."""
    path = next(iter(sorted(folder.glob("*/*.json"))), None)
    if path is None:
        return ""
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return ""
    return str(head.get("schema", "")) if isinstance(head, dict) else ""


KINDS = (
    Kind("aws_privesc", lambda folder: (folder / "index.jsonl").is_file(), aws.aws_privesc),
    Kind("iam_eval", lambda folder: _schema(folder).startswith("iam-eval"), aws.iam_eval, exact=True),
    Kind("gcp_privesc", lambda folder: _first(folder).startswith("gcp-privesc"), gcp.rows),
    Kind("estates", lambda folder: any(folder.glob("*/questions.jsonl")), aws.estates),
    Kind("agent_configs", lambda folder: (folder / "manifest.toml").is_file(), agents.rows),
    Kind("secrets", lambda folder: _schema(folder).startswith("secret-case"), secrets.rows, whole=True),
)


class Tally(Struct):
    """Numbers of one category, and the ids that were not right."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    yes: int = 0
    """Cases whose answer is yes; for exact answers every case."""

    @property
    def recall(self) -> float:
        """Share of the yes cases that were found."""
        return 1.0 if not self.yes else 1 - len(self.missed) / self.yes


def folders(root: Path) -> Iterator[tuple[Kind, Path]]:
    """Every folder of cases at or right below `root`, whatever it is called."""
    for folder in (root, *sorted(path for path in root.iterdir() if path.is_dir())):
        for kind in KINDS:
            if kind.shaped(folder):
                yield kind, folder


def tallied(kind: Kind, rows: Any) -> dict[str, Tally]:
    """Rows of high confidence by category; undecided is a miss on a yes and a false alarm on a no."""
    found: dict[str, Tally] = {}
    for row in rows:
        if row.confidence != "high":
            continue
        tally = found.setdefault(kind.name if kind.whole else row.category, Tally())
        expected, answered = str(row.expected), str(row.answered)
        undecided = answered in ("undecided", "Depends")
        if undecided:
            tally.undecided.append(row.case)
        yes = kind.exact or expected in ("yes", "True")
        tally.yes += yes
        if expected == answered:
            tally.right += 1
        elif kind.exact:
            tally.missed.append(row.case)
            if answered == "Allowed":
                tally.false.append(row.case)
        elif yes:
            tally.missed.append(row.case)
        else:
            tally.false.append(row.case)
    return found


def main() -> int:
    """Prints the table; exit 1 past a limit, 2 where no cases were found."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("cases", type=Path)
    words.add_argument("--min", type=float, default=0.0, help="least recall, 0 to 1, of every category")
    words.add_argument("--max-false", type=int, default=None, help="most false alarms over all categories")
    asked = words.parse_args()
    if not asked.cases.is_dir():
        print(f"skipped: no cases at {asked.cases.name}; name a folder with CASES=DIR")
        return 2
    categories: dict[str, Tally] = {}
    for kind, folder in folders(asked.cases):
        for category, tally in tallied(kind, kind.rows(folder)).items():
            name = category if category == kind.name else f"{kind.name}/{category}"
            categories[name] = tally
    if not categories:
        print("no cases of a known schema were found")
        return 2
    print(f"{'category':<34} {'right':>6} {'missed':>7} {'false alarm':>12} {'undecided':>10} {'recall':>8}")
    for name, tally in categories.items():
        print(
            f"{name:<34} {tally.right:>6} {len(tally.missed):>7} {len(tally.false):>12} "
            f"{len(tally.undecided):>10} {tally.recall:>8.3f}"
        )
        for word, ids in (
            ("missed", tally.missed),
            ("false alarm", tally.false),
            ("undecided", tally.undecided),
        ):
            if ids:
                print(f"    {word}: {', '.join(sorted(ids))}")
    alarms = sum(len(tally.false) for tally in categories.values())
    low = [name for name, tally in categories.items() if tally.recall < asked.min]
    over = asked.max_false is not None and alarms > asked.max_false
    return 1 if low or over else 0


if __name__ == "__main__":
    sys.exit(main())
