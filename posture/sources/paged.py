"""Pages of one answer in several files: whole where the numbers in their names leave no hole."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from posture.model.inputs import Input
from posture.sources.contract import Rows

MORE = "more pages follow this one"
"""What a source says of a page that is not the last."""

_NUMBER = re.compile(r"\d+(?=\D*\Z)")


def join_pages(rows: Rows, inputs: list[Input]) -> list[Input]:
    """Settles coverage of every scope read from pages; gives `inputs` with its pages marked."""
    told: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.tables.get("coverage", ()):
        if row["state"] == "complete" or row["why"] == MORE:
            told[row["source"], row["scope"]].append(row)
    whole: set[tuple[str, str]] = set()
    for (source, _scope), said in told.items():
        ended = {row["file"] for row in said if row["state"] == "complete"}
        open_ = {row["file"] for row in said if row["why"] == MORE} - ended
        if not open_:
            continue
        if _follow_each_other(open_, ended):
            for row in said:
                row["state"], row["why"], row["would_help"] = "complete", None, None
            whole.update((source, file) for file in open_ | ended)
        else:
            for row in said:
                row["state"] = "partial"
                row["why"] = f"one of {len(open_ | ended)} pages, and nothing shows that none is missing"
                row["would_help"] = "export without --no-paginate, or number the files from first to last"
    return [
        item.model_copy(update={"outcome": "read", "why": "one of several pages"})
        if (item.source, item.file) in whole and item.why in ("", MORE)
        else item
        for item in inputs
    ]


def _follow_each_other(open_: set[str], ended: set[str]) -> bool:
    """Whether the names differ only in a number that counts up without a hole to the one page that ends."""
    if len(ended) != 1:
        return False
    names = [*sorted(open_), *ended]
    found = [_NUMBER.search(name) for name in names]
    numbers = [int(match.group()) for match in found if match]
    stems = {
        name[: match.start()] + name[match.end() :] for name, match in zip(names, found, strict=True) if match
    }
    if len(numbers) != len(names) or len(stems) != 1 or numbers[-1] != max(numbers):
        return False
    return min(numbers) in (0, 1) and sorted(numbers) == list(range(min(numbers), max(numbers) + 1))
