"""The panes of the overview in words and bars."""

from __future__ import annotations

import polars as pl
from textual.content import Content

from posture.model import figures
from posture.model.overview import Overview as Figures
from posture.tui import say
from posture.tui.widgets import bars, prose
from posture.tui.widgets.drawn import Draw, ends, fit

NOTHING = f"{say.HATCH} nothing was assessed"


def brief(said: Figures) -> str:
    """The answer of the screen in few cells."""
    return say.count(sum(said.gaps.values()), "gap") if assessed(said) else f"{say.HATCH} nothing assessed"


def gap_words(said: Figures) -> list[str | tuple[str, str]]:
    """The answer of the screen: how many gaps, by severity."""
    if not assessed(said):
        return [(f"{say.HATCH} nothing was assessed", "$warning")]
    words = [f"{number:,} {severity}" for severity, number in say.worst_first(said.gaps)]
    return [("gaps: ", "$text-muted"), " · ".join(words)] if words else [("no gap found", "$text-muted")]


def assessed(said: Figures) -> bool:
    """Whether any check could say anything of anything."""
    return said.score.value is not None or any(check.gap or check.clear for check in said.checks)


def notice(said: Figures, sample: bool) -> Draw:
    """Above everything: that this is the sample, what failed, and what was not seen."""
    blocks = []
    if sample:
        own = Content.assemble(
            ("An invented company.", "$primary"), " Yours: ", ("posture open FOLDER", "bold")
        )
        blocks.append(prose.line(own, Content("how: posture sources")))
    if not assessed(said) and not said.blind:
        words = Content.assemble(
            (f"{say.HATCH} Nothing was assessed. ", "$warning"),
            "Read exports with ",
            ("posture open FOLDER", "bold"),
        )
        blocks.append(prose.line(words, Content("how: posture sources")))
    if said.errors:
        first = Content.styled(f"▲ {say.count(len(said.errors), 'check')} failed: {said.errors[0]}", "$error")
        blocks.append(prose.line(first, Content.styled("7 Sources", "$text-muted")))
    if said.blind:
        more = f" and {len(said.blind) - 1} more" if len(said.blind) > 1 else ""
        words = Content.assemble(
            (f"{say.HATCH} Not seen: ", "$warning"), said.blind[0], (more, "$text-muted")
        )
        blocks.append(prose.line(words, Content.styled("7 Sources", "$text-muted")))
    return prose.draw(blocks)


def stand(said: Figures) -> list[prose.Block]:
    """Three numbers and their ranges, two shares, and how large the estate is."""
    score, risk = said.score, said.risk
    known = assessed(said)
    blind = sum(check.gap + check.clear == 0 and check.unknown > 0 for check in said.checks)
    blindness = f"{say.count(blind, 'check')} blind" if blind else "no check blind"
    blindness = blindness if known else NOTHING
    spread = f"{say.amount(risk.low)} to {say.amount(risk.high)}"
    standing = say.share(said.standing_destructive) if said.standing_destructive is not None else say.UNKNOWN
    return [
        _figure("Control score", figures.value(score), figures.beside(score)),
        _figure("Path risk", *((say.amount(risk.total), spread) if known else (say.UNKNOWN, "not known"))),
        _figure(
            "Coverage",
            f"{score.coverage:.0f} %",
            blindness,
        ),
        _figure("Standing", standing, "of destructive rights have no end"),
        *_timely(said),
        _figure("Agents", f"{said.agents:,}", f"{_with_tools(said)}; systems {figures.systems(said)}"),
        _figure("Identities", f"{sum(said.identities.values()):,}", figures.sides(said) or "none read"),
    ]


def _with_tools(said: Figures) -> str:
    return f"with {say.count(said.tools, 'tool')}" if said.agents else "none was read"


def _timely(said: Figures) -> list[prose.Block]:
    if said.just_in_time is None:
        return []
    return [_figure("JIT", say.share(said.just_in_time), "of agents' credentials come just in time")]


def _figure(label: str, number: str, note: str) -> prose.Block:
    def lines(width: int) -> list[Content]:
        said = Content.assemble(
            (label.ljust(14), "$text-muted"), (number.rjust(8), "bold"), "   ", (note, "$text-muted")
        )
        return [said.truncate(max(width, 1), ellipsis=True)]

    return lines


def burn(said: Figures, width: int) -> Content:
    """The curve of the plan with its two ends."""
    risk = said.risk
    start, end = say.amount(risk.total), say.amount(risk.after_plan)
    drawn = bars.curve(risk.burn, max(width - len(start) - len(end) - 4, 2), rows=2)
    if not drawn:
        if not assessed(said):
            return Content.styled(NOTHING, "$warning")
        return Content.styled("No step lowers the path risk.", "$text-muted")
    hours = next((hour for hour, left in risk.burn if left <= risk.after_wave0), risk.burn[-1][0])
    first = 1 - risk.after_wave0 / risk.total if risk.total else 0.0
    words = f"first wave: −{say.share(first)} in {say.effort(hours)} of work"
    whole = f"all: {say.effort(risk.burn[-1][0])}"
    indent = " " * (len(start) + 2)
    return Content("\n").join(
        (
            Content.assemble((start, "bold"), "  ", (drawn[0], "$primary")),
            Content.assemble(indent, (drawn[1], "$primary"), "  ", (end, "bold")),
            ends(Content(words), Content.styled(whole, "$text-muted"), width),
        )
    )


def frameworks(said: Figures, width: int) -> Content:
    """One bar per framework, and the counts in columns."""
    if not said.frameworks:
        return Content.styled("No framework was evaluated.", "$text-muted")
    name = min(max(len(entry.title) for entry in said.frameworks), max(width // 4, 12))
    words = max(bars.counted(entry.counts).cell_length for entry in said.frameworks)
    room = width - name - words - 4
    lines = []
    for entry in said.frameworks:
        parts = [Content(fit(entry.title, name)), Content("  ")]
        if room >= 10:
            parts += [bars.stacked(entry.counts, min(room, 40)), Content("  ")]
        lines.append(Content.assemble(*parts, bars.counted(entry.counts)).truncate(width, ellipsis=True))
    return Content("\n").join(lines)


def changes(said: Figures) -> list[prose.Block]:
    """What differs from the run before."""
    if not said.changes:
        return [
            prose.text(
                "Nothing to compare with yet. Runs kept in a workspace show here what changed.", "$text-muted"
            )
        ]
    looks = {"+": "bold", "-": "$text-muted", "~": "$warning"}
    return [
        prose.line(Content.assemble((change.mark, looks.get(change.mark, "")), " ", change.says))
        for change in said.changes
    ]


def choke_lines(frame: pl.DataFrame | None, said: Figures | None, width: int) -> Content:
    """Bars of the share of all risk that passes each point; without `frame` it is still asked for."""
    if said is None or not assessed(said):
        return Content.styled(NOTHING, "$warning")
    if not said.risk.choked:
        return Content.styled(f"{figures.UNCHOKED.capitalize()}.", "$warning")
    if frame is None:
        return Content.styled("Reading …", "$text-muted")
    if not frame.height:
        return Content.styled("No single point carries a share of the risk.", "$text-muted")
    name = max(width * 11 // 20, 10)
    room = max(width - name - 8, 2)
    whole = max(*(float(share) for share in frame["share"]), 0.01)
    return Content("\n").join(
        Content.assemble(
            fit(row["name"], name),
            "  ",
            (bars.bar(row["share"] / whole, room), "$primary"),
            (say.share(row["share"]).rjust(6), ""),
        )
        for row in frame.iter_rows(named=True)
    )
