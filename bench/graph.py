"""Bulk reach at size: CPU seconds and peak memory over a generated graph.

Run `python bench/graph.py [--agents N] [--nodes N] [--links N] [--seed N]`.

The generator stands alone. It makes scopes of a thousand identities; role chains of up to twelve, of which
every third closes to a cycle; identities that hundreds may become; credentials shared by several tools; one
link in ten conditional, one in fifty to another scope.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import polars as pl

from posture.graph.arrays import Ints
from posture.graph.build import Graph
from posture.graph.edges import Acts, Edges, Walk
from posture.graph.nodes import BITS, Nodes
from posture.graph.reach import reach_of
from posture.model.frames import empty

SHARES = {
    "agents": 0.01,
    "tools": 0.03,
    "credentials": 0.06,
    "groups": 0.02,
    "identities": 0.5,
    "systems": 0.38,
}
SCOPE = 1000


def generated(agents: int, nodes: int, links: int, seed: int) -> Graph:
    """A graph of about `nodes` nodes and exactly `links` links."""
    chance = np.random.default_rng(seed)
    many = {kind: int(nodes * share) for kind, share in SHARES.items()} | {"agents": agents}
    first = dict(zip(many, np.cumsum([0, *many.values()]).tolist(), strict=False))
    total = sum(many.values())
    count = {kind: np.arange(n) for kind, n in many.items()}

    def pick(kind: str, size: int) -> np.ndarray:
        return first[kind] + chance.integers(0, many[kind], size)

    def near(kind: str, to: str, of: np.ndarray) -> np.ndarray:
        """One of `to` in the scope of each of `of`, one in fifty anywhere."""
        scopes = max(many["identities"] // SCOPE, 1)
        width = max(many[to] // scopes, 1)
        scope = (of - first[kind]) * scopes // many[kind]
        local = first[to] + np.minimum(scope * width + chance.integers(0, width, len(of)), many[to] - 1)
        return np.where(chance.random(len(of)) < 0.02, pick(to, len(of)), local)

    def doubt(size: int) -> np.ndarray:
        return chance.random(size) >= 0.1

    people = first["identities"] + count["identities"]
    chains = people[:-1][count["identities"][:-1] % 12 != 11]
    closed = people[(count["identities"] % 36 == 11)]
    hubs = first["identities"] + count["identities"][:: SCOPE // 2]
    fans = pick("identities", many["identities"] // 5)
    tools = first["tools"] + count["tools"]
    keys = first["credentials"] + count["credentials"]
    holds = np.concatenate([tools, pick("tools", many["tools"])])
    parts = [
        (pick("agents", many["tools"]), tools, 0, True),
        (holds, first["credentials"] + chance.zipf(1.3, len(holds)) % many["credentials"], 0, False),
        (keys, pick("identities", len(keys)), 0, False),
        (chains, chains + 1, 1, False),
        (closed, closed - 11, 1, False),
        (fans, hubs[chance.integers(0, len(hubs), len(fans))], 1, False),
        (
            members := pick("identities", many["identities"] // 3),
            near("identities", "groups", members),
            0,
            False,
        ),
    ]
    walk = Walk.together(
        [Walk.of(src, dst, doubt(len(src)), cost=cost, agents_only=only) for src, dst, cost, only in parts]
    )
    patterns = first["systems"] + count["systems"][:: many["systems"] // max(many["identities"] // SCOPE, 1)]
    size = links - len(walk) - len(patterns) * 100
    actors = np.concatenate([pick("identities", size * 9 // 10), pick("groups", size - size * 9 // 10)])
    targets = np.where(
        chance.random(size) < 0.01,
        patterns[chance.integers(0, len(patterns), size)],
        np.concatenate(
            [
                near("identities", "systems", actors[: size * 9 // 10]),
                near("groups", "systems", actors[size * 9 // 10 :]),
            ]
        ),
    )
    masks = np.array([1, 1, 1, 3, 2, 7, 8, 23], dtype=np.uint8)[chance.integers(0, 8, size)]
    acts = Acts.of(actors, targets, masks, doubt(size))
    holder = np.repeat(patterns, 100)
    member = np.minimum(holder + np.tile(np.arange(1, 101), len(patterns)), total - 1)
    sure = np.ones(len(holder), dtype=bool)
    within = Edges(
        holder.astype(np.int32), member.astype(np.int32), sure, np.full(len(holder), -1, dtype=np.int32)
    )
    kinds = np.concatenate([np.full(n, BITS[kind], dtype=np.uint8) for kind, n in many.items()])
    counted = kinds == BITS["systems"]
    counted[patterns] = False
    named: Ints = np.arange(total, dtype=np.int32)
    node = Nodes(
        keys=pl.Series("key", named).cast(pl.String).str.zfill(8),
        kinds=kinds,
        scopes=pl.Series("scope", ["x"]),
        scope=np.zeros(total, dtype=np.int32),
        criticality=np.where(counted, chance.integers(1, 6, total), 0).astype(np.uint8),
        pattern=np.zeros(total, dtype=bool),
        dead=np.zeros(total, dtype=bool),
    )
    none = np.full(1, -1, dtype=np.int32)
    return Graph(node, named, walk, acts, within, counted, empty("links"), none, none, empty("coverage"))


def main() -> None:
    """Print one line per figure."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--agents", type=int, default=10_000)
    words.add_argument("--nodes", type=int, default=1_000_000)
    words.add_argument("--links", type=int, default=5_000_000)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    graph = generated(given.agents, given.nodes, given.links, given.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"graph: {graph.size} nodes, {len(graph.walk)} walked, {len(graph.acts)} acts; peak {peak // 1024} MB"
    )
    began = time.process_time()
    found = reach_of(graph, most_rows=100_000)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sure, perhaps = found.origins["certain_systems"], found.origins["possible_systems"]
    print(f"reach of {len(found.origins)} agents: {spent:.2f} CPU s, peak {peak // 1024} MB")
    print(
        f"systems reached: certain {sure.mean():.0f} on average, {sure.max()} at most; "
        f"possible {perhaps.mean():.0f}"
    )


if __name__ == "__main__":
    main()
