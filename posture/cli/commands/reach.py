"""posture reach: paths with evidence, from somebody, to something, or both."""

from __future__ import annotations

import typer

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import UsageError

EXAMPLES = (
    "Examples: posture reach export/ --from bot; posture reach export/ --from bot --to ledger; "
    "posture reach account.json --from ci --to admin"
)


def command(
    sources: words.Sources = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    from_: str = typer.Option(
        "", "--from", metavar="NODE", help="Key, alias or unique name of where it starts."
    ),
    to: str = typer.Option(
        "",
        "--to",
        metavar="NODE",
        help="Key, alias or unique name of what is reached; admin for the control plane.",
    ),
    quiet: words.Quiet = False,
) -> None:
    """What an agent reaches, or who reaches a system. With both ends, every way there with its evidence."""
    if not (sources or home or repo):
        raise UsageError("no SOURCE was named; try `posture reach export/ --from AGENT`")
    from posture.assess import read
    from posture.assess.naming import node
    from posture.graph.build import build
    from posture.reports import reaching

    with progress(quiet) as shown:
        found = read(words.asked(sources, home, repo), shown)
        estate = found.built.estate
        start = node(estate, from_) if from_ else ""
        end = node(estate, to, start) if to else ""
        shown("walking the graph", 0, 0)
        graph = build(estate)
        if start and end:
            lines = reaching.between(graph, start, end)
        elif start:
            lines = reaching.outward(graph, estate, start)
        elif end:
            lines = reaching.inward(graph, end)
        else:
            lines = reaching.agents(graph, estate)
    for problem in found.problems:
        say(f"posture: {problem}")
    give(("\n".join(lines) + "\n").encode(), None)
