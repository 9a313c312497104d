"""posture checks: the catalogue, printed from the code."""

from __future__ import annotations

import typer

from posture.model.errors import UsageError

EXAMPLES = "Examples: posture checks; posture checks key-too-old; posture checks --markdown"


def command(
    name: str = typer.Argument("", metavar="[CHECK]", help="One check in full."),
    markdown: bool = typer.Option(False, "--markdown", help="As a Markdown table."),
) -> None:
    """The checks: what each finds, and how bad that is. One check in full has its controls."""
    from posture.checks.registry import every

    found = [check for check in every() if not name or check.id == name]
    if not found:
        raise UsageError(f"check {name}: there is none of that name; `posture checks` lists them")
    if name:
        check = found[0]
        typer.echo(
            f"{check.id}\n{check.title}\n\nWhy      {check.why}\nFix      {check.fix}\n"
            f"Severity {check.severity.word}, at worst {check.raised.word}\nAction   {check.action}\n"
            f"Settings {', '.join(check.settings) or 'none'}\nControls {', '.join(check.controls)}"
        )
        return
    if markdown:
        typer.echo("| check | severity | finds | action |\n|---|---|---|---|")
        for check in found:
            typer.echo(f"| `{check.id}` | {check.severity.word} | {check.title} | {check.action} |")
        return
    for check in found:
        typer.echo(f"{check.id:<32} {check.severity.word:<9} {check.title}")
