"""posture frameworks: the catalogues, printed from their files."""

from __future__ import annotations

import typer

EXAMPLES = "Examples: posture frameworks; posture frameworks owasp-nhi-top10; posture frameworks owasp-nhi-top10/NHI7:2025"


def command(
    name: str = typer.Argument("", metavar="[ID]", help="A framework, or framework/control for one control."),
) -> None:
    """Frameworks and citations with edition, publisher and licence; with ID its controls, or one control."""
    from posture.frameworks import load
    from posture.frameworks.printing import control_lines, control_rows, framework_lines, framework_rows

    frameworks = load()
    if not name:
        for row in framework_rows(frameworks):
            typer.echo(row)
        return
    if "/" in name:
        for line in control_lines(frameworks, name):
            typer.echo(line)
        return
    for line in framework_lines(frameworks.framework(name)):
        typer.echo(line)
    for control in control_rows(frameworks, name):
        typer.echo(control)
