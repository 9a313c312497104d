"""posture permissions: the least-privilege read policy, made from what the sources declare."""

from __future__ import annotations

import json

import typer

EXAMPLES = "Examples: posture permissions aws > read-policy.json"


def command(provider: str = typer.Argument(help="aws.")) -> None:
    """The permissions that `posture collect` needs, as the provider writes a policy."""
    from posture.sources.permissions import permissions

    typer.echo(json.dumps(permissions(provider), indent=2))
