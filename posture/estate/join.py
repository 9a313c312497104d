"""Strong keys join what different sources saw; nothing here guesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from posture.estate.estate import Estate
from posture.model.frames import frame

REFERENCES: Mapping[str, tuple[str, ...]] = {
    "scopes": ("parent",),
    "identities": ("scope",),
    "credentials": ("scope",),
    "agents": ("scope",),
    "tools": ("scope", "parent"),
    "systems": ("scope",),
    "policies": ("scope", "attached_to"),
    "safeguards": ("subject",),
    "permissions": ("subject", "server"),
    "references": ("subject", "credential"),
    "links": ("from", "to"),
    "exposures": ("credential",),
    "uses": ("subject", "by"),
    "readers": ("credential",),
    "events": ("subject",),
    "grants": ("subject",),
    "workflows": ("scope", "identity"),
    "memories": ("agent",),
    "runs": ("agent",),
    "approvals": ("agent",),
    "decisions": ("subject",),
    "coverage": ("scope",),
}
"""Columns that hold the key of a row of some table."""


_FILE_SERVERS = ("@modelcontextprotocol/server-filesystem", "mcp/filesystem")
"""Servers that read the folders they are given, which may hold a credential."""


def unalias(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """`tables` with every alias replaced by the key it stands for, in keys and in references."""
    aliases = tables.get("aliases")
    if aliases is None or aliases.is_empty():
        return dict(tables)
    known = dict(
        aliases.select("alias", "key").unique("alias", keep="first", maintain_order=True).iter_rows()
    )
    done: dict[str, pl.DataFrame] = {}
    for name, rows in tables.items():
        if name == "aliases" or rows.is_empty():
            done[name] = rows
            continue
        replaced = [*REFERENCES.get(name, ()), *(["key"] if "key" in rows.columns else [])]
        done[name] = rows.with_columns(pl.col(column).replace(known) for column in replaced)
    return done


def same_values(credentials: pl.DataFrame, fingerprints: Mapping[str, str]) -> pl.DataFrame:
    """`credentials` with `same_value_as` set to the smallest key of each group with one value."""
    groups: dict[str, list[str]] = {}
    for key, fingerprint in fingerprints.items():
        groups.setdefault(fingerprint, []).append(key)
    smallest = {key: min(keys) for keys in groups.values() if len(keys) > 1 for key in keys}
    if not smallest:
        return credentials
    return credentials.with_columns(
        pl.col("key").replace_strict(smallest, default=None, return_dtype=pl.String).alias("same_value_as")
    )


def ambient(estate: Estate) -> pl.DataFrame:
    """Links from each tool that runs code or reads files outside a sandbox to every credential in its home.

    A credential lies in a home where it is stored at the home's scope. A sandbox whose mode nobody knows
    leaves the link uncertain; one that is enforced removes it.
    """
    builtin, unknown = pl.col("kind") == "builtin", pl.col("runs_code").is_null()
    reading = (builtin & pl.col("obtains")) | pl.col("package").is_in(_FILE_SERVERS)
    tools = estate["tools"].filter(pl.col("runs_code") | (unknown & builtin) | reading)
    stored = estate["links"].filter(pl.col("kind") == "stored-at", pl.col("to").str.starts_with("home:"))
    if tools.is_empty() or stored.is_empty():
        return frame("links", [])
    sandboxes = estate["safeguards"].filter(pl.col("kind") == "sandbox")
    held = sandboxes.group_by("subject").agg(
        (pl.col("mode") == "enforce").any(ignore_nulls=False).alias("sandboxed"), pl.lit(True).alias("boxed")
    )
    using = (
        estate["links"]
        .filter(pl.col("kind") == "uses-tool")
        .select(pl.col("to").alias("tool"), pl.col("from").alias("agent"))
    )
    lying = stored.select(pl.col("to").alias("scope"), pl.col("from").alias("credential"))
    reached = (
        tools.select(pl.col("key").alias("tool"), "scope", "runs_code", "obtains", "kind", "file", "at")
        .join(lying, on="scope")
        .join(using, on="tool", how="left")
        .join(held.rename({"subject": "tool"}), on="tool", how="left")
        .join(
            held.rename({"subject": "agent", "sandboxed": "agent_sandboxed", "boxed": "agent_boxed"}),
            on="agent",
            how="left",
        )
    )
    # No safeguard row at all means that no sandbox is configured where the configuration was read.
    sandboxed = pl.col("sandboxed").fill_null(False) | pl.col("agent_sandboxed").fill_null(False)
    unsure = (pl.col("boxed") & pl.col("sandboxed").is_null()) | (
        pl.col("agent_boxed") & pl.col("agent_sandboxed").is_null()
    )
    # Of several agents that use the tool, the one without a sandbox decides.
    open_to = (
        reached.with_columns(unsure.fill_null(False).alias("unsure"))
        .filter(~sandboxed)
        .sort("unsure", maintain_order=True)
        .unique(["tool", "credential"], keep="first", maintain_order=True)
    )
    return frame(
        "links",
        [
            {
                "kind": "holds",
                "from": row["tool"],
                "to": row["credential"],
                "ambient": True,
                "certain": not (doubt := _doubt(row)),
                "because": "the tool runs code without a sandbox in the home where the credential lies"
                if row["runs_code"]
                else "the tool reads files in the home where the credential lies",
                "depends_on": doubt,
                "source": "inferred",
                "file": row["file"],
                "at": row["at"],
            }
            for row in open_to.sort("tool", "credential").iter_rows(named=True)
        ],
    )


def _doubt(row: Mapping[str, Any]) -> str | None:
    """What would settle the link; null where it is certain."""
    if row["unsure"]:
        return "whether the sandbox is in force"
    if row["runs_code"] or (row["kind"] == "builtin" and row["obtains"]):
        return None
    return "which folders it may read" if row["obtains"] else "what the tool can do is not known"
