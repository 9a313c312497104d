"""posture can: may this principal do this on that, and which statement says so?"""

from __future__ import annotations

from pathlib import Path

import typer

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import UsageError

EXAMPLES = "Example: posture can account.json ops-admin s3:DeleteBucket arn:aws:s3:::ledger"


def command(
    sources: list[Path] = typer.Argument(
        metavar="SOURCE... PRINCIPAL ACTION RESOURCE", help="In this order."
    ),
    context: list[str] | None = typer.Option(
        None, "--context", metavar="KEY=VALUE", help="A condition key that is given."
    ),
    quiet: words.Quiet = False,
) -> None:
    """Whether somebody may do something, and by what. With the provider's own command that checks it."""
    if len(sources) < 4:
        raise UsageError("can takes SOURCE... PRINCIPAL ACTION RESOURCE; try `posture can --help`")
    *paths, principal, action, resource = sources
    from posture.access.asking import can
    from posture.assess import read
    from posture.assess.naming import node

    with progress(quiet) as shown:
        found = read(words.asked(list(paths)), shown)
    for problem in found.problems:
        say(f"posture: {problem}")
    estate = found.built.estate
    verdict = can(
        estate, node(estate, str(principal)), str(action), _resource(resource), _given(context or [])
    )
    lines = [verdict.answer]
    for label, said in (
        ("because", verdict.because),
        ("depends on", verdict.depends_on),
        ("assumes", verdict.assumes),
        ("check with", (verdict.check,) if verdict.check else ()),
    ):
        lines.extend(f"  {label:<10}  {line}" for line in said)
    give(("\n".join(lines) + "\n").encode(), None)


def _resource(path: Path) -> str:
    # A path swallows the doubled slash that an ARN may hold; none of AWS's does.
    return str(path)


def _given(entries: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for entry in entries:
        key, equals, value = entry.partition("=")
        if not equals:
            raise UsageError(f"--context {entry}: write it as KEY=VALUE")
        given[key] = value
    return given
