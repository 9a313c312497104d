"""The first hour of a leak as one Markdown page."""

from __future__ import annotations

from collections.abc import Iterable

from posture.reports.first_hour import Step
from posture.reports.leaked import Leaked, administers
from posture.reports.names import listed
from posture.reports.pages.plan import commands
from posture.reports.pages.words import code, count, safe, table

_SYSTEMS, _WAYS, _PLACES, _USERS = 12, 4, 20, 15


def page(leak: Leaked) -> bytes:
    """What to do comes before what is known: the clock runs."""
    parts = [
        f"# Leaked: {safe(leak.name)}\n",
        f"{code(leak.credential)}, {safe(leak.kind)}. {_short(leak)}\n",
        "## Do this, in this order\n",
        *_steps(leak.steps),
        "\n## What breaks\n",
        *(f"- {safe(line)}" for line in leak.breaks),
        "\n## What it reaches\n",
        _reach(leak),
        "## Who uses it\n",
        *_users(leak),
        "\n## Every place that holds it\n",
        _places(leak),
        "## Proof that it is dead\n",
        *_steps(leak.proof),
        "\n## What is not known\n",
        *([f"- {safe(line)}" for line in leak.unknown] or ["- nothing that was asked for here"]),
        "\n## Facts\n",
        table(("", ""), [(word, safe(value)) for word, value in leak.facts]),
    ]
    return ("\n".join(parts).rstrip() + "\n").encode()


def _short(leak: Leaked) -> str:
    """The page in one breath."""
    sure = sum(1 for row in leak.reach if row.certain)
    more = f" and {len(leak.reach) - sure} more possibly" if len(leak.reach) > sure else ""
    admin = [
        row.name for row in leak.reach if row.system in {f"{key}:control-plane" for key in administers(leak)}
    ]
    said = [
        f"reaches {count(sure, 'system')} for certain{more}" if leak.reach else "reaches nobody knows what",
        f"lies in {count(len(leak.places), 'place')}",
        f"has {count(len(leak.users), 'known user')}",
    ]
    who = f"It authenticates {listed([safe(key) for key in leak.identities])}. " if leak.identities else ""
    power = f" **It administers: {listed([safe(name) for name in admin])}.**" if admin else ""
    return f"{who}It {', '.join(said)}.{power}"


def _steps(steps: Iterable[Step]) -> Iterable[str]:
    for n, step in enumerate(steps, 1):
        yield f"{n}. {safe(step.do, 1024)}"
        if step.commands:
            lines = [line for command in step.commands for line in commands(command)]
            yield from ("", "    ~~~~sh", *(f"    {line}" for line in lines), "    ~~~~", "")


def _reach(leak: Leaked) -> str:
    if not leak.reach:
        return "No system that was read; see what is not known.\n"
    admin = set(administers(leak))
    inside = [row for row in leak.reach if row.scope in admin and not row.system.endswith(":control-plane")]
    told = [row for row in leak.reach if row not in inside]
    rows = [
        (
            safe(row.name)
            + (" and everything in it" if row.system.removesuffix(":control-plane") in admin else ""),
            str(row.criticality or "–"),
            row.certain or "–",
            row.possible if row.possible != row.certain else "",
            " → ".join(safe(name) for name in row.way[1:-1]) if n < _WAYS else "",
        )
        for n, row in enumerate(told[:_SYSTEMS])
    ]
    more = len(leak.reach) - len(rows)
    tail = f"\n{count(more, 'more system')} with them: JSON page.\n" if more > 0 else ""
    head = ("system", "criticality", "certain", "possibly", "by way of")
    return table(head, rows, right=(1,)) + tail


def _users(leak: Leaked) -> Iterable[str]:
    for user in leak.users[:_USERS]:
        owner = f", owner {safe(user.owner)}" if user.owner else ", owner not known"
        yield f"- {safe(user.name)}{owner}{'' if user.certain else ' (conditional)'} {code(user.key)}"
    if len(leak.users) > _USERS:
        yield f"- {len(leak.users) - _USERS} more: JSON page"
    if not leak.users:
        yield "- nobody that was read"
    elif not leak.users_known:
        yield "- further users may be unseen"


def _places(leak: Leaked) -> str:
    if not leak.places:
        return "No place that was read.\n"
    rows = [
        (
            safe(place.where),
            safe(place.how),
            place.since or "–",
            "revoked since" if place.revoked else "",
        )
        for place in leak.places[:_PLACES]
    ]
    more = len(leak.places) - len(rows)
    tail = f"\n{count(more, 'more place')}: JSON page.\n" if more > 0 else ""
    return table(("place", "how", "since", ""), rows) + tail
