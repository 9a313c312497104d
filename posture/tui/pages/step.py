"""One step of the plan in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from posture.model.keys import short
from posture.tui import say
from posture.tui.queries.plan import Hanging
from posture.tui.widgets import prose
from posture.tui.widgets.rows import Row

FEW = 6


def step(
    row: Row, hanging: Hanging | None, as_of: datetime | None, total: float, few: bool
) -> list[prose.Block]:
    """What, why now, what may break, how to prove it done, and how to do it."""
    blocks = [prose.text(row["title"], "bold"), _line(row)]
    if row["out"]:
        words = "left out: space puts it back, w compares both plans"
        blocks.append(prose.text(f"○ {words}", "$warning"))
    blocks.append(prose.fact("why now", row["why"]))
    if row["due"] is not None:
        words = f"{say.due(row['due'], as_of)} · {say.stamp(row['due'])}"
        blocks.append(prose.fact("due", words, "bold $error" if row["urgent"] else ""))
    if row["gain"] > 0 and total > 0:
        words = f"{say.amount(row['gain'])} of {say.amount(total)}, {say.share(row['gain'] / total)}"
        blocks.append(prose.fact("removes", f"{words}; {say.amount(row['risk_after'])} left after it"))
    else:
        blocks.append(prose.fact("removes", "no path risk; it closes a gap in control"))
    for label, column in (("breaks", "breaks"), ("may break", "may_break"), ("proof", "proof")):
        if row[column]:
            blocks.append(prose.fact(label, row[column]))
    if row["finish"] is not None:
        late = ": after its date" if row["at_risk"] else ""
        words = f"{say.due(row['finish'], as_of)}, worked in order{late}"
        blocks.append(prose.fact("done", words, "$warning" if late else ""))
    blocks.append(prose.fact("effort", say.effort(row["effort"]) + _outage(row)))
    if row["owner"]:
        blocks.append(prose.fact("owner", row["owner"]))
    else:
        blocks.append(prose.fact("owner", f"{say.UNKNOWN} not known", "$warning"))
    blocks.append(prose.fact("subject", row["subject"], "$text-muted"))
    if hanging is not None:
        blocks += _hanging(hanging, few)
    if row["how"]:
        blocks += [prose.heading("How"), *(prose.text(line, "$primary") for line in row["how"].split("\n"))]
    return blocks


def _line(row: Row) -> prose.Block:
    parts = [row["action"].replace("-", " ")]
    if row["label"]:
        parts.append(say.label(row["label"]))
    parts.append(f"wave {row['wave']}" if row["lane"] == "order" else "control lane")
    if row["bundle"]:
        parts.append("taken together with others")
    return prose.text(Content.styled(" · ".join(parts), "$error" if row["urgent"] else "$text-muted"))


def _outage(row: Row) -> str:
    return f", expected outage {say.duration(row['disruption'])}" if row["disruption"] else ""


def _hanging(hanging: Hanging, few: bool) -> list[prose.Block]:
    blocks: list[prose.Block] = []
    if hanging.needs.height:
        blocks.append(prose.heading("Comes after"))
        for need in hanging.needs.iter_rows(named=True):
            because = f": {need['because']}" if need["because"] else ""
            blocks.append(prose.text(f"step {need['n']} {need['title']}{because}"))
    if hanging.closes:
        blocks.append(prose.heading(f"Closes {say.count(hanging.closes, 'finding')}"))
        shown = hanging.findings.head(FEW) if few else hanging.findings
        for found in shown.iter_rows(named=True):
            left = Content(
                f"{say.SEVERITY_MARKS[found['severity']]} {found['name'] or short(found['subject'])}"
            )
            blocks.append(prose.line(left, Content.styled(found["check"], "$text-muted")))
        if hanging.closes > shown.height:
            blocks.append(prose.text(f"… and {hanging.closes - shown.height:,} more", "$text-muted"))
    return blocks
