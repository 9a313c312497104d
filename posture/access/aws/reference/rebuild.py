"""Works out what every action does and packs that beside the table, by hand.

Run `python -m posture.access.aws.reference.rebuild` after a change of the table, of `classes.toml` or of
`kinds.toml`. Nothing else needs this module: to class twenty thousand actions on every run would take longer
than to assess a small account.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from posture.access.aws.reference import Action, reference
from posture.access.aws.reference.packed import FILE, Effects, packed
from posture.access.classes import rules
from posture.access.kinds import kind_of
from posture.model.classes import Classes

_SINGLE = tuple(int(one) for one in Classes if one)


def worked_out() -> Effects:
    """The effects of all actions, from the rules."""
    given = rules("aws")
    by_kind: dict[str, dict[int, int]] = {}
    limitable = 0
    for service in reference().services.values():
        for action in service.actions:
            bit = 1 << action.position
            limitable |= bit if action.types else 0
            classes = int(given.of(action.full, action.level))
            for kind in sorted(_kinds_of(action)):
                for one in _SINGLE:
                    if classes & one:
                        sets = by_kind.setdefault(kind, {})
                        sets[one] = sets.get(one, 0) | bit
    return Effects(by_kind, limitable)


def _kinds_of(action: Action) -> set[str]:
    kinds = {kind_of("aws", action.service, type_) for type_ in action.types}
    return kinds or {kind_of("aws", action.service)}


def main() -> None:
    """Writes the file anew."""
    text = json.dumps(packed(worked_out()), sort_keys=True)
    (Path(__file__).parent / FILE).write_bytes(zlib.compress(text.encode(), 9))


if __name__ == "__main__":
    main()
