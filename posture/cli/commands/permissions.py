"""posture permissions: the least-privilege read policy, made from what the sources declare."""

from __future__ import annotations

import json

import typer

EXAMPLES = (
    "Examples: posture permissions aws > read-policy.json; posture permissions aws --role-name PostureReader"
)


def command(
    provider: str = typer.Argument(help="aws or gcp."),
    role_name: str = typer.Option(
        "",
        "--role-name",
        help="Also what `posture collect aws --org` needs to take that role in each account.",
    ),
) -> None:
    """The permissions that `posture collect` needs. Printed as the provider writes a policy."""
    from posture.sources.permissions import permissions

    typer.echo(json.dumps(permissions(provider, role_name), indent=2))
