"""What an agent's client really permits: rules and modes of all its files together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from posture.estate.estate import Estate
from posture.estate.rules import REFUSES, SERVER_MODES, Answer, Autonomy, Rule, answers, covers, mode_of
from posture.model.frames import frame
from posture.sources.agents.clients import client

_READ_BY = {"crush": "opencode"}
"""Clients whose settings are read by the source of another."""
_EDITS = ("Edit", "Write", "MultiEdit", "NotebookEdit")


def permitted(estate: Estate) -> Estate:
    """`estate` with each rule's effect, the safeguards that follow, and how freely each agent acts."""
    table = estate["permissions"]
    platforms = dict(estate["agents"].select("key", "platform").iter_rows())
    parents = _parents(estate["links"])
    by_subject: dict[str, list[Rule]] = defaultdict(list)
    for n, row in enumerate(table.iter_rows(named=True)):
        by_subject[row["subject"]].append(
            Rule(n, row["effect"], row["rule"], row["layer"], row["server"], row["at"], row["file"])
        )
    held: dict[int, Answer] = {}
    modes: dict[str, tuple[Autonomy, str]] = {}
    unasked: set[str] = set()
    safeguards: list[dict[str, Any]] = []
    above = _above(estate["agents"], by_subject)
    for subject in sorted({*by_subject, *above}):
        own = by_subject.get(subject, [])
        rules = [*own, *above.get(subject, ())]
        told = dict(answers(rules))
        held.update({rule.row: told[rule.row] for rule in own})
        mode = mode_of(rules, told)
        if mode is not None:
            modes[subject] = mode
        if _shell(platforms.get(subject, ""), rules, told):
            unasked.add(subject)
        safeguards += _safeguards(subject, rules, told)
    doubtful = _doubtful(estate)
    found = _autonomy(platforms, parents, modes, unasked, doubtful)
    safeguards += _defaults(platforms, found, by_subject, estate["safeguards"], doubtful)
    return estate.having(
        permissions=_answered(table, held),
        safeguards=pl.concat([estate["safeguards"], frame("safeguards", safeguards)]),
        agents=_filled(estate["agents"], found),
    )


def _above(agents: pl.DataFrame, by_subject: Mapping[str, Sequence[Rule]]) -> dict[str, list[Rule]]:
    """For a client in a project: what the settings of its user say, which hold there as well.

    Only where one user of the client was read: of several, nobody can say who works in the project.
    """
    clients = dict(
        agents.filter(pl.col("kind") == "client")
        .select("key", "platform")
        .sort("key", "platform")
        .iter_rows()
    )
    users: dict[str, set[str]] = defaultdict(set)
    for subject, rules in by_subject.items():
        if subject in clients and any(rule.layer == "user" for rule in rules):
            users[clients[subject]].add(subject)
    found: dict[str, list[Rule]] = {}
    for subject, platform in clients.items():
        if len(users[platform]) == 1 and subject not in users[platform]:
            (user,) = users[platform]
            found[subject] = [rule for rule in by_subject[user] if _everywhere(rule)]
    return found


def _doubtful(estate: Estate) -> frozenset[str]:
    """Agents of whose settings some were not read: these may say what else the client does by default."""
    broken = (
        estate["coverage"]
        .filter(pl.col("table") == "permissions", pl.col("state") != "complete")
        .select("source", "scope")
    )
    scopes: dict[str, set[str]] = defaultdict(set)
    for source, scope in broken.iter_rows():
        scopes[_family(source or "")].add(scope)
    return frozenset(
        key
        for key, platform, scope in estate["agents"].select("key", "platform", "scope").iter_rows()
        if any(
            # What a user sets holds in projects too, but in no other user's home.
            one == scope or (one.startswith("home:") and not scope.startswith("home:"))
            for one in scopes.get(_family(_READ_BY.get(platform, platform)), ())
        )
    )


def _family(name: str) -> str:
    """What the sources of one client have in common with its name."""
    return name.partition("-")[0]


def _everywhere(rule: Rule) -> bool:
    """Whether a rule of the user is about the client and not about one server or one project."""
    return (
        rule.layer in ("user", "managed")
        and rule.server is None
        and rule.effect in ("allow", "ask", "deny", "mode", "sandbox")
        and not rule.at.startswith("/projects/")
    )


def _parents(links: pl.DataFrame) -> dict[str, str]:
    return dict(
        links.filter(pl.col("kind") == "delegates", pl.col("because") == "a subagent of the client")
        .select("to", "from")
        .sort("to", "from")
        .iter_rows()
    )


def _shell(platform: str, rules: Sequence[Rule], told: Mapping[int, Answer]) -> bool:
    """Whether a tool that runs code is allowed whole."""
    running = {tool.name for tool in client(platform).tools if tool.runs_code}
    return any(
        rule.effect == "allow" and told[rule.row][0] and any(covers(rule.rule, name) for name in running)
        for rule in rules
    )


