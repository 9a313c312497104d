"""posture settings: every threshold with its default, unit and source."""

from __future__ import annotations

from pathlib import Path

import typer

EXAMPLES = "Examples: posture settings; posture settings --settings posture.toml"


def command(
    settings: Path | None = typer.Option(None, "--settings", help="Show the values of this posture.toml."),
) -> None:
    """Every setting: name, value, unit, source, and what it does."""
    from posture.settings import every, read

    section = ""
    for item in every(read(settings) if settings else None):
        group, _, name = item.name.rpartition(".")
        if group != section:
            typer.echo(f"\n[{group}]")
            section = group
        value = _toml(item.value)
        changed = "" if item.value == item.default else f"  (default {_toml(item.default)})"
        typer.echo(f"{name} = {value}{changed}  # {item.unit}; {item.source}. {item.meaning}".rstrip())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in sorted(value.items())) + "}"
    return str(value)
