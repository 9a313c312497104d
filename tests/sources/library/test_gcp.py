"""What Google's tools print becomes rows; what is odd in it costs one entry and is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pytest

from posture.model.errors import Unreadable
from posture.settings import DEFAULTS
from posture.sources import registry
from posture.sources.contract import Page, Place, Rows
from posture.sources.library import gcp_group_members

CRM = "//cloudresourcemanager.googleapis.com"
IAM = "//iam.googleapis.com"
AWAY = "serviceAccount:away@other-firm.iam.gserviceaccount.com"
ETL = "etl@prod-app.iam.gserviceaccount.com"
DANA = "user:dana@corp.example"
CHAIN = ["projects/12", "folders/70", "organizations/7"]
LIMIT = {"title": "until", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}


def found_policy(resource: str, kind: str, *bindings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A line of `gcloud asset search-all-iam-policies`."""
    return {
        "assetType": kind, "organization": "organizations/7", "policy": {"bindings": list(bindings)},
        "resource": resource, **more,
    }  # fmt: skip


def exported(name: str, kind: str, ancestors: list[str], **more: Any) -> dict[str, Any]:
    """A line of `gcloud asset export`."""
    return {"name": name, "asset_type": kind, "ancestors": ancestors, **more}


def bind(role: str, *members: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "members": list(members), **more}


SEARCH = [
    found_policy(
        f"{CRM}/organizations/7",
        "cloudresourcemanager.googleapis.com/Organization",
        bind("roles/viewer", DANA),
    ),
    found_policy(
        f"{CRM}/projects/prod-app",
        "cloudresourcemanager.googleapis.com/Project",
        bind("roles/viewer", "group:ops@corp.example", f"serviceAccount:{ETL}"),
        bind("roles/editor", DANA, condition=LIMIT),
        project="projects/12",
        folders=["folders/70"],
    ),
    found_policy(
        f"{IAM}/projects/prod-app/serviceAccounts/{ETL}",
        "iam.googleapis.com/ServiceAccount",
        bind("roles/iam.serviceAccountUser", DANA),
        project="projects/12",
        folders=["folders/70"],
    ),
    found_policy(
        "//storage.googleapis.com/tiles",
        "storage.googleapis.com/Bucket",
        bind("roles/storage.objectViewer", "allUsers", AWAY),
        project="projects/12",
        folders=["folders/70"],
    ),
]  # fmt: skip


def test_policies_found_by_a_search(read: Any) -> None:
    seen = read("gcp_asset_policies", SEARCH)
    assert sorted(set(seen.of("scopes", "key", "kind", "parent")), key=str) == [
        ("gcp:folders/70", "folder", "gcp:organizations/7"),
        ("gcp:organizations/7", "organisation", None),
        ("gcp:prod-app", "project", "gcp:folders/70"),
        ("gcp:prod-app", "project", None),
    ]
    assert seen.of("aliases", "key", "alias") == [("gcp:prod-app", "gcp:projects/12")]
    assert seen.of("policies", "key", "kind", "attached_to", "scope")[:3] == [
        ("gcp:organizations/7#binding/roles/viewer", "binding", "gcp:organizations/7", "gcp:organizations/7"),
        ("gcp:prod-app#binding/roles/viewer", "binding", "gcp:prod-app", "gcp:prod-app"),
        (seen.of("policies", "key")[2][0], "binding", "gcp:prod-app", "gcp:prod-app"),
    ]
    assert seen.of("policies", "key")[2][0].startswith("gcp:prod-app#binding/roles/editor#")
    texts = [json.loads(text) for (text,) in seen.of("documents", "text")]
    assert {"role": "roles/editor", "members": [DANA], "condition": LIMIT} in texts
    assert seen.of("identities", "key", "kind", "class", "provider_owned")[:2] == [
        (DANA, "user", "human", None),
        (f"serviceAccount:{ETL}", "service-account", None, False),
    ]
    assert seen.of("systems", "key", "kind", "public") == [("//storage.googleapis.com/tiles", "bucket", True)]
    assert seen.of("groups", "key", "scope") == [("group:ops@corp.example", "gcp:organizations/7")]


