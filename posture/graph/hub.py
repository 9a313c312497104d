"""The place that most origins lead to: what lies behind it is worked out once, not once for each origin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from posture.graph.arrays import Bools, Ints, Longs
from posture.graph.order import Order
from posture.graph.walked import reached

_WORTH = 8
"""A hub is used where it spares at least one in so many edges to one in so many origins."""


class Share(Struct, frozen=True):
    """Some of the origins, and what is left to sweep for them."""

    origins: Longs
    """Places in the list of origins."""
    order: Order
    known: Bools
    """Places that every one of these origins leads to; no edge of `order` leads there."""


def shares(order: Order, begin: Ints) -> Iterator[Share]:
    """The origins, which start at the places `begin`, in one share or in two.

    Those that lead to the hub lead to all that lies behind it. The others pass nothing from which the hub
    can be reached, so for them the rest of the graph is enough.
    """
    everyone = np.arange(len(begin), dtype=np.int64)
    nothing = np.zeros(order.size, dtype=bool)
    if order.size == 0:
        return
    nodes = np.bincount(order.place[order.place >= 0], minlength=order.size)
    hub = np.array([nodes.argmax()])
    to = np.repeat(order.dst, np.diff(np.append(order.groups, len(order.src))))
    behind = reached(order.size, order.src, to, hub)
    before = reached(order.size, to, order.src, hub)
    leads = before[begin]
    if leads.sum() * _WORTH < len(begin) or behind[to].sum() * _WORTH < len(to):
        yield Share(everyone, order, nothing)
        return
    yield Share(np.flatnonzero(leads), order.where(~behind[to]), behind)
    yield Share(np.flatnonzero(~leads), order.where(~before[order.src]), nothing)
