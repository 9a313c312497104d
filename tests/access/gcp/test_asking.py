"""Conditions on roles that lead somewhere: what they are told of the request that a method makes."""

from __future__ import annotations

import pytest

from tests.access.gcp.small import DANA, FOLDER, ORG, OTHER, PROD, TARGET, admin, links, resolved

TOKEN = "roles/iam.serviceAccountTokenCreator"
BUCKET = 'resource.type == "storage.googleapis.com/Bucket"'
NAMED = 'resource.name.startsWith("{}")'
GRANTS = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([{}])"
SURELY, PERHAPS = {(TARGET, True), (OTHER, True)}, {(TARGET, False), (OTHER, False)}


@pytest.mark.parametrize(
    ("expression", "reached"),
    [
        (BUCKET, set()),
        (NAMED.format("projects/_/buckets/tiles"), set()),
        (NAMED.format("projects/12/secrets/"), set()),
        (NAMED.format("projects/prod-app/serviceAccounts/"), PERHAPS),
        (f"!({BUCKET})", SURELY),
        (GRANTS.format("'roles/viewer'"), SURELY),
    ],
)
def test_a_token_is_asked_of_an_account(expression: str, reached: set[tuple[str, bool]]) -> None:
    assert links(resolved((PROD, TOKEN, [DANA], expression)), "may-become") == reached


@pytest.mark.parametrize(
    ("expression", "reached"),
    [
        (BUCKET, set()),
        ('resource.service == "storage.googleapis.com"', set()),
        ('resource.service == "cloudbuild.googleapis.com"', PERHAPS),
        ('resource.type == "cloudbuild.googleapis.com/Build"', PERHAPS),
        ('resource.type == "cloudresourcemanager.googleapis.com/Project"', PERHAPS),
        (f"!({BUCKET})", SURELY),
    ],
)
def test_what_is_made_is_asked_of_its_service_or_its_project(
    expression: str, reached: set[tuple[str, bool]]
) -> None:
    found = resolved(
        (PROD, "roles/cloudbuild.builds.editor", [DANA], expression),
        (PROD, "roles/iam.serviceAccountUser", [DANA]),
    )
    assert links(found, "may-become") == reached


@pytest.mark.parametrize(
    ("roles", "certain"),
    [
        ("'roles/owner', 'roles/viewer'", {True}),
        ("'roles/resourcemanager.projectIamAdmin'", {True}),
        ("'roles/pubsub.editor', 'roles/logging.viewer'", set()),
        # An account is taken with it, which is less than the project.
        ("'roles/iam.serviceAccountTokenCreator'", {False}),
    ],
)
def test_who_may_give_some_roles_only_gives_itself_those(roles: str, certain: set[bool]) -> None:
    found = resolved((PROD, "roles/resourcemanager.projectIamAdmin", [DANA], GRANTS.format(roles)))
    assert admin(found) == {(PROD, sure) for sure in certain}


def test_what_may_not_be_given_leaves_the_rest() -> None:
    found = resolved(
        (PROD, "roles/resourcemanager.projectIamAdmin", [DANA], "!" + GRANTS.format("'roles/owner'"))
    )
    assert admin(found) == {(PROD, True)}


@pytest.mark.parametrize(
    ("role", "reached"), [("roles/iam.serviceAccountTokenCreator", {(TARGET, True)}), ("roles/viewer", set())]
)
def test_a_role_on_an_account_takes_it_where_it_may_be_given(
    role: str, reached: set[tuple[str, bool]]
) -> None:
    found = resolved((TARGET, "roles/iam.serviceAccountAdmin", [DANA], GRANTS.format(f"'{role}'")))
    assert links(found, "may-become") == reached


@pytest.mark.parametrize(
    ("node", "role", "type_"),
    [
        (PROD, "roles/resourcemanager.projectIamAdmin", "Project"),
        (FOLDER, "roles/resourcemanager.folderAdmin", "Folder"),
        (ORG, "roles/resourcemanager.organizationAdmin", "Organization"),
    ],
)
def test_policies_are_asked_of_their_kind_of_scope(node: str, role: str, type_: str) -> None:
    said = f'resource.type == "cloudresourcemanager.googleapis.com/{type_}"'
    own = {scope for scope, _sure in admin(resolved((node, role, [DANA], said)))}
    other = admin(resolved((node, role, [DANA], said.replace(type_, "Tag"))))
    assert node in own
    assert other == set()
