"""Which decisions hold: the last on each subject, without those taken back; and where two people disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from posture.model.decided import Decided

Slot = tuple[str, ...]


class Disagreement(Struct, frozen=True):
    """Two decisions on one thing whose authors did not know of each other."""

    slot: Slot
    subject: str
    kept: Decided
    other: Decided

    @property
    def says(self) -> str:
        """Both, and how to settle it."""
        about = self.subject + (f", {self.slot[-1]}" if self.slot[0] == "fact" else "")
        kept, other = self.kept, self.other
        return (
            f"{about}: {kept.author} decided {kept.says()!r} ({kept.id}) and {other.author} {other.says()!r} "
            f"({other.id}) without knowing of each other; the later one holds until somebody decides again"
        )


class Holding(Struct, frozen=True):
    """The record that holds on each slot, and every disagreement."""

    by_slot: Mapping[Slot, Decided]
    disagreements: tuple[Disagreement, ...]


def holding(records: Sequence[Decided]) -> Holding:
    """The same answer whatever order a merge left the lines in."""
    active = _active(records)
    held: dict[Slot, Decided] = {}
    disagreements: list[Disagreement] = []
    for slot, those in sorted(_by_slot(records).items()):
        candidates = [record for record in those if record.id in active]
        if not candidates:
            continue
        followed = _followed(candidates, those)
        ordered = sorted((record for record in candidates if record.id not in followed), key=_when)
        held[slot] = last = ordered[-1]
        disagreements.extend(
            Disagreement(slot, _subject(last, slot), last, other)
            for other in ordered[:-1]
            if _said(other) != _said(last)
        )
    return Holding(held, tuple(disagreements))


def heads(records: Sequence[Decided], of: Decided) -> tuple[str, ...]:
    """Ids of the records that nothing has followed yet on what `of` is about."""
    about = set(of.slots()) if of.kind != "undo" else set()
    found: set[str] = {of.undoes} if of.kind == "undo" else set()
    if about:
        by_slot = _by_slot(record for record in records if about & set(record.slots()))
        for slot in about & by_slot.keys():
            those = by_slot[slot]
            followed = {before for record in those for before in record.after}
            found |= {record.id for record in those if record.id not in followed}
    return tuple(sorted(found))


def _when(record: Decided) -> tuple[str, str]:
    return record.decided.isoformat(), record.id


def _active(records: Sequence[Decided]) -> frozenset[str]:
    """Ids of records that nobody took back; taking an undo back brings its record to life again."""
    undone: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.kind == "undo":
            undone[record.undoes].append(record.id)
    # An id is a digest over what it undoes, so there is no circle to get lost in.
    dead: dict[str, bool] = {}

    def is_dead(id_: str) -> bool:
        if id_ not in dead:
            dead[id_] = any(not is_dead(by) for by in undone.get(id_, ()))
        return dead[id_]

    return frozenset(record.id for record in records if record.kind != "undo" and not is_dead(record.id))


def _by_slot(records: Iterable[Decided]) -> dict[Slot, list[Decided]]:
    found: dict[Slot, list[Decided]] = defaultdict(list)
    for record in records:
        if record.kind != "undo":
            for slot in record.slots():
                found[slot].append(record)
    return found


def _followed(candidates: Sequence[Decided], those: Sequence[Decided]) -> set[str]:
    """Ids that some candidate followed, directly or through others, undone ones included."""
    after = {record.id: record.after for record in those}
    seen: set[str] = set()
    waiting = [before for record in candidates for before in record.after]
    while waiting:
        id_ = waiting.pop()
        if id_ not in seen:
            seen.add(id_)
            waiting.extend(after.get(id_, ()))
    return seen


def _subject(record: Decided, slot: Slot) -> str:
    for one in record.on:
        if slot in Decided.model_copy(record, update={"on": (one,)}).slots():
            return f"{one.check} on {one.subject}" if one.check else one.subject
    return slot[-1]


def _said(record: Decided) -> object:
    """What a decision says, whoever made it and when: two people may well agree."""
    return {
        name: value for name, value in record.content().items() if name not in ("author", "decided", "on")
    }
