"""What settings of VS Code let its agent do without a question: everything, or commands, addresses, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from posture.sources.agents import writing
from posture.sources.agents.server import escaped
from posture.sources.agents.sheet import Sheet

MARKS = (b"chat.tools", b"chat.permissions", b'"chat"')

_EVERYTHING = ("chat.tools.global.autoApprove", "chat.tools.autoApprove")
_LEVEL = "chat.permissions.default"
_SWITCH = "chat.tools.terminal.enableAutoApprove"
_RULES = (
    ("chat.tools.terminal.autoApprove", "runInTerminal"),
    ("chat.tools.urls.autoApprove", "fetch"),
    ("chat.tools.edits.autoApprove", "editFiles"),
)
_ELIGIBLE = "chat.tools.eligibleForAutoApproval"
_YES = ("approve", "approveRequest", "approveResponse")


def approvals(sheet: Sheet, settings: Mapping[str, Any], at: str, user: str) -> None:
    """Rules and modes in `settings`, which stand at `at`; keys are written with dots or as maps in maps."""
    for name in _EVERYTHING:
        for place, value in _stated(settings, name):
            if value is True:
                writing.permission(sheet, "mode", name, at + place, user)
    for place, value in _stated(settings, _LEVEL):
        if isinstance(value, str):
            writing.permission(sheet, "mode", value, at + place, user)
    for place, value in _stated(settings, _SWITCH):
        if value is False:
            # No rule about a command lets it run unasked then.
            writing.permission(sheet, "ask", "runInTerminal", at + place, user)
    for name, tool in _RULES:
        for place, value in _stated(settings, name):
            for inner, pattern, said in _entries(value):
                effect = _effect(said)
                if effect:
                    writing.permission(sheet, effect, f"{tool}({pattern})", at + place + inner, user)
    for place, value in _stated(settings, _ELIGIBLE):
        for inner, tool, said in _entries(value):
            if said is False:
                writing.permission(sheet, "ask", tool, at + place + inner, user)


def _stated(settings: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """Every place where the setting `name` stands, and what it says there."""
    if name in settings:
        yield f"/{escaped(name)}", settings[name]
    head, dot, rest = name.partition(".")
    while dot:
        inner = settings.get(head)
        if isinstance(inner, Mapping):
            for place, value in _stated(inner, rest):
                yield f"/{escaped(head)}{place}", value
        more, dot, rest = rest.partition(".")
        head = f"{head}.{more}"


def _entries(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Pattern and what is said of it; a list names what is approved."""
    if isinstance(value, Mapping):
        for pattern, said in value.items():
            yield f"/{escaped(str(pattern))}", str(pattern), said
    elif isinstance(value, list):
        for n, pattern in enumerate(value):
            if isinstance(pattern, str):
                yield f"/{n}", pattern, True


def _effect(said: Any) -> str:
    """`allow`, `ask`, or nothing where the entry takes back what a default says."""
    if isinstance(said, Mapping):
        words = [said[word] for word in _YES if isinstance(said.get(word), bool)]
        return "" if not words else "allow" if any(words) else "ask"
    return {True: "allow", False: "ask"}.get(said, "") if isinstance(said, bool) else ""
