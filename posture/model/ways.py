"""What the graph finds: reach, paths with their hops, choke points, and where attack paths start."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from posture.model.columns import Record

Route = Literal["stolen-credential", "hijacked-agent", "supply-chain", "loose-trust", "human-use"]


class Reach(Record):
    """What one agent, identity or credential reaches: one row per system."""

    origin: str
    system: str
    certain: int
    """Mask of classes over certain links."""
    possible: int
    """Mask of classes over all links; certain is part of it."""
    hops: int = 0
    """Trust transitions of the shortest way."""


class Path(Record):
    """The best way from an origin to a system."""

    id: str
    route: Route
    origin: str
    system: str
    classes: int
    certain: bool
    """Whether nothing on it rests on a condition; where one way is certain, that one is listed."""
    transitions: int
    """1 for direct use, one more for each change of identity or delegation."""
    likelihood: float
    weight: float
    """Of one that is not certain: what it would weigh."""
    share: float
    """Part of the whole path risk, which rests on certain ways alone."""
    assumed: bool = False
    """Whether a factor was assumed because it is not known."""
    others: int = 0
    """How many other ways there are, counted up to fifty and for the heaviest paths; 0 where not counted."""


class Hop(Record):
    """One link on a path."""

    path: str
    n: int
    from_: str = Field(alias="from")
    to: str
    kind: str
    certain: bool
    because: str = ""
    depends_on: str = ""
    file: str = ""
    at: str = ""


class Choke(Record):
    """A node or link through which risk passes."""

    key: str
    """The node, or `FROM -> TO` of a link."""
    name: str = ""
    kind: Literal["node", "link"]
    share: float
    """(R - R without it) / R; for a credential as origin only."""
    risk: float


class Origin(Record):
    """Where an attack path starts."""

    key: str
    name: str = ""
    route: Route
    likelihood: float
    risk: float
    """Sum over its best ways."""
    blast: float
    """Blast radius: sum of value times permission over distinct systems."""
    blast_share: float
    systems: int
    assumed: str = ""
    """Factors that were assumed, in words."""
