"""Answers the labelled AWS cases with our own code, one row per case."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from posture.access.aws import landscape
from posture.access.aws.abroad import Abroad
from posture.access.aws.account import Account, Landscape, Principal
from posture.access.aws.admin import standing
from posture.access.aws.compile import IDENTITY, RESOURCE, compile_policy
from posture.access.aws.conditions import MAYBE, NO, YES
from posture.access.aws.context import closed
from posture.access.aws.decision import Attached, Level, Policies, Request
from posture.access.aws.escalate import Escalation
from posture.access.aws.evaluate import evaluate
from posture.estate.build import build
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import gather

_FILES = {
    "authorization_details": "account-authorization-details.json",
    "inventory": "inventory.json",
    "credential_report_csv": "credential-report.csv",
    "scps": "scps.json",
}
_WORTH_A_PROCESS = 40
"""So many cases take longer than a process takes to start."""


class Row(Struct, frozen=True):
    """One labelled case: what is right and what we say. `answered` is `undecided` where we leave it open."""

    case: str
    category: str
    expected: str
    answered: str
    confidence: str
    because: str = ""


def iam_eval(folder: Path) -> Iterator[Row]:
    """The decision cases of `folder`/cases.jsonl, each in closed context."""
    for line in (folder / "cases.jsonl").read_text().splitlines():
        if line.strip():
            yield _iam_eval_row(json.loads(line))


def _iam_eval_row(case: dict[str, Any]) -> Row:
    asked, given = case["request"], case["policies"]
    request = Request(
        asked["principal"],
        asked["action"],
        asked["resource"],
        closed(asked.get("context")),
        asked.get("resource_account") or "",
    )
    policies = Policies(
        identity=_level("identity", given.get("identity"), IDENTITY),
        boundary=_optional("boundary", given.get("boundary"), IDENTITY),
        session=_optional("session", given.get("session"), IDENTITY),
        resource=_optional("resource", given.get("resource"), RESOURCE) or (),
        scps=tuple(_level("scp", level, IDENTITY) for level in given.get("scps") or ()),
        rcps=tuple(_level("rcp", level, RESOURCE) for level in given.get("rcps") or ()),
        endpoint=_level("endpoint", given.get("vpc_endpoint"), RESOURCE),
    )
    decision = evaluate(request, policies, known=None)
    words = "; ".join((*(d.label for d in decision.deciding), *decision.keys, *decision.reasons))
    return Row(case["id"], "iam_eval", case["expected"], decision.answer.value, case["confidence"], words)


def _level(name: str, documents: Any, grammar: str) -> Level:
    listed = [documents] if isinstance(documents, dict) else documents or []
    return tuple(
        Attached(f"{name}-{position}", compile_policy(one, grammar)) for position, one in enumerate(listed)
    )


def _optional(name: str, documents: Any, grammar: str) -> Level | None:
    return None if documents is None else _level(name, documents, grammar)


def aws_privesc(folder: Path) -> Iterator[Row]:
    """The escalation cases that `folder`/index.jsonl lists: can `from` come to act as `to`?"""
    entries = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines() if line.strip()]
    paths = [folder / entry["technique"] / f"{entry['id']}.json" for entry in entries]
    workers = min(os.cpu_count() or 1, len(paths) // _WORTH_A_PROCESS)
    if workers < 2:
        yield from map(_privesc_row, paths)
        return
    # A forked process would inherit the locks of the frames' threads, and hang in them.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(_privesc_row, paths, chunksize=8)


def _privesc_row(path: Path) -> Row:
    case = json.loads(path.read_text())
    asked = case["question"]
    with TemporaryDirectory() as folder:
        _export(Path(folder) / str(case["account"]), case["inputs"])
        landscape = landscape_of(Path(folder))
    answered, because = reached(landscape, asked["from"], asked["to"])
    expected = "yes" if case["expected"]["reached"] else "no"
    return Row(case["id"], "aws_privesc", expected, answered, case["confidence"], because)


def _export(home: Path, inputs: Mapping[str, Any]) -> None:
    """The inputs of a case as the files that one would have exported."""
    home.mkdir()
    for name, file in _FILES.items():
        if inputs.get(name):
            given = inputs[name]
            text = given if isinstance(given, str) else json.dumps(given)
            (home / file).write_text(text, encoding="utf-8")


def landscape_of(folder: Path) -> Landscape:
    """Every account of the files in `folder`, read by the product's own readers."""
    gathered = gather([folder], [], [], Settings(), fingerprint_key=b"score")
    sources = [reader.SOURCE for reader in registry.every()]
    return landscape.read(build(gathered.rows, sources, Settings()).estate).landscape


def estates(folder: Path) -> Iterator[Row]:
    """The questions about whole estates, each estate read as one landscape."""
    for estate in sorted(path for path in folder.iterdir() if (path / "questions.jsonl").exists()):
        whole = landscape_of(estate / "accounts")
        for line in (estate / "questions.jsonl").read_text().splitlines():
            if line.strip():
                yield _estate_row(json.loads(line), whole)


def _estate_row(case: dict[str, Any], whole: Landscape) -> Row:
    asked = case["question"]
    principal = whole.principals.get(asked["from"])
    if asked["kind"] == "effective_admin":
        expected = case["expected"]["admin"]
        answered, because = "undecided", f"{asked['from']} is not in the input"
        if principal is not None:
            now = standing(principal, whole.accounts[principal.account])
            answered, because = WORDS[now.answer], now.because
    else:
        answered, because = reached(whole, asked["from"], asked["to"])
        expected = case["expected"]["reached"]
    return Row(case["id"], "estates", "yes" if expected else "no", answered, case["confidence"], because)


WORDS = {NO: "no", MAYBE: "undecided", YES: "yes"}


def reached(whole: Landscape, start: str, to: str) -> tuple[str, str]:
    """Whether `start` can come to act as `to`, or to administer an account where `to` is admin.

    The labelled inputs list every workload there is, so what they do not list does not exist.
    """
    if start not in whole.principals:
        return "undecided", f"{start} is not in the input"
    escalation = Escalation(whole, complete=True)
    certain = walk(escalation, start, certain=True)
    if to in certain:
        return "yes", " > ".join(certain[to])
    possible = walk(escalation, start, certain=False)
    return ("undecided", " > ".join(possible[to])) if to in possible else ("no", "")


def walk(escalation: Escalation, start: str, certain: bool) -> dict[str, tuple[str, ...]]:
    """Whoever `start` can become, and `admin`, each with the methods that lead there."""
    whole = escalation.landscape
    found: dict[str, tuple[str, ...]] = {start: ()}
    queue = [start]
    while queue:
        now = queue.pop(0)
        principal = whole.principals[now]
        account = whole.accounts[principal.account]
        for to, method in _steps(escalation, principal, account, certain):
            if to not in found:
                found[to] = (*found[now], method)
                if to != "admin":
                    queue.append(to)
    return found


def _steps(
    escalation: Escalation, principal: Principal, account: Account, certain: bool
) -> Iterator[tuple[str, str]]:
    now = standing(principal, account)
    admin = "as it stands" if now.answer == YES or (now.answer == MAYBE and not certain) else ""
    if not admin:
        for gain in escalation.gains(principal):
            if certain and not gain.certain:
                continue
            if gain.admin:
                admin = admin or gain.method
            for target in gain.to:
                yield target.arn, gain.method
    if admin:
        yield "admin", admin
        for other in account.principals:
            yield other.arn, "administrator"
        for gain in [*escalation.gains(principal), *Abroad(escalation.trusts).of(account)]:
            if gain.certain or not certain:
                for target in gain.to:
                    yield target.arn, gain.method