def test_an_account_of_another_firm_is_external_where_all_projects_are_known(read: Any) -> None:
    whole = dict(read("gcp_asset_policies", SEARCH).of("identities", "key", "kind"))
    part = dict(read("gcp_asset_policies", SEARCH[1:]).of("identities", "key", "kind"))
    assert (whole[AWAY], part[AWAY]) == ("external", "service-account")


def test_a_search_below_the_organisation_does_not_cover_it(read: Any) -> None:
    covered = read("gcp_asset_policies", SEARCH[1:]).of("coverage", "scope", "table", "state")
    assert ("gcp:prod-app", "policies", "complete") in covered
    assert not [scope for scope, table, _state in covered if table == "policies" and scope != "gcp:prod-app"]


@pytest.mark.parametrize("camel", [True, False])
@pytest.mark.parametrize("lines", [True, False])
def test_an_export_reads_the_same_in_every_spelling(read: Any, camel: bool, lines: bool) -> None:
    policy = {"bindings": [bind("roles/viewer", DANA)]}
    names = ("assetType", "iamPolicy") if camel else ("asset_type", "iam_policy")
    entries = [
        {"name": f"{CRM}/projects/prod-app", names[0]: "cloudresourcemanager.googleapis.com/Project",
         names[1]: policy, "ancestors": CHAIN},
        {"name": f"{CRM}/folders/70", names[0]: "cloudresourcemanager.googleapis.com/Folder",
         names[1]: policy, "ancestors": CHAIN[1:]},
    ]  # fmt: skip
    data = "\n".join(json.dumps(one) for one in entries) if lines else entries
    seen = read("gcp_asset_policies", data, "export.ndjson" if lines else "export.json")
    assert seen.of("policies", "key") == [
        ("gcp:prod-app#binding/roles/viewer",),
        ("gcp:folders/70#binding/roles/viewer",),
    ]


def test_two_bindings_of_one_role_are_one(read: Any) -> None:
    entry = found_policy(
        f"{CRM}/projects/prod-app", "cloudresourcemanager.googleapis.com/Project",
        bind("roles/viewer", DANA), bind("roles/viewer", "user:b@corp.example"), project="projects/12",
    )  # fmt: skip
    seen = read("gcp_asset_policies", [entry])
    assert len(seen.of("policies")) == 1
    assert json.loads(seen.of("documents", "text")[0][0])["members"] == ["user:b@corp.example", DANA]


def test_an_odd_entry_costs_itself(read: Any) -> None:
    odd: list[Any] = [*SEARCH, 7, {"assetType": "x", "resource": "//x/y", "policy": None},
                      found_policy(f"{CRM}/projects/b-app", "cloudresourcemanager.googleapis.com/Project",
                                   {"members": [DANA]})]  # fmt: skip
    seen = read("gcp_asset_policies", odd)
    partial = [why for state, why in seen.of("coverage", "state", "why") if state == "partial"]
    assert partial == [
        "one asset is set aside: it has no name or no policy",
        "one binding is set aside: it names no role",
    ]
    assert seen.page.problems == [("/4", "one entry is set aside: it is no object")]
    assert len(seen.of("policies")) == 5


# --- resources

