"""Who answers for what a finding or a step is about: stated, or guessed with a reason and a confidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import polars as pl

from posture.estate.code_owners import CodeOwners
from posture.estate.estate import Estate
from posture.model.frames import frame
from posture.model.keys import home_scope, short

Confidence = Literal["certain", "high", "medium", "low"]
Said = tuple[str, Confidence, str, bool]
"""owner, confidence, reason, whether it is stated of the subject itself"""

_STATING = ("identities", "agents", "systems")
_LYING = (*_STATING, "credentials", "tools", "workflows")
_BASIS: dict[str, tuple[Confidence, str]] = {
    "declared": ("certain", "declared"),
    "tag": ("high", "its tag"),
}
_BELONGING: dict[str, tuple[str, Literal["from", "to"]]] = {
    "authenticates": ("owns {}, which it authenticates", "from"),
    "runs-as": ("owns {}, which runs as it", "to"),
    "uses-tool": ("owns {}, which uses it", "to"),
    "holds": ("owns {}, which holds it", "to"),
}
"""Kinds of link that tell whose a thing is: the sentence, and the end at which the thing stands."""
_TELLING = tuple(_BELONGING)
_HOME = home_scope("")


def owners(estate: Estate, subjects: Iterable[str]) -> pl.DataFrame:
    """The table `owners`: one row for each of `subjects` of which anything is known, the surest guess."""
    wanted = sorted(set(subjects))
    known = _Known(estate, wanted)
    rows = []
    for subject in wanted:
        said = next(known.said(subject), None)
        if said is not None:
            owner, confidence, reason, stated = said
            rows.append(
                {
                    "subject": subject,
                    "owner": owner,
                    "confidence": confidence,
                    "reason": reason,
                    "stated": stated,
                }
            )
    return frame("owners", rows)


def owned(findings: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`findings` with the owner of what their subject belongs to, where nobody owns the subject itself.

    A credential has no owner of its own: whoever answers for the identity that it opens answers for it.
    """
    sure = known.filter(pl.col("confidence").is_in(["certain", "high"])).select("subject", owned_by="owner")
    joined = findings.join(sure, on="subject", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("owner", "owned_by").alias("owner")).select(findings.columns)


class _Known:
    """What the estate says of the subjects and of what they are linked to; everything else stays unread."""

    def __init__(self, estate: Estate, subjects: list[str]) -> None:
        asked = pl.Series(subjects, dtype=pl.String).implode()
        links = estate["links"].filter(pl.col("kind").is_in([*_TELLING, "member-of"]))
        mine = links.filter(pl.col("from").is_in(asked) | pl.col("to").is_in(asked))
        self.links: dict[tuple[str, str], list[str]] = {}
        for kind, start, end in mine.select("kind", "from", "to").iter_rows():
            own, other = (end, start) if kind in _TELLING and _BELONGING[kind][1] == "to" else (start, end)
            self.links.setdefault((kind, own), []).append(other)
        near = {*subjects, *(key for keys in self.links.values() for key in keys)}
        among = pl.Series(sorted(near), dtype=pl.String).implode()
        self.rows: dict[str, dict[str, Any]] = {}
        for name in _LYING:
            columns = ["key", "scope", "file", *(("owner", "owner_basis") if name in _STATING else ())]
            for row in estate[name].filter(pl.col("key").is_in(among)).select(columns).iter_rows(named=True):
                self.rows.setdefault(row["key"], row)
        groups = estate["groups"].filter(pl.col("key").is_in(among)).select("key", "name")
        self.groups = dict(groups.iter_rows())
        self.code = CodeOwners(estate["code_owners"])
        self.stated = {
            owner for name in _STATING for owner in estate[name]["owner"].drop_nulls().unique().to_list()
        }

    def said(self, subject: str) -> Iterator[Said]:
        """The surest first."""
        row = self.rows.get(subject, {})
        if row.get("owner"):
            confidence, reason = _BASIS.get(row["owner_basis"] or "", ("low", "read off its name or kind"))
            yield row["owner"], confidence, reason, True
        for kind in _TELLING:
            yield from self._linked(subject, kind)
        rule = self.code.of(row["file"]) if row.get("file") else None
        if rule is not None:
            yield self._team(rule.owners), "medium", f"{rule.file} line {rule.n} for {row['file']}", False
        if (row.get("scope") or "").startswith(_HOME):
            yield row["scope"].removeprefix(_HOME), "low", "it lies in the home of that person", False
        groups = sorted(
            {self.groups.get(key) or short(key) for key in self.links.get(("member-of", subject), ())}
        )
        if len(groups) == 1:
            yield groups[0], "low", "the only group that it is in", False

    def _team(self, owners: str) -> str:
        """`@company/team` as the rest of the estate calls it, where that team owns other things by name."""
        team = owners.rpartition("/")[2]
        return team if owners.startswith("@") and " " not in owners and team in self.stated else owners

    def _linked(self, subject: str, kind: str) -> Iterator[Said]:
        """The one owner of everything that it belongs to in this way; several leave it open."""
        others = sorted(set(self.links.get((kind, subject), ())))
        named = {self.rows[key]["owner"] for key in others if self.rows.get(key, {}).get("owner")}
        if len(named) == 1:
            first = next(key for key in others if self.rows.get(key, {}).get("owner"))
            yield named.pop(), "high", _BELONGING[kind][0].format(short(first)), False
