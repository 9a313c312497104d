"""What an agent's client really permits: rules and modes of all its files together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from posture.estate.estate import Estate
from posture.model.frames import frame
from posture.sources.agents.clients import client

Autonomy = Literal["autonomous", "semi", "approved"]

MODES: Mapping[str, Autonomy] = {
    "bypasspermissions": "autonomous", "auto": "autonomous", "acceptedits": "semi", "dontask": "autonomous",
    "plan": "approved", "default": "approved", "ask": "approved", "manual": "approved", "never": "autonomous",
    "on-failure": "semi", "on-request": "semi", "untrusted": "approved", "granular": "semi",
    "approve": "approved", "smart_approve": "semi", "chat": "approved", "allow": "autonomous",
    "always_allow_tool_actions": "autonomous", "confirm": "approved", "deny": "approved",
    "yolo": "autonomous", "auto_edit": "semi", "always": "approved", "autorun": "autonomous",
    "chat.tools.global.autoapprove": "autonomous", "chat.tools.autoapprove": "autonomous",
    "autoapprove": "autonomous", "autopilot": "autonomous", "assisted": "semi",
}  # fmt: skip
"""How freely a client acts in each mode, whatever the client."""

_REFUSES = "dontask"
"""The mode in which nobody is asked either: what no rule allows is refused."""

_LAYERS = {"managed": 0, "local": 1, "project": 2, "user": 3}
_RULE = re.compile(r"(?s)(?P<tool>[^()]+?)(?:\((?P<pattern>.*)\))?\Z")
_ANYTHING = (None, "*", "**", ":*", "/.*/", "/.+/", "/^.*/", "/^.+/", "/^.*$/", "/^.+$/")
"""Patterns that leave nothing out, those between slashes as regular expressions."""
_EDITS = ("Edit", "Write", "MultiEdit", "NotebookEdit")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of `permissions` by its number."""

    row: int
    effect: str
    rule: str
    layer: str
    server: str | None
    at: str
    file: str


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
    answers: dict[int, tuple[bool | None, str | None]] = {}
    modes: dict[str, tuple[Autonomy, str]] = {}
    unasked: set[str] = set()
    safeguards: list[dict[str, Any]] = []
    above = _above(estate["agents"], by_subject)
    for subject in sorted({*by_subject, *above}):
        own = by_subject.get(subject, [])
        rules = [*own, *above.get(subject, ())]
        told = dict(_answers(rules))
        answers.update({rule.row: told[rule.row] for rule in own})
        mode = _mode(rules, told)
        if mode is not None:
            modes[subject] = mode
        if _shell(platforms.get(subject, ""), rules, told):
            unasked.add(subject)
        safeguards += _safeguards(subject, rules, told)
    found = _autonomy(platforms, parents, modes, unasked)
    safeguards += _defaults(platforms, found, by_subject, estate["safeguards"])
    return estate.having(
        permissions=_answered(table, answers),
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


def _answers(rules: Sequence[Rule]) -> Iterator[tuple[int, tuple[bool | None, str | None]]]:
    """Whether each rule of one agent takes effect, and why not. Deny beats ask beats allow in every layer."""
    denying = [rule for rule in rules if rule.effect == "deny"]
    asking = [rule for rule in rules if rule.effect == "ask"]
    rejecting = [rule for rule in rules if rule.effect == "reject"]
    free = _unasked(rules)
    for rule in rules:
        if rule.effect in ("mode", "sandbox"):
            yield rule.row, _ranked(rule, rules, denying)
        elif rule.effect == "deny":
            yield rule.row, (True, None)
        elif rule.effect in ("allow", "ask"):
            stronger = denying if rule.effect == "ask" else [*denying, *asking]
            yield rule.row, _beside(rule, stronger, free)
        elif rule.effect == "approve":
            over = next((one for one in rejecting if _covers(one.rule, rule.rule)), None)
            yield rule.row, ((False, f"rejected in {over.file}") if over else (True, None))
        elif rule.effect == "hook":
            yield rule.row, (None, "what the program decides is not read")
        else:
            yield rule.row, (True, None)


def _unasked(rules: Sequence[Rule]) -> Rule | None:
    """The mode that asks for nothing, where it is the one that holds."""
    best = _best([rule for rule in rules if rule.effect == "mode" and rule.server is None])
    if best is None or best.rule.lower() == _REFUSES:
        return None
    return best if MODES.get(best.rule.lower()) == "autonomous" else None


def _best(rules: Sequence[Rule]) -> Rule | None:
    whole = [rule for rule in rules if not rule.at.startswith("/profiles/")]
    return min(whole, key=lambda rule: (_LAYERS.get(rule.layer, 9), rule.file, rule.at), default=None)


def _ranked(rule: Rule, rules: Sequence[Rule], denying: Sequence[Rule]) -> tuple[bool | None, str | None]:
    """Modes and sandboxes: the strongest layer holds."""
    if rule.server is not None:
        return True, None
    if rule.at.startswith("/profiles/"):
        return None, f"holds while the profile {rule.at.split('/')[2]} is used"
    if rule.effect == "mode" and any(one.rule == rule.rule for one in denying):
        return False, "its use is switched off"
    # One file may say several things of one sandbox, such as its mode and its network.
    rivals = [one for one in rules if one.effect == rule.effect and one.server is None]
    best = _best(rivals)
    if best is None or (best.layer == rule.layer and best.file == rule.file):
        return True, None
    if best.layer == rule.layer:
        return None, f"{best.file} says something of the same rank"
    return False, f"the {best.layer} settings in {best.file} hold"


def _beside(rule: Rule, stronger: Sequence[Rule], free: Rule | None) -> tuple[bool | None, str | None]:
    over = next((one for one in stronger if _covers(one.rule, rule.rule)), None)
    if over is not None:
        return False, f"overruled by {over.effect} {over.rule} in {over.file}"
    if free is not None and rule.effect == "allow" and rule.server is None:
        return False, f"mode {free.rule} asks for nothing anyway"
    if free is not None and rule.effect == "ask":
        return None, f"mode {free.rule} may skip the question"
    part = sorted(one.rule for one in stronger if _covers(rule.rule, one.rule))
    return True, f"except {', '.join(part[:3])}" if part else None


def _covers(wide: str, narrow: str) -> bool:
    """Whether everything that `narrow` names is named by `wide` too."""
    if wide in ("*", narrow):
        return True
    outer, inner = _RULE.match(wide), _RULE.match(narrow)
    if outer is None or inner is None:
        return False
    if outer["tool"] != inner["tool"]:
        server = outer["tool"]
        return (
            outer["pattern"] is None
            and server.startswith("mcp__")
            and inner["tool"].startswith(f"{server}__")
        )
    pattern, within = outer["pattern"], inner["pattern"]
    if pattern in _ANYTHING:
        return True
    if within is None or pattern is None:
        return False
    start = pattern.removesuffix(":*").removesuffix("*")
    return pattern != start and within.startswith(start)


def _mode(
    rules: Sequence[Rule], answers: Mapping[int, tuple[bool | None, str | None]]
) -> tuple[Autonomy, str] | None:
    holding = [
        rule
        for rule in rules
        if rule.effect == "mode" and rule.server is None and answers[rule.row][0] is True
    ]
    for rule in sorted(holding, key=lambda rule: (_LAYERS.get(rule.layer, 9), rule.file)):
        word = MODES.get(rule.rule.lower())
        if word is not None:
            return word, f"mode {rule.rule}"
    return None


def _shell(
    platform: str, rules: Sequence[Rule], answers: Mapping[int, tuple[bool | None, str | None]]
) -> bool:
    """Whether a tool that runs code is allowed whole."""
    running = {tool.name for tool in client(platform).tools if tool.runs_code}
    return any(
        rule.effect == "allow" and answers[rule.row][0] and any(_covers(rule.rule, name) for name in running)
        for rule in rules
    )


def _safeguards(
    subject: str, rules: Sequence[Rule], answers: Mapping[int, tuple[bool | None, str | None]]
) -> Iterator[dict[str, Any]]:
    for rule in rules:
        held, _why = answers[rule.row]
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
        elif rule.effect == "mode" and held and rule.rule.lower() == _REFUSES:
            yield {
                **base, "kind": "request-policy", "scope": None, "mode": "enforce", "attributes": "tool",
                "evidence": "what no rule allows is refused",
            }  # fmt: skip
        elif rule.effect == "hook":
            yield {**base, "kind": "request-policy", "scope": None, "attributes": "tool", "evidence": "hook"}
        elif rule.effect in ("mode", "trust") and rule.server is not None:
            free = rule.effect == "trust" or MODES.get(rule.rule.lower()) == "autonomous"
            yield {
                **base,
                "subject": rule.server,
                "kind": "approval",
                "scope": None,
                "mode": "off" if free else "enforce",
                "strength": "none" if free else "lightweight",
                "evidence": f"{rule.effect} {rule.rule}",
            }


def _autonomy(
    platforms: Mapping[str, str],
    parents: Mapping[str, str],
    modes: Mapping[str, tuple[Autonomy, str]],
    unasked: Collection[str],
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
        elif client(platform).tools or platform == "goose":
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
        if key not in boxed and usual != "off" and client(platforms[key]).tools:
            yield {
                **base,
                "kind": "sandbox",
                "mode": "enforce" if usual == "on" else None,
                "egress": "closed" if usual == "on" else None,
                "evidence": f"default of {client(platforms[key]).title}",
            }


def _answered(table: pl.DataFrame, answers: Mapping[int, tuple[bool | None, str | None]]) -> pl.DataFrame:
    if table.is_empty():
        return table
    told = [answers.get(n, (None, None)) for n in range(table.height)]
    return table.with_columns(
        pl.Series("effective", [held for held, _why in told], pl.Boolean),
        pl.Series("has_effective", [True if held is not None else None for held, _why in told], pl.Boolean),
        pl.Series("because", [why for _held, why in told], pl.String),
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