KEY = "c5" * 20
RESOURCES = [
    exported(
        f"{CRM}/projects/prod-app", "cloudresourcemanager.googleapis.com/Project", CHAIN,
        resource={"parent": f"{CRM}/folders/70", "data": {
            "projectId": "prod-app", "projectNumber": "12", "name": "Production",
            "labels": {"env": "prod"}, "parent": {"type": "folder", "id": "70"}}},
    ),
    exported(
        f"{IAM}/projects/prod-app/serviceAccounts/1001", "iam.googleapis.com/ServiceAccount", CHAIN,
        resource={"data": {"email": ETL, "uniqueId": "1001", "projectId": "prod-app", "disabled": True,
                           "name": f"projects/prod-app/serviceAccounts/{ETL}"}},
    ),
    exported(
        f"{IAM}/projects/prod-app/serviceAccounts/1001/keys/{KEY}",
        "iam.googleapis.com/ServiceAccountKey", CHAIN,
        resource={"data": {"name": f"projects/prod-app/serviceAccounts/{ETL}/keys/{KEY}",
                           "keyType": "USER_MANAGED", "validAfterTime": "2025-02-10T09:05:00Z",
                           "validBeforeTime": "9999-12-31T23:59:59Z"}},
    ),
    exported(
        f"{IAM}/projects/prod-app/roles/own", "iam.googleapis.com/Role", CHAIN,
        resource={"data": {"name": "projects/prod-app/roles/own", "title": "Own",
                           "includedPermissions": ["b.c.d", "a.b.c"], "stage": "GA"}},
    ),
    exported(
        "//run.googleapis.com/projects/prod-app/locations/l/services/tiles",
        "run.googleapis.com/Service", CHAIN,
        resource={"data": {"metadata": {"labels": {"owner": "maps"}}, "spec": {"template": {"spec": {
            "serviceAccountName": ETL, "containers": [{"env": [
                {"name": "STAGE", "value": "production"},
                {"name": "API_TOKEN", "value": "ghp_FAKED31" + "a1B2" * 7 + "c"},
                {"name": "DB", "valueFrom": {"secretKeyRef": {"name": "db-pass", "key": "latest"}}}]}]}}}}},
    ),
    exported(
        "//compute.googleapis.com/projects/prod-app/zones/z/instances/x",
        "compute.googleapis.com/Instance", CHAIN,
        resource={"data": {"status": "TERMINATED", "serviceAccounts": [{"email": ETL}]}},
    ),
    exported(
        "//secretmanager.googleapis.com/projects/12/secrets/db-pass",
        "secretmanager.googleapis.com/Secret", CHAIN,
        resource={"data": {"createTime": "2025-01-01T00:00:00Z", "replication": {}}},
    ),
    exported("//compute.googleapis.com/projects/prod-app/global/routes/r",
             "compute.googleapis.com/Route", CHAIN, resource={"data": {}}),
]  # fmt: skip


def test_resources(read: Any) -> None:
    seen = read("gcp_asset_resources", "\n".join(json.dumps(one) for one in RESOURCES), "export.ndjson")
    assert ("gcp:prod-app", "gcp:projects/12") in seen.of("aliases", "key", "alias")
    assert (f"serviceAccount:{ETL}", "1001") in seen.of("aliases", "key", "alias")
    assert seen.of("scopes", "key", "name", "environment", "parent")[0] == (
        "gcp:prod-app", "Production", "production", "gcp:folders/70",
    )  # fmt: skip
    assert seen.of("identities", "key", "scope", "enabled")[0] == (
        f"serviceAccount:{ETL}", "gcp:prod-app", False,
    )  # fmt: skip
    key = f"projects/prod-app/serviceAccounts/{ETL}/keys/{KEY}"
    made = datetime(2025, 2, 10, 9, 5, tzinfo=UTC)
    rows = {row["key"]: row for row in seen.of("credentials")}
    assert (rows[key]["created"], rows[key]["has_expires"], rows[key]["enabled"]) == (made, False, True)
    assert "expires" not in rows[key]
    (role,) = [row for row in seen.of("policies") if row["kind"] == "role"]
    assert (role["key"], role["scope"]) == ("projects/prod-app/roles/own", "gcp:prod-app")
    assert seen.of("systems", "name", "kind", "state") == [
        ("tiles", "function", None), ("x", "compute", "paused"), ("db-pass", "secret", None),
    ]  # fmt: skip
    runs = [
        (row["from"].rsplit("/", 1)[-1], row["to"]) for row in seen.of("links") if row["kind"] == "runs-as"
    ]
    assert runs == [("tiles", f"serviceAccount:{ETL}"), ("x", f"serviceAccount:{ETL}")]


OWN = "12-compute@developer.gserviceaccount.com"


