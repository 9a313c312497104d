"""What to do: waves with their steps in order, what is left after each, and the control lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.model.text import plain
from posture.reports.cited import by_step
from posture.reports.names import listed
from posture.reports.pages.words import bar, count, effort, figure, percent, safe, table, when

_WAVES = (
    "Contain now",
    "Remove standing trust and cut scope",
    "Replace and constrain",
    "Enforce and approve",
    "Finish chains",
)
_LISTED_STEPS = 60
_EXPLAINED = 20
_BARS = 12
_COMMAND = 2048
_COMMANDS = ("aws ", "gcloud ", "az ", "kubectl ", "gh ")


def wave_name(wave: int) -> str:
    """The name of a wave; waves from four on finish chains."""
    return _WAVES[min(wave, len(_WAVES) - 1)]


def steps(assessment: Assessment, _frameworks: Frameworks) -> str:
    """Waves with order, due, effort and the risk left; the burn-down; the control lane."""
    every = assessment.frame("steps").sort("lane", "n", descending=[True, False])
    order = every.filter(pl.col("lane") == "order")
    lane = every.filter(pl.col("lane") == "control")
    if every.is_empty():
        return "## Plan\n\nNo step is needed for what was assessed."
    parts = ["## Plan\n", _burn(assessment)]
    if not order.is_empty():
        parts.append(_waves(order, assessment.overview.risk.total))
        parts.append(_steps(order.head(_LISTED_STEPS)))
        if len(order) > _LISTED_STEPS:
            parts.append(
                f"{count(len(order) - _LISTED_STEPS, 'further step')} of the order: JSON or CSV report.\n"
            )
        parts.append(f"### The first {min(len(order), _EXPLAINED)} steps in detail\n")
        parts.append(_explained(order.head(_EXPLAINED), by_step(assessment)))
    if not lane.is_empty():
        parts.append("### Control lane\n\nThese steps remove no path risk and close a gap in control.\n")
        parts.append(_lane(lane))
    return "\n".join(parts)


def _waves(order: pl.DataFrame, total: float) -> str:
    rows = []
    for (wave,), own in order.group_by("wave", maintain_order=True):
        gain = float(own["gain"].sum())
        rows.append(
            (
                f"{wave} {wave_name(int(str(wave)))}",
                str(len(own)),
                effort(float(own["effort"].sum())),
                percent(gain / total) if total else "0 %",
                figure(own["risk_after"][-1]),
            )
        )
    head = ("wave", "steps", "effort", "of path risk removed", "left after its last step")
    return table(head, rows, right=(1, 2, 3, 4))


def _steps(rows: pl.DataFrame) -> str:
    head = ("#", "wave", "step", "against", "owner", "due", "effort", "removes", "left")
    return table(
        head,
        [
            (
                str(row["n"]),
                str(row["wave"]),
                safe(row["title"]),
                row["failure_mode"],
                safe(row["owner"] or "–"),
                _due(row),
                effort(row["effort"]),
                figure(row["gain"]) if row["gain"] else "–",
                figure(row["risk_after"]),
            )
            for row in rows.iter_rows(named=True)
        ],
        right=(0, 1, 6, 7, 8),
    )


def _due(row: dict[str, Any]) -> str:
    if not row["due"]:
        return row["label"] or "when planned"
    risk = ", at risk" if row["at_risk"] else ""
    return f"{when(row['due'])} ({row['label']}{risk})"


def _explained(rows: pl.DataFrame, cited: Mapping[str, tuple[str, ...]]) -> str:
    lines = []
    for row in rows.iter_rows(named=True):
        lines.append(f"{row['n']}. **{safe(row['title'])}**: {safe(row['why'])}")
        for label, text in (
            ("Takes from an attacker", row["breaks"]),
            ("May break", row["may_break"]),
            ("Done when", row["proof"]),
            ("Costs", _costs(row)),
            ("Answers", _controls(cited.get(row["id"], ()))),
        ):
            if text:
                lines.append(f"    - {label}: {safe(text)}")
        lines.extend(how_to(row["how"], "    "))
    return "\n".join(lines) + "\n"


def _costs(row: dict[str, Any]) -> str:
    """Hours of work, and of outage where any is expected."""
    if row["disruption"]:
        return f"{effort(row['effort'])} of work, {effort(row['disruption'])} of outage counted in"
    return f"{effort(row['effort'])} of work, no outage counted in"


def _controls(cited: tuple[str, ...]) -> str:
    """What frameworks call it; techniques of attackers stand in the JSON report."""
    return ", ".join(one.partition("/")[2] for one in cited if not one.startswith("mitre-"))


def how_to(how: str, indent: str = "") -> list[str]:
    """Commands stand in a block to copy them from, sentences in a line."""
    if not how:
        return []
    if not any(line.startswith(_COMMANDS) for line in how.split("\n")):
        return [f"{indent}- How: {safe(how)}"]
    inner = f"{indent}  "
    fenced = ("~~~~sh", *commands(how), "~~~~")
    return [f"{indent}- How:", "", *(inner + line for line in fenced), ""]


def commands(how: str) -> list[str]:
    """The lines of `how`, each harmless in a block: nothing foreign can end it, and words are comments."""
    lines = [plain(line, _COMMAND).replace("~~~", "˜˜˜") for line in how.split("\n")]
    return [line if line.startswith((*_COMMANDS, "#")) else f"# {line}" for line in lines]


def _lane(rows: pl.DataFrame) -> str:
    """One line for all steps of one kind that are due alike."""
    made = []
    grouped = rows.with_columns(pl.col("title").str.len_chars().alias("length")).group_by(
        "action", "label", maintain_order=True
    )
    for (_action, label), own in grouped:
        names = [safe(name) for name in own["name"].to_list()]
        title = own["title"][0].replace(own["name"][0] or "\0", "…")
        made.append(
            (
                safe(title),
                str(len(own)),
                listed(names, 4),
                str(label) or "when planned",
                effort(float(own["effort"].sum())),
            )
        )
    return table(("what", "steps", "of", "due", "effort"), made, right=(1, 4))


def _burn(assessment: Assessment) -> str:
    risk = assessment.overview.risk
    if not risk.total or not risk.burn:
        return ""
    every = max(1, len(risk.burn) // _BARS)
    chosen = [*risk.burn[::every]]
    if chosen[-1] != risk.burn[-1]:
        chosen.append(risk.burn[-1])
    lines = [f"{done:>7.0f} h  {bar(left / risk.total, 40)}  {figure(left):>7}" for done, left in chosen]
    told = [f"Path risk {figure(risk.total)} now"]
    if assessment.overview.immediate:
        told.append(f"{figure(risk.after_wave0)} after what cannot wait")
    told.append(f"{figure(risk.after_plan)} after the plan; all actions together leave {figure(risk.floor)}")
    return f"{', '.join(told)}.\n\n```\n" + "\n".join(lines) + "\n```\n"
