"""What the graph says of a whole estate, asked once: the arrays, the reach of agents, a line per node."""

from __future__ import annotations

import polars as pl
from msgspec import Struct

from posture.estate.estate import Estate
from posture.graph.build import Graph, build
from posture.graph.reach import reach_of
from posture.graph.summary import summaries


class Answers(Struct, frozen=True):
    """`reach` is the table of that name; `nodes` has one row per key, see `summaries`."""

    graph: Graph
    reach: pl.DataFrame
    origins: pl.DataFrame
    """Per agent how many systems it reaches, and whether its rows are listed."""
    nodes: pl.DataFrame


def answers(estate: Estate) -> Answers:
    """Reach of every agent, and for every node what it leads to, certainly and possibly."""
    graph = build(estate)
    reached = reach_of(graph)
    return Answers(graph, reached.rows, reached.origins, summaries(graph, estate))
