"""One row of the estate in words: what is known, what is known to be none, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from textual.content import Content

from posture.model import classes
from posture.model.columns import Column, columns
from posture.model.frames import declared
from posture.model.keys import short
from posture.tui import say
from posture.tui.pages.hops import VERBS
from posture.tui.queries.inventory import Around
from posture.tui.widgets import prose

_APART = {"key", "name", "source", "file", "at", "collected_at", "provider", "pattern"}
_MASKS = {"effects"}
_SECONDS = {"lease", "max_task", "revocation_lag", "ttl"}


def thing(noun: str, around: Around, as_of: datetime | None) -> list[prose.Block]:
    """Facts with what nobody said in one hatched line, then where controls fall short, gaps and links."""
    row = around.row
    key = str(row.get("key", ""))
    blocks = [prose.text(str(row.get("name") or short(key)), "bold"), prose.text(key, "$text-muted")]
    unsaid = []
    for column in columns(declared(noun)):
        if column.name in _APART or column.beside or column.name.startswith("_"):
            continue
        said = _fact(column, row, as_of)
        if said is not None:
            blocks.append(prose.fact(_words(column.name), said))
        elif column.of:
            unsaid.append(_words(column.name))
    where = " ".join(str(row[part]) for part in ("file", "at") if row.get(part))
    if where:
        blocks.append(prose.fact("read in", where, "$text-muted"))
    if unsaid:
        words = Content.assemble((f"{say.HATCH} ", "$warning"), (", ".join(unsaid), "$text-muted"))
        blocks.append(prose.fact("not known", words))
    return [*blocks, *_degraded(around), *_findings(around), *_links(around, key)]


def _fact(column: Column, row: Mapping[str, object], as_of: datetime | None) -> Content | None:
    value = row.get(column.name)
    if column.of and value is None:
        none = row.get(f"has_{column.name}") is False
        return Content.styled("none", "bold") if none else None
    if value is None or (value in ("", False) and not column.of):
        return None
    if isinstance(value, bool):
        words = "yes" if value else "no"
    elif isinstance(value, datetime):
        words = f"{say.age(value, as_of)} ago, {say.stamp(value)}"
        if as_of is not None and value > as_of:
            words = f"in {say.age(as_of, value)}, {say.stamp(value)}"
    elif column.name in _SECONDS and isinstance(value, int):
        words = say.duration(value / 3600)
    elif column.name in _MASKS and isinstance(value, int):
        words = classes.words(value)
    else:
        words = f"{value:,}" if isinstance(value, int) else str(value)
    basis = row.get(f"{column.name}_basis")
    if basis in (None, "declared", "tag"):
        return Content(words)
    return Content.assemble(
        (f"~{words}", "italic"), (f"  by its {basis}" if basis != "assumed" else "  assumed", "$text-muted")
    )


def _degraded(around: Around) -> list[prose.Block]:
    if not around.degraded:
        return []
    return [prose.heading("Controls work only in part"), *(prose.text(why) for why in around.degraded)]


def _findings(around: Around) -> list[prose.Block]:
    if not around.findings.height:
        return []
    blocks = [prose.heading("Gaps")]
    for row in around.findings.iter_rows(named=True):
        mark = Content(f"{say.SEVERITY_MARKS[row['severity']]} {row['observed']}")
        blocks.append(prose.line(mark, Content.styled(row["check"], "$text-muted")))
    return blocks


def _links(around: Around, key: str) -> list[prose.Block]:
    if not around.links.height:
        return []
    blocks = [prose.heading("Leads to and comes from")]
    for row in around.links.iter_rows(named=True):
        verb = VERBS.get(row["kind"], row["kind"])
        line = "" if row["certain"] else " ╌╌"
        here = row["from"] == key
        words = f"{verb}{line} {short(row['to'])}" if here else f"{short(row['from'])} {verb}{line} this"
        blocks.append(
            prose.line(
                Content(f"{'→' if here else '←'} {words}"),
                Content.styled(row["because"] or "", "$text-muted"),
            )
        )
    if around.more_links:
        blocks.append(prose.text(f"… and {around.more_links:,} more", "$text-muted"))
    return blocks


def _words(name: str) -> str:
    return name.replace("_", " ")