@pytest.mark.parametrize(
    ("type_", "collection", "data", "account"),
    [
        ("container.googleapis.com/Cluster", "clusters", {"nodeConfig": {"serviceAccount": "default"}}, OWN),
        ("container.googleapis.com/Cluster", "clusters", {"nodeConfig": {"serviceAccount": ETL}}, ETL),
        ("dataproc.googleapis.com/Cluster", "clusters", {"config": {"gceClusterConfig": {}}}, OWN),
        ("run.googleapis.com/Service", "services", {"spec": {"template": {"spec": {}}}}, OWN),
        ("compute.googleapis.com/Instance", "instances", {"status": "RUNNING"}, ""),
        ("container.googleapis.com/Cluster", "clusters", {}, ""),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_what_names_no_account_runs_as_the_one_of_its_project(
    read: Any, type_: str, collection: str, data: dict[str, Any], account: str, there: bool
) -> None:
    host = type_.partition("/")[0]
    own = exported(
        f"{IAM}/projects/prod-app/serviceAccounts/{OWN}", "iam.googleapis.com/ServiceAccount", CHAIN,
        resource={"data": {"email": OWN, "projectId": "prod-app"}},
    )  # fmt: skip
    one = exported(
        f"//{host}/projects/prod-app/locations/l/{collection}/x", type_, CHAIN, resource={"data": data}
    )
    given = [*RESOURCES[:2], one, *([own] if there else [])]
    seen = read("gcp_asset_resources", "\n".join(json.dumps(line) for line in given), "export.ndjson")
    runs = [row["to"] for row in seen.of("links") if row["kind"] == "runs-as"]
    assert runs == ([f"serviceAccount:{account}"] if account and (there or account != OWN) else [])


def test_settings_of_machines_of_their_project_and_of_what_lies_above(read: Any) -> None:
    metadata = {"items": [{"key": "enable-oslogin", "value": "TRUE"}]}
    name = "compute.requireOsLogin"
    given = [
        RESOURCES[0],
        exported(
            "//compute.googleapis.com/projects/prod-app/zones/z/instances/x",
            "compute.googleapis.com/Instance", CHAIN, resource={"data": {"metadata": metadata}},
        ),
        exported(
            "//compute.googleapis.com/projects/prod-app", "compute.googleapis.com/Project", CHAIN,
            resource={"data": {"name": "prod-app", "commonInstanceMetadata": metadata}},
        ),
        *(
            exported(
                f"//orgpolicy.googleapis.com/{home}/policies/{name}",
                "orgpolicy.googleapis.com/Policy", CHAIN,
                resource={"data": {"spec": {"rules": [{"enforce": True}]}}},
            )
            for home in ("projects/12", "folders/70")
        ),
    ]  # fmt: skip
    seen = read("gcp_asset_resources", "\n".join(json.dumps(one) for one in given), "export.ndjson")
    texts = {row["key"]: json.loads(row["text"]) for row in seen.of("documents")}
    assert [
        (row["attached_to"], row["key"].partition("#")[2], texts[row["document"]])
        for row in seen.of("policies")
        if row["kind"] == "setting"
    ] == [
        (
            "//compute.googleapis.com/projects/prod-app/zones/z/instances/x", "setting",
            {"os-login": True, "project-keys": True},
        ),
        ("gcp:prod-app", "setting", {"os-login": True}),
        ("gcp:prod-app", f"setting/{name}", {name: True}),
        ("gcp:folders/70", f"setting/{name}", {name: True}),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["PrincipalAccessBoundaryPolicy", "PolicyBinding"])
def test_a_boundary_that_is_not_evaluated_is_told(read: Any, kind: str) -> None:
    name = f"{IAM}/organizations/7/locations/global/x/y"
    one = exported(name, f"iam.googleapis.com/{kind}", CHAIN[2:], resource={"data": {"name": "y"}})
    seen = read(
        "gcp_asset_resources", "\n".join(json.dumps(line) for line in (RESOURCES[0], one)), "a.ndjson"
    )
    told = [(row["scope"], row["table"], row["state"]) for row in seen.of("coverage") if row.get("why")]
    assert told == [("gcp:organizations/7", "policies", "partial")]


def test_tags_by_what_they_are_bound_to(read: Any) -> None:
    def crm(kind: str, place: str, **data: str) -> dict[str, Any]:
        full = f"{CRM}/{place}"
        return exported(full, f"cloudresourcemanager.googleapis.com/{kind}", CHAIN, resource={"data": data})

    given = [
        RESOURCES[0],
        crm("TagKey", "tagKeys/1", name="tagKeys/1", namespacedName="7/env", shortName="env"),
        crm("TagBinding", "tagBindings/a/tagValues/11", parent=f"{CRM}/projects/12", tagValue="tagValues/11"),
        crm("TagValue", "tagValues/11", name="tagValues/11", parent="tagKeys/1", namespacedName="7/env/prod"),
        crm(
            "TagBinding", "tagBindings/b/tagValues/12", parent=f"{CRM}/folders/70",
            tag_value="tagValues/12", tag_value_namespaced_name="7/tier/low",
        ),
        crm("TagBinding", "tagBindings/c/tagValues/13", parent=f"{CRM}/folders/70", tagValue="tagValues/13"),
        crm("TagBinding", "tagBindings/d/tagValues/13", tagValue="tagValues/13"),
    ]  # fmt: skip
    seen = read("gcp_asset_resources", "\n".join(json.dumps(one) for one in given), "export.ndjson")
    texts = {row["key"]: json.loads(row["text"]) for row in seen.of("documents")}
    assert [
        (row["attached_to"], texts[row["document"]])
        for row in seen.of("policies")
        if row["kind"] == "setting"
    ] == [
        ("gcp:projects/12", {"tag:7/env": ["prod", "tagKeys/1", "tagValues/11"]}),
        ("gcp:folders/70", {"tag:7/tier": ["low", "", "tagValues/12"]}),
        ("gcp:folders/70", {"tag:tagValues/13": ["", "", "tagValues/13"]}),
    ]
    # Keys, values and bindings are no scopes.
    assert set(seen.of("scopes", "key")) == {
        ("gcp:prod-app",), ("gcp:folders/70",), ("gcp:organizations/7",)
    }  # fmt: skip


def test_where_the_programs_of_a_workflow_environment_lie(read: Any) -> None:
    name = "//composer.googleapis.com/projects/prod-app/locations/l/environments/x"
    data = {"config": {"dagGcsPrefix": "gs://flows/dags", "nodeConfig": {"serviceAccount": ETL}}}
    one = exported(name, "composer.googleapis.com/Environment", CHAIN, resource={"data": data})
    seen = read(
        "gcp_asset_resources", "\n".join(json.dumps(line) for line in (RESOURCES[0], one)), "a.ndjson"
    )
    (setting,) = [row for row in seen.of("policies") if row["kind"] == "setting"]
    (text,) = [row["text"] for row in seen.of("documents") if row["key"] == setting["document"]]
    assert (setting["attached_to"], json.loads(text)) == (name, {"code": "//storage.googleapis.com/flows"})


def test_a_workload_holds_the_secrets_that_it_names_and_those_in_its_variables(read: Any) -> None:
    seen = read("gcp_asset_resources", "\n".join(json.dumps(one) for one in RESOURCES), "export.ndjson")
    tiles = "//run.googleapis.com/projects/prod-app/locations/l/services/tiles"
    held = {row["to"] for row in seen.of("links") if row["kind"] == "holds" and row["from"] == tiles}
    stored = "//secretmanager.googleapis.com/projects/12/secrets/db-pass#value"
    (literal,) = held - {stored}
    assert literal.startswith("secret:")
    assert literal.endswith("env/1/value")
    assert stored in held
    assert "FAKED31" not in json.dumps(seen.tables, default=str)


def test_coverage_of_an_export_follows_the_types_in_it(read: Any) -> None:
    whole = read("gcp_asset_resources", "\n".join(json.dumps(one) for one in RESOURCES), "a.ndjson")
    bare = read("gcp_asset_resources", RESOURCES[:1])
    told = {
        (scope, table)
        for scope, table, state in whole.of("coverage", "scope", "table", "state")
        if state == "complete"
    }  # fmt: skip
    assert {("gcp:prod-app", name) for name in ("identities", "credentials", "systems")} <= told
    assert not [scope for scope, _table in bare.of("coverage", "scope", "table") if scope == "gcp:prod-app"]


def test_no_asset_at_all(read: Any) -> None:
    with pytest.raises(Unreadable, match="--content-type=resource"):
        read("gcp_asset_resources", [{"assetType": "x", "resource": [], "y": {"resource": {"z": 1}}}])


# --- accounts, keys, roles


def account(**more: Any) -> dict[str, Any]:
    return {
        "name": f"projects/prod-app/serviceAccounts/{ETL}", "email": ETL, "uniqueId": "1001",
        "projectId": "prod-app", "displayName": "Loads", "oauth2ClientId": "1001", **more,
    }  # fmt: skip


def test_service_accounts(read: Any) -> None:
    seen = read("gcp_service_accounts", [account(), account(disabled=True), {"name": "x", "uniqueId": "2"}])
    assert seen.of("identities", "key", "enabled") == [
        (f"serviceAccount:{ETL}", True),
        (f"serviceAccount:{ETL}", False),
    ]
    assert seen.of("coverage", "scope", "table", "state", "why") == [
        ("", "identities", "partial", "one account is set aside: it has no address"),
        ("gcp:prod-app", "identities", "complete", None),
    ]


def key(kind: str, until: str, **more: Any) -> dict[str, Any]:
    return {
        "name": f"projects/prod-app/serviceAccounts/{ETL}/keys/{KEY}", "keyType": kind,
        "keyOrigin": "GOOGLE_PROVIDED", "validAfterTime": "2026-05-25T08:00:00Z",
        "validBeforeTime": until, **more,
    }  # fmt: skip


def test_keys(read: Any) -> None:
    given = [
        key("USER_MANAGED", "2026-08-23T08:00:00Z", disabled=True),
        key("SYSTEM_MANAGED", "2026-07-11T04:00:00Z"),
    ]
    seen = read("gcp_service_account_keys", given)
    assert seen.of("credentials", "key", "kind", "enabled", "expires") == [
        (given[0]["name"], "service-account-key", False, datetime(2026, 8, 23, 8, tzinfo=UTC))
    ]
    assert seen.of("links", "kind", "from", "to") == [
        ("authenticates", given[0]["name"], f"serviceAccount:{ETL}")
    ]
    assert seen.of("coverage", "scope", "table", "state") == [
        ("gcp:prod-app", f"credentials/{ETL}", "complete")
    ]


def test_roles_without_what_they_hold_are_partly_read(read: Any) -> None:
    name = "projects/prod-app/roles/own"
    bare = read("gcp_custom_roles", [{"name": name, "title": "Own", "stage": "GA"}])
    assert bare.of("policies", "key", "document") == [(name, None)]
    assert bare.of("coverage", "table", "state") == [("policies/role", "partial")]
    whole = read("gcp_custom_roles", {"name": name, "includedPermissions": ["a.b.c"], "deleted": True})
    assert json.loads(whole.of("documents", "text")[0][0]) == {
        "includedPermissions": ["a.b.c"],
        "deleted": True,
    }


def test_providers_of_a_pool(read: Any) -> None:
    name = "projects/12/locations/global/workloadIdentityPools/ci/providers/github"
    given = {"name": name, "state": "ACTIVE", "attributeCondition": "assertion.repository == 'corp/app'",
             "attributeMapping": {"google.subject": "assertion.sub"},
             "oidc": {"issuerUri": "https://token.actions.githubusercontent.com"}}  # fmt: skip
    seen = read("gcp_workload_identity", [given, {**given, "disabled": True}])
    assert seen.of("identities", "key", "kind", "attested", "class", "enabled") == [
        (f"{IAM}/{name}", "federated", "oidc", "pipeline", True),
        (f"{IAM}/{name}", "federated", "oidc", "pipeline", False),
    ]
    assert json.loads(seen.of("documents", "text")[0][0])["condition"] == "assertion.repository == 'corp/app'"


# --- groups, deny policies, one project's policy


def test_groups_with_their_members(read: Any) -> None:
    given = [
        {"groupKey": {"id": "Ops@corp.example"}, "name": "groups/g1", "memberships": [
            {"preferredMemberKey": {"id": "dana@corp.example"}, "type": "USER"},
            {"preferredMemberKey": {"id": ETL}, "type": "SERVICE_ACCOUNT"},
            {"preferredMemberKey": {"id": "night@corp.example"}, "type": "GROUP"},
            {"type": "USER"}]},
    ]  # fmt: skip
    seen = read("gcp_group_members", given)
    assert seen.of("links", "kind", "from", "to") == [
        ("member-of", DANA, "group:ops@corp.example"),
        ("member-of", f"serviceAccount:{ETL}", "group:ops@corp.example"),
        ("member-of", "group:night@corp.example", "group:ops@corp.example"),
    ]
    assert ("groups/group:ops@corp.example", "complete") in seen.of("coverage", "table", "state")
    assert ("groups", "partial") in seen.of("coverage", "table", "state")
    assert seen.of("aliases", "key", "alias") == [("group:ops@corp.example", "groups/g1")]


@pytest.mark.parametrize(
    ("path", "group"),
    [("ops@corp.example.json", "group:ops@corp.example"), ("memberships.json", "groups/g1")],
)
def test_bare_memberships_take_their_group_from_the_file_or_its_id(read: Any, path: str, group: str) -> None:
    given = [{"name": "groups/g1/memberships/m1", "preferredMemberKey": {"id": "dana@corp.example"}}]
    assert read("gcp_group_members", given, path).of("links", "from", "to") == [(DANA, group)]


@pytest.mark.parametrize(
    ("ends", "member"),
    [("2026-06-30T23:59:59Z", False), ("2026-07-02T00:00:00Z", True), ("soon", True), (None, True)],
)
def test_a_membership_for_a_time_ends(ends: str | None, member: bool) -> None:
    role: dict[str, Any] = {"name": "MEMBER"} | ({"expiryDetail": {"expireTime": ends}} if ends else {})
    one = {"preferredMemberKey": {"id": "dana@corp.example"}, "type": "USER", "roles": [role]}
    for given in (
        {"groupKey": {"id": "ops@corp.example"}, "memberships": [one]},
        {"name": "groups/g1/memberships/m1", **one},
    ):
        written, into = json.dumps([given]).encode(), Rows()
        listed = datetime(2026, 7, 1, tzinfo=UTC)
        page = Page(
            Place("case", "folder"), PurePosixPath("ops@corp.example.json"), written, DEFAULTS, listed
        )
        into.reading("gcp-group-members", page)
        gcp_group_members.read(page, into)
        assert (len(into.tables.get("links", [])) == 1) is member
        assert any(row["table"] == "groups/group:ops@corp.example" for row in into.tables["coverage"])


@pytest.mark.parametrize(
    ("point", "scope"),
    [("organizations%2F7", "gcp:organizations/7"), ("folders%2F70", "gcp:folders/70"),
     ("projects%2Fprod-app", "gcp:prod-app"), ("projects%2F12", "gcp:projects/12")],
)  # fmt: skip
def test_deny_policies(read: Any, point: str, scope: str) -> None:
    name = f"policies/cloudresourcemanager.googleapis.com%2F{point}/denypolicies/guard"
    rule = {
        "deniedPrincipals": ["principalSet://goog/public:all"],
        "deniedPermissions": ["iam.googleapis.com/roles.update"],
    }
    seen = read("gcp_deny_policies", [{"name": name, "rules": [{"denyRule": rule}]}, {"name": name + "-2"}])
    assert seen.of("policies", "kind", "attached_to", "document")[1] == ("deny", scope, None)
    assert json.loads(seen.of("documents", "text")[0][0]) == {"rules": [rule]}


def test_a_deny_policy_with_a_rule_that_cannot_be_read_has_no_text(read: Any) -> None:
    name = "policies/cloudresourcemanager.googleapis.com%2Ffolders%2F70/denypolicies/guard"
    seen = read("gcp_deny_policies", [{"name": name, "rules": [{"denyRule": {}}, {"other": 1}]}])
    assert seen.of("policies", "document") == [(None,)]
    assert seen.of("coverage", "table", "state") == [("policies", "partial"), ("policies/deny", "complete")]


POLICY = {"bindings": [bind("roles/owner", DANA)], "etag": "BwX=", "version": 1}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("prod-app/policy.json", {}),
        ("get-iam-policy-prod-app.json", {}),
        ("policy.json", {"manifest": {"scope": "prod-app"}}),
    ],
)
def test_the_policy_of_one_project_needs_its_name(read: Any, path: str, place: dict[str, Any]) -> None:
    seen = read("gcp_project_policy", POLICY, path, root="exports", **place)
    assert seen.of("policies", "attached_to", "name") == [("gcp:prod-app", "roles/owner")]
    assert seen.of("coverage", "scope", "table", "state") == [("gcp:prod-app", "policies", "partial")]


