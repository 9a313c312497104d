"""What joins and reach add to credentials."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from posture.checks import consumers
from posture.checks.kleene import NOT_KNOWN
from posture.checks.reached import REACH, reach
from posture.checks.related import (
    counted,
    distinct,
    distinct_where,
    some,
    some_where,
    together,
    unbroken,
    whole,
)
from posture.checks.view import Added, View

STATIC = (
    "access-key", "service-account-key", "api-key", "token", "personal-token", "password", "ssh-key",
    "private-key", "database-password", "app-password", "certificate", "oauth-grant", "unknown",
)  # fmt: skip
"""Kinds that are a value somebody keeps, which does not expire by itself."""

_CLOUDS = ("aws", "gcp", "azure", "kubernetes")
"""Where whatever runs can be given an identity of its own."""

SURFACES = {
    "public": (
        ("public-repository", "public-package", "paste", "public-bucket", "public-image"), ("code",)
    ),
    "log": (("application-log", "build-log", "build-artefact", "trace"), ("logs", "build-output")),
    "collab": (("chat", "ticket", "wiki", "mail", "shared-document"), ("chat", "tickets", "wiki")),
    "configuration": (("agent-configuration",), ("mcp-configuration",)),
    "prompt": (("prompt", "transcript", "memory", "vector-store"), ("prompts",)),
    "code": (("private-repository", "infrastructure-state"), ("code",)),
    "runtime": (("runtime-environment",), ()),
}  # fmt: skip
"""Where a secret may lie, by the check that looks there, and the scans that can say that it does not."""


def _reach(view: View) -> pl.DataFrame:
    return reach(view, "credentials", "policies")


def _identity(view: View) -> pl.DataFrame:
    opened = consumers.links(view, "authenticates", "runs-as").select(
        pl.col("from").alias("key"), pl.col("to").alias("identity")
    )
    known = view.estate["identities"].select(
        pl.col("key").alias("identity"),
        pl.col("class").alias("identity_class"),
        pl.col("enabled").alias("identity_enabled"),
        pl.col("state").alias("identity_state"),
    )
    joined = opened.join(known, on="identity", how="inner").sort("key", "identity")
    return (
        view.estate["credentials"]
        .select("key")
        .join(
            joined.unique("key", keep="first", maintain_order=True),
            on="key",
            how="left",
            maintain_order="left",
        )
    )


def _consumers(view: View) -> pl.DataFrame:
    used = consumers.of_credentials(view)
    single = consumers.as_counted(view, used)
    # Whoever uses a secret of a home or repository does so by its agents and tools.
    local = whole(view, "credentials", "tools").rename({"whole": "tools"})
    read = together(whole(view, "credentials", "links"), local).select(
        "key", (pl.col("whole") | pl.col("tools")).alias("whole")
    )
    broad = view.rows("agents", ["broad"])
    agents = consumers.those(used, agents=True)
    of_broad = agents.join(broad.rename({"key": "other"}), on="other", how="left").select(
        "key", (pl.col("broad") & (pl.col("certain") | NOT_KNOWN)).alias("used_by_broad")
    )
    autonomous = view.estate["agents"].select(
        pl.col("key").alias("other"), "autonomy", "max_task", "environment"
    )
    driven = agents.join(autonomous, on="other", how="left").select(
        "key",
        ((pl.col("autonomy") == "autonomous") & (pl.col("certain") | NOT_KNOWN)).alias("used_by_autonomous"),
        pl.col("max_task"),
    )
    pipelines = pl.concat(
        [
            view.estate["workflows"].select("key"),
            view.estate["identities"].filter(pl.col("kind") == "pipeline").select("key"),
        ]
    )
    clouds = view.estate["systems"].filter(pl.col("provider").is_in(_CLOUDS)).select("key")
    built = _used_by(used, pipelines, "used_by_pipeline")
    offered = _used_by(used, pl.concat([pipelines, clouds]), "on_platform")
    # The shortest task among its agents is the one that it outlives first.
    tasks = (
        driven.filter("used_by_autonomous")
        .group_by("key")
        .agg(
            pl.col("max_task").min().alias("shortest_task"),
            pl.col("max_task").is_null().any().alias("untold"),
        )
    )
    return together(
        distinct_where(read, single, "consumers"),
        distinct_where(read, consumers.those(single, agents=True), "agents_using"),
        some_where(read, of_broad, "used_by_broad"),
        some_where(read, driven.select("key", "used_by_autonomous"), "used_by_autonomous"),
        some(view, "credentials", built, "used_by_pipeline", "links"),
        some(view, "credentials", offered, "on_platform", "links"),
        tasks.select("key", pl.when(~pl.col("untold")).then("shortest_task").alias("shortest_task")),
    )


def _used_by(used: pl.DataFrame, users: pl.DataFrame, name: str) -> pl.DataFrame:
    found = used.join(users.rename({"key": "other"}), on="other", how="semi")
    return found.select("key", (pl.lit(True) & (pl.col("certain") | NOT_KNOWN)).alias(name))


def _copies(view: View) -> pl.DataFrame:
    group = consumers.groups(view)
    scopes = view.estate["scopes"].select(pl.col("key").alias("scope"), pl.col("environment").alias("theirs"))
    stored = consumers.links(view, "stored-at").select(
        pl.col("from").alias("key"), pl.col("to").alias("place")
    )
    own = view.estate["credentials"].select("key", "scope", "store")
    # A secret that was found in a file is one place even where no link says so.
    placed = own.join(stored, on="key", how="left").filter(
        pl.col("place").is_not_null()
        | pl.col("key").str.starts_with("secret:")
        | pl.col("store").is_not_null()
    )
    serves = consumers.environments(view).rename({"other": "place"})
    places = placed.join(serves, on="place", how="left").join(scopes, on="scope", how="left").select(
        "key",
        pl.when(pl.col("place").is_null()).then("key")
        .when(pl.col("key").str.starts_with("secret:")).then(pl.concat_str("key", pl.lit(" in "), "place"))
        .otherwise("place").alias("other"),
        pl.coalesce("environment", "theirs").alias("environment"),
    )  # fmt: skip
    shared = places.join(group, on="key").select("group", "other", "environment").join(group, on="group")
    return together(
        distinct(view, "credentials", shared, "places", "credentials"),
        distinct(
            view,
            "credentials",
            shared.select(
                "key",
                pl.col("environment").fill_null("?").alias("other"),
                pl.col("environment").is_not_null().alias("certain"),
            ),
            "environments",
            "credentials",
        ),
        distinct(
            view,
            "credentials",
            shared.filter(pl.col("environment") == "production").select("key", "other"),
            "production_places",
            "credentials",
        ),
    )


def _live(view: View) -> pl.DataFrame:
    """Validity that nobody knows counts as valid; what is switched off opens nothing.

    What signs a person in is theirs and no static key of a machine.
    """
    renewed_by_new_id = pl.col("kind").is_in(["access-key", "service-account-key"])
    people = view.estate["identities"].filter(pl.col("class") == "human")["key"].implode()
    theirs = consumers.links(view, "authenticates").filter(pl.col("to").is_in(people))["from"].implode()
    return view.estate["credentials"].select(
        "key",
        (pl.col("valid").fill_null(True) & pl.col("enabled").fill_null(True)).alias("live"),
        pl.coalesce("rotated", pl.when(renewed_by_new_id | ~pl.col("has_rotated")).then("created")).alias(
            "issued"
        ),
        _long_lived(view).alias("long_lived"),
        _endless(view).alias("endless"),
        (pl.col("kind").is_in(STATIC) & ~pl.col("key").is_in(theirs)).alias("static"),
        (pl.col("ttl") / 3600).alias("ttl_hours"),
        (pl.col("ttl") <= view.limits.reissue_after_change * 3600).fill_null(False).alias("renews_itself"),
        pl.col("last_used_blind").fill_null(False).alias("blind"),
    )


def _long_lived(view: View) -> pl.Expr:
    hours = timedelta(hours=view.limits.long_lived)
    # What is left is part of the whole life, so it answers where nobody says when it began.
    left = pl.col("expires") - pl.lit(view.estate.as_of, pl.Datetime("us", "UTC"))
    over = ((pl.col("expires") - pl.coalesce("rotated", "created")) > hours) | (left > hours)
    by_ttl = pl.col("ttl") > view.limits.long_lived * 3600
    return pl.when(by_ttl.is_not_null()).then(by_ttl).otherwise(_never_ends() | over)


def _endless(view: View) -> pl.Expr:
    begin = pl.coalesce("rotated", "created")
    return _never_ends() | ((pl.col("expires") - begin) > timedelta(days=view.limits.expiry))


def _never_ends() -> pl.Expr:
    """An access key has no end by nature; of anything else its source must say so."""
    by_nature = (pl.col("kind") == "access-key") & pl.col("has_expires").is_null()
    return by_nature | ~pl.col("has_expires")


def _exposed(view: View) -> pl.DataFrame:
    seen = view.estate["exposures"].select(
        pl.col("credential").alias("key"),
        "surface",
        "place",
        "detected",
        pl.col("has_revoked").alias("revoked"),
    )
    # A value that lies in one place opens what its twins open: each of them is exposed.
    group = consumers.groups(view)
    shared = seen.join(group, on="key").drop("key").join(group, on="group")
    limits = view.limits
    public = pl.col("surface").is_in(SURFACES["public"][0])
    hours = pl.when(public).then(limits.contain_public).otherwise(limits.contain_internal)
    age = pl.lit(view.estate.as_of, pl.Datetime("us", "UTC")) - pl.col("detected")
    standing = ~pl.col("revoked").fill_null(False)
    late = (age.dt.total_minutes() > hours * 60) & standing
    if view.estate.as_of_is_bound:
        late = late | NOT_KNOWN
    overdue = shared.filter(late.fill_null(True)).select("key", late.alias("exposed_late"))
    hours_open = (
        shared.filter(standing).group_by("key").agg(age.max().dt.total_hours().alias("hours_exposed"))
    )
    answers = [_surface(view, shared.filter(standing), name) for name in SURFACES]
    at_all = pl.any_horizontal(f"exposed_{name}" for name in SURFACES)
    # What is exposed nowhere is not exposed for too long.
    ever = together(*answers, overdue.group_by("key").agg(pl.col("exposed_late").any(ignore_nulls=False)))
    named = pl.col("key").is_in(shared["key"].implode())
    late_at_all = (
        pl.when(named)
        .then(
            pl.when(pl.col("key").is_in(overdue["key"].implode()))
            .then("exposed_late")
            .otherwise(pl.lit(False))
        )
        .otherwise(at_all)
    )
    return together(ever.with_columns(late_at_all.alias("exposed_late")), hours_open)


def _surface(view: View, seen: pl.DataFrame, name: str) -> pl.DataFrame:
    surfaces, scans = SURFACES[name]
    found = (
        seen.filter(pl.col("surface").is_in(surfaces))
        .group_by("key")
        .agg(
            pl.col("surface").unique().sort().str.join(", ").alias(f"{name}_surfaces"),
            pl.col("place").drop_nulls().min().alias(f"{name}_place"),
            pl.col("detected").min().alias(f"{name}_detected"),
        )
    )
    fresh = view.estate["scans"].filter(~view.older("last_run", view.limits.scan_age))["surface"]
    exposed = pl.col("key").is_in(found["key"].implode())
    # What lies in a managed store and nowhere else, and a configuration that was read whole, need no scan.
    read = whole(view, "credentials", "tools").rename({"whole": "configured"})
    own = view.estate["credentials"].select(
        "key",
        (unbroken(view, "exposures") & (pl.col("exposure") == "managed")).alias("managed"),
        unbroken(view, "exposures").alias("unbroken"),
    )
    scanned = (
        pl.lit(bool(scans) and set(scans) <= set(fresh))
        | pl.col("whole")
        | pl.col("managed").fill_null(False)
        | (pl.lit(name == "configuration") & pl.col("configured") & pl.col("unbroken"))
    )
    return (
        whole(view, "credentials", "exposures")
        .join(own, on="key", how="left", maintain_order="left")
        .join(read, on="key", how="left", maintain_order="left")
        .join(found, on="key", how="left", maintain_order="left")
        .select(
            "key",
            (exposed | ~scanned & NOT_KNOWN).alias(f"exposed_{name}"),
            f"{name}_surfaces",
            f"{name}_place",
            f"{name}_detected",
        )
    )


def _left(view: View) -> pl.DataFrame:
    issued = view.rows("credentials", ["issued"])
    readers = view.estate["readers"].select(
        pl.col("credential").alias("key"), pl.col("person").alias("other"), "left", "has_left"
    )
    found = readers.join(issued, on="key").with_columns(
        (pl.col("has_left") & (pl.col("left") > pl.col("issued"))).alias("leaver_knows")
    )
    return together(
        some(view, "credentials", found, "leaver_knows", "readers"),
        distinct(view, "credentials", found.filter("leaver_knows"), "leavers", "readers"),
    )


def _changed(view: View) -> pl.DataFrame:
    limits = view.limits
    issued = view.rows("credentials", ["issued"])
    opened = consumers.links(view, "authenticates").select(
        pl.col("from").alias("key"), pl.col("to").alias("subject")
    )
    using = consumers.of_credentials(view).select("key", pl.col("other").alias("subject"))
    mine = pl.concat([issued.select("key", pl.col("key").alias("subject")), opened, using]).unique()
    burst = (pl.col("count") >= limits.retry_least) & (
        pl.col("count") >= limits.retry_factor * pl.col("median")
    )
    telling = (pl.col("kind") != "retry-burst") | burst
    events = (
        view.estate["events"]
        .join(mine, on="subject")
        .join(issued, on="key")
        .select(
            "key",
            pl.col("kind").alias("other"),
            (
                telling
                & (pl.col("time") > pl.col("issued"))
                & view.older("time", limits.reissue_after_change / 24)
            ).alias("changed_since"),
        )
    )
    return together(
        some(view, "credentials", events, "changed_since", "events"),
        distinct(view, "credentials", events.filter("changed_since"), "changes", "events"),
    )


def _tasks(view: View) -> pl.DataFrame:
    uses = view.estate["uses"].select(pl.col("subject").alias("key"), "task", "tool")
    seen = together(
        distinct(view, "credentials", uses.select("key", pl.col("task").alias("other")), "tasks", "uses"),
        distinct(
            view, "credentials", uses.select("key", pl.col("tool").alias("other")), "used_tools", "uses"
        ),
    )
    # Binding answers by itself; a seen use can only contradict it.
    kept = view.estate["credentials"].select("key", unbroken(view, "uses").alias("unbroken"))
    return together(seen, kept).with_columns(
        pl.col("unbroken").alias("tasks_complete"), pl.col("unbroken").alias("used_tools_complete")
    )


def _policy(view: View) -> pl.DataFrame:
    """Agents behind one rotation policy whose blast radius or permission differs too much for one."""
    own = view.estate["credentials"].select("key", "scope", "rotation_policy", "has_rotation_policy")
    agents = view.rows("agents", ["reaches_systems", "reaches_mask", "reaches_criticality"])
    used = consumers.those(consumers.of_credentials(view), agents=True)
    held = own.join(used, on="key").join(agents.rename({"key": "other"}), on="other", how="left")
    size = pl.col("reaches_systems").clip(lower_bound=1) * pl.col("reaches_criticality").clip(lower_bound=1)
    uneven = (size.max() >= view.limits.reach_ratio * size.min()) | (pl.col("reaches_mask").n_unique() > 1)
    policies = (
        held.drop_nulls("rotation_policy")
        .group_by("rotation_policy")
        .agg(
            pl.when(size.is_null().any() | ~pl.col("certain").all())
            .then(None)
            .otherwise(uneven)
            .alias("uneven"),
            pl.col("other").n_unique().cast(pl.Int64).alias("policy_agents"),
        )
    )
    # Another credential there may follow the same policy.
    untold = held.filter(pl.col("has_rotation_policy").is_null())["scope"].unique().implode()
    known = (
        whole(view, "credentials", "links")
        .join(own, on="key")
        .join(policies, on="rotation_policy", how="left")
    )
    open_ = ~pl.col("whole") | pl.col("scope").is_in(untold) | pl.col("uneven").is_null()
    return known.select(
        "key", (pl.col("uneven").fill_null(False) | (open_ & NOT_KNOWN)).alias("uneven"), "policy_agents"
    )


_USED = ("links", "agents", "tools", "uses")
ADDED = (
    Added("credentials", REACH, ("policies", "links", "systems"), _reach),
    Added(
        "credentials",
        ("identity", "identity_class", "identity_enabled", "identity_state"),
        ("links", "identities"),
        _identity,
    ),
    Added(
        "credentials",
        (
            *counted("consumers"), *counted("agents_using"), "used_by_broad", "used_by_autonomous",
            "used_by_pipeline", "on_platform", "shortest_task",
        ),
        _USED,
        _consumers,
    ),
    Added(
        "credentials",
        (*counted("places"), *counted("environments"), *counted("production_places")),
        ("credentials", "links", "scopes"),
        _copies,
    ),
    Added(
        "credentials",
        ("live", "issued", "long_lived", "endless", "static", "ttl_hours", "renews_itself", "blind"),
        ("credentials", "links", "identities"),
        _live,
    ),
    Added(
        "credentials",
        (
            *(f"exposed_{name}" for name in SURFACES), "exposed_late", "hours_exposed",
            *(f"{name}_{what}" for name in SURFACES for what in ("surfaces", "place", "detected")),
        ),
        ("exposures", "scans"),
        _exposed,
    ),
    Added("credentials", (*counted("tasks"), *counted("used_tools")), ("uses",), _tasks),
    Added("credentials", ("leaver_knows", *counted("leavers")), ("readers",), _left),
    Added("credentials", ("changed_since", *counted("changes")), ("events", "links"), _changed),
    Added("credentials", ("uneven", "policy_agents"), ("links", "agents"), _policy),
)  # fmt: skip
