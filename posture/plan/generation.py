"""What the rules make of the causes: what is missing is added, what is one job becomes one, the rest goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from posture.checks.check import Check
from posture.checks.view import View
from posture.plan.causes import Cause, Causes, Wanted
from posture.plan.classes import REPLACING

Found = dict[Cause, Wanted]
Rule = Callable[[Causes, Found], None]

OUTSIDE = ("internal", "public")
_OVERDUE = frozenset({"key-too-old", "rotation-overdue", "no-reissue-after-change"})


def wanted(
    view: View, findings: pl.DataFrame, checks: Iterable[Check], off: Collection[str] = ()
) -> tuple[Causes, list[Wanted]]:
    """Every cause that a gap asks to deal with, and those that the rules not `off` add, by id."""
    causes = Causes(view)
    classes = {check.id: check.action for check in checks}
    found: dict[Cause, Wanted] = {}
    for row in findings.filter(pl.col("result") == "gap").sort("id").iter_rows(named=True):
        if row["check"] in classes:
            for cause in causes.of(row, classes[row["check"]]):
                found.setdefault(cause, Wanted(cause)).findings.append(row)
    return causes, sorted(completed(causes, found, off).values(), key=lambda one: one.id)


def completed(causes: Causes, found: Found, off: Collection[str] = ()) -> Found:
    """`found` after every rule that is not switched `off`."""
    made = dict(found)
    for word, rule in RULES.items():
        if word not in off:
            rule(causes, made)
    return made


def _add(found: Found, action: str, key: str, noun: str, rule: str) -> Wanted:
    cause = Cause(action, key, noun)
    if cause not in found:
        found[cause] = Wanted(cause, rule=rule)
    return found[cause]


def _move(found: Found, old: Cause, action: str, key: str | None = None) -> None:
    """Have what asks for `old` ask for another action on the same thing."""
    asked = found.pop(old, None)
    if asked is not None:
        new = _add(found, action, key or old.key, old.noun, asked.rule)
        known = {row["id"] for row in new.findings}
        new.findings += [row for row in asked.findings if row["id"] not in known]


def _immediate(causes: Causes, found: Found) -> None:
    """What lies exposed is contained; what lives long and is shared or widely used is rotated."""
    for key, value in causes.values.items():
        if value["dead"]:
            continue
        if value["exposure"] in OUTSIDE:
            _add(found, "contain", key, "credentials", "lies exposed")
        elif rotates_now(value):
            _add(found, "rotate", key, "credentials", "lives long and is shared, or used with broad access")


def rotates_now(value: Mapping[str, Any]) -> bool:
    """Long-lived, and shared or used by an agent with broad access."""
    return bool(value["long_lived"]) and ((value["users"] or 0) > 1 or bool(value["used_by_broad"]))


def _eliminate(causes: Causes, found: Found) -> None:
    """Rotation never ends reuse or long life: every long-lived credential of an agent is replaced."""
    for key, value in causes.values.items():
        replaced = any(Cause(action, key, "credentials") in found for action in REPLACING)
        if of_an_agent(value) and not replaced:
            _add(found, "replace", key, "credentials", "an agent's long-lived credential")


def of_an_agent(value: Mapping[str, Any]) -> bool:
    """A long-lived credential, not proven dead, that an agent uses."""
    return bool(value["long_lived"]) and not value["dead"] and (value["agents_using"] or 0) > 0


def _once_replaced(causes: Causes, found: Found) -> None:
    """Containing issues anew, so it rotates; one replacement serves every reason to replace."""
    for key in causes.values:
        contain = Cause("contain", key, "credentials")
        if contain in found:
            _move(found, Cause("rotate", key, "credentials"), "contain")
        kept = next(
            (one for one in ("isolate-exception", "replace", "just-in-time", "federate")
             if Cause(one, key, "credentials") in found),
            None,
        )  # fmt: skip
        for other in sorted(REPLACING):
            if kept is not None and other != kept:
                _move(found, Cause(other, key, "credentials"), kept)


def _isolate(causes: Causes, found: Found) -> None:
    """Where a platform cannot do without the secret, it is isolated instead."""
    for key, value in causes.values.items():
        if value["cannot_refresh"] or value["can_federate"] is False:
            for action in ("replace", "federate", "just-in-time"):
                _move(found, Cause(action, key, "credentials"), "isolate-exception")


def _nothing_to_rotate(causes: Causes, found: Found) -> None:
    """What does not live long is neither rotated nor replaced."""
    for cause in list(found):
        if cause.noun == "credentials" and cause.action in ("rotate", "replace"):
            value = causes.values.get(cause.key)
            if value is not None and value["long_lived"] is False:
                del found[cause]


def _nobody_needs_it(causes: Causes, found: Found) -> None:
    """An exposed or overdue credential that nobody needs any more is revoked and not issued again."""
    unneeded = {row["subject"] for one in found.values() for row in one.findings
                if row["check"] in ("workload-gone", "stale-identity")}  # fmt: skip
    for key, value in causes.values.items():
        retired = value["identity_state"] in ("retired", "deleted") or value["identity"] in unneeded
        if not (retired or key in unneeded):
            continue
        asked = [
            found[cause]
            for action in ("contain", "rotate")
            if (cause := Cause(action, key, "credentials")) in found
        ]
        overdue = any(row["check"] in _OVERDUE for one in asked for row in one.findings)
        if asked and (value["exposure"] in OUTSIDE or overdue):
            for one in asked:
                _move(found, one.cause, "decommission")
        if Cause("decommission", key, "credentials") in found:
            for action in sorted(REPLACING | {"contain", "rotate"}):
                _move(found, Cause(action, key, "credentials"), "decommission")


def _watched(causes: Causes, found: Found) -> None:
    """A long-lived credential of an agent that stays is scoped, bounded and watched."""
    decisions = causes.view.estate["decisions"].filter(pl.col("kind") == "exception")
    monitored = {row["subject"] for row in decisions.filter(pl.col("monitored")).iter_rows(named=True)}
    excepted = {causes.group.get(subject, "") for subject in decisions["subject"]} - {""}
    for key, value in causes.values.items():
        stays = key in excepted or Cause("isolate-exception", key, "credentials") in found
        if stays and of_an_agent(value):
            if key not in monitored:
                _add(found, "watch-reuse", key, "credentials", "a long-lived credential that stays")
            if value["identity"]:
                _add(
                    found,
                    "narrow-scope",
                    value["identity"],
                    "identities",
                    "a long-lived credential that stays",
                )


def _programme(causes: Causes, found: Found) -> None:
    """Above a certain number of agents their life cycle is one programme."""
    many = causes.view.estate["agents"].height
    if many > causes.view.limits.population:
        _add(found, "assign-owner", "every agent", "agents", f"{many} agents")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "immediate": _immediate,
        "eliminate": _eliminate,
        "isolate": _isolate,
        "once-replaced": _once_replaced,
        "nothing-to-rotate": _nothing_to_rotate,
        "nobody-needs-it": _nobody_needs_it,
        "watched": _watched,
        "programme": _programme,
    }
)
"""Rules that generate actions, in the order in which they are applied."""
