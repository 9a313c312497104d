"""Reach said once more in the plainest way: one state at a time over the rows of the links table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from posture.estate.estate import Estate
from posture.model.classes import EVERYTHING, closed

READ, ADMIN = 1, 16


class State(NamedTuple):
    """Who one has become: a node, or the exit of a scope, acting within `mask` unless that is everything.

    `cut`: no credential is in hand. `obtains`: what is read within the cut is in hand.
    """

    key: str
    cut: bool = False
    mask: int = int(EVERYTHING)
    obtains: bool = True
    exit: bool = False


Level = dict[tuple[str, int], int]
"""Transitions at which a class (one bit) is first reached on a system."""


class Oracle:
    """Answers for one estate, over certain links or over all."""

    def __init__(
        self, estate: Estate, certain: bool, agents_only: bool = True, gone: frozenset[int] = frozenset()
    ):
        self.certain, self.agents_only = certain, agents_only
        rows = [row for n, row in enumerate(estate["links"].iter_rows(named=True)) if n not in gone]
        self.links = [row for row in rows if row["certain"] or not certain]
        self.tools = {row["key"]: row for row in estate["tools"].iter_rows(named=True)}
        self.dead = {
            row["key"]
            for table in ("identities", "credentials", "tools")
            for row in estate[table].iter_rows(named=True)
            if row["enabled"] is False
        }
        self.systems = {row["key"]: row for row in estate["systems"].iter_rows(named=True)}
        self.identities = {row["key"]: row for row in estate["identities"].iter_rows(named=True)}
        self.groups = {row["key"]: row for row in estate["groups"].iter_rows(named=True)}
        self.credentials = {row["key"]: row for row in estate["credentials"].iter_rows(named=True)}
        self.scopes = {row["key"]: row for row in estate["scopes"].iter_rows(named=True)}
        self.patterned = {
            row["from"]
            for row in rows
            if row["kind"] == "contains" and row["certain"] and self.as_critical(row["to"], row["from"])
        }

    def scope(self, key: str) -> str | None:
        if key.endswith(":control-plane"):
            return key.removesuffix(":control-plane")
        for table in (self.systems, self.identities, self.groups, self.credentials):
            if key in table:
                return table[key]["scope"] or None
        return None

    def below(self, scope: str) -> set[str]:
        found = {scope}
        while more := {k for k, row in self.scopes.items() if row["parent"] in found} - found:
            found |= more
        return found

    def members(self, target: str, whole: bool) -> set[str]:
        """The systems that an act on `target` touches, `target` included; `whole`: of its scope."""
        found = {target}
        if whole:
            below = self.below(target.removesuffix(":control-plane"))
            found |= {key for key in self.systems if self.scope(key) in below}
            found |= {
                row["to"]
                for row in self.links
                if row["kind"] == "contains" and row["from"] in below and row["to"] in self.systems
            }
        while (
            more := {
                row["to"]
                for row in self.links
                if row["kind"] == "contains" and row["from"] in found and row["to"] in self.systems
            }
            - found
        ):
            found |= more
        return found

    def as_critical(self, member: str, pattern: str) -> bool:
        one, whole = (self.systems.get(key) for key in (member, pattern))
        return None not in (one, whole) and (one["criticality"] or 2) >= (whole["criticality"] or 2)

    def counts(self, key: str) -> bool:
        return not (self.systems[key]["pattern"] and key in self.patterned)

    def levels(self, starts: list[State], most: int = 10**6) -> Level:
        """First transition count (1 for direct) per system and class."""
        done: set[State] = set()
        reached: Level = {}
        queue = deque((1, state) for state in starts)
        while queue:
            level, state = queue.popleft()
            if state in done or level > most:
                continue
            done.add(state)
            for system, mask in self.acts(state):
                for bit in (1, 2, 4, 8, 16):
                    if mask & bit:
                        reached.setdefault((system, bit), level)
            for cost, onward in self.onward(state):
                if cost:
                    queue.append((level + 1, onward))
                else:
                    queue.appendleft((level, onward))
        return reached

    def masks(self, start: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for system, bit in self.levels([State(start)]):
            found[system] = found.get(system, 0) | bit
        return found

    def sources(self, state: State) -> Iterator[dict[str, Any]]:
        """The links that start at `state`, or leave the scope whose exit it is."""
        for row in self.links:
            if row["from"] in self.dead:
                continue
            if not state.exit:
                if row["from"] == state.key:
                    yield row
            elif (
                self.scope(row["from"]) == state.key
                and (
                    row["from"] in self.identities
                    or row["from"] in self.groups
                    or row["from"] in self.systems
                )
                and (self.scope(row["to"]) != state.key or row["to"] in self.credentials)
            ):
                yield row

    def raw_acts(self, state: State) -> Iterator[tuple[str, int, bool, bool]]:
        """target, mask, whether it is administration of the whole scope, whether what is read is in hand."""
        tool = self.tools.get(state.key) if not state.exit else None
        if tool is not None:
            yield from self.calls(tool)
            return
        for row in self.sources(state):
            if row["kind"] not in ("may-act", "opens", "calls"):
                continue
            if row["classes"] is None and self.certain:
                continue
            mask = closed(EVERYTHING if row["classes"] is None else row["classes"])
            whole = bool(mask & ADMIN) and row["to"].endswith(":control-plane")
            yield row["to"], int(mask) & state.mask, whole, not state.cut or state.obtains

    def obtains(self, tool: dict[str, Any]) -> bool:
        sure = tool["obtains"] is True or tool["runs_code"] is True
        return sure or (not self.certain and tool["obtains"] is None)

    def whole(self, tool: dict[str, Any]) -> bool:
        sure = tool["runs_code"] is True or (tool["obtains"] is True and tool["runs_code"] is not False)
        return sure or (not self.certain and tool["obtains"] is None and tool["runs_code"] is not True)

    def of_tool(self, tool: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for row in self.links:
            if row["from"] in (tool["key"], tool["parent"]) and row["from"] not in self.dead:
                yield row

    def calls(self, tool: dict[str, Any]) -> Iterator[tuple[str, int, bool, bool]]:
        for row in self.of_tool(tool):
            if row["kind"] != "calls" or tool["key"] in self.dead:
                continue
            effects = None if tool["effects"] is None else int(closed(tool["effects"]))
            said = None if row["classes"] is None else int(closed(row["classes"]))
            if said is None and effects is None and self.certain:
                continue
            if said is None:
                mask = int(EVERYTHING) if effects is None else effects
            elif effects is None or self.whole(tool):
                mask = said
            else:
                mask = said & effects
            whole = bool(mask & ADMIN) and row["to"].endswith(":control-plane")
            yield row["to"], mask, whole, self.obtains(tool)

    def acts(self, state: State) -> Iterator[tuple[str, int]]:
        for target, mask, whole, _ in self.raw_acts(state):
            if mask:
                for system in self.members(target, whole):
                    if self.counts(system):
                        yield system, mask

    def onward(self, state: State) -> Iterator[tuple[int, State]]:
        tool = self.tools.get(state.key) if not state.exit else None
        free = not state.cut or state.obtains
        for target, mask, whole, in_hand in self.raw_acts(state):
            if whole and in_hand:
                yield 1, State(target.removesuffix(":control-plane"), exit=True)
            reads = mask & READ or (state.cut and state.obtains and self.read_before_cut(state, target))
            if reads and in_hand:
                places = self.members(target, whole)
                scopes = self.below(target.removesuffix(":control-plane")) if whole else set()
                for row in self.links:
                    if row["kind"] == "stored-at" and (row["to"] in places or row["to"] in scopes):
                        yield 0, State(row["from"])
        if tool is not None:
            yield from self.through(tool)
            return
        if state.exit:
            for child in self.below(state.key) - {state.key}:
                yield 0, State(child, exit=True)
        for row in self.sources(state):
            kind, to = row["kind"], row["to"]
            same = (
                kind in ("authenticates", "member-of")
                or (kind == "runs-as" and state.key in self.credentials)
                or (kind == "contains" and row["from"] in self.identities and to in self.identities)
            )
            if kind in ("uses-tool", "holds", "delegates") and not self.agents_only:
                continue
            if state.exit and (same or kind in ("may-become", "lets-into", "holds", "runs-as")):
                yield 0, State(to)
            elif same:
                yield 0, state._replace(key=to)
            elif kind in ("may-become", "delegates") and free:
                yield 1, State(to)
            elif kind in ("uses-tool", "holds", "runs-as") and free:
                yield 0, State(to)
        for key, row in self.credentials.items():
            if row["same_value_as"] is not None and state.key not in self.dead and not state.exit:
                if key == state.key:
                    yield 0, state._replace(key=row["same_value_as"])
                elif row["same_value_as"] == state.key:
                    yield 0, state._replace(key=key)

    def read_before_cut(self, state: State, target: str) -> bool:
        """A tool that obtains reads as its identity may, whatever its own effects are said to be."""
        uncut = state._replace(mask=int(EVERYTHING))
        return any(to == target and mask & READ for to, mask, _, _ in self.raw_acts(uncut))

    def through(self, tool: dict[str, Any]) -> Iterator[tuple[int, State]]:
        if tool["key"] in self.dead:
            return
        for row in self.of_tool(tool):
            if row["kind"] not in ("holds", "runs-as"):
                continue
            if row["ambient"]:
                if self.obtains(tool):
                    yield 0, State(row["to"])
                continue
            if self.whole(tool):
                yield 0, State(row["to"])
            unknown = 0 if self.certain else int(EVERYTHING)
            mask = unknown if tool["effects"] is None else int(closed(tool["effects"]))
            yield 0, State(row["to"], True, mask, tool["obtains"] is True or tool["runs_code"] is True)
