"""The hops of a path, one line each, with the evidence below where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl
from textual.content import Content

from posture.model import classes
from posture.model.keys import short
from posture.tui import say
from posture.tui.queries.reach import Ways
from posture.tui.widgets import prose
from posture.tui.widgets.branches import Way
from posture.tui.widgets.rows import Row

NAMED = 6
"""Systems that are named singly where many are lost."""
VERBS = {
    "uses-tool": "uses",
    "holds": "holds",
    "authenticates": "is",
    "runs-as": "runs as",
    "may-become": "may become",
    "lets-into": "lets into",
    "may-act": "acts on",
    "opens": "opens",
    "calls": "calls",
    "delegates": "delegates to",
    "contains": "contains",
    "member-of": "is member of",
    "stored-at": "is stored at",
    "declared-tool": "declares",
}
"""Each kind of link as a verb between its ends."""


def hop_lines(
    hops: pl.DataFrame, evidence: bool, names: Mapping[str, str] = MappingProxyType({})
) -> list[prose.Block]:
    """`1 support-bot uses shell`, dashed where it is conditional."""
    blocks: list[prose.Block] = []
    for hop in hops.iter_rows(named=True):
        line = "─▶" if hop["certain"] else "╌▷"
        look = "" if hop["certain"] else "$warning"
        blocks.append(
            prose.text(
                Content.assemble(
                    (f"{hop['n']} ", "$text-muted"),
                    names.get(hop["from"], short(hop["from"])),
                    (f" {VERBS.get(hop['kind'], hop['kind'])} {line} ", look or "$text-muted"),
                    names.get(hop["to"], short(hop["to"])),
                )
            )
        )
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


def hop_page(way: Way, hop: Row, found: Ways, steps: pl.DataFrame) -> list[prose.Block]:
    """One hop: who to whom, because of what, and what ends if it is cut."""
    name = found.names
    word, look = ("certain", "$text-muted") if hop["certain"] else ("conditional ╌ ╌", "$warning")
    line = Content.assemble(
        (name.get(hop["from"], hop["from"]), "bold"),
        (f"  {VERBS.get(hop['kind'], hop['kind'])}  ", "$text-muted"),
        (name.get(hop["to"], hop["to"]), "bold"),
    )
    blocks = [prose.line(line, Content.styled(word, look)), *hop_evidence(hop), _cut(hop, found)]
    if steps.height:
        step = steps.row(0, named=True)
        blocks.append(prose.fact("  step", f"{step['n']}  {step['title']}   (p opens it)", "$primary"))
    blocks.append(prose.fact("  from", hop["from"], "$text-muted"))
    blocks.append(prose.fact("  to", hop["to"], "$text-muted"))
    return blocks


def cut_lines(found: Ways) -> list[prose.Block]:
    """What was taken away for trial, and what that does to this agent."""
    cut = found.cut
    if cut is None:
        return []
    names = found.names
    what = [f"{names[start]} → {names[end]}" for start, end in cut.links]
    what += [names[node] for node in cut.nodes]
    lost = f"{say.count(len(cut.lost), 'system')} no longer reached" if cut.lost else "no system"
    if cut.lost:
        lost += f": {', '.join(cut.lost[:NAMED])}" + (" …" if len(cut.lost) > NAMED else "")
    words = f"{say.amount(cut.before)} → {say.amount(cut.after)}"
    if cut.after < cut.before:
        words += f", {say.share(1 - cut.after / cut.before)} less"
    else:
        words += ": other ways weigh as much"
    return [
        prose.text(f"○ tried without {', '.join(what)}", "$warning"),
        prose.fact("  its risk", words, "bold"),
        prose.fact("  lost", lost),
    ]


def way_page(way: Way, found: Ways) -> list[prose.Block]:
    """All hops with their evidence, and how heavy the way is."""
    path = way.path
    origin, system = (found.names.get(path[end], path[end]) for end in ("origin", "system"))
    certain = "certain" if path["certain"] else "conditional: one hop on it is"
    others = f", and {say.count(path['others'], 'other way')}" if path["others"] else ""
    blocks = [
        prose.text(f"{origin} → {system}", "bold"),
        prose.fact("may", classes.words(path["classes"])),
        prose.fact("risk", f"{say.share(path['share'])} of the whole path risk"),
        prose.fact("route", path["route"].replace("-", " ")),
        prose.fact("way", f"{certain}, {say.count(path['transitions'], 'transition')}{others}"),
    ]
    if path["assumed"]:
        blocks.append(prose.fact("", "~ a factor of its weight is assumed", "italic"))
    blocks.append(prose.heading("Hops"))
    frame = found.hops.filter(pl.col("path") == path["id"])
    return [*blocks, *hop_lines(frame, evidence=True, names=found.names)]


def _cut(hop: Row, found: Ways) -> prose.Block:
    crossing = found.hops.filter(pl.col("from") == hop["from"], pl.col("to") == hop["to"])["path"].unique()
    through = found.paths.filter(pl.col("id").is_in(crossing.implode()))
    whole, part = float(found.paths["weight"].sum()), float(through["weight"].sum())
    words = f"carries {through.height} of {say.count(found.paths.height, 'way')} of this agent"
    if whole:
        words += f", {say.share(part / whole)} of their risk"
    share = max(found.chokes.get(f"{hop['from']} -> {hop['to']}", 0.0), found.chokes.get(hop["to"], 0.0))
    if share:
        words += f"; without it {say.share(share)} of all path risk is gone"
    return prose.fact("  cut here", words)
