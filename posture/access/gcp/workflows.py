"""Jobs of pipelines that sign in to Google Cloud: which accounts does the trust of a pool hand to them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from msgspec import Struct

from posture.access.gcp.cel import parsed
from posture.access.gcp.cel_values import UNKNOWN, BrokenExpression, Wild
from posture.access.gcp.escalate import Escalation
from posture.access.gcp.federation import POOL, Federation, Provider
from posture.access.gcp.landscape import Landscape
from posture.access.wildcards import STEP, overlap, spelt_out
from posture.estate.estate import Estate
from posture.model.text import plain

Row = dict[str, Any]

_SUBJECT = re.compile(
    r"repo:(?P<owner>[^/@]+)(?:@[^/]+)?/(?P<repository>[^:@]+)(?:@[^:]+)?:"
    r"(?:(?P<kind>ref|environment):(?P<value>.+)|(?P<pull>pull_request)|\*)"
)
_NO, _MAYBE, _YES = range(3)
_ANSWERS = {True: _YES, False: _NO}
_BY_DEFAULT = {"google.subject": "assertion.sub"}


class _Coming(Struct, frozen=True):
    """One way in: how sure it is, through which provider, and what it hangs on."""

    answer: int
    subject: str
    provider: Provider
    hangs_on: str


def admitted(
    estate: Estate, land: Landscape, escalation: Escalation, federation: Federation
) -> Iterator[Row]:
    """A may-become link from every job to the accounts it names, or to the members of a provider it names.

    What the condition and the mapping of a provider make of a subject decides, in the name form and in the
    form with ids. What fits some owner counts as fitting: no file of a repository names its owner. A job that
    no provider lets in gets no link here; the one that its file claims stays in doubt.
    """
    becoming = estate["links"].filter(
        pl.col("kind") == "may-become", pl.col("from").str.starts_with("pipeline:")
    )
    named: dict[str, set[str]] = {}
    subjects: dict[str, list[tuple[str, str]]] = {}
    for job, to in becoming.select("from", "to").unique().sort("from", "to").iter_rows():
        if to.startswith("federated:"):
            issuer, _, subject = to.removeprefix("federated:").partition("/")
            subjects.setdefault(job, []).append((issuer, subject))
        else:
            named.setdefault(job, set()).add(to)
    members = [(one, match) for one in land.principals if (match := POOL.match(one)) is not None]
    for job in sorted(named.keys() & subjects.keys()):
        best: dict[str, Row] = {}
        for member, match in members:
            for provider in federation.of_pool(match["pool"]):
                coming = _best(provider, match["rest"], job, subjects[job])
                if coming is not None:
                    _gain(best, job, member, coming, escalation, named[job])
        yield from (best[to] for to in sorted(best))


def _gain(
    best: dict[str, Row], job: str, member: str, coming: _Coming, escalation: Escalation, named: set[str]
) -> None:
    """What the member may become, as far as the job names it; through a provider named, the member itself."""
    if coming.provider.key in named:
        _keep(best, job, member, coming.answer == _YES, coming, coming.hangs_on)
    for gain in escalation.gains(member):
        sure = coming.answer == _YES and gain.certain
        hangs_on = "; ".join(part for part in (coming.hangs_on, *gain.depends_on) if part)
        for account in gain.to:
            if account in named or coming.provider.key in named:
                _keep(best, job, account, sure, coming, hangs_on)


def _keep(best: dict[str, Row], job: str, to: str, sure: bool, coming: _Coming, hangs_on: str) -> None:
    if to in best and best[to]["certain"] >= sure:
        return
    provider = coming.provider.key.rpartition("/")[2]
    best[to] = {
        "kind": "may-become",
        "from_": job,
        "to": to,
        "certain": sure,
        "because": plain(f"provider {provider} lets in {coming.subject}"),
        "depends_on": None if sure else plain(hangs_on) or "what the provider makes of the token",
    }


def _best(provider: Provider, rest: str, job: str, subjects: list[tuple[str, str]]) -> _Coming | None:
    best: _Coming | None = None
    for issuer, subject in subjects:
        if provider.issuer.rstrip("/") != f"https://{issuer}":
            continue
        answer, hangs_on = _lets_in(provider, rest, _claims(issuer, subject, job))
        if answer != _NO and (best is None or answer > best.answer):
            best = _Coming(answer, subject, provider, hangs_on)
    return best


def _lets_in(provider: Provider, rest: str, claims: Mapping[str, Any]) -> tuple[int, str]:
    asked = dict(claims)
    for name, expression in (provider.mapping or _BY_DEFAULT).items():
        asked[name] = _asked(str(expression), claims)
    allowed = True if provider.condition in ("", "true") else _asked(provider.condition, asked)
    carried = _carries(rest, asked)
    hangs_on = (
        [] if isinstance(allowed, bool) else [f"the condition of provider {provider.key.rpartition('/')[2]}"]
    )
    hangs_on += [] if isinstance(carried, bool) else [f"what the token holds as {rest.partition('/')[0]}"]
    return min(_ANSWERS.get(allowed, _MAYBE), _ANSWERS.get(carried, _MAYBE)), "; ".join(hangs_on)


def _asked(expression: str, known: Mapping[str, Any]) -> Any:
    try:
        return parsed(expression)(known)
    except BrokenExpression:
        return UNKNOWN


def _carries(rest: str, asked: Mapping[str, Any]) -> Any:
    """Whether the member `rest` of the pool is what the mapped token says."""
    name, slash, value = rest.partition("/")
    if rest == "*":
        return True
    held = asked.get({"subject": "google.subject", "group": "google.groups"}.get(name, name), UNKNOWN)
    if not slash or not isinstance(held, str | Wild):
        return UNKNOWN
    return overlap(held.pattern if isinstance(held, Wild) else spelt_out(held), spelt_out(value))


def _claims(issuer: str, subject: str, job: str) -> dict[str, Any]:
    """What a token of GitHub with this subject says, as far as the subject and the job's own name tell."""
    found = _SUBJECT.fullmatch(subject)
    known: dict[str, Any] = {
        "iss": f"https://{issuer}",
        "sub": Wild(subject.replace("repo:*", f"repo:{STEP}", 1)),
    }
    if found is not None:
        whole = f"{STEP}/{found['repository']}"
        workflow = job.split("/")[-2] if job.count("/") > 1 else "*"
        known |= {
            "repository": Wild(whole), "repository_id": Wild(STEP),
            "repository_owner": Wild(STEP), "repository_owner_id": Wild(STEP),
            "workflow_ref": Wild(f"{whole}/.github/workflows/{workflow}.y{STEP}@*"),
        }  # fmt: skip
        value = found["value"] or ""
        if found["kind"] == "ref":
            known["ref"] = Wild(value)
            known["ref_type"] = "tag" if value.startswith("refs/tags/") else "branch"
        elif found["kind"] == "environment":
            known["environment"] = Wild(value)
        elif found["pull"]:
            known |= {"ref": Wild("refs/pull/*/merge"), "event_name": "pull_request", "ref_type": "branch"}
    return {f"assertion.{name}": value for name, value in known.items()}
