"""posture collect: asks a cloud, read-only, and writes a snapshot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from posture.cli import words
from posture.cli.collected import ended, lines
from posture.cli.exits import Exit
from posture.cli.speaking import progress, say, unwritten
from posture.model.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from posture.sources.collectors.telling import Far

EXAMPLES = (
    "Examples: posture collect aws -o snapshot; "
    "posture collect aws --profile audit --org --role-name Reader -o snapshot"
)


def command(
    provider: str = typer.Argument(help="aws."),
    output: Path = typer.Option(..., "--output", "-o", help="Folder of the snapshot; goes on after a stop."),
    profile: str | None = typer.Option(None, "--profile", help="Named profile of the provider's own tool."),
    org: bool = typer.Option(False, "--org", help="Every account of the organisation, by a role there."),
    role_name: str | None = typer.Option(
        None, "--role-name", help="That role; else the one that AWS makes in accounts of an organisation."
    ),
    region: list[str] | None = typer.Option(
        None, "--region", help="Only these regions; else every one that the account has enabled."
    ),
    endpoint_url: str | None = typer.Option(
        None, "--endpoint-url", help="Another endpoint, such as a test server."
    ),
    quiet: words.Quiet = False,
) -> None:
    """Asks a cloud, read-only, for what the sources declare. Refused calls are told and recorded."""
    if provider != "aws":
        raise UsageError(
            f"provider {provider}: is not collected live; `posture sources` says how to export it"
        )
    if role_name and not org:
        raise UsageError("--role-name: names the role to take in each account of the organisation; add --org")
    if endpoint_url and not endpoint_url.startswith(("http://", "https://")):
        raise UsageError(f"--endpoint-url {endpoint_url}: is no address; write it like https://host:443")
    made = [folder for folder in (output, *output.parents) if not folder.exists()]
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as full:
        raise unwritten(full, output) from None
    from posture.sources.collectors.aws import collect
    from posture.sources.collectors.aws_members import ROLE
    from posture.sources.collectors.telling import Far

    far = Far()

    def tell(now: Far) -> None:
        nonlocal far
        far = now
        shown(_words(now), now.calls_done, now.calls)

    try:
        with progress(quiet) as shown:
            collected = collect(
                output,
                profile=profile,
                organisation=org,
                role=role_name or ROLE,
                regions=region or (),
                endpoint_url=endpoint_url,
                progress=tell,
            )
    except KeyboardInterrupt:
        left = "nothing was collected yet"
        if far.calls_done:
            left = f"they are kept in {output}, and the same command goes on from there"
        raise Interrupted(f"interrupted after {far.calls_done} calls; {left}") from None
    finally:
        # Where nothing could be asked, nothing is left behind.
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
    for line in lines(collected):
        say(f"posture: {line}")
    accounts = f"{len(collected)} account{'s' if len(collected) != 1 else ''}"
    called, kept = sum(one.called for one in collected), sum(one.kept for one in collected)
    say(f"posture: {accounts}: {called} calls made, {kept} kept from before{ended(collected)}; "
        f"assess it with `posture assess {output}`")  # fmt: skip
    raise typer.Exit(Exit.DONE)


def _words(far: Far) -> str:
    accounts = f"{far.accounts_done} of {far.accounts} accounts, " if far.accounts > 1 else ""
    return f"{accounts}{far.calls_done} of {far.calls} calls {far.call}"
