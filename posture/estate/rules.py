"""Which rules of one agent take effect: deny beats ask beats allow, and the strongest layer's mode holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

Autonomy = Literal["autonomous", "semi", "approved"]

MODES: Mapping[str, Autonomy] = {
    "bypasspermissions": "autonomous", "auto": "autonomous", "acceptedits": "semi", "dontask": "autonomous",
    "plan": "approved", "default": "approved", "ask": "approved", "manual": "approved", "never": "autonomous",
    "on-failure": "semi", "on-request": "semi", "untrusted": "approved", "granular": "semi",
    "approve": "approved", "smart_approve": "semi", "chat": "approved", "allow": "autonomous",
    "always_allow_tool_actions": "autonomous", "confirm": "approved", "deny": "approved",
    "yolo": "autonomous", "auto_edit": "semi", "always": "approved", "autorun": "autonomous",
    "chat.tools.global.autoapprove": "autonomous", "chat.tools.autoapprove": "autonomous",
    "autoapprove": "autonomous", "autopilot": "autonomous", "assisted": "semi", "yes-always": "semi",
    "dangerouslyallowall": "autonomous", "unrestricted": "autonomous", "allowlist": "approved",
}  # fmt: skip
"""How freely a client acts in each mode, whatever the client."""

SERVER_MODES: Mapping[str, bool] = {
    "approve": False, "never": False, "auto": True, "writes": True, "prompt": True, "always": True,
}  # fmt: skip
"""Whether somebody is asked before an operation of a server runs, by the mode that is set for that server.

`approve` says yes for people, where as a mode of a whole client it waits for them.
"""

REFUSES = "dontask"
"""The mode in which nobody is asked either: what no rule allows is refused."""

_LAYERS = {"managed": 0, "local": 1, "project": 2, "user": 3}
_RULE = re.compile(r"(?s)(?P<tool>[^()]+?)(?:\((?P<pattern>.*)\))?\Z")
_ANYTHING = (None, "*", "**", ":*", "/.*/", "/.+/", "/^.*/", "/^.+/", "/^.*$/", "/^.+$/")
"""Patterns that leave nothing out, those between slashes as regular expressions."""


class Rule(Struct, frozen=True):
    """One row of `permissions` by its number."""

    row: int
    effect: str
    rule: str
    layer: str
    server: str | None
    at: str
    file: str


Answer = tuple[bool | None, str | None]
"""Whether a rule takes effect, null where nobody can say, and why not."""


def answers(rules: Sequence[Rule]) -> Iterator[tuple[int, Answer]]:
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
            over = next((one for one in rejecting if covers(one.rule, rule.rule)), None)
            yield rule.row, ((False, f"rejected in {over.file}") if over else (True, None))
        elif rule.effect == "hook":
            yield rule.row, (None, "what the program decides is not read")
        else:
            yield rule.row, (True, None)


def _unasked(rules: Sequence[Rule]) -> Rule | None:
    """The mode that asks for nothing, where it is the one that holds."""
    best = _best([rule for rule in rules if rule.effect == "mode" and rule.server is None])
    if best is None or best.rule.lower() == REFUSES:
        return None
    return best if MODES.get(best.rule.lower()) == "autonomous" else None


def _best(rules: Sequence[Rule]) -> Rule | None:
    whole = [rule for rule in rules if not rule.at.startswith("/profiles/")]
    return min(whole, key=lambda rule: (_LAYERS.get(rule.layer, 9), rule.file, rule.at), default=None)


def _ranked(rule: Rule, rules: Sequence[Rule], denying: Sequence[Rule]) -> Answer:
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


def _beside(rule: Rule, stronger: Sequence[Rule], free: Rule | None) -> Answer:
    over = next((one for one in stronger if covers(one.rule, rule.rule)), None)
    if over is not None:
        return False, f"overruled by {over.effect} {over.rule} in {over.file}"
    if free is not None and rule.effect == "allow" and rule.server is None:
        return False, f"mode {free.rule} asks for nothing anyway"
    if free is not None and rule.effect == "ask":
        return None, f"mode {free.rule} may skip the question"
    part = sorted(one.rule for one in stronger if covers(rule.rule, one.rule))
    return True, f"except {', '.join(part[:3])}" if part else None


def covers(wide: str, narrow: str) -> bool:
    """Whether everything that `narrow` names is named by `wide` too."""
    if wide in ("*", narrow):
        return True
    outer, inner = _RULE.match(wide), _RULE.match(narrow)
    if outer is None or inner is None:
        return False
    if outer["tool"] != inner["tool"]:
        server = outer["tool"]
        if server.endswith("*"):
            return outer["pattern"] is None and inner["tool"].startswith(server[:-1])
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


def mode_of(rules: Sequence[Rule], told: Mapping[int, Answer]) -> tuple[Autonomy, str] | None:
    """How freely the mode that holds lets the agent act, and which one that is."""
    holding = [
        rule for rule in rules if rule.effect == "mode" and rule.server is None and told[rule.row][0] is True
    ]
    for rule in sorted(holding, key=lambda rule: (_LAYERS.get(rule.layer, 9), rule.file)):
        word = MODES.get(rule.rule.lower())
        if word is not None:
            return word, f"mode {rule.rule}"
    return None
