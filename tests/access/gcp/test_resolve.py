"""Resolving: inheritance, groups, conditions, deny policies, and what federation lets in."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars as pl
import pytest

from posture.access.gcp.resolve import resolve
from posture.estate.estate import Estate
from posture.model.classes import Classes
from tests.access.gcp.small import (
    AWAY,
    DANA,
    FOLDER,
    LAB,
    ORG,
    OTHER,
    PROD,
    TARGET,
    acts,
    admin,
    estate,
    links,
    resolved,
)

TOKEN = "roles/iam.serviceAccountTokenCreator"
GROUP = "group:ops@corp.example"
READ, WRITE = int(Classes.READ), int(Classes.READ | Classes.WRITE)
BUCKET, LEDGER = "//storage.googleapis.com/tiles", "//storage.googleapis.com/ledger"
BUCKETS = {BUCKET: (PROD, "bucket"), LEDGER: (PROD, "bucket")}
UNTIL_2030 = 'request.time < timestamp("2030-01-01T00:00:00Z")'
UNTIL_2024 = 'request.time < timestamp("2024-01-01T00:00:00Z")'
TAGGED = 'resource.matchTag("7/env", "prod")'


def becomes(*bindings: tuple[Any, ...], **given: Any) -> set[tuple[str, bool]]:
    return links(resolved(*bindings, **given), "may-become")


@pytest.mark.parametrize(
    ("node", "reached"),
    [
        (TARGET, {TARGET}),
        (PROD, {TARGET, OTHER}),
        (FOLDER, {TARGET, OTHER}),
        (LAB, {AWAY}),
        (ORG, {TARGET, OTHER, AWAY}),
    ],
)
def test_a_role_holds_for_everything_below(node: str, reached: set[str]) -> None:
    assert becomes((node, TOKEN, [DANA])) == {(to, True) for to in reached}


def test_nobody_becomes_an_account_that_is_switched_off() -> None:
    assert becomes((PROD, TOKEN, [DANA]), off=[TARGET]) == {(OTHER, True)}


def test_members_of_a_group_hold_its_roles() -> None:
    inner = "group:night@corp.example"
    groups = {GROUP: [inner], inner: [DANA]}
    assert becomes((TARGET, TOKEN, [GROUP]), groups=groups) == {(TARGET, True)}


def test_a_group_whose_members_are_not_known_stands_for_them() -> None:
    found = resolved((TARGET, TOKEN, [GROUP]))
    assert links(found, "may-become", GROUP) == {(TARGET, True)}
    assert links(found, "may-become") == set()
    told = found.coverage.filter(pl.col("table") == "groups").select("state", "why").rows()
    assert told == [("unread", "who is in ops@corp.example is not known")]


def test_everybody_of_a_domain_holds_its_roles() -> None:
    assert becomes((TARGET, TOKEN, ["domain:corp.example"])) == {(TARGET, True)}
    assert becomes((TARGET, TOKEN, ["domain:other.example"])) == set()


def test_a_member_that_was_deleted_holds_nothing() -> None:
    assert becomes((TARGET, TOKEN, [f"deleted:{DANA}?uid=1"])) == set()


def test_addresses_do_not_depend_on_case() -> None:
    assert becomes((TARGET, TOKEN, ["user:Dana@Corp.example"])) == {(TARGET, True)}


@pytest.mark.parametrize(
    ("expression", "answer"),
    [(UNTIL_2030, {(TARGET, True)}), (UNTIL_2024, set()), (TAGGED, {(TARGET, False)})],
)
def test_conditions_decide_or_leave_it_open(expression: str, answer: set[tuple[str, bool]]) -> None:
    found = resolved((TARGET, TOKEN, [DANA], expression))
    assert links(found, "may-become") == answer
    for hangs in found.links.filter(~pl.col("certain"))["depends_on"]:
        assert hangs == f"condition limit: {TAGGED}"


def test_a_sure_role_further_down_is_told_beside_a_doubtful_one_above() -> None:
    found = becomes((ORG, TOKEN, [DANA], TAGGED), (PROD, TOKEN, [DANA]))
    assert {(TARGET, True), (OTHER, True), (AWAY, False)} <= found


# --- deny policies

ACT = "iam.googleapis.com/serviceAccounts.getAccessToken"
ALL = ["principalSet://goog/public:all"]
ME = "principal://goog/subject/dana@corp.example"


def deny(principals: list[str], permissions: list[str], **more: Any) -> dict[str, Any]:
    return {"deniedPrincipals": principals, "deniedPermissions": permissions, **more}


# The role also holds two permissions to sign, by which one becomes the account as well.
SIGN = ["iam.googleapis.com/serviceAccounts.signBlob", "iam.googleapis.com/serviceAccounts.signJwt",
        "iam.googleapis.com/serviceAccounts.implicitDelegation"]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        (deny([ME], [ACT, *SIGN]), set()),
        (deny(ALL, ["iam.googleapis.com/serviceAccounts.*"]), set()),
        (deny(ALL, ["iam.googleapis.com/*"]), set()),
        (deny(["principalSet://goog/group/ops@corp.example"], [ACT, *SIGN]), set()),
        (deny(["principal://goog/subject/else@corp.example"], [ACT, *SIGN]), {True}),
        (deny(ALL, [ACT, *SIGN], exceptionPrincipals=[ME]), {True}),
        (deny(ALL, [ACT, *SIGN], exceptionPrincipals=["principalSet://goog/group/ops@corp.example"]), {True}),
        (deny(ALL, ["iam.googleapis.com/*"], exceptionPermissions=[ACT]), {True}),
        (deny(ALL, [ACT]), {True}),
        (deny(ALL, [ACT, *SIGN], denialCondition={"expression": "false"}), {True}),
        (deny(ALL, [ACT, *SIGN], denialCondition={"expression": TAGGED}), {False}),
        (deny(["principalSet://goog/cloudIdentityCustomerId/C01"], [ACT, *SIGN]), {False}),
    ],
)
def test_deny_rules(rule: dict[str, Any], reached: set[bool]) -> None:
    groups = {GROUP: [DANA]}
    found = becomes((ORG, TOKEN, [DANA]), denies=[(PROD, rule)], groups=groups)
    assert {sure for to, sure in found if to == TARGET} == reached
    # A rule on one project leaves the others be.
    assert (AWAY, True) in found


def test_a_deny_rule_above_holds_below() -> None:
    rule = deny([f"principal://iam.googleapis.com/projects/-/serviceAccounts/{OTHER[15:]}"], [ACT, *SIGN])
    found = resolved((TARGET, TOKEN, [OTHER, DANA]), denies=[(ORG, rule)])
    assert links(found, "may-become", OTHER) == set()
    assert links(found, "may-become", DANA) == {(TARGET, True)}


def test_a_deny_policy_without_its_rules_leaves_everything_open() -> None:
    lost = {"key": "deny-x", "scope": ORG, "kind": "deny", "attached_to": ORG}
    found = resolved((TARGET, TOKEN, [DANA]), (PROD, "roles/storage.objectViewer", [DANA]), extra=[lost])
    assert links(found, "may-become") == {(TARGET, False)}
    assert {sure for _to, _classes, sure in acts(found)} == {False}
    assert "the rules of deny-x were not given" in set(found.coverage["why"])


def test_a_role_that_may_not_be_changed_is_not_strengthened() -> None:
    role = "projects/prod-app/roles/own"
    rule = deny(ALL, ["iam.googleapis.com/roles.update"])
    given: dict[str, Any] = {"roles": {role: ["iam.roles.update"]}}
    assert admin(resolved((PROD, role, [DANA]), **given)) == {(PROD, True)}
    assert admin(resolved((PROD, role, [DANA]), denies=[(ORG, rule)], **given)) == set()


@pytest.mark.parametrize("node", [PROD, FOLDER, ORG])
def test_a_deny_rule_takes_classes_away(node: str) -> None:
    role = "organizations/7/roles/data"
    roles = {role: ["storage.objects.get", "storage.objects.create", "storage.objects.delete"]}
    rule = deny(ALL, ["storage.googleapis.com/objects.delete"])
    found = resolved((PROD, role, [DANA]), roles=roles, denies=[(node, rule)], systems=BUCKETS)
    assert acts(found) == {(f"{PROD}:bucket:*", WRITE, True)}


def test_what_is_denied_at_some_hours_is_not_at_others() -> None:
    every = "iam.googleapis.com/serviceAccounts.*"
    rule = deny([ME], [every], denialCondition={"expression": "request.time.getHours() >= 9"})
    assert becomes((TARGET, TOKEN, [DANA]), denies=[(ORG, rule)]) == {(TARGET, False)}
    rule["denialCondition"] = {"expression": "request.time.getHours() >= 24"}
    assert becomes((TARGET, TOKEN, [DANA]), denies=[(ORG, rule)]) == {(TARGET, True)}


def test_a_deny_that_perhaps_holds_on_the_home_of_a_role_leaves_it_in_doubt() -> None:
    own = "projects/prod-app/roles/own"
    rule = deny([ME], ["iam.googleapis.com/roles.update"], denialCondition={"expression": TAGGED})
    given: dict[str, Any] = {"roles": {own: ["iam.roles.update"]}}
    assert admin(resolved((PROD, own, [DANA]), denies=[(PROD, rule)], **given)) == {(PROD, False)}
    assert admin(resolved((PROD, own, [DANA]), denies=[(LAB, rule)], **given)) == {(PROD, True)}


def test_a_deny_rule_on_part_of_what_a_role_covers_leaves_it_open() -> None:
    role = "organizations/7/roles/data"
    rule = deny(ALL, ["storage.googleapis.com/objects.delete"])
    found = resolved(
        (ORG, role, [DANA]),
        roles={role: ["storage.objects.get", "storage.objects.delete"]},
        denies=[(PROD, rule)],
        systems=BUCKETS,
    )
    assert acts(found) == {
        (f"{ORG}:bucket:*", READ, True),
        (f"{ORG}:bucket:*", int(Classes.DESTRUCTIVE | Classes.WRITE), False),
    }


# --- administration


@pytest.mark.parametrize(
    ("node", "role", "scopes"),
    [
        (PROD, "roles/owner", {PROD}),
        (ORG, "roles/owner", {ORG}),
        (FOLDER, "roles/resourcemanager.projectIamAdmin", {PROD}),
        (ORG, "roles/resourcemanager.projectIamAdmin", {PROD, LAB}),
        (ORG, "roles/resourcemanager.folderAdmin", {FOLDER, LAB}),
        (ORG, "roles/resourcemanager.organizationAdmin", {ORG}),
        (PROD, "roles/editor", set()),
        (PROD, "roles/viewer", set()),
    ],
)
def test_who_administers_what(node: str, role: str, scopes: set[str]) -> None:
    assert admin(resolved((node, role, [DANA]))) == {(scope, True) for scope in scopes}


def test_an_owner_has_one_link_and_nothing_else_inside() -> None:
    found = resolved((PROD, "roles/owner", [DANA]), (PROD, "roles/storage.admin", [DANA]), systems=BUCKETS)
    rows = found.links.filter(pl.col("from") == DANA).select("to", "classes", "certain", "method").rows()
    assert rows == [(f"{PROD}:control-plane", int(Classes.ADMIN), True, None)]


def test_an_owner_of_one_project_reaches_out_of_it() -> None:
    found = resolved((PROD, "roles/owner", [OTHER]), (AWAY, TOKEN, [OTHER]))
    assert links(found, "may-become", OTHER) == {(AWAY, True)}


def test_an_editor_becomes_every_account_of_the_project() -> None:
    found = resolved((PROD, "roles/editor", [DANA]))
    assert links(found, "may-become") == {(TARGET, True), (OTHER, True)}


# --- systems


def test_a_role_on_a_project_is_one_link_to_all_of_a_kind() -> None:
    found = resolved((PROD, "roles/storage.objectViewer", [DANA]), systems=BUCKETS)
    assert acts(found) == {(f"{PROD}:bucket:*", READ, True)}
    assert links(found, "contains", f"{PROD}:bucket:*") == {(BUCKET, True), (LEDGER, True)}


def test_a_role_on_a_folder_reaches_what_lies_in_its_projects() -> None:
    found = resolved(
        (FOLDER, "roles/storage.objectViewer", [DANA]), systems={**BUCKETS, "//x/y": (LAB, "bucket")}
    )
    assert links(found, "contains", f"{FOLDER}:bucket:*") == {(BUCKET, True), (LEDGER, True)}


def test_a_role_on_one_system_reaches_that_one() -> None:
    found = resolved((LEDGER, "roles/storage.objectViewer", [DANA]), systems=BUCKETS)
    assert acts(found) == {(LEDGER, READ, True)}


def test_a_condition_on_the_name_picks_systems() -> None:
    only = 'resource.name.startsWith("projects/_/buckets/ledger/")'
    found = resolved((PROD, "roles/storage.objectViewer", [DANA], only), systems=BUCKETS)
    assert acts(found) == {(LEDGER, READ, True)}


def test_whoever_holds_a_basic_role_is_meant_by_its_convenience_member() -> None:
    found = resolved(
        (PROD, "roles/viewer", [DANA]),
        (LEDGER, "roles/storage.legacyBucketWriter", ["projectViewer:prod-app"]),
        systems=BUCKETS,
    )
    assert any(to == LEDGER and sure for to, _classes, sure in acts(found))


def test_anyone_at_all_is_a_node_of_its_own() -> None:
    found = resolved((LEDGER, "roles/storage.objectViewer", ["allUsers"]), systems=BUCKETS)
    assert acts(found, "allUsers") == {(LEDGER, READ, True)}
    assert acts(found) == set()


def test_a_role_that_nobody_knows_is_told() -> None:
    found = resolved((PROD, "roles/made.up", [DANA]), (PROD, "projects/prod-app/roles/lost", [DANA]))
    assert set(found.coverage.select("scope", "table", "state", "why").rows()) == {
        (PROD, "policies", "partial", "what the role roles/made.up holds is not known"),
        (PROD, "policies", "partial", "what the role projects/prod-app/roles/lost holds is not known"),
    }


def test_more_than_a_few_accounts_are_one_pattern() -> None:
    accounts = [
        {
            "key": f"serviceAccount:n{n}@prod-app.iam.gserviceaccount.com",
            "scope": PROD,
            "kind": "service-account",
        }
        for n in range(3)
    ]
    found = resolved((PROD, TOKEN, [DANA]), identities=accounts)
    pattern = f"{PROD}:identities:service-accounts"
    assert links(found, "may-become") == {(pattern, True)}
    assert len(links(found, "contains", pattern)) == 5
    assert found.identities.filter(pl.col("key") == pattern)["pattern"].to_list() == [True]


def test_the_same_tables_give_the_same_links_in_any_order() -> None:
    bindings = [(PROD, "roles/editor", [DANA, OTHER]), (LAB, TOKEN, [TARGET]), (ORG, "roles/viewer", [GROUP])]
    one = resolve(estate(*bindings, systems=BUCKETS))
    whole = estate(*bindings, systems=BUCKETS)
    turned = Estate({name: rows.reverse() for name, rows in whole.tables.items()}, whole.as_of)
    assert one.links.rows() == resolve(turned).links.rows()


def test_an_estate_without_google_gives_nothing() -> None:
    assert resolve(Estate({}, None)).links.is_empty()
    assert resolve(Estate({}, None)).assumptions == ()


# --- federation

POOL = "projects/77/locations/global/workloadIdentityPools/ci"
PROVIDER = f"//iam.googleapis.com/{POOL}/providers/github"
GITHUB = "https://token.actions.githubusercontent.com"
WHOLE = f"principalSet://iam.googleapis.com/{POOL}/*"
REPOSITORY = f"principalSet://iam.googleapis.com/{POOL}/attribute.repository/corp/app"
OWNER = f"principalSet://iam.googleapis.com/{POOL}/attribute.repository_owner/corp"


def trusted(member: str, condition: str, issuer: str = GITHUB, **more: Any) -> dict[str, tuple[str, bool]]:
    """By who comes in: how wide the trust is, and whether a condition guards it."""
    text = json.dumps({"issuer": issuer, "condition": condition, "kind": "oidc"})
    key = hashlib.sha256(text.encode()).hexdigest()
    provider = {"key": PROVIDER, "scope": PROD, "kind": "federated", **more}
    trust = {
        "key": f"{PROVIDER}#trust",
        "scope": PROD,
        "kind": "trust",
        "attached_to": PROVIDER,
        "document": key,
    }
    found = resolve(
        estate(
            (TARGET, "roles/iam.workloadIdentityUser", [member]),
            identities=[provider],
            extra=[trust],
            documents=[{"key": key, "text": text}],
        )
    )
    rows = found.links.filter(pl.col("kind") == "may-become", pl.col("to") == TARGET)
    return {row["from"]: (row["breadth"], row["guarded"]) for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("member", "condition", "provider"),
    [
        (WHOLE, "", ("any-tenant", False)),
        (WHOLE, "true", ("any-tenant", False)),
        (WHOLE, "assertion.repository_owner == 'corp'", ("organisation", True)),
        (WHOLE, "assertion.repository == 'corp/app'", ("exact", True)),
        (WHOLE, "assertion.repository == 'corp/app' || true", ("organisation", True)),
        (OWNER, "", ("organisation", False)),
        (REPOSITORY, "", ("exact", True)),
    ],
)
def test_how_wide_a_provider_lets_in(member: str, condition: str, provider: tuple[str, bool]) -> None:
    assert trusted(member, condition)[PROVIDER] == provider


def test_the_whole_pool_is_told_by_its_providers() -> None:
    assert set(trusted(WHOLE, "")) == {PROVIDER}
    assert trusted(REPOSITORY, "")[REPOSITORY] == ("exact", None)


def test_a_provider_that_is_switched_off_lets_nobody_in() -> None:
    assert set(trusted(WHOLE, "", enabled=False)) == {WHOLE}


def test_an_issuer_of_ones_own_is_no_crowd() -> None:
    assert trusted(WHOLE, "", issuer="https://tokens.corp.example")[PROVIDER] == ("organisation", False)


def test_a_pool_whose_providers_were_not_read_has_no_breadth() -> None:
    found = resolve(estate((TARGET, "roles/iam.workloadIdentityUser", [WHOLE])))
    rows = found.links.filter(pl.col("from") == WHOLE).select("to", "breadth", "certain").rows()
    assert rows == [(TARGET, None, True)]


def test_who_holds_the_same_is_denied_apart() -> None:
    zoe = "user:zoe@corp.example"
    found = resolved(
        (TARGET, TOKEN, [DANA, zoe]),
        denies=[(ORG, deny([ME], ["iam.googleapis.com/*"]))],
        identities=[{"key": zoe, "scope": ORG, "kind": "user"}],
    )
    assert links(found, "may-become", DANA) == set()
    assert links(found, "may-become", zoe) == {(TARGET, True)}
