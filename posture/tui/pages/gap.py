"""One gap, or one thing that could not be decided, in words."""

from __future__ import annotations

from textual.content import Content

from posture.model.assessment import Assessment
from posture.model.keys import short
from posture.tui import say
from posture.tui.pages.hops import hop_lines
from posture.tui.queries.gaps import Known
from posture.tui.widgets import prose
from posture.tui.widgets.rows import Row

DECISIONS = 3
"""Decisions that are told, newest first."""
FEW = 8
"""Subjects in the detail pane; the page of evidence lists more."""


def gap(row: Row, known: Known, assessment: Assessment | None, few: bool) -> list[prose.Block]:
    """The finding, what was seen where, what closes it, whom else it hits, and the way through it."""
    overview = assessment.overview if assessment else None
    as_of = overview.as_of if overview else None
    first = known.findings.row(0, named=True)
    blocks = [prose.text(row["title"], "bold"), _severity(row)]
    blocks += _decided(row, known)
    blocks.append(prose.fact("why", _sentence(row, first)))
    if first["expected"]:
        blocks.append(prose.fact("expected", first["expected"]))
    blocks.append(prose.fact("subject", first["subject"]))
    blocks.append(prose.fact("where", _where(first)))
    if row["due"] is not None:
        words = f"{say.due(row['due'], as_of)} · {say.stamp(row['due'])}"
        blocks.append(prose.fact("due", words, "bold $error" if row["urgent"] else ""))
    blocks.append(_owner(row))
    for step in known.step.head(2).iter_rows(named=True):
        lane = "" if step["lane"] == "order" else " of the control lane"
        blocks.append(prose.fact("closed by", f"step {step['n']}{lane}: {step['title']}", "$primary"))
    check = next((check for check in overview.checks if check.id == row["check"]), None) if overview else None
    blocks.append(prose.fact("check", row["check"], "$text-muted"))
    if check:
        blocks.append(prose.fact("controls", ", ".join(check.controls), "$text-muted"))
    blocks += _subjects(known, few)
    if known.path.height:
        path = known.path.row(0, named=True)
        origin, system = (known.names[path[end]] for end in ("origin", "system"))
        words = f"{origin} → {system}, {say.share(path['share'])} of the path risk"
        blocks.append(prose.heading("Way through it", words))
        blocks += hop_lines(known.hops, evidence=not few, names=known.names)
    return blocks


def unknown(row: Row) -> list[prose.Block]:
    """What is missing, and what would provide it."""
    return [
        prose.text(row["title"], "bold"),
        prose.text(f"{say.HATCH} not known, for {say.count(row['subjects'], 'subject')}", "$warning"),
        prose.fact("because", row["says"]),
        prose.fact("reason", row["reason"].replace("_", " ")),
        prose.fact("scope", row["scope"] or "–"),
        prose.fact("example", row["example"] or "–"),
        prose.fact("check", row["check"], "$text-muted"),
    ]


def _decided(row: Row, known: Known) -> list[prose.Block]:
    """Where it stands, and who said so."""
    blocks = []
    records = known.decided.unique("at", maintain_order=True)
    for record in records.head(DECISIONS).iter_rows(named=True):
        what = (record["state"] or record["kind"]).replace("-", " ")
        until = f", until {say.stamp(record['expires'])}" if record["expires"] else ""
        on = known.decided.filter(at=record["at"]).height
        of = f" on {on} of {row['subjects']}" if on < row["subjects"] else ""
        why = f": {record['reason']}" if record["reason"] else ""
        when = f", {say.stamp(record['decided'])}" if record["decided"] else ""
        blocks.append(prose.fact("decided", f"{what}{of} by {record['author']}{when}{until}{why}"))
    return blocks


def _severity(row: Row) -> prose.Block:
    words = f"{say.SEVERITY_MARKS[row['severity']].strip()} {row['severity']}"
    parts: list[str | tuple[str, str]] = [(words, "bold $error" if row["urgent"] else "bold")]
    if row["label"]:
        parts.append((f"   {say.label(row['label'])}", "$error" if row["urgent"] else "$text-muted"))
    if row["state"] != "open":
        parts.append((f"   {row['state'].replace('-', ' ')}", "bold"))
    if row["may_be_higher"]:
        parts.append(
            (f"   {say.UNKNOWN} may be higher: something that would raise it is not known", "$warning")
        )
    return prose.text(Content.assemble(*parts))


def _sentence(row: Row, first: Row) -> str:
    name = first["name"] or short(first["subject"])
    rest = f", and {row['subjects'] - 1:,} more of the same cause" if row["subjects"] > 1 else ""
    return f"{name}: {first['observed']}{rest}"


def _where(first: Row) -> str:
    return (
        " ".join(part for part in (first["file"], first["at"]) if part)
        or "no single place: concluded from several"
    )


def _owner(row: Row) -> prose.Block:
    if row["owner"] is None:
        return prose.fact("owner", f"{say.UNKNOWN} not known", "$warning")
    return prose.fact("owner", row["owner"] + (", not of all" if row["owners"] else ""))


def _subjects(known: Known, few: bool) -> list[prose.Block]:
    whole = known.findings.height + known.more
    if whole < 2:
        return []
    shown = known.findings.head(FEW) if few else known.findings
    blocks = [prose.heading(say.count(whole, "subject"))]
    for one in shown.iter_rows(named=True):
        name = Content(one["name"] or short(one["subject"]))
        blocks.append(prose.line(name, Content.styled(one["observed"] if not few else "", "$text-muted")))
    if whole > shown.height:
        blocks.append(
            prose.text(
                f"… and {whole - shown.height:,} more{'; enter lists them' if few else ''}", "$text-muted"
            )
        )
    return blocks
