"""posture collect: asks a cloud, read-only, and writes a snapshot."""

from __future__ import annotations

from pathlib import Path

import typer

from posture.cli import words
from posture.cli.exits import Exit
from posture.cli.speaking import progress, say
from posture.model.errors import UsageError

EXAMPLES = "Examples: posture collect aws -o snapshot; posture collect aws --profile audit -o snapshot"


def command(
    provider: str = typer.Argument(help="aws."),
    output: Path = typer.Option(..., "--output", "-o", help="Folder of the snapshot; goes on after a stop."),
    profile: str | None = typer.Option(None, "--profile", help="Named profile of the provider's own tool."),
    region: list[str] | None = typer.Option(None, "--region", help="Regions for calls that have one."),
    endpoint_url: str | None = typer.Option(
        None, "--endpoint-url", help="Another endpoint, such as a test server."
    ),
    quiet: words.Quiet = False,
) -> None:
    """Runs the read-only calls that the sources declare; refused ones are told and recorded."""
    if provider != "aws":
        raise UsageError(
            f"provider {provider}: is not collected live; `posture sources` says how to export it"
        )
    from posture.sources.collectors.aws import collect

    with progress(quiet) as shown:
        collected = collect(
            output,
            profile=profile,
            regions=region or (),
            endpoint_url=endpoint_url,
            progress=lambda done, known, name: shown(name, done, known),
        )
    for error in collected.errors:
        needs = f"; needs {error['permission']}" if error.get("permission") else ""
        say(f"posture: {error.get('call', '')} {error.get('region', '')}: {error.get('code', '')}{needs}")
    made = (
        f"{collected.called} calls made, {collected.kept} kept from before, {len(collected.errors)} refused"
    )
    say(f"posture: {made}; assess it with `posture assess {output}`")
    raise typer.Exit(Exit.DONE)
