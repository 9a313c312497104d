"""Decided facts as an inventory.toml, for whoever keeps declarations beside the exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import tomli_w

from posture.model.columns import columns
from posture.model.decided import Decided
from posture.model.tables import TABLES
from posture.workspace.holding import holding


def inventory(records: Sequence[Decided]) -> bytes:
    """Every fact that holds, by table and key; times are times again."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for slot, record in sorted(holding(records).by_slot.items()):
        if slot[0] != "fact":
            continue
        _fact, table, subject, name = slot
        times = {column.name for column in columns(TABLES[table]) if column.type == "time"}
        entry = found.setdefault(table, {}).setdefault(subject, {"key": subject})
        for column in (name, f"has_{name}"):
            if column in record.facts:
                value = record.facts[column]
                in_time = column in times and isinstance(value, str)
                entry[column] = datetime.fromisoformat(str(value)) if in_time else value
    written = [
        f"[[{table}]]\n{tomli_w.dumps(entry)}"
        for table, entries in found.items()
        for entry in entries.values()
    ]
    return "\n".join(written).encode()
