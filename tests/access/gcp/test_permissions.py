"""Permissions: which kind of system each is about, and what it lets its holder do."""

from __future__ import annotations

import pytest

from posture.access.gcp.permissions import Permissions, effect
from posture.access.gcp.reference import dated, reference, unpacked
from posture.access.kinds import kinds
from posture.model.classes import Classes, words


@pytest.mark.parametrize(
    ("permission", "kind", "classes"),
    [
        ("storage.objects.get", "bucket", "read"),
        ("storage.objects.create", "bucket", "write"),
        ("storage.objects.delete", "bucket", "destructive, write"),
        ("storage.objects.setIamPolicy", "bucket", "external, write"),
        ("storage.buckets.setIamPolicy", "bucket", "admin, external"),
        ("secretmanager.versions.access", "secret", "read"),
        ("secretmanager.versions.destroy", "secret", "destructive, write"),
        ("bigquery.tables.getData", "database", "read"),
        ("bigquery.tables.updateData", "database", "write"),
        ("bigquery.jobs.create", "database", "nothing"),
        ("compute.instances.stop", "compute", "destructive, write"),
        ("compute.disks.delete", "storage", "destructive, write"),
        ("compute.firewalls.update", "network", "write"),
        ("compute.instances.deleteTagBinding", "compute", "write"),
        ("iam.roles.update", "identity", "admin"),
        ("iam.denypolicies.list", "identity", "read"),
        ("iam.denypolicies.delete", "identity", "admin"),
        ("iam.serviceAccounts.actAs", "identity", "nothing"),
        ("iam.serviceAccounts.getAccessToken", "identity", "nothing"),
        ("resourcemanager.projects.get", "control-plane", "nothing"),
        ("run.routes.invoke", "function", "write"),
        ("pubsub.subscriptions.consume", "topic", "read"),
        ("made.up.things", "other", "write"),
    ],
)
def test_effect(permission: str, kind: str, classes: str) -> None:
    found, mask = effect(permission)
    assert (found, words(mask)) == (kind, classes)


def test_a_viewer_writes_and_administers_nothing() -> None:
    found = Permissions()
    viewer = found.effects(found.predefined("roles/viewer") or 0)
    assert {kind: words(mask) for kind, mask in viewer.items() if mask != int(Classes.READ)} == {}


def test_every_permission_has_a_kind() -> None:
    assert {effect(permission)[0] for permission in reference().permissions} <= kinds().keys()


def test_permissions_that_no_role_holds_get_a_place_of_their_own() -> None:
    found = Permissions()
    mask = found.set_of(["made.up.things", "storage.objects.get"])
    assert sorted(found.names(mask)) == ["made.up.things", "storage.objects.get"]


@pytest.mark.parametrize(
    ("pattern", "covers", "leaves"),
    [
        ("iam.serviceAccounts.*", "iam.serviceAccounts.actAs", "iam.roles.update"),
        ("iam.*", "iam.roles.update", "storage.objects.get"),
        ("*", "storage.objects.get", ""),
        ("iam.roles.update", "iam.roles.update", "iam.roles.create"),
    ],
)
def test_patterns(pattern: str, covers: str, leaves: str) -> None:
    found = Permissions()
    mask = found.matching(pattern)
    assert mask & found.bit(covers)
    assert not leaves or not mask & found.bit(leaves)


def test_the_table_of_roles() -> None:
    table = reference()
    assert table.source == "iann0036/iam-dataset"
    assert len(table.date) == 10
    assert len(table.roles) > 2000
    held = unpacked(table.roles["roles/iam.workloadIdentityUser"])
    assert [name for n, name in enumerate(table.permissions) if held >> n & 1] == [
        "iam.serviceAccounts.get",
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
        "iam.serviceAccounts.list",
    ]


def test_the_first_line_says_what_the_whole_table_says_of_its_age() -> None:
    assert dated() == (reference().date, reference().source)


@pytest.mark.parametrize(
    ("with_host", "plain"),
    [
        ("iam.googleapis.com/roles.create", "iam.roles.create"),
        ("cloudresourcemanager.googleapis.com/projects.*", "resourcemanager.projects.*"),
        ("sqladmin.googleapis.com/instances.*", "cloudsql.instances.*"),
        ("iam.googleapis.com/*.setIamPolicy", "iam.*.setIamPolicy"),
    ],
)
def test_a_permission_is_the_same_with_the_name_of_its_host(with_host: str, plain: str) -> None:
    found = Permissions()
    assert found.matching(with_host) == found.matching(plain) != 0


def test_a_deny_covers_what_roles_spell_with_a_host() -> None:
    found = Permissions()
    held = found.predefined("roles/iam.workloadIdentityPoolAdmin") or 0
    assert held & found.matching("iam.googleapis.com/workloadIdentityPoolProviders.update")
    assert held & found.bit("iam.workloadIdentityPoolProviders.update")
