"""The worked examples, end to end on small estates: chosen checks in, steps and figures out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from posture.estate.estate import Estate
from posture.model.errors import InputError, UsageError
from posture.settings import Planning, Settings
from tests.graph.small import estate
from tests.plan.given import Case

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
ENDLESS = {"has_expires": False, "kind": "api-key", "rotated": datetime(2026, 6, 1, tzinfo=UTC)}


def agent_with_key(key: dict[str, Any], agent: dict[str, Any], **more: Any) -> Estate:
    """An agent whose tool runs code and holds one key to one system."""
    return estate(
        ("a:bot", "uses-tool", "t:run"),
        ("t:run", "holds", "c:key"),
        ("c:key", "opens", "s:crm", more.pop("classes", 2)),
        facts={
            "a:bot": agent,
            "t:run": {"obtains": True, "runs_code": True, "kind": "function"},
            "c:key": {**ENDLESS, **key},
            "s:crm": {"criticality": more.pop("criticality", 4)},
        },
        **more,
    )


def me_01() -> Estate:
    return agent_with_key(
        {"exposure": "at-rest"},
        {"input": "open", "selection": "free", "autonomy": "autonomous"},
        exposures=[{"credential": "c:key", "surface": "build-log", "has_revoked": False}],
        safeguards=[{"subject": "a:bot", "kind": "request-policy", "mode": "log-only"}],
    )


def test_me_01_containing_comes_before_policy() -> None:
    case = Case(me_01(), "exposed-log-build", "no-request-time-policy")
    assert case.by_route() == pytest.approx({"stolen-credential": 8.75, "hijacked-agent": 17.5})
    assert case.risk.total == 26.25
    assert case.step("contain")["gain"] == pytest.approx(7.875)
    assert case.step("contain")["label"] == "contain-now"
    assert case.step("contain")["due"] == NOW + timedelta(hours=4)
    order = case.classes()
    assert order.index("contain") < order.index("enforce-policy")
    assert case.step("enforce-policy")["gain"] == pytest.approx(12.25)


def test_me_02_secure_but_overpowered() -> None:
    given = estate(
        ("a:bot", "uses-tool", "t:run"),
        ("t:run", "holds", "c:token"),
        ("c:token", "authenticates", "i:role"),
        ("i:role", "may-act", "x:prod:control-plane", 16),
        facts={
            "a:bot": {"input": "open", "selection": "allow-list", "autonomy": "autonomous"},
            "t:run": {"obtains": True, "runs_code": True, "kind": "function"},
            "c:token": {"kind": "workload-token", "exposure": "managed", "ttl": 3600},
            "i:role": {"kind": "role", "scope": "x:prod", "class": "workload"},
            "x:prod:control-plane": {"criticality": 5, "scope": "x:prod"},
        },
    )
    case = Case(given, "admin-wildcard", "key-too-old", "no-expiry", "ttl-exceeds-task")
    assert case.by_route() == pytest.approx({"stolen-credential": 0.25, "hijacked-agent": 25.0})
    assert case.classes() == ["narrow-scope"]
    assert case.risk.after_plan == pytest.approx(10.1)
    assert set(case.steps["action"]) == {"narrow-scope"}


def me_03(**more: Any) -> Estate:
    safeguards = [
        {"subject": "a:bot", "kind": "request-policy", "mode": "enforce"},
        {"subject": "a:bot", "kind": "approval", "mode": "enforce", "strength": "strong"},
    ]
    return agent_with_key(
        {"exposure": "at-rest"},
        {"input": "mediated", "selection": "fixed", "autonomy": "approved"},
        classes=4,
        criticality=5,
        exposures=[{"credential": "c:key", "surface": "chat", "has_revoked": False}],
        safeguards=more.get("safeguards", safeguards),
    )


def test_me_03_no_policy_saves_a_copied_token() -> None:
    case = Case(me_03(), "exposed-collab")
    assert case.by_route() == pytest.approx({"stolen-credential": 25.0, "hijacked-agent": 0.15})
    contain = case.step("contain")
    assert (contain["n"], contain["stage"], contain["label"]) == (1, 1, "contain-now")
    assert contain["risk_after"] == pytest.approx(2.65)


def test_me_03_policy_and_approval_leave_the_stolen_token_alone() -> None:
    bare = Case(me_03(safeguards=[]), "exposed-collab")
    held = Case(me_03(), "exposed-collab")
    assert bare.by_route()["stolen-credential"] == held.by_route()["stolen-credential"] == 25.0
    assert bare.by_route()["hijacked-agent"] == pytest.approx(2.5)


def me_05(write: bool = False) -> Estate:
    day = timedelta(days=1)
    vault = {"exposure": "managed", "store": "vault", "kind": "api-key"}
    fresh = {"rotated": NOW - 10 * day, "has_expires": False}
    return estate(
        ("t:a", "holds", "c:k1"), ("t:b", "holds", "c:k3"), ("t:c", "holds", "c:k3"),
        ("t:d", "holds", "c:k3"), ("a:broad", "uses-tool", "t:e"), ("t:e", "holds", "c:k4"),
        ("t:f", "holds", "c:k5"), ("t:g", "holds", "c:k6"), ("t:h", "holds", "c:k8"),
        ("c:k5", "opens", "s:five", 2 if write else 1),
        *(("c:k4", "opens", f"s:wide{n}", 1) for n in range(5)),
        facts={
            "c:k1": {**vault, **fresh, "kind": "token"},
            "c:k2": {"exposure": "at-rest", "kind": "token", **fresh},
            "c:k3": {**vault, **fresh},
            "c:k4": {**vault, "rotated": NOW - 30 * day, "expires": NOW + 60 * day},
            "c:k5": {**vault, "rotated": NOW - 120 * day, "expires": NOW + 30 * day},
            "c:k6": {"exposure": "internal", "kind": "api-key", **fresh},
            "c:k7": {"exposure": "managed", "kind": "workload-token", "ttl": 3600},
            "c:k8": {**vault, "rotated": NOW - 10 * day, "expires": NOW + 80 * day},
            "c:k9": {"exposure": "public", "kind": "token", "valid": False, **fresh},
            "t:e": {"obtains": True, "runs_code": True},
            "s:five": {"criticality": 4},
        },
        exposures=[
            {"credential": "c:k1", "surface": "application-log", "has_revoked": False},
            {"credential": "c:k2", "surface": "public-repository", "has_revoked": False},
            {"credential": "c:k6", "surface": "agent-configuration", "has_revoked": False},
        ],
        events=[{"subject": "c:k8", "kind": "tool-change", "time": NOW - 2 * day}],
    )  # fmt: skip


ME_05_CHECKS = (
    "exposed-log-build", "exposed-public", "exposed-mcp-config", "key-too-old", "no-reissue-after-change",
)  # fmt: skip


def dated(case: Case) -> dict[str, tuple[str, datetime | None]]:
    rows = case.steps.filter(pl.col("action").is_in(["contain", "rotate"]))
    return {row["subject"]: (row["label"], row["due"]) for row in rows.iter_rows(named=True)}


def test_me_05_what_makes_a_credential_immediate() -> None:
    case = Case(me_05(), *ME_05_CHECKS)
    four, one, day = NOW + timedelta(hours=4), NOW + timedelta(hours=1), NOW + timedelta(hours=24)
    assert dated(case) == {
        "c:k1": ("contain-now", four),
        "c:k2": ("contain-now", one),
        "c:k3": ("rotate-now", day),
        "c:k4": ("rotate-now", day),
        "c:k5": ("90 d", NOW + timedelta(days=90)),
        "c:k6": ("contain-now", four),
        "c:k8": ("24 h", day),
    }
    urgent = case.steps.filter(pl.col("lane") == "order", pl.col("stage") < 3).sort("n")["subject"].to_list()
    assert urgent[0] == "c:k2"
    assert set(urgent[1:3]) == {"c:k1", "c:k6"}
    assert set(urgent[3:]) == {"c:k3", "c:k4"}


def test_me_05_write_on_a_critical_system_shortens_the_date() -> None:
    assert dated(Case(me_05(write=True), *ME_05_CHECKS))["c:k5"] == ("7 d", NOW + timedelta(days=7))


def me_14(exposure: str = "build-log", owner: str = "platform", extra: bool = False) -> Estate:
    tools = {"kind": "function", "runs_code": False}
    more = (("i:svc", "may-act", "s:vault", 4),) if extra else ()
    return estate(
        *((f"a:{n}", "uses-tool", f"t:{n}") for n in (1, 2, 3)),
        *((f"t:{n}", "holds", "c:key") for n in (1, 2, 3)),
        ("c:key", "authenticates", "i:svc"),
        ("i:svc", "may-act", "s:crm", 2),
        ("i:svc", "may-act", "s:wiki", 1),
        ("i:svc", "may-become", "i:pay"),
        ("i:pay", "may-act", "s:payments", 4),
        *more,
        facts={
            "a:1": {"input": "open", "selection": "allow-list", "autonomy": "autonomous"},
            "a:2": {"input": "mediated", "selection": "allow-list", "autonomy": "autonomous"},
            "a:3": {"input": "trusted", "selection": "fixed", "autonomy": "autonomous"},
            "t:1": {**tools, "effects": 2, "obtains": False},
            "t:2": {**tools, "effects": 1, "obtains": False},
            "t:3": {**tools, "effects": 4, "obtains": True},
            "c:key": {**ENDLESS, "exposure": "at-rest"},
            "i:svc": {"kind": "user", "class": "workload", "owner": owner},
            "i:pay": {"kind": "role", "class": "workload"},
            "s:crm": {"criticality": 4},
            "s:wiki": {"criticality": 2},
            "s:payments": {"criticality": 5},
            **({"s:vault": {"criticality": 5}} if extra else {}),
        },
        exposures=[{"credential": "c:key", "surface": exposure, "has_revoked": False}],
    )


def test_me_14_one_key_through_which_most_risk_passes() -> None:
    case = Case(me_14(), "exposed-log-build")
    assert case.by_route() == pytest.approx({"stolen-credential": 47.6, "hijacked-agent": 10.15})
    assert case.risk.total == pytest.approx(57.75)
    chokes = {row["key"]: row["share"] for row in case.plan.tables["chokes"].iter_rows(named=True)}
    assert chokes["c:key"] == pytest.approx(47.6 / 57.75)
    assert chokes["i:svc -> i:pay"] == pytest.approx(33 / 57.75)
    assert case.step("contain")["risk_after"] == pytest.approx(14.91)
    origin = case.plan.tables["origins"].filter(pl.col("key") == "c:key").row(0, named=True)
    assert (origin["blast"], origin["systems"]) == (pytest.approx(139), 3)
    assert origin["blast_share"] == pytest.approx(139 / 160)
    hops = case.plan.tables["hops"].join(
        case.plan.tables["paths"]
        .filter(pl.col("route") == "stolen-credential", pl.col("system") == "s:payments")
        .select(pl.col("id").alias("path")),
        on="path",
    )
    assert hops.sort("n").select("from", "kind", "to").rows() == [
        ("c:key", "authenticates", "i:svc"),
        ("i:svc", "may-become", "i:pay"),
        ("i:pay", "may-act", "s:payments"),
    ]


def test_me_16_trusted_does_not_mean_safe() -> None:
    logged = Case(me_14(), "exposed-log-build", "secret-in-code")
    private = Case(me_14(exposure="private-repository"), "exposed-log-build", "secret-in-code")
    assert private.step("contain")["label"] == "contain-now"
    assert private.step("contain")["gain"] == logged.step("contain")["gain"]
    assert private.steps["id"].to_list() == logged.steps["id"].to_list()


def test_me_16_authority_counts_and_ownership_does_not() -> None:
    ours, theirs = (Case(me_14(owner=owner), "exposed-log-build") for owner in ("platform", "marketing"))
    assert ours.steps["id"].to_list() == theirs.steps["id"].to_list()
    assert ours.risk == theirs.risk
    more = Case(me_14(extra=True), "exposed-log-build")
    assert more.step("contain")["gain"] > ours.step("contain")["gain"]


def test_me_17_a_plan_without_policy_is_one_sided() -> None:
    whole = Case(me_01(), "exposed-log-build", "no-request-time-policy")
    policy, replace = (str(whole.step(word)["id"]) for word in ("enforce-policy", "replace"))
    case = Case(me_01(), "exposed-log-build", "no-request-time-policy", without=(policy, replace))
    assert case.risk.after_plan == pytest.approx(18.375)
    [warning] = case.plan.warnings
    assert policy in warning
    assert "12.25" in warning


def test_me_17_what_cannot_wait_is_left_out_only_by_a_dated_exception() -> None:
    contain = str(Case(me_01(), "exposed-log-build").step("contain")["id"])
    with pytest.raises(InputError, match="cannot wait"):
        Case(me_01(), "exposed-log-build", without=(contain,))
    decided = {
        "subject": "c:key", "kind": "exception", "author": "dana", "expires": NOW + timedelta(days=30),
    }  # fmt: skip
    given = me_01()
    excepted = given.having(decisions=estate(decisions=[decided])["decisions"])
    assert "contain" not in Case(excepted, "exposed-log-build", without=(contain,)).steps["action"].to_list()


def test_leaving_out_what_is_no_step_is_refused() -> None:
    with pytest.raises(UsageError, match="no step of this plan"):
        Case(me_01(), "exposed-log-build", without=("contain-0000000000",))


def me_15(public: int, **planning: object) -> dict[str, bool]:
    """Steps of the immediate stages by subject, and whether each is at risk."""
    fresh = {"kind": "api-key", "rotated": NOW - timedelta(days=10), "has_expires": False}
    keys = [f"c:p{n}" for n in range(public)]
    built = estate(
        *((f"t:{n}", "holds", "c:log") for n in range(5)),
        *((f"t:s{n}", "holds", "c:shared") for n in range(2)),
        facts={
            **{key: {"exposure": "at-rest", **fresh} for key in keys},
            "c:log": {"exposure": "at-rest", **fresh},
            "c:shared": {"exposure": "managed", "store": "vault", **fresh},
        },
        exposures=[
            *({"credential": key, "surface": "public-repository", "has_revoked": False} for key in keys),
            {"credential": "c:log", "surface": "application-log", "has_revoked": False},
        ],
    )
    settings = Settings(planning=Planning.model_validate(planning))
    case = Case(replace(built, settings=settings), "exposed-public", "exposed-log-build")
    urgent = case.steps.filter(pl.col("lane") == "order", pl.col("stage") < 3).sort("n")
    assert urgent["effort"].to_list() == [2.0] * public + [4.0, 5.0]
    return dict(urgent.select("subject", "at_risk").iter_rows())


def test_me_15_one_lane_keeps_its_dates_with_one_public_key() -> None:
    assert me_15(1) == {"c:p0": False, "c:log": False, "c:shared": False}


def test_me_15_a_second_public_key_puts_itself_and_the_log_key_at_risk() -> None:
    found = me_15(2)
    # Both public keys weigh the same: whichever comes second is late.
    assert sorted((found["c:p0"], found["c:p1"])) == [False, True]
    assert (found["c:log"], found["c:shared"]) == (True, False)


def test_me_15_two_lanes_or_revoking_first_keep_every_date() -> None:
    kept = {"c:p0": False, "c:p1": False, "c:log": False, "c:shared": False}
    assert me_15(2, lanes=2) == kept
    assert me_15(2, revoke_first=True) == kept
