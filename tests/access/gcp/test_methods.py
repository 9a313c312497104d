"""Every escalation method: its permissions give what they say, and without any one of them nothing."""

from __future__ import annotations

from typing import Any

import pytest

from posture.access.gcp.methods import WAYS, Method, methods
from posture.access.gcp.reference import reference
from posture.access.gcp.resolve import resolve
from tests.access.gcp.small import DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, admin, estate, links

ROLE = "organizations/7/roles/exact"
AGENT = "serviceAccount:12@cloudservices.gserviceaccount.com"
BUILDER = "serviceAccount:12@cloudbuild.gserviceaccount.com"
BY_ID = {method.id: method for method in methods()}
PLACES = {"policy": ORG, "role": ORG}
"""Where the role is held so that the method may work; a project is enough for the others."""

_COLLECTIONS = {
    "Instance": "zones/z/instances", "CloudFunction": "locations/l/functions",
    "Function": "locations/l/functions",
    "Service": "locations/l/services", "Job": "locations/l/jobs", "Cluster": "locations/l/clusters",
    "Environment": "locations/l/environments", "Workflow": "locations/l/workflows",
    "ReasoningEngine": "locations/l/reasoningEngines",
}  # fmt: skip


def workload(method: Method, account: str = TARGET) -> dict[str, Any]:
    """The workload that the method changes, running as `account`."""
    if not method.workload:
        return {}
    host, _, word = method.workload.partition("/")
    key = f"//{host}/projects/prod-app/{_COLLECTIONS[word]}/x"
    return {"systems": {key: (PROD, "compute")}, "runs_as": {key: account}}


def gained(method: Method, permissions: list[str], node: str, **more: Any) -> set[str]:
    """Accounts and scopes that a role with `permissions` on `node` opens."""
    accounts = [
        {"key": key, "scope": PROD, "kind": "service-account", "provider_owned": True}
        for key in (AGENT, BUILDER)
    ]
    bindings: list[tuple[Any, ...]] = [(node, ROLE, [DANA])]
    if method.way == "delegate":
        bindings.append((OTHER, "roles/iam.serviceAccountTokenCreator", [TARGET]))
    given = {**workload(method), **more}
    found = resolve(estate(*bindings, roles={ROLE: permissions}, identities=accounts, **given), complete=True)
    return {to for to, _sure in links(found, "may-become")} | {scope for scope, _sure in admin(found)}


def expected(method: Method) -> set[str]:
    """What the whole method gives in the small organisation."""
    if method.way == "policy":
        return {"project": {PROD, LAB}, "folder": {FOLDER}, "organization": {ORG}}[method.needs[0].on]
    return {
        "role": {ORG},
        "account": {TARGET, OTHER},
        "deploy": {TARGET, OTHER},
        "workload": {TARGET},
        "agent": {AGENT} if AGENT.endswith(method.accounts) else {BUILDER},
        "delegate": {OTHER},
    }[method.way]


@pytest.mark.parametrize("method", methods(), ids=lambda method: method.id)
def test_the_permissions_of_a_method_are_enough(method: Method) -> None:
    needed = [need.permission for need in method.needs]
    assert expected(method) <= gained(method, needed, PLACES.get(method.way, PROD))


@pytest.mark.parametrize(
    ("method", "left_out"),
    [(method, need.permission) for method in methods() for need in method.needs],
    ids=lambda given: given if isinstance(given, str) else given.id,
)
def test_without_one_of_them_the_method_gives_nothing(method: Method, left_out: str) -> None:
    rest = [need.permission for need in method.needs if need.permission != left_out]
    others = [
        other
        for other in methods()
        if other is not method and {n.permission for n in other.needs} <= set(rest)
    ]
    opened = set().union(*(expected(other) for other in others)) if others else set()
    assert gained(method, rest, PLACES.get(method.way, PROD)) <= opened


@pytest.mark.parametrize(
    "method", [m for m in methods() if m.workload and m.way == "deploy"], ids=lambda method: method.id
)
def test_a_change_needs_something_to_change(method: Method) -> None:
    needed = [need.permission for need in method.needs]
    nothing = gained(method, needed, PROD, systems={}, runs_as={})
    assert nothing <= {BUILDER}


def test_methods_are_well_formed() -> None:
    known = set(reference().permissions)
    for method in methods():
        assert method.way in WAYS
        assert method.id.startswith("gcp-")
        assert method.references
        assert all(reference.startswith("https://") for reference in method.references)
        assert bool(method.depends_on) is not method.certain
        assert {need.permission for need in method.needs} <= known
    assert len({method.id for method in methods()}) == len(methods())
    assert len(methods()) == 64


def test_an_account_is_taken_where_the_role_reaches_it() -> None:
    method = BY_ID["gcp-account-token"]
    needed = [need.permission for need in method.needs]
    assert gained(method, needed, TARGET) == {TARGET}
    assert gained(method, needed, LAB) == {"serviceAccount:away@lab-app.iam.gserviceaccount.com"}


def test_a_role_that_nobody_holds_is_not_strengthened() -> None:
    found = resolve(
        estate((PROD, "roles/iam.roleAdmin", [DANA]), roles={"projects/prod-app/roles/spare": []}),
        complete=True,
    )
    assert admin(found) == set()


def test_a_role_of_a_project_is_strengthened_where_it_is_held() -> None:
    role = "projects/prod-app/roles/own"
    found = resolve(estate((PROD, role, [DANA]), roles={role: ["iam.roles.update"]}), complete=True)
    assert admin(found) == {(PROD, True)}
