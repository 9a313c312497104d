"""Decisions a second over the compiled account, each triple asked once: one by one, and in bulk.

The triples are every principal, on resources that the account's own policies name and on others of their
kind, with actions that those policies grant. In bulk a principal is prepared once: an action that no
statement of it allows is decided by one set operation, one that it has on everything by one look, and the
rest singly.

Run `python -m bench.decisions SOURCE`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from posture.access.aws.account import Landscape
from posture.access.aws.actions import actions_of, bit
from posture.access.aws.actor import Actor
from posture.access.aws.conditions import NO
from posture.access.aws.landscape import read as landscape_of
from posture.access.aws.quirks import ALWAYS_ALLOWED, RCP_SERVICES
from posture.access.aws.reference import reference
from posture.assess.reading import Asked, read

SINGLY, BULK = 60_000, 600_000
_ACTIONS, _OTHERS = 12, 3
Asking = tuple[str, tuple[str, ...]]
"""A resource, and the actions that are asked about on it."""


def main(source: Path) -> None:
    """Prints decisions a CPU second as JSON."""
    landscape = landscape_of(read(Asked((source,), fingerprint_key=b"bench")).built.estate).landscape
    asked = list(_asked(landscape))
    found: dict[str, object] = {}
    for name, answers, most in (("one by one", singly, SINGLY), ("in bulk", bulk, BULK)):
        actors = _actors(landscape)
        began = time.process_time()
        allowed = [answer != NO for answer in islice(answers(actors, asked), most)]
        spent = time.process_time() - began
        found[name] = {
            "decisions": len(allowed),
            "allowed": sum(allowed),
            "a second": round(len(allowed) / spent),
        }
    print(json.dumps(found))


def singly(actors: Sequence[Actor], asked: Sequence[Asking]) -> Iterator[int]:
    """The evaluation of each triple by itself."""
    for actor in actors:
        for resource, actions in asked:
            for action in actions:
                yield actor.may(action, resource).answer


def bulk(actors: Sequence[Actor], asked: Sequence[Asking]) -> Iterator[int]:
    """The same answers, with what one principal's policies settle for many triples settled once."""
    bits = {action: _decided_by_bits(action) for _resource, actions in asked for action in actions}
    for actor in actors:
        own = actor.bits
        free = {
            action: given.answer
            for action, one in bits.items()
            if one & own and (given := actor.freely(action)) and not _bound(actor, action)
        }
        for resource, actions in asked:
            inside = _account(resource) in ("", actor.account.id)
            for action in actions:
                one = bits[action]
                if one and not one & own:
                    yield NO
                elif inside and action in free:
                    yield free[action]
                else:
                    yield actor.may(action, resource).answer


def _decided_by_bits(action: str) -> int:
    return 0 if action.lower() in ALWAYS_ALLOWED else bit(action)


def _bound(actor: Actor, action: str) -> bool:
    return bool(actor.account.rcps) and action.partition(":")[0] in RCP_SERVICES


def _account(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else ""


def _actors(landscape: Landscape) -> list[Actor]:
    return [
        Actor(principal, landscape.accounts[principal.account])
        for _, principal in sorted(landscape.principals.items())
    ]


def _asked(landscape: Landscape) -> Iterator[Asking]:
    """Resources with actions of their service that some statement grants."""
    granted, named = 0, set()
    for actor in _actors(landscape):
        granted |= actor.bits
        for statement in actor.statements():
            for pattern in (
                statement.resources.patterns if statement.resources and actions_of(statement) else ()
            ):
                if pattern.startswith("arn:") and pattern.count(":") >= 5:
                    named |= {pattern.replace("*", f"x{n}").replace("?", "x") for n in range(_OTHERS)}
    for resource in sorted(named):
        service = reference().services.get(resource.split(":")[2])
        actions = [a.full for a in (service.actions if service else ()) if granted >> a.position & 1]
        step = max(1, len(actions) // _ACTIONS)
        if actions:
            yield resource, tuple(actions[::step][:_ACTIONS])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
