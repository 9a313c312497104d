"""Names of Google Cloud become our keys."""

from __future__ import annotations

import pytest

from posture.sources.gcp import names
from posture.sources.gcp.members import key_of


@pytest.mark.parametrize(
    ("email", "project", "agent"),
    [
        ("etl@prod-app.iam.gserviceaccount.com", "prod-app", False),
        ("etl@app.corp.example.iam.gserviceaccount.com", "corp.example:app", False),
        ("12-compute@developer.gserviceaccount.com", "projects/12", False),
        ("prod-app@appspot.gserviceaccount.com", "prod-app", False),
        ("12@cloudservices.gserviceaccount.com", "projects/12", True),
        ("12@cloudbuild.gserviceaccount.com", "projects/12", True),
        ("service-123456@compute-system.iam.gserviceaccount.com", "projects/123456", True),
        ("service-123456@gcp-sa-pubsub.iam.gserviceaccount.com", "projects/123456", True),
        ("bqcx-1-ab@gcp-sa-bigquery-condel.iam.gserviceaccount.com", "projects/1", True),
        ("service-desk@prod-app.iam.gserviceaccount.com", "prod-app", False),
    ],
)
def test_accounts(email: str, project: str, agent: bool) -> None:
    found = names.account(email)
    assert found is not None
    assert (found.project, found.agent) == (project, agent)


@pytest.mark.parametrize("text", ["", "dana@corp.example", "x@y@prod.iam.gserviceaccount.com", "prod-app"])
def test_what_is_no_service_account(text: str) -> None:
    assert names.account(text) is None


@pytest.mark.parametrize(
    ("full", "key"),
    [
        ("//cloudresourcemanager.googleapis.com/projects/prod-app", "gcp:prod-app"),
        ("//cloudresourcemanager.googleapis.com/projects/12", "gcp:projects/12"),
        ("//cloudresourcemanager.googleapis.com/folders/7", "gcp:folders/7"),
        ("//cloudresourcemanager.googleapis.com/organizations/7", "gcp:organizations/7"),
        (
            "//iam.googleapis.com/projects/prod-app/serviceAccounts/e@prod-app.iam.gserviceaccount.com",
            "serviceAccount:e@prod-app.iam.gserviceaccount.com",
        ),
        (
            "//iam.googleapis.com/projects/prod-app/serviceAccounts/1001",
            "//iam.googleapis.com/projects/prod-app/serviceAccounts/1001",
        ),
        ("//storage.googleapis.com/tiles", "//storage.googleapis.com/tiles"),
    ],
)
def test_full_names(full: str, key: str) -> None:
    assert names.node(full) == key


@pytest.mark.parametrize(
    ("member", "key"),
    [
        ("user:Dana@Corp.example", "user:dana@corp.example"),
        (
            "serviceAccount:E@prod-app.iam.gserviceaccount.com",
            "serviceAccount:e@prod-app.iam.gserviceaccount.com",
        ),
        ("serviceAccount:prod-app.svc.id.goog[Ns/Ksa]", "serviceAccount:prod-app.svc.id.goog[Ns/Ksa]"),
        ("deleted:user:dana@corp.example?uid=1", ""),
        ("projectOwner:prod-app", ""),
        ("allUsers", "allUsers"),
        ("group:a\x1b[31m@corp.example", "group:a␛[31m@corp.example"),
    ],
)
def test_members(member: str, key: str) -> None:
    assert key_of(member) == key
