"""posture schema: JSON schemas of the report and of every table, printed from the code."""

from __future__ import annotations

import json

import typer

from posture.model.errors import UsageError

EXAMPLES = (
    "Examples: posture schema report > report.schema.json; posture schema credentials; posture schema tables"
)


def command(
    name: str = typer.Argument("report", help="`report`, `tables` for their names, or one table."),
) -> None:
    """The JSON schema of the report, or of a declared table."""
    from posture.model.results import RESULTS
    from posture.model.tables import TABLES

    if name == "report":
        from posture.reports.json_v1 import schema_text

        typer.echo(schema_text())
    elif name == "tables":
        for table, rows in {**TABLES, **RESULTS}.items():
            typer.echo(f"{table:<16} {(rows.__doc__ or '').splitlines()[0]}")
    elif name in TABLES or name in RESULTS:
        from posture.model.schema import of_table

        typer.echo(json.dumps(of_table(name), indent=1, ensure_ascii=False))
    else:
        raise UsageError(f"table {name}: there is none of that name; `posture schema tables` lists them")
