"""posture frameworks: the catalogues, printed from their files."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from posture.cli import words

EXAMPLES = (
    "Examples: posture frameworks; posture frameworks owasp-nhi-top10; posture frameworks csa-maestro/L3"
)


def command(
    name: str = typer.Argument("", metavar="[ID]", help="A framework, or framework/control for one control."),
) -> None:
    """Frameworks with edition, publisher and licence. With ID its controls, or one control."""
    from posture.frameworks import load
    from posture.frameworks.printing import control_lines, control_rows, framework_lines, framework_rows

    frameworks = load()
    if not name:
        for row in framework_rows(frameworks):
            ours = "" if row.official_ids else "  ids are ours"
            typer.echo(
                f"{row.id:<20} {row.name}, {row.version}\n{'':<20} {row.entries}; {row.publisher}{ours}"
            )
    elif "/" in name:
        with words.named():
            found = control_lines(frameworks, name)
        _page((line.label, line.value) for line in found)
    else:
        with words.named():
            framework = frameworks.framework(name)
        _page((line.label, line.value) for line in framework_lines(framework))
        typer.echo()
        for control in control_rows(frameworks, name):
            asked = ", ".join((control.evidence, *control.questions)).strip(", ")
            typer.echo(
                f"{'  ' * control.depth}{control.id:<14} {control.title}{f'  ({asked})' if asked else ''}"
            )


def _page(lines: Iterable[tuple[str, str]]) -> None:
    for label, value in lines:
        typer.echo(f"{label:<12} {value}")
