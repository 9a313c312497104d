"""posture leaked: one page for the first hour after a credential leaked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posture.cli import words
from posture.cli.speaking import give, progress, say
from posture.model.errors import UsageError

EXAMPLES = (
    "Examples: posture leaked export/ AKIA...; posture leaked --home ~ ana/.claude.json#/POINTER; "
    "posture leaked export/ svc-backoffice -f json"
)

_FORMATS = ("markdown", "json")

Words = Annotated[
    list[str] | None, typer.Argument(metavar="SOURCE... CREDENTIAL", help="Sources, then what leaked.")
]


def command(
    sources: Words = None,
    home: words.Homes = None,
    repo: words.Repositories = None,
    format: str = typer.Option("markdown", "--format", "-f", help="markdown or json."),
    output: words.Output = None,
    as_of: words.AsOf = "",
    settings: words.SettingsFile = None,
    quiet: words.Quiet = False,
) -> None:
    """The first hour of a leaked credential, on one page. Who uses it, where it lies, what it reaches, what
    to do in which order, how to prove it dead.

    The last word is the CREDENTIAL: a key id, the place FILE#POINTER of a secret, the place of an exposure,
    or an identity that has only one.
    """
    *paths, said = sources or [""]
    if not said or not (paths or home or repo):
        raise UsageError("name sources and then one credential: `posture leaked export/ AKIA...`")
    if format not in _FORMATS:
        raise UsageError(f"format {format}: there is none of that name; choose {', '.join(_FORMATS)}")
    from posture.assess import read
    from posture.checks.added import view
    from posture.graph.answers import answers
    from posture.reports import leaked
    from posture.reports.pages import leak

    with progress(quiet) as shown:
        found = read(words.asked([Path(path) for path in paths], home, repo, as_of, "", settings), shown)
        shown("walking the graph", 0, 0)
        answered = answers(found.built.estate)
        seen = view(found.built.estate, answered)
        page = leaked.leaked(seen, answered, leaked.credential(seen, said))
    for problem in found.problems:
        say(f"posture: {problem}")
    give(leaked.json(page) if format == "json" else leak.page(page), output)
