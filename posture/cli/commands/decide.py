"""posture decide: owner, facts, triage, false positives, acceptances; and taking any of it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from posture.cli import words
from posture.cli.speaking import give, say
from posture.model.errors import InputError, UsageError

if TYPE_CHECKING:
    from posture.assess.deciding import Request

EXAMPLES = (
    "Examples: posture decide role/etl-runner --owner data-platform --author mara; "
    "posture decide --check no-boundary --scope aws:111122223333 --triage planned --author mara; "
    "posture decide --finding 0a1b2c3d4e5f6071 --accept --reason '...' --approver ciso "
    "--expires 2026-09-01 --author mara; posture decide --list"
)
_Kind = Literal["owner", "facts", "triage", "false-positive", "accept", "undo"]


def command(
    things: list[str] | None = typer.Argument(None, metavar="[THING...]", help="Key, alias or unique name."),
    owner: str = typer.Option("", "--owner", help="Who answers for the things from now on."),
    set_: list[str] | None = typer.Option(
        None, "--set", metavar="COLUMN=VALUE", help="A fact: environment, criticality, purpose, ... or none."
    ),
    triage: str = typer.Option("", "--triage", help="open, confirmed, planned or needs-data."),
    false_positive: bool = typer.Option(False, "--false-positive", help="Say that the findings are wrong."),
    accept: bool = typer.Option(False, "--accept", help="Accept the findings until --expires."),
    undo: str = typer.Option("", "--undo", metavar="ID", help="Take a decision back."),
    finding: list[str] | None = typer.Option(None, "--finding", metavar="ID", help="A finding, by id."),
    check: str = typer.Option("", "--check", help="Every finding of this check; * stands for anything."),
    subject: str = typer.Option("", "--subject", help="Every finding on what matches."),
    scope: str = typer.Option("", "--scope", help="Every finding in this scope."),
    owned_by: str = typer.Option("", "--owned-by", help="Every finding of this owner."),
    severity: str = typer.Option("", "--severity", help="Every finding this bad."),
    reason: str = typer.Option("", "--reason", help="Why."),
    ground: str = typer.Option(
        "",
        "--ground",
        help="What stands in the way: legacy, shared-automation, batch, vendor, long-running, "
        "no-reauthentication.",
    ),
    approver: str = typer.Option("", "--approver", help="Who approved the acceptance."),
    expires: str = typer.Option("", "--expires", metavar="TIME", help="When it ends."),
    compensation: list[str] | None = typer.Option(
        None, "--compensation", help="vaulted, scope-reduced, monitored, runbook; repeat for several."
    ),
    toml: Path | None = typer.Option(None, "--from", metavar="FILE", help="Decisions as [[decide]] in TOML."),
    list_: bool = typer.Option(
        False, "--list", help="Print the decisions that hold and what people disagree on."
    ),
    write_facts: Path | None = typer.Option(
        None, "--write-facts", metavar="FILE", help="Write the decided facts as an inventory.toml."
    ),
    author: words.Author = "",
    decided_at: words.DecidedAt = "",
    workspace: words.Workspace = words.DEFAULT_WORKSPACE,
    settings: words.SettingsFile = None,
) -> None:
    """Records decisions on the last run of the workspace. They hold over every later run."""
    if list_:
        _list(workspace)
        return
    if write_facts is not None:
        _write_facts(workspace, write_facts)
        return
    from posture.assess.deciding import Deciding, request
    from posture.workspace import decisions, runs

    selected = {
        "things": things or (), "findings": finding or (), "check": check, "subject": subject, "scope": scope,
        "owned_by": owned_by, "severity": severity or None, "reason": reason, "ground": ground or None,
        "approver": approver,
        "expires": words.moment(expires, "--expires"), **_compensations(compensation or []),
    }  # fmt: skip
    orders: dict[_Kind, dict[str, Any]] = {
        "owner": {"owner": owner} if owner else {},
        "facts": {"set": _pairs(set_ or [])} if set_ else {},
        "triage": {"triage": triage} if triage else {},
        "false-positive": {"things": ()} if false_positive else {},
        "accept": {"things": ()} if accept else {},
        "undo": {"undoes": undo} if undo else {},
    }
    asked = [request({**selected, **more, "kind": kind}) for kind, more in orders.items() if more]
    asked += _from_toml(toml) if toml is not None else []
    if not asked:
        raise UsageError(
            "nothing was decided; give --owner, --set, --triage, --accept, --undo or --from FILE"
        )
    run = runs.latest(workspace)
    if run is None:
        raise UsageError(f"{workspace}: holds no run yet; make one with `posture assess ... --workspace`")
    limits = words.asked(None, settings=settings).settings.limits
    deciding = Deciding(runs.load(workspace, run), limits, author, words.now(decided_at, "--decided-at"))
    drafts = [record for one in asked for record in deciding.records(one)]
    for record in decisions.append(workspace, drafts):
        about = f" on {len(record.on)}" if record.on else ""
        give(f"{record.id}  {record.kind}{about}: {record.says()}\n".encode(), None)
    _disagreements(workspace)


def _pairs(said: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in said]
    if wrong := [name for name, sign, _value in pairs if not sign]:
        raise UsageError(f"--set {wrong[0]}: write it as COLUMN=VALUE")
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def _compensations(said: list[str]) -> dict[str, bool]:
    names = ("vaulted", "scope_reduced", "monitored", "runbook")
    given = {one.replace("-", "_") for one in said}
    if unknown := sorted(given - set(names)):
        raise UsageError(f"--compensation {unknown[0]}: choose vaulted, scope-reduced, monitored or runbook")
    return {name: name in given for name in names}


def _from_toml(file: Path) -> list[Request]:
    import tomli

    from posture.assess.deciding import request

    try:
        document = tomli.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        said = str(error) if isinstance(error, tomli.TOMLDecodeError) else type(error).__name__
        raise InputError(f"{file.name}: cannot be read ({said}); write tables [[decide]]") from None
    entries = document.pop("decide", [])
    if document or not isinstance(entries, list) or not entries:
        raise InputError(f"{file.name}: holds no [[decide]]; every entry starts with it")
    return [request(entry, f"{file.name}: decide {number}: ") for number, entry in enumerate(entries, 1)]


def _list(workspace: Path) -> None:
    from posture.workspace import decisions
    from posture.workspace.holding import holding

    records = decisions.read(workspace).records
    held = {record.id: record for record in holding(records).by_slot.values()}
    lines = [
        f"{record.id}  {record.decided:%Y-%m-%d %H:%M}  {record.author}  {record.kind}: {record.says()}  "
        f"{', '.join(sorted({one.subject for one in record.on})[:3])}"
        + (f" and {len(record.on) - 3} more" if len(record.on) > 3 else "")
        for record in sorted(held.values(), key=lambda record: (record.decided, record.id))
    ]
    if not lines:
        say(f"posture: {workspace}: holds no decision")
    give("".join(f"{line}\n" for line in lines).encode(), None)
    _disagreements(workspace)


def _disagreements(workspace: Path) -> None:
    from posture.workspace import decisions
    from posture.workspace.holding import holding

    log = decisions.read(workspace)
    for said in (*log.problems, *(one.says for one in holding(log.records).disagreements)):
        say(f"posture: {said}")


def _write_facts(workspace: Path, file: Path) -> None:
    from posture.workspace import decisions
    from posture.workspace.declaring import inventory

    give(inventory(decisions.read(workspace).records), file)