def test_a_policy_of_nobody_knows_which_project_is_not_read(read: Any) -> None:
    with pytest.raises(Unreadable, match="folder named for the project"):
        read("gcp_project_policy", POLICY, "policy.json", root="exports")


# --- last use


def activity(kind: str, name: str, last: str, start: str) -> dict[str, Any]:
    return {
        "activity": {"lastAuthenticatedTime": last} if last else {},
        "activityType": f"serviceAccount{kind}LastAuthentication",
        "fullResourceName": f"{IAM}/projects/prod-app/serviceAccounts/{name}",
        "observationPeriod": {"startTime": start, "endTime": "2026-06-30T07:00:00Z"},
    }


def test_last_use(read: Any) -> None:
    given = [
        activity("", ETL, "2026-06-20T07:00:00Z", "2025-06-30T07:00:00Z"),
        activity("", ETL, "", "2025-06-30T07:00:00Z"),
        activity("", ETL, "", "2026-06-01T07:00:00Z"),
        activity("Key", f"{ETL}/keys/{KEY}", "2026-06-21T07:00:00Z", "2025-06-30T07:00:00Z"),
        activity("", "1001", "2026-06-20T07:00:00Z", "2025-06-30T07:00:00Z"),
    ]
    seen = read("gcp_last_use", given)
    assert seen.of("identities", "last_used", "has_last_used", "last_used_blind") == [
        (datetime(2026, 6, 20, 7, tzinfo=UTC), None, False),
        (None, False, False),
        (None, None, None),
    ]
    assert seen.of("credentials", "key", "last_used") == [
        (f"projects/prod-app/serviceAccounts/{ETL}/keys/{KEY}", datetime(2026, 6, 21, 7, tzinfo=UTC))
    ]
    assert seen.of("coverage", "why") == [("one activity is set aside: it gives no address",)]


