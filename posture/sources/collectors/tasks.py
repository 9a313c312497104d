"""Which requests the declared calls come to, with what earlier answers named; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from posture.sources.collectors.store import Store, file_part
from posture.sources.contract import Call, called

_REQUEST = "request/"


class Task(Struct, frozen=True):
    """One request: where its answer goes, what it asks with, and in which region."""

    call: Call
    path: str
    arguments: Mapping[str, Any]
    region: str = ""

    @property
    def name(self) -> str:
        return self.call.name


def alone(calls: Sequence[Call], regions: Sequence[str]) -> Iterator[Task]:
    """The requests that hang on no other answer."""
    for call in calls:
        if not call.each:
            for region in regions if call.regional else ("",):
                path = call.file.format(region=file_part(region))
                yield Task(call, path, call.arguments, region)


def following(calls: Sequence[Call], store: Store, regions: Sequence[str]) -> Iterator[Task]:
    """The requests per item of the answers that `store` holds by now: in the region of the answer, or in each
    of `regions` where that has none."""
    for call in calls:
        if call.each:
            service, operation, pointer = call.each.split(":", 2)
            for entry in store.answers(called(service, operation)):
                asked = entry.get("request") or {}
                region = str(entry.get("region", ""))
                steps = pointer.split("/")[1:]
                items = [item for item in _items(store.read(entry["path"]), steps) if _is_meant(call, item)]
                for place in regions if call.regional and not region else (region,):
                    yield from _tasks(call, items, asked, place)


def _tasks(call: Call, items: Sequence[Any], asked: Mapping[str, Any], region: str) -> Iterator[Task]:
    if call.batch:
        ((name, pointer),) = ((n, p) for n, p in call.takes.items() if not p.startswith(_REQUEST))
        fixed = _taken(call, None, asked) or {}
        given = [value for item in items if (value := _at(item, pointer)) is not None]
        for n in range(0, len(given), call.batch):
            part = "-".join([*map(str, fixed.values()), str(n // call.batch + 1)])
            yield Task(
                call,
                _path(call, part, region),
                {**call.arguments, **fixed, name: given[n : n + call.batch]},
                region,
            )
        return
    for item in items:
        taken = _taken(call, item, asked)
        if taken is not None:
            part = " ".join(str(value) for value in taken.values())
            yield Task(call, _path(call, part, region), {**call.arguments, **taken}, region)


def _is_meant(call: Call, item: Any) -> bool:
    return all(_at(item, pointer) in values for pointer, values in call.only.items())


def _path(call: Call, part: str, region: str) -> str:
    return call.file.format(item=file_part(part), region=file_part(region))


def _taken(call: Call, item: Any, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments that come from the item or its request; null where one is missing."""
    taken: dict[str, Any] = {}
    for name, pointer in call.takes.items():
        if pointer.startswith(_REQUEST):
            value = asked.get(pointer.removeprefix(_REQUEST))
        elif call.batch:
            continue
        else:
            value = _at(item, pointer)
        if not value or isinstance(value, bool) or not isinstance(value, str | int):
            return None
        taken[name] = value
    return taken


def _at(item: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        item = item.get(step) if isinstance(item, Mapping) else None
    return item


def _items(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield value
    elif steps[0] == "*":
        for inner in value if isinstance(value, list) else ():
            yield from _items(inner, steps[1:])
    elif isinstance(value, Mapping):
        yield from _items(value.get(steps[0]), steps[1:])
