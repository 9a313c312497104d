"""posture attest: the questions that only people can answer, and recording an answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import typer

from posture.cli import words
from posture.cli.speaking import give
from posture.model.errors import UsageError

EXAMPLES = (
    "Examples: posture attest; posture attest Q-06 --answer yes --statement 'The CISO answers for agents' "
    "--evidence mandate.pdf --respondent 'B. Okafor' --author mara"
)


def command(
    question: str = typer.Argument("", metavar="[QUESTION]", help="Q-01 and on; without it all are listed."),
    answer: str = typer.Option("", "--answer", help="yes, partly, no or not_applicable."),
    statement: str = typer.Option("", "--statement", help="The answer in a sentence."),
    evidence: list[str] | None = typer.Option(
        None, "--evidence", metavar="[LINK=]FILE", help="Its digest is kept; repeat for several."
    ),
    respondent: str = typer.Option("", "--respondent", help="Who answered, where it is not the author."),
    control_owner: str = typer.Option("", "--control-owner", help="Who answers for the control."),
    reviewer: str = typer.Option("", "--reviewer", help="Who looked at the answer."),
    about: str = typer.Option("", "--about", help="The team or subjects it is about; without it everybody."),
    valid_until: str = typer.Option("", "--valid-until", metavar="TIME", help="When it runs out."),
    author: words.Author = "",
    decided_at: words.DecidedAt = "",
    workspace: words.Workspace = words.DEFAULT_WORKSPACE,
) -> None:
    """Lists the questions and answers, or records an answer."""
    from posture.frameworks import load

    catalogue = load()
    if not question:
        _list(workspace, words.now(decided_at, "--decided-at"))
        return
    with words.named():
        asked = catalogue.question(question)
    if not answer:
        controls = ", ".join(map(str, asked.evidences))
        give(
            f"{asked.id} {asked.question}\nwho       {asked.who}\nevidence  {asked.evidence}\n"
            f"holds     {asked.valid_days} days\nspeaks to {controls}\n".encode(),
            None,
        )
        return
    from posture.assess import attesting
    from posture.model.decided import Answer
    from posture.workspace import decisions

    chosen = next((word for word in get_args(Answer) if word == answer), None)
    if chosen is None:
        raise UsageError(f"--answer {answer}: choose {', '.join(get_args(Answer))}")
    if not author.strip():
        raise UsageError("an answer needs its author; name one with --author")
    record = attesting.attestation(
        asked,
        chosen,
        author,
        words.now(decided_at, "--decided-at"),
        statement=statement,
        respondent=respondent,
        control_owner=control_owner,
        reviewer=reviewer,
        about=about,
        shown=attesting.evidence(evidence or []),
        valid_until=words.moment(valid_until, "--valid-until"),
    )
    (made,) = decisions.append(workspace, [record])
    give(f"{made.id}  {asked.id}: {made.says()} until {made.expires:%Y-%m-%d}\n".encode(), None)


def _list(workspace: Path, now: datetime) -> None:
    from posture.frameworks import load
    from posture.workspace import decisions
    from posture.workspace.holding import holding

    held = holding(decisions.read(workspace).records).by_slot
    given = {slot[1]: record for slot, record in held.items() if slot[0] == "question"}
    for asked in load().questions():
        record = given.get(asked.id)
        stands = "not answered"
        if record is not None and record.expires is not None:
            over = record.expires < now
            stands = f"{record.answer}, {'ran out' if over else 'until'} {record.expires:%Y-%m-%d}"
        give(f"{asked.id}  {stands:<28} {asked.who:<16} {asked.question}\n".encode(), None)
