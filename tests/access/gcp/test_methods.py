"""Every escalation method: its permissions give what they say, and without any one of them nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posture.access.gcp.methods import WAYS, Method, methods
from posture.access.gcp.permissions import spelled
from posture.access.gcp.reference import reference
from posture.access.gcp.resolve import resolve
from tests.access.gcp.small import DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, admin, estate, links

ROLE = "organizations/7/roles/exact"
BY_ID = {method.id: method for method in methods()}
AGENTS = {ending: f"serviceAccount:12{ending}" for method in methods() for ending in method.accounts}
BUILDER = AGENTS["@cloudbuild.gserviceaccount.com"]
POOL = "principalSet://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci/*"
WORKFORCE = "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/dana"
IN_CLUSTER = ("subject/ns/shop/sa/cart", "namespace/shop")
OF_CLUSTER = "serviceAccount:prod-app.svc.id.goog[shop/cart]"
PLACES = {"policy": ORG, "role": ORG, "pool": ORG}
"""Where the role is held so that the method may work; a project is enough for the others."""

_COLLECTIONS = {
    "Instance": "zones/z/instances", "Function": "locations/l/functions",
    "Service": "locations/l/services", "Job": "locations/l/jobs", "Cluster": "locations/l/clusters",
    "Environment": "locations/l/environments", "Workflow": "locations/l/workflows",
    "ReasoningEngine": "locations/l/reasoningEngines", "WorkerPool": "locations/l/workerPools",
    "Deployment": "locations/l/deployments", "InstanceGroupManager": "zones/z/instanceGroupManagers",
}  # fmt: skip


def workload(method: Method, account: str = TARGET) -> dict[str, Any]:
    """The workload that the method changes, running as `account`."""
    if not method.workload:
        return {}
    host, _, word = method.workload.partition("/")
    key = f"//{host}/projects/prod-app/{_COLLECTIONS[word]}/x"
    state = ("inactive",) if method.stopped else ()
    return {"systems": {key: (PROD, "compute", *state)}, "runs_as": {key: account}}


def gained(method: Method, permissions: list[str], node: str, **more: Any) -> set[str]:
    """Accounts and scopes that a role with `permissions` on `node` opens."""
    accounts = [
        {"key": key, "scope": PROD, "kind": "service-account", "provider_owned": True}
        for key in AGENTS.values()
    ]
    outside = [{"key": key, "scope": PROD, "kind": "federated"} for key in (POOL, WORKFORCE, OF_CLUSTER)]
    aliases = [{"key": PROD, "alias": "gcp:projects/12"}]
    bindings: list[tuple[Any, ...]] = [(node, ROLE, [DANA])]
    if method.way == "delegate":
        bindings.append((OTHER, "roles/iam.serviceAccountTokenCreator", [TARGET]))
    given = {**workload(method), **more}
    found = resolve(
        estate(
            *bindings, roles={ROLE: permissions}, identities=[*accounts, *outside], aliases=aliases, **given
        ),
        complete=True,
    )
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
        "agent": {AGENTS[ending] for ending in method.accounts},
        "delegate": {OTHER},
        "pool": {POOL} if method.needs[0].on == "project" else {WORKFORCE},
        "cluster": {OF_CLUSTER},
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
    "method",
    [m for m in methods() if m.workload and m.way in ("deploy", "cluster")],
    ids=lambda method: method.id,
)
def test_a_change_needs_something_to_change(method: Method) -> None:
    needed = [need.permission for need in method.needs]
    nothing = gained(method, needed, PROD, systems={}, runs_as={})
    assert nothing <= {BUILDER}


def test_methods_are_well_formed() -> None:
    known = {spelled(permission) for permission in reference().permissions}
    for method in methods():
        assert method.way in WAYS
        assert method.id.startswith("gcp-")
        assert method.references
        assert all(reference.startswith("https://") for reference in method.references)
        assert bool(method.depends_on) is not method.certain
        assert {need.permission for need in method.needs} <= known
    assert len({method.id for method in methods()}) == len(methods())
    assert len(methods()) == 119


@pytest.mark.parametrize("method", ["gcp-run-update", "gcp-instance-account"])
def test_what_is_changed_need_not_have_run_as_anybody(method: str) -> None:
    needs, changed = [need.permission for need in BY_ID[method].needs], workload(BY_ID[method])
    assert gained(BY_ID[method], needs, PROD, **changed | {"runs_as": {}}) == {TARGET, OTHER}


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


def test_a_role_that_was_deleted_is_not_strengthened() -> None:
    text = json.dumps({"includedPermissions": [], "deleted": True})
    role = {"key": "projects/prod-app/roles/gone", "scope": PROD, "kind": "role", "document": "gone"}
    found = resolve(
        estate(
            (PROD, "roles/iam.roleAdmin", [DANA]),
            (PROD, "projects/prod-app/roles/gone", [DANA]),
            extra=[role],
            documents=[{"key": "gone", "text": text}],
        ),
        complete=True,
    )
    assert admin(found) == set()


def test_a_role_that_is_switched_off_gives_nothing_until_somebody_changes_it() -> None:
    name = "projects/prod-app/roles/off"

    def gains(*more: tuple[str, str, list[str]]) -> tuple[set[tuple[str, bool]], set[tuple[str, bool]]]:
        text = json.dumps(
            {"includedPermissions": ["iam.serviceAccounts.getAccessToken"], "stage": "DISABLED"}
        )
        found = resolve(
            estate(
                (PROD, name, [DANA]),
                *more,
                extra=[{"key": name, "scope": PROD, "kind": "role", "document": "off"}],
                documents=[{"key": "off", "text": text}],
            ),
            complete=True,
        )
        return links(found, "may-become"), admin(found)

    assert gains() == (set(), set())
    assert gains((PROD, "roles/iam.roleAdmin", [DANA])) == (set(), {(PROD, True)})


def test_a_role_of_a_project_is_strengthened_where_it_is_held() -> None:
    role = "projects/prod-app/roles/own"
    found = resolve(estate((PROD, role, [DANA]), roles={role: ["iam.roles.update"]}), complete=True)
    assert admin(found) == {(PROD, True)}


VM = "//compute.googleapis.com/projects/prod-app/zones/z/instances/x"
SERVICE = "//run.googleapis.com/projects/prod-app/locations/l/services/x"
ACTING = "projects/prod-app/roles/acting"


def on_one(
    node: str, permissions: list[str], account: str, state: str = "active", **more: Any
) -> set[tuple[str, bool]]:
    """Whom a role on a single workload opens to somebody who may act as `account`."""
    found = resolve(
        estate(
            (node, ROLE, [DANA]),
            (account, ACTING, [DANA]),
            roles={ROLE: permissions, ACTING: ["iam.serviceAccounts.actAs"]},
            systems={node: (PROD, "compute", state)},
            **{"runs_as": {node: TARGET}} | more,
        ),
        complete=True,
    )
    return links(found, "may-become")


def test_a_role_on_one_machine_is_enough_beside_one_on_its_account() -> None:
    reset = ["compute.instances.setMetadata", "compute.instances.reset"]

    assert on_one(VM, reset, TARGET) == {(TARGET, True)}
    assert on_one(VM, reset, OTHER) == set()
    assert on_one(VM, reset[:1], OTHER) == set()


def test_a_stopped_machine_is_started_and_a_running_one_is_reset() -> None:
    start = ["compute.instances.setMetadata", "compute.instances.start"]
    reset = ["compute.instances.setMetadata", "compute.instances.reset"]

    assert on_one(VM, start, TARGET, "inactive") == {(TARGET, True)}
    assert (TARGET, True) not in on_one(VM, start, TARGET, "active")
    assert (TARGET, True) not in on_one(VM, reset, TARGET, "inactive")


def test_a_role_on_one_service_gives_it_any_account_that_one_may_act_as() -> None:
    assert on_one(SERVICE, ["run.services.update"], OTHER) == {(OTHER, True)}
    assert on_one(SERVICE, ["run.services.setIamPolicy"], OTHER) == {(OTHER, True)}
    assert on_one(SERVICE, ["run.services.get"], OTHER) == set()
    assert on_one(SERVICE, ["run.services.update"], OTHER, runs_as={}) == {(OTHER, True)}


def test_a_deny_on_the_project_holds_for_the_workload_in_it() -> None:
    rule = {
        "deniedPrincipals": ["principal://goog/subject/dana@corp.example"],
        "deniedPermissions": ["run.googleapis.com/services.update"],
    }
    found = resolve(
        estate(
            (SERVICE, ROLE, [DANA]),
            (OTHER, ACTING, [DANA]),
            roles={ROLE: ["run.services.update"], ACTING: ["iam.serviceAccounts.actAs"]},
            systems={SERVICE: (PROD, "compute")},
            runs_as={SERVICE: TARGET},
            denies=[(PROD, rule)],
        ),
        complete=True,
    )

    assert links(found, "may-become") == set()


def test_a_job_is_scheduled_without_listing_places_and_a_service_runs_as_it_is_deployed() -> None:
    for permission in ("cloudscheduler.jobs.create", "run.services.create"):
        found = resolve(
            estate(
                (PROD, ROLE, [DANA]),
                (TARGET, ACTING, [DANA]),
                roles={ROLE: [permission], ACTING: ["iam.serviceAccounts.actAs"]},
            ),
            complete=True,
        )
        assert links(found, "may-become") == {(TARGET, True)}


@pytest.mark.parametrize("node", [VM, TARGET])
def test_a_role_on_a_machine_is_none_on_its_account_nor_the_other_way_round(node: str) -> None:
    whole = ["compute.instances.setMetadata", "compute.instances.reset", "iam.serviceAccounts.actAs"]
    found = resolve(
        estate(
            (node, ROLE, [DANA]),
            roles={ROLE: whole},
            systems={VM: (PROD, "compute", "active")},
            runs_as={VM: TARGET},
        ),
        complete=True,
    )
    assert links(found, "may-become") == set()


@pytest.mark.parametrize(
    "permission", ["compute.projects.setCommonInstanceMetadata", "osconfig.patchJobs.exec"]
)
def test_what_is_asked_of_a_project_is_not_held_on_a_machine(permission: str) -> None:
    assert on_one(VM, [permission], PROD) == set()


def test_an_account_that_is_off_is_woken_by_whoever_may() -> None:
    taking = ["iam.serviceAccounts.getAccessToken"]

    def gains(*permissions: str, node: str = TARGET) -> set[tuple[str, bool]]:
        found = resolve(
            estate(
                (TARGET, ROLE, [DANA]),
                (node, ACTING, [DANA]),
                (PROD, "organizations/7/roles/deploying", [DANA]),
                roles={
                    ROLE: taking,
                    ACTING: permissions,
                    "organizations/7/roles/deploying": ["run.services.create"],
                },
                off=[TARGET],
            ),
            complete=True,
        )
        return links(found, "may-become")

    assert gains("iam.serviceAccounts.get") == set()
    assert gains("iam.serviceAccounts.enable", node=OTHER) == set()
    assert gains("iam.serviceAccounts.enable") == {(TARGET, True)}
    assert gains("iam.serviceAccounts.enable", node=PROD) == {(TARGET, True)}


def test_a_stopped_machine_is_given_another_account_and_started() -> None:
    start = [
        "compute.instances.setServiceAccount",
        "compute.instances.setMetadata",
        "compute.instances.start",
    ]

    assert (OTHER, True) in on_one(VM, start, OTHER, "inactive")
    assert (OTHER, True) not in on_one(VM, start, OTHER, "active")
    assert (OTHER, True) in on_one(VM, [*start, "compute.instances.stop"], OTHER, "active")


def test_who_writes_the_bucket_of_a_workflow_environment_runs_as_it() -> None:
    environment = "//composer.googleapis.com/projects/prod-app/locations/l/environments/x"
    bucket, other = "//storage.googleapis.com/flows", "//storage.googleapis.com/tiles"

    def gains(node: str, permission: str = "storage.objects.create", **more: Any) -> set[tuple[str, bool]]:
        found = resolve(
            estate(
                (node, ROLE, [DANA]),
                roles={ROLE: [permission]},
                systems={environment: (PROD, "pipeline"), other: (PROD, "bucket")},
                runs_as={environment: TARGET},
                extra=[
                    {
                        "key": "code", "scope": PROD, "kind": "setting", "attached_to": environment,
                        "document": "code",
                    }
                ],
                documents=[{"key": "code", "text": json.dumps({"code": bucket})}],
                **more,
            ),
            complete=True,
        )  # fmt: skip
        return links(found, "may-become")

    assert gains(bucket) == gains(PROD) == {(TARGET, True)}
    assert gains(other) == gains(LAB) == gains(environment) == set()
    assert gains(bucket, "storage.objects.get") == set()
    # Nobody lists the bucket, which lies beside its environment.
    denied = {
        "deniedPrincipals": ["principal://goog/subject/dana@corp.example"],
        "deniedPermissions": ["storage.googleapis.com/objects.create"],
    }
    assert gains(bucket, denies=[(PROD, denied)]) == set()
    assert gains(bucket, denies=[(LAB, denied)]) == {(TARGET, True)}


def test_pools_are_of_their_own_project_and_those_of_clusters_take_no_issuer() -> None:
    named = {PROD: POOL, LAB: POOL.replace("projects/12", "projects/13")}
    cluster = "principal://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/"
    provider = "//iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci/providers/hub"
    found = resolve(
        estate(
            (PROD, "roles/iam.workloadIdentityPoolAdmin", [DANA]),
            *((node, "roles/viewer", [member]) for node, member in named.items()),
            *((PROD, "roles/viewer", [f"{cluster}prod-app.svc.id.goog/{rest}"]) for rest in IN_CLUSTER),
            aliases=[
                {"key": PROD, "alias": "gcp:projects/12"},
                {"key": LAB, "alias": "gcp:projects/13"},
            ],
            identities=[{"key": provider, "scope": PROD, "kind": "federated"}],
            extra=[
                {"key": "t", "scope": PROD, "kind": "trust", "attached_to": provider, "document": "trust"}
            ],
            documents=[{"key": "trust", "text": "{}"}],
        ),
        complete=True,
    )  # fmt: skip

    assert links(found, "may-become") == {(POOL, True), (provider, True)}


def test_who_starts_pods_is_whomever_policies_name_in_the_clusters_of_the_project() -> None:
    pool = "//iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/prod-app.svc.id.goog"
    named = [OF_CLUSTER, f"principal:{pool}/{IN_CLUSTER[0]}", f"principalSet:{pool}/{IN_CLUSTER[1]}"]
    away = "serviceAccount:lab-app.svc.id.goog[shop/cart]"
    found = resolve(
        estate(
            (PROD, ROLE, [DANA]),
            (PROD, "roles/viewer", [*named, away]),
            roles={ROLE: ["container.pods.create"]},
            systems={
                "//container.googleapis.com/projects/prod-app/locations/l/clusters/x": (PROD, "cluster")
            },
        ),
        complete=True,
    )
    assert links(found, "may-become") == {(one, False) for one in named}
    # Where not everything was listed, there may be a cluster.
    unlisted = estate(
        (PROD, ROLE, [DANA]), (PROD, "roles/viewer", named), roles={ROLE: ["container.pods.create"]}
    )
    assert links(resolve(unlisted), "may-become") == {(one, False) for one in named}
    assert links(resolve(unlisted, complete=True), "may-become") == set()


def test_who_administers_a_project_needs_none_of_its_pools() -> None:
    found = resolve(
        estate(
            (PROD, "roles/owner", [DANA]),
            (PROD, "roles/viewer", [POOL]),
            aliases=[{"key": PROD, "alias": "gcp:projects/12"}],
        ),
        complete=True,
    )
    assert links(found, "may-become") == set()


@pytest.mark.parametrize("node", [VM, PROD])
def test_what_runs_as_an_account_that_is_off_gives_nothing(node: str) -> None:
    whole = ["compute.instances.setMetadata", "compute.instances.reset", "iam.serviceAccounts.actAs"]
    found = resolve(
        estate(
            (node, ROLE, [DANA]),
            (PROD, ACTING, [DANA]),
            roles={ROLE: whole, ACTING: ["iam.serviceAccounts.actAs"]},
            systems={VM: (PROD, "compute", "active")},
            runs_as={VM: TARGET},
            off=[TARGET],
        ),
        complete=True,
    )
    assert links(found, "may-become") == set()


def test_where_not_all_was_listed_there_may_be_something_to_change() -> None:
    acting = {ROLE: ["run.services.update"], ACTING: ["iam.serviceAccounts.actAs"]}
    given: dict[str, Any] = {"roles": acting, "systems": {"//storage.googleapis.com/tiles": (PROD, "bucket")}}
    coverage = [{"scope": PROD, "table": "systems", "state": "complete"}]
    held = estate((PROD, ROLE, [DANA]), (TARGET, ACTING, [DANA]), **given)
    listed = estate((PROD, ROLE, [DANA]), (TARGET, ACTING, [DANA]), **given, coverage=coverage)

    assert links(resolve(held), "may-become") == {(TARGET, False)}
    assert links(resolve(listed), "may-become") == set()
