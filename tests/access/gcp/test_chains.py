"""Chains of delegation, conditions on what is asked about, and whoever comes in through a pool."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.gcp.small import DANA, FOLDER, PROD, admin, links, resolved

DELEGATE, TOKEN = "organizations/7/roles/delegate", "organizations/7/roles/token"
ROLES = {
    DELEGATE: ["iam.serviceAccounts.implicitDelegation"],
    TOKEN: ["iam.serviceAccounts.getAccessToken"],
    "organizations/7/roles/signer": ["iam.serviceAccounts.signJwt"],
    "organizations/7/roles/openid": ["iam.serviceAccounts.getOpenIdToken"],
    "organizations/7/roles/writer": ["resourcemanager.projects.setIamPolicy"],
}
B, C, D, E = (f"serviceAccount:{name}@prod-app.iam.gserviceaccount.com" for name in "bcde")
ACCOUNTS = [
    {"key": key, "scope": PROD, "kind": "service-account", "enabled": True, "provider_owned": False}
    for key in (B, C, D, E)
]
POOL = "//iam.googleapis.com/projects/77/locations/global/workloadIdentityPools/ci"
JOB, ALL = f"principal:{POOL}/subject/x", f"principalSet:{POOL}/*"
MAYBE = "resource.matchTag('7/env', 'prod')"


def becomes(*bindings: tuple[Any, ...], start: str = DANA, **more: Any) -> set[tuple[str, bool]]:
    return links(resolved(*bindings, roles=ROLES, identities=ACCOUNTS, **more), "may-become", start)


def denying(principal: str, permission: str) -> dict[str, list[str]]:
    return {"deniedPrincipals": [principal], "deniedPermissions": [f"iam.googleapis.com/{permission}"]}


def test_a_chain_of_three_ends_where_its_last_account_may_ask() -> None:
    chain = ((B, DELEGATE, [DANA]), (C, DELEGATE, [B]), (D, DELEGATE, [C]), (E, TOKEN, [D]))
    assert becomes(*chain) == {(E, True)}
    for left_out in range(4):
        assert becomes(*chain[:left_out], *chain[left_out + 1 :]) == set()


@pytest.mark.parametrize("doubtful", range(3))
def test_one_doubtful_step_makes_the_chain_doubtful(doubtful: int) -> None:
    steps = [(B, DELEGATE, [DANA]), (C, DELEGATE, [B]), (D, TOKEN, [C])]
    chain = [(*step, MAYBE) if n == doubtful else step for n, step in enumerate(steps)]
    assert becomes(*chain) == {(D, False)}


def test_a_sure_way_stands_beside_a_doubtful_one() -> None:
    doubtful, sure = (B, DELEGATE, [DANA], MAYBE), (C, DELEGATE, [DANA])
    rest = ((D, TOKEN, [B]), (E, TOKEN, [C]), (C, DELEGATE, [B]))
    assert becomes(doubtful, sure, *rest) == {(D, False), (E, True)}


def test_a_longer_sure_way_comes_before_a_short_doubtful_one() -> None:
    short = ((B, DELEGATE, [DANA], MAYBE), (D, TOKEN, [B]))
    long = ((C, DELEGATE, [DANA]), (B, DELEGATE, [C]))
    assert becomes(*short) == {(D, False)}
    assert becomes(*short, *long) == {(D, True)}


def test_an_account_does_not_become_itself() -> None:
    assert becomes((B, TOKEN, [B]), (C, TOKEN, [B]), start=B) == {(C, True)}


def test_a_circle_opens_the_same_from_wherever_one_enters_it() -> None:
    zoe = "user:zoe@corp.example"
    circle = ((C, DELEGATE, [B, zoe]), (B, DELEGATE, [C, DANA]), (D, TOKEN, [B]), (E, TOKEN, [C]))
    assert becomes(*circle) == {(D, True), (E, True)}
    assert becomes(*circle, start=zoe) == {(D, True), (E, True)}


def test_a_deny_on_an_account_in_between_breaks_the_chain() -> None:
    b = "principal://iam.googleapis.com/projects/-/serviceAccounts/b@prod-app.iam.gserviceaccount.com"
    chain = ((B, DELEGATE, [DANA]), (C, DELEGATE, [B]), (D, TOKEN, [C]))
    assert becomes(*chain, denies=[(PROD, denying(b, "serviceAccounts.implicitDelegation"))]) == set()
    assert becomes(*chain, denies=[(PROD, denying(b, "serviceAccounts.signBlob"))]) == {(D, True)}


@pytest.mark.parametrize(("role", "expected"), [("signer", {(C, True)}), ("openid", set())])
def test_what_is_signed_by_way_of_others(role: str, expected: set[tuple[str, bool]]) -> None:
    assert becomes((B, DELEGATE, [DANA]), (C, f"organizations/7/roles/{role}", [B])) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('resource.type == "storage.googleapis.com/Bucket"', set()),
        ('resource.service == "secretmanager.googleapis.com"', set()),
        ('resource.type != "storage.googleapis.com/Object" || resource.name.endsWith("x")', {(B, True)}),
        ('resource.type == "iam.googleapis.com/ServiceAccount"', {(B, False)}),
        ('resource.name.endsWith("serviceAccounts/117")', {(B, False)}),
    ],
)
def test_a_condition_on_a_type_is_asked_about_accounts(
    condition: str, expected: set[tuple[str, bool]]
) -> None:
    assert becomes((B, TOKEN, [DANA], condition)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('resource.type == "cloudresourcemanager.googleapis.com/Project"', {(PROD, True)}),
        ('resource.type == "compute.googleapis.com/Instance"', set()),
        ('resource.name == "projects/12"', {(PROD, False)}),
    ],
)
def test_a_condition_on_a_type_is_asked_about_projects(
    condition: str, expected: set[tuple[str, bool]]
) -> None:
    found = resolved((FOLDER, "organizations/7/roles/writer", [DANA], condition), roles=ROLES)
    assert admin(found) == expected


def test_whoever_comes_through_a_pool_holds_what_all_of_it_holds() -> None:
    other = f"principalSet:{POOL.removesuffix('ci')}other/*"
    assert becomes((B, TOKEN, [ALL]), (C, TOKEN, [JOB]), (D, TOKEN, [other]), start=JOB) == {
        (B, True),
        (C, True),
    }
    assert becomes((B, TOKEN, [ALL]), (C, TOKEN, [JOB]), start=other) == set()


@pytest.mark.parametrize(
    ("denied", "expected"),
    [
        (ALL, set()),
        (JOB, set()),
        (f"principalSet:{POOL}/attribute.repository/corp/shop", {(C, False)}),
        (f"principalSet:{POOL.removesuffix('ci')}other/*", {(C, True)}),
        (f"principalSet:{POOL.removesuffix('ci')}other/attribute.repository/corp/shop", {(C, True)}),
    ],
)
def test_a_deny_of_a_pool_or_of_a_part_of_it(denied: str, expected: set[tuple[str, bool]]) -> None:
    rule = denying(denied, "serviceAccounts.getAccessToken")
    assert becomes((C, TOKEN, [JOB]), start=JOB, denies=[(PROD, rule)]) == expected
