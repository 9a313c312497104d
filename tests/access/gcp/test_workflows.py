"""A job becomes the account that it names only where a provider of a pool lets one of its subjects in."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars as pl
import pytest

from posture.access.gcp.resolve import resolve
from tests.access.gcp.small import OTHER, PROD, TARGET, estate

ISSUER = "token.actions.githubusercontent.com"
JOB = "pipeline:shop/deploy/ship"
POOL = "projects/77/locations/global/workloadIdentityPools/ci"
PROVIDER = f"//iam.googleapis.com/{POOL}/providers/github"
SET = f"principalSet://iam.googleapis.com/{POOL}"
ONE = f"principal://iam.googleapis.com/{POOL}/subject"
MAPPING = {
    "google.subject": "assertion.sub",
    "attribute.repository": "assertion.repository",
    "attribute.owner": "assertion.repository_owner",
    "attribute.place": "assertion.repository + '@' + assertion.ref",
    "attribute.actor": "assertion.actor",
}
MAIN = ("repo:*/shop:ref:refs/heads/main", "repo:*@*/shop@*:ref:refs/heads/main")
PRODUCTION = ("repo:*/shop:environment:production", "repo:*@*/shop@*:environment:production")
PULL = ("repo:*/shop:pull_request", "repo:*@*/shop@*:pull_request")
APP = f"{SET}/attribute.repository/corp/shop"


def becomes(
    member: str,
    condition: str,
    subjects: tuple[str, ...] = MAIN,
    named: str = TARGET,
    mapping: dict[str, str] | None = MAPPING,
    issuer: str = f"https://{ISSUER}",
    also: tuple[str, ...] = (),
    **more: Any,
) -> list[tuple[str, bool, str | None]]:
    """What the trust adds to the claim of the job's own file."""
    body = {"issuer": issuer, "condition": condition, "kind": "oidc", "mapping": mapping or {}}
    text = json.dumps(body)
    key = hashlib.sha256(text.encode()).hexdigest()
    trust = {
        "key": f"{PROVIDER}#trust", "scope": PROD, "kind": "trust", "attached_to": PROVIDER, "document": key,
    }  # fmt: skip
    links = [{"kind": "may-become", "from": JOB, "to": named, "certain": False}]
    links += [{"kind": "may-become", "from": JOB, "to": f"federated:{ISSUER}/{one}"} for one in subjects]
    found = resolve(
        estate(
            (TARGET, "roles/iam.workloadIdentityUser", [member, *also]),
            (OTHER, "roles/iam.workloadIdentityUser", [member]),
            identities=[{"key": PROVIDER, "scope": PROD, "kind": "federated", **more}],
            extra=[trust],
            documents=[{"key": key, "text": text}],
            links=links,
        )
    )
    mine = found.links.filter(pl.col("from") == JOB).sort("to")
    return mine.select("to", "certain", "depends_on").rows()


SURE = [(TARGET, True, None)]


@pytest.mark.parametrize(
    ("member", "condition", "subjects", "expected"),
    [
        (APP, "assertion.repository == 'corp/shop'", MAIN, SURE),
        (APP, "", MAIN, SURE),
        (APP, "assertion.repository_owner == 'corp' && assertion.ref == 'refs/heads/main'", MAIN, SURE),
        (APP, "assertion.repository_owner_id == '17'", MAIN, SURE),
        (APP, "assertion.repository in ['corp/other', 'corp/shop']", MAIN, SURE),
        (APP, "attribute.repository.startsWith('corp/')", MAIN, SURE),
        (APP, "assertion.sub.startsWith('repo:corp/shop:')", MAIN, SURE),
        (APP, "google.subject == 'repo:corp@17/shop@4:ref:refs/heads/main'", MAIN, SURE),
        (APP, "assertion.workflow_ref.startsWith('corp/shop/.github/workflows/deploy.yml@')", MAIN, SURE),
        (APP, "assertion.ref == 'refs/heads/main'", PULL, []),
        (APP, "assertion.ref_type == 'tag'", MAIN, []),
        (APP, "assertion.environment == 'production'", PRODUCTION, SURE),
        (APP, "assertion.environment == 'staging'", PRODUCTION, []),
        (APP, "assertion.repository == 'corp/other'", MAIN, []),
        (APP, "assertion.workflow_ref.startsWith('corp/shop/.github/workflows/other.yml@')", MAIN, []),
        (f"{SET}/attribute.repository/corp/other", "", MAIN, []),
        (f"{SET}/attribute.owner/corp", "", MAIN, SURE),
        (f"{SET}/attribute.place/corp/shop@refs/heads/main", "", MAIN, SURE),
        (f"{SET}/attribute.place/corp/shop@refs/heads/next", "", MAIN, []),
        (f"{SET}/*", "", MAIN, SURE),
        (f"{ONE}/repo:corp/shop:ref:refs/heads/main", "", MAIN, SURE),
        (f"{ONE}/repo:corp@17/shop@4:environment:production", "", PRODUCTION, SURE),
        (f"{ONE}/repo:corp/shop:environment:production", "", MAIN, []),
        (APP, "assertion.actor == 'mara'", MAIN, [(TARGET, False, "the condition of provider github")]),
        (
            f"{SET}/attribute.actor/mara",
            "",
            MAIN,
            [(TARGET, False, "what the token holds as attribute.actor")],
        ),
    ],
)
def test_what_a_provider_lets_in(
    member: str, condition: str, subjects: tuple[str, ...], expected: list[tuple[str, bool, str | None]]
) -> None:
    assert becomes(member, condition, subjects) == expected


def test_a_job_that_names_a_provider_becomes_what_its_members_may() -> None:
    assert becomes(APP, "", named=PROVIDER) == [(APP, True, None), (OTHER, True, None), (TARGET, True, None)]


@pytest.mark.parametrize("doubtful", [f"{SET}/attribute.actor/mara", f"{SET}/attribute.unheard/of"])
def test_a_sure_way_in_counts_whatever_else_is_in_doubt(doubtful: str) -> None:
    assert becomes(doubtful, "")[0][:2] == (TARGET, False)
    assert becomes(APP, "", also=(doubtful,)) == SURE


def test_without_a_mapping_the_subject_is_the_tokens() -> None:
    assert becomes(f"{ONE}/{'repo:corp/shop:ref:refs/heads/main'}", "", mapping=None) == [
        (TARGET, True, None)
    ]
    assert becomes(APP, "", mapping=None) == [(TARGET, False, "what the token holds as attribute.repository")]


def test_another_issuer_a_provider_that_is_off_and_a_job_without_a_token_are_not_let_in() -> None:
    assert becomes(APP, "", issuer="https://gitlab.com") == []
    assert becomes(APP, "", enabled=False) == []
    assert becomes(APP, "", subjects=()) == []