# --- every answer has one reader

ANSWERS: dict[str, Any] = {
    "gcp-asset-policies": SEARCH,
    "gcp-asset-resources": RESOURCES,
    "gcp-service-accounts": [account()],
    "gcp-service-account-keys": [key("USER_MANAGED", "2026-08-23T08:00:00Z")],
    "gcp-custom-roles": [{"name": "projects/p/roles/own", "includedPermissions": ["a.b.c"]}],
    "gcp-workload-identity": [
        {"name": "projects/1/locations/global/workloadIdentityPools/ci", "state": "ACTIVE"}
    ],
    "gcp-group-members": [{"groupKey": {"id": "a@corp.example"}, "memberships": []}],
    "gcp-deny-policies": [{"name": "policies/x%2Forganizations%2F7/denypolicies/g", "rules": []}],
    "gcp-last-use": [activity("", ETL, "", "2026-06-01T07:00:00Z")],
    "gcp-project-policy": POLICY,
}


@pytest.mark.parametrize("source", sorted(ANSWERS))
def test_nobody_else_claims_it(source: str, page_of: Any) -> None:
    page = page_of(ANSWERS[source])
    assert [reader.SOURCE.id for reader in registry.claiming(page)] == [source]


@pytest.fixture
def page_of() -> Any:
    """The page of an answer in a folder that says nothing."""
    from pathlib import PurePosixPath

    from posture.settings import Settings
    from posture.sources.contract import Page, Place

    return lambda body: Page(Place("exports"), PurePosixPath("a.json"), json.dumps(body).encode(), Settings())