def _safeguards(subject: str, rules: Sequence[Rule], told: Mapping[int, Answer]) -> Iterator[dict[str, Any]]:
    for rule in rules:
        held, _why = told[rule.row]
        base = {"subject": subject, "source": "inferred", "file": rule.file, "at": rule.at}
        if rule.effect == "allow" and held and rule.server is None:
            yield {**base, "kind": "approval", "scope": rule.rule, "mode": "off", "strength": "none"}
        elif rule.effect == "ask" and held is not False:
            yield {
                **base, "kind": "approval", "scope": rule.rule, "mode": "enforce" if held else None,
                "strength": "lightweight", "bound_to_action": True,
            }  # fmt: skip
        elif rule.effect == "deny":
            yield {
                **base,
                "kind": "request-policy",
                "scope": rule.rule,
                "mode": "enforce",
                "attributes": "tool",
            }
        elif rule.effect == "mode" and held and rule.rule.lower() == REFUSES:
            yield {
                **base, "kind": "request-policy", "scope": None, "mode": "enforce", "attributes": "tool",
                "evidence": "what no rule allows is refused",
            }  # fmt: skip
        elif rule.effect == "hook":
            yield {**base, "kind": "request-policy", "scope": None, "attributes": "tool", "evidence": "hook"}
        elif rule.effect in ("mode", "trust") and rule.server is not None:
            asked = False if rule.effect == "trust" else SERVER_MODES.get(rule.rule.lower())
            yield {
                **base, "subject": rule.server, "kind": "approval", "scope": None,
                "mode": None if asked is None else "enforce" if asked else "off",
                "strength": None if asked is None else "lightweight" if asked else "none",
                "evidence": f"{rule.effect} {rule.rule}",
            }  # fmt: skip


def _autonomy(
    platforms: Mapping[str, str],
    parents: Mapping[str, str],
    modes: Mapping[str, tuple[Autonomy, str]],
    unasked: Collection[str],
    doubtful: Collection[str],
) -> dict[str, tuple[Autonomy, str]]:
    """How freely each agent acts: its own mode, else its parent's, else what its client does by default."""
    found: dict[str, tuple[Autonomy, str]] = {}
    for key, platform in platforms.items():
        parent = modes.get(parents.get(key, ""))
        own = modes.get(key)
        if own is not None or parent is not None:
            # Nobody below a parent that asks for nothing is asked.
            inherits = parent is not None and (own is None or parent[0] == "autonomous")
            chosen = parent if inherits else own
            if chosen is not None:
                found[key] = chosen
        elif key in unasked and client(platform).tools:
            found[key] = ("semi", "its shell is allowed without a question")
        elif key not in doubtful and (client(platform).tools or platform == "goose"):
            default = client(platform).approval
            found[key] = (
                "approved" if default == "ask" else "autonomous",
                f"default of {client(platform).title}",
            )
    return found


def _defaults(
    platforms: Mapping[str, str],
    found: Mapping[str, tuple[Autonomy, str]],
    rules: Mapping[str, Sequence[Rule]],
    given: pl.DataFrame,
    doubtful: Collection[str],
) -> Iterator[dict[str, Any]]:
    boxed = set(given.filter(pl.col("kind") == "sandbox")["subject"])
    for key, (word, why) in sorted(found.items()):
        edits = word == "semi" and any(
            rule.effect == "mode" and rule.rule == "acceptEdits" for rule in rules.get(key, ())
        )
        base = {"subject": key, "source": "inferred", "evidence": why}
        yield {
            **base, "kind": "approval", "scope": None, "mode": "off" if word == "autonomous" else "enforce",
            "strength": "none" if word == "autonomous" else "lightweight",
            "bound_to_action": None if word == "autonomous" else True,
        }  # fmt: skip
        for name in _EDITS[:2] if edits else ():
            yield {**base, "kind": "approval", "scope": name, "mode": "off", "strength": "none"}
        usual = client(platforms[key]).sandbox
        if key not in boxed and key not in doubtful and usual != "off" and client(platforms[key]).tools:
            yield {
                **base,
                "kind": "sandbox",
                "mode": "enforce" if usual == "on" else None,
                "egress": "closed" if usual == "on" else None,
                "evidence": f"default of {client(platforms[key]).title}",
            }


def _answered(table: pl.DataFrame, held: Mapping[int, Answer]) -> pl.DataFrame:
    if table.is_empty():
        return table
    told = [held.get(n, (None, None)) for n in range(table.height)]
    return table.with_columns(
        pl.Series("effective", [one for one, _why in told], pl.Boolean),
        pl.Series("has_effective", [True if one is not None else None for one, _why in told], pl.Boolean),
        pl.Series("because", [why for _one, why in told], pl.String),
    )


def _filled(agents: pl.DataFrame, found: Mapping[str, tuple[Autonomy, str]]) -> pl.DataFrame:
    if agents.is_empty() or not found:
        return agents
    words = {key: word for key, (word, _why) in found.items()}
    inferred = pl.col("key").replace_strict(words, default=None, return_dtype=pl.String)
    missing = pl.col("has_autonomy").is_null() & inferred.is_not_null()
    return agents.with_columns(
        pl.when(missing).then(inferred).otherwise(pl.col("autonomy")).alias("autonomy"),
        pl.when(missing).then(pl.lit("kind")).otherwise(pl.col("autonomy_basis")).alias("autonomy_basis"),
        pl.when(missing).then(pl.lit(True)).otherwise(pl.col("has_autonomy")).alias("has_autonomy"),
    )
