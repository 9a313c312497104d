"""Names of principals: a role or a deny that names a set, an older or a newer name, means its members."""

from __future__ import annotations

import pytest

from posture.access.gcp.called import called
from tests.access.gcp.small import DANA, FOLDER, LAB, ORG, PROD, TARGET, links, resolved

POOL = "//iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/"
CLUSTER, STAFF = f"{POOL}prod-app.svc.id.goog", "//iam.googleapis.com/locations/global/workforcePools/staff"
OLDER = "serviceAccount:prod-app.svc.id.goog[pay/api]"
NEWER = f"principal:{CLUSTER}/subject/ns/pay/sa/api"
ALL = "principalSet://cloudresourcemanager.googleapis.com"
NUMBERS = {PROD: "projects/12"}
OPS = "group:ops@corp.example"
AGENT = "serviceAccount:12@cloudservices.gserviceaccount.com"


@pytest.mark.parametrize(
    ("principal", "also"),
    [
        (DANA, {OPS, "domain:corp.example"}),
        (f"principal:{STAFF}/subject/ana", {OPS, f"principalSet:{STAFF}/*"}),
        (f"principalSet:{STAFF}/group/admins", {OPS, f"principalSet:{STAFF}/*"}),
        (f"principalSet:{STAFF}/*", {OPS}),
        (
            OLDER,
            {OPS, NEWER, f"principalSet:{CLUSTER}/*", f"principalSet:{CLUSTER}/namespace/pay"},
        ),
        (
            NEWER,
            {OPS, OLDER, f"principalSet:{CLUSTER}/*", f"principalSet:{CLUSTER}/namespace/pay"},
        ),
    ],
)
def test_what_a_policy_may_call_somebody(principal: str, also: set[str]) -> None:
    found = called(principal, {OPS}, (principal,), NUMBERS, {TARGET})

    assert found[0] == principal
    assert set(found[1:]) == also


@pytest.mark.parametrize(("account", "kind"), [(TARGET, "ServiceAccount"), (AGENT, "ServiceAgent")])
def test_an_account_is_among_all_of_its_project_its_folder_and_its_organisation(
    account: str, kind: str
) -> None:
    around = [f"{ALL}/projects/12", f"{ALL}/folders/70", f"{ALL}/organizations/7"]

    found = called(account, (), (account, PROD, FOLDER, ORG), NUMBERS, {TARGET})

    assert set(found[1:]) == {*around, *(f"{one}/type/{kind}" for one in around)}


@pytest.mark.parametrize(
    ("whole", "reached"),
    [(ORG, True), (FOLDER, True), (PROD, True), (LAB, False)],
)
def test_a_role_for_all_accounts_of_a_scope_is_held_by_each(whole: str, reached: bool) -> None:
    name = whole.removeprefix("gcp:") if "/" in whole else f"projects/{whole.removeprefix('gcp:')}"
    everybody = f"{ALL}/{name}/type/ServiceAccount"
    aliases = [{"key": key, "alias": f"gcp:projects/{key.removeprefix('gcp:')}"} for key in (PROD, LAB)]
    found = resolved((LAB, "roles/iam.serviceAccountTokenCreator", [everybody]), aliases=aliases)

    away = ("serviceAccount:away@lab-app.iam.gserviceaccount.com", True)
    assert links(found, "may-become", TARGET) == ({away} if reached else set())
