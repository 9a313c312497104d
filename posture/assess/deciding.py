"""From what somebody asks for to records of decisions; what the rules forbid is refused with its reason."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import polars as pl
from msgspec import Struct
from pydantic import Field, ValidationError

from posture.assess.naming import node
from posture.assess.stating import as_kept, stated
from posture.assess.wording import worded
from posture.estate.estate import Estate
from posture.model.assessment import Assessment
from posture.model.columns import Record
from posture.model.decided import Decided, On, Triage
from posture.model.errors import UsageError
from posture.model.records import Ground
from posture.model.results import Severity, SeverityWord
from posture.model.tables import TABLES
from posture.model.text import plain
from posture.settings import Limits

_KEYED = tuple(name for name, table in TABLES.items() if "key" in table.model_fields)
_AT_ONCE = timedelta(hours=24)


class Request(Record):
    """What somebody asks for, in words or in a TOML file; everything selected gets the decision."""

    kind: Literal["owner", "facts", "triage", "false-positive", "accept", "undo"]
    things: tuple[str, ...] = ()
    """Keys, aliases or unique names, for owner and facts."""
    findings: tuple[str, ...] = ()
    """Ids of findings."""
    check: str = ""
    """Filter: only findings of this check. A star stands for anything, here and in the next three."""
    subject: str = ""
    scope: str = ""
    owned_by: str = ""
    severity: SeverityWord | None = None
    owner: str = ""
    """The new owner."""
    set: dict[str, str | int | float | bool | datetime] = Field(default_factory=dict)
    """Facts by column; "none" states that there is none."""
    triage: Triage | None = None
    reason: str = ""
    ground: Ground | None = None
    approver: str = ""
    expires: datetime | None = None
    vaulted: bool = False
    scope_reduced: bool = False
    monitored: bool = False
    runbook: bool = False
    undoes: str = ""


def request(said: Mapping[str, Any], where: str = "") -> Request:
    """The request that words make; UsageError names the word that does not fit."""
    try:
        return Request.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{where}{name}: {first['msg'].lower()}; `posture decide --help`") from None


class Deciding(Struct, frozen=True, dict=True):
    """One person deciding at one moment on what the run `seen` shows."""

    seen: Assessment
    limits: Limits
    author: str
    decided: datetime

    def records(self, asked: Request) -> tuple[Decided, ...]:
        """The records to append. UsageError where a rule forbids it, or nothing is selected."""
        if not self.author.strip():
            raise UsageError("a decision needs its author; name one with --author")
        if asked.kind == "undo":
            return (self._made("undo", (), undoes=asked.undoes, reason=asked.reason),)
        if asked.kind in ("owner", "facts"):
            return tuple(self._facts(asked))
        chosen = self.chosen(asked)
        if chosen.is_empty():
            raise UsageError(
                "no finding of the last run is selected; `posture assess -f json` lists their ids"
            )
        rows = list(chosen.iter_rows(named=True))
        if asked.kind == "triage":
            if asked.triage is None:
                raise UsageError("triage needs a word: open, confirmed, planned or needs-data")
            return (self._made("triage", _on(rows), triage=asked.triage, reason=asked.reason),)
        if not asked.reason.strip():
            raise UsageError(f"{asked.kind} needs a reason; give one with --reason")
        return (
            self._false_positive(asked, rows) if asked.kind == "false-positive" else self._accept(asked, rows)
        )

    def chosen(self, asked: Request) -> pl.DataFrame:
        """Findings that the request selects: those of this moment, later ones stay open."""
        if not (
            asked.findings or asked.check or asked.subject or asked.scope or asked.owned_by or asked.severity
        ):
            raise UsageError(
                "nothing is selected; name findings, or filter by check, subject, scope or severity"
            )
        rows = self.seen.frame("findings").filter(pl.col("result") != "error")
        if missing := sorted(set(asked.findings) - set(rows["id"])):
            raise UsageError(f"finding {plain(missing[0])}: is not in the last run")
        if asked.findings:
            rows = rows.filter(pl.col("id").is_in(asked.findings))
        patterns = {
            "check": asked.check,
            "subject": asked.subject,
            "scope": asked.scope,
            "owner": asked.owned_by,
        }
        for column, pattern in patterns.items():
            if pattern:
                keep = [fnmatch.fnmatchcase(value or "", _starred(pattern)) for value in rows[column]]
                rows = rows.filter(pl.Series(keep, dtype=pl.Boolean))
        if asked.severity:
            rows = rows.filter(pl.col("severity") == asked.severity)
        return rows.sort("id")

    def _false_positive(self, asked: Request, rows: Sequence[Mapping[str, Any]]) -> tuple[Decided, ...]:
        latest = self.decided + timedelta(days=self.limits.false_positive_days)
        expires = asked.expires or latest
        self._ends(
            expires, latest, f"a false positive is looked at again within {_days(latest - self.decided)}"
        )
        return (self._made("false-positive", _on(rows), reason=asked.reason, expires=expires),)

    def _accept(self, asked: Request, rows: Sequence[Mapping[str, Any]]) -> tuple[Decided, ...]:
        long_lived = [row for row in rows if self._is_long_lived(row)]
        others = [row for row in rows if not self._is_long_lived(row)]
        if not asked.approver.strip():
            raise UsageError("an acceptance needs an approver; name one with --approver")
        same = asked.approver.strip().casefold() == self.author.strip().casefold()
        grave = [row for row in rows if Severity[row["severity"].upper()] >= Severity.HIGH]
        if same and (grave or long_lived):
            raise UsageError(
                f"{(grave or long_lived)[0]['id']}: who accepts it cannot approve it; name another"
            )
        if asked.expires is None:
            raise UsageError("an acceptance needs an end; give one with --expires")
        for row in rows:
            if self._cannot_wait(row):
                latest = self.decided + _AT_ONCE
                self._ends(asked.expires, latest, f"{row['id']} must be contained now: 24 hours at most")
        made = []
        for kind, those, days in (
            ("exception", long_lived, self.limits.exception_days),
            ("acceptance", others, self.limits.acceptance_days),
        ):
            if not those:
                continue
            latest = self.decided + timedelta(days=days)
            self._ends(asked.expires, latest, f"{those[0]['id']}: at most {days} days")
            lacking = [word for name, word in _CONTROLS.items() if not getattr(asked, name)]
            if kind == "exception" and lacking:
                every = ", ".join(_CONTROLS.values())
                raise UsageError(
                    f"{those[0]['id']}: a long-lived credential stays only with {every}; "
                    f"missing: {', '.join(lacking)}"
                )
            controls = {name: True for name in _CONTROLS if getattr(asked, name)}
            texts = {"reason": asked.reason, "approver": asked.approver}
            ground = {"ground": asked.ground} if kind == "exception" else {}
            made.append(self._made(kind, _on(those), **texts, **ground, expires=asked.expires, **controls))
        return tuple(made)

    def _ends(self, expires: datetime, latest: datetime, rule: str) -> None:
        if expires <= self.decided:
            raise UsageError(f"the end {expires:%Y-%m-%d %H:%M} has passed; give a later one with --expires")
        if expires > latest:
            raise UsageError(f"{rule}; end it by {latest:%Y-%m-%dT%H:%M}Z")

    def _is_long_lived(self, row: Mapping[str, Any]) -> bool:
        """Whether the finding is on a credential that is not known to be short-lived."""
        if row["noun"] != "credentials":
            return False
        known = self._credentials.get(row["subject"], {})
        lives = known.get("ttl") or known.get("lease")
        return lives is None or lives > self.limits.long_lived * 3600

    def _cannot_wait(self, row: Mapping[str, Any]) -> bool:
        # What is accepted has no due date any more; where it lies says whether it had to be contained.
        exposed = self._credentials.get(row["subject"], {}).get("exposure") in ("internal", "public")
        return row["label"] == "contain-now" or (row["result"] == "accepted" and exposed)

    @cached_property
    def _credentials(self) -> dict[str, dict[str, Any]]:
        rows = self.seen.frame("credentials").select("key", "ttl", "lease", "exposure")
        return {row["key"]: row for row in rows.iter_rows(named=True)}

    def _facts(self, asked: Request) -> Iterator[Decided]:
        given: dict[str, Any] = {"owner": asked.owner} if asked.kind == "owner" else dict(asked.set)
        if not given or "" in given.values():
            raise UsageError("nothing is stated; give --owner NAME or --set COLUMN=VALUE")
        known = frozenset().union(*self._keys.values())
        keys = [thing if thing in known else node(self._estate, thing) for thing in asked.things]
        if not keys:
            keys = sorted(set(self.chosen(asked)["subject"]))
        by_table: dict[str, list[str]] = {}
        for key in keys:
            by_table.setdefault(self._table_of(key, given), []).append(key)
        for table, those in sorted(by_table.items()):
            facts = as_kept(table, given)
            on = tuple(On(subject=key, table=table) for key in those)
            yield self._made(asked.kind, on, facts=facts, reason=asked.reason)

    def _table_of(self, key: str, given: Mapping[str, Any]) -> str:
        """The table that the thing is in and whose facts these are."""
        there = [name for name in _KEYED if key in self._keys[name]]
        fitting = [name for name in there if given.keys() <= stated(name)]
        if fitting:
            return fitting[0]
        if not there:
            raise UsageError(f"{plain(key)}: is not in the last run")
        takes = ", ".join(sorted(stated(there[0]))) or "nothing that people state"
        raise UsageError(f"{plain(key)}: {there[0]} take {takes}")

    @cached_property
    def _keys(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(self.seen.tables[name].select("key").collect()["key"]) for name in _KEYED}

    @cached_property
    def _estate(self) -> Estate:
        return Estate({name: self.seen.frame(name) for name in TABLES}, self.seen.overview.as_of)

    def _made(self, kind: str, on: tuple[On, ...], **said: Any) -> Decided:
        given = {name: value for name, value in said.items() if value not in ("", None)}
        texts = {name: worded(value, name) for name, value in given.items() if isinstance(value, str)}
        who = {"author": worded(self.author, "author"), "decided": self.decided}
        return Decided.model_validate({"kind": kind, "on": on, **who, **given, **texts})


_CONTROLS = {
    "vaulted": "a vault in between",
    "scope_reduced": "reduced scope",
    "monitored": "a monitor of its use",
    "runbook": "a runbook to revoke it",
}


def _on(rows: Iterable[Mapping[str, Any]]) -> tuple[On, ...]:
    return tuple(
        On(
            subject=row["subject"],
            table=row["noun"],
            finding=row["id"],
            check=row["check"],
            discriminator=row["discriminator"],
        )
        for row in rows
    )


def _starred(pattern: str) -> str:
    """Only `*` means something; brackets and question marks occur in keys."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _days(span: timedelta) -> str:
    return f"{span.days} days"
