"""The hops of a path, one line each, with the evidence below where it is asked for."""

from __future__ import annotations

import polars as pl
from textual.content import Content

from posture.model.keys import short
from posture.tui import say
from posture.tui.widgets import prose
from posture.tui.widgets.rows import Row

VERBS = {
    "uses-tool": "uses", "holds": "holds", "authenticates": "is", "runs-as": "runs as", "may-become": "may become",
    "may-act": "acts on", "opens": "opens", "calls": "calls", "delegates": "delegates to", "contains": "contains",
    "member-of": "is member of", "stored-at": "is stored at", "declared-tool": "declares",
}  # fmt: skip
"""Each kind of link as a verb between its ends."""


def hop_lines(hops: pl.DataFrame, evidence: bool) -> list[prose.Block]:
    """`1 support-bot uses shell`, dashed where it is conditional."""
    blocks: list[prose.Block] = []
    for hop in hops.iter_rows(named=True):
        line = "─▶" if hop["certain"] else "╌▷"
        look = "" if hop["certain"] else "$warning"
        blocks.append(
            prose.text(
                Content.assemble(
                    (f"{hop['n']} ", "$text-muted"), short(hop["from"]),
                    (f" {VERBS.get(hop['kind'], hop['kind'])} {line} ", look or "$text-muted"), short(hop["to"]),
                )
            )
        )  # fmt: skip
        if evidence:
            blocks += hop_evidence(hop)
    return blocks


def hop_evidence(hop: Row) -> list[prose.Block]:
    """Because of what, read where, and what it depends on."""
    blocks = [prose.fact("  because", hop["because"] or "the source gives no statement")]
    where = " ".join(part for part in (hop["file"], hop["at"]) if part)
    if where:
        blocks.append(prose.fact("  read in", where, "$text-muted"))
    if not hop["certain"]:
        words = hop["depends_on"] or "a condition that was not evaluated"
        blocks.append(prose.fact("  depends on", f"{say.UNKNOWN} {words}", "$warning"))
    return blocks
