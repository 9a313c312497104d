"""posture sources: what can be read, how to export it, and what stays blind without it."""

from __future__ import annotations

import textwrap

import typer

from posture.model.errors import UsageError

EXAMPLES = "Examples: posture sources; posture sources aws-iam"


def command(
    name: str = typer.Argument("", metavar="[SOURCE]", help="One source in full."),
) -> None:
    """How to export each source by hand, and what it feeds. And what stays blind without it."""
    from posture.sources.registry import every

    found = [reader.SOURCE for reader in every() if not name or reader.SOURCE.id == name]
    if not found:
        raise UsageError(f"source {name}: there is none of that name; `posture sources` lists them")
    for source in found:
        typer.echo(f"{source.id:<26} {source.title}")
        _line("by hand", source.by_hand)
        _line("feeds", ", ".join(source.feeds))
        _line("blind", source.blind)
        for call in source.calls if name else ():
            _line(
                "call", f"{call.service}.{call.operation} needs {', '.join(call.permissions)} -> {call.file}"
            )
        typer.echo()


def _line(label: str, value: str) -> None:
    typer.echo(textwrap.fill(value, 100, initial_indent=f"  {label:<9} ", subsequent_indent=" " * 12))
