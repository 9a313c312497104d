"""Whoever is in the estate is somebody, too: what is given to anyone counts in everybody's reach."""

from __future__ import annotations

from typing import Any

import polars as pl

from posture.access.resolved import Resolved
from posture.model.classes import Classes
from tests.access.gcp.small import AWAY, DANA, ORG, OTHER, PROD, TARGET, acts, links, resolved

ALL, SIGNED_IN = "gcp:everyone", "gcp:everyone-signed-in"
TOKEN, ACT_AS = "roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"
READ = int(Classes.READ)
BUCKET = "//storage.googleapis.com/tiles"
BUCKETS = {BUCKET: (PROD, "bucket")}
VIEW = (BUCKET, "roles/storage.objectViewer", ["allUsers"])
POOL = "principalSet://iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci/*"
NOT_DANA = {
    "deniedPrincipals": ["principal://goog/subject/dana@corp.example"],
    "deniedPermissions": ["storage.googleapis.com/*", "iam.googleapis.com/serviceAccounts.*"],
}


def members(found: Resolved) -> set[tuple[str, str]]:
    rows = found.links.filter(pl.col("kind") == "member-of")
    return set(rows.select("from", "to").iter_rows())


def test_what_is_open_to_anyone_is_open_to_each_of_us() -> None:
    found = resolved(VIEW, (PROD, "roles/viewer", [POOL]), systems=BUCKETS)

    assert members(found) == {
        *((one, SIGNED_IN) for one in (DANA, TARGET, OTHER, AWAY)),
        (POOL, ALL),
    }
    assert acts(found, ALL) == acts(found, SIGNED_IN) == acts(found, "allUsers") == {(BUCKET, READ, True)}
    assert acts(found) == set()


def test_who_comes_in_from_outside_has_no_google_account() -> None:
    found = resolved((TARGET, TOKEN, ["allAuthenticatedUsers"]), (PROD, "roles/viewer", [POOL]))

    assert links(found, "may-become", SIGNED_IN) == {(TARGET, True)}
    assert (DANA, SIGNED_IN) in members(found)
    assert POOL not in {one for one, _group in members(found)}
    assert ALL not in {group for _one, group in members(found)}


def test_whoever_has_an_account_is_anyone_at_all_as_well() -> None:
    found = resolved(VIEW, (TARGET, TOKEN, ["allAuthenticatedUsers"]), systems=BUCKETS)

    assert members(found) == {
        *((one, SIGNED_IN) for one in (DANA, TARGET, OTHER, AWAY)),
        ("allAuthenticatedUsers", ALL),
    }
    assert acts(found, SIGNED_IN) == {(BUCKET, READ, True)}
    assert links(found, "may-become", ALL) == set()


def test_what_anyone_holds_is_joined_with_what_one_holds_oneself() -> None:
    shared = (TARGET, ACT_AS, ["allAuthenticatedUsers"])
    found = resolved(shared, (PROD, "roles/cloudbuild.builds.editor", [DANA]))

    assert links(found, "may-become") == {(TARGET, True)}
    assert links(found, "may-become", SIGNED_IN) == set()


def test_nothing_is_said_of_each_that_is_said_of_all() -> None:
    given: list[tuple[Any, ...]] = [(PROD, TOKEN, ["allAuthenticatedUsers"]), (ORG, "roles/viewer", [DANA])]
    found = resolved(*given)

    assert links(found, "may-become", SIGNED_IN) == {(TARGET, True), (OTHER, True)}
    assert links(found, "may-become") == set()


def test_who_is_denied_it_reads_without_a_name_and_becomes_nobody() -> None:
    found = resolved(
        VIEW, (TARGET, TOKEN, ["allAuthenticatedUsers"]), systems=BUCKETS, denies=[(ORG, NOT_DANA)]
    )

    assert DANA not in {one for one, _group in members(found)}
    assert (OTHER, SIGNED_IN) in members(found)
    assert acts(found) == {(BUCKET, READ, True)}
    assert links(found, "may-become") == set()


def test_a_deny_for_everybody_is_nobodys_own() -> None:
    rule = NOT_DANA | {"deniedPrincipals": ["principalSet://goog/public:all"]}
    found = resolved(VIEW, systems=BUCKETS, denies=[(ORG, rule)])

    assert (DANA, SIGNED_IN) in members(found)
    assert acts(found, SIGNED_IN) == acts(found, "allUsers") == set()


def test_without_anything_open_there_are_no_groups_of_everybody() -> None:
    assert members(resolved((PROD, TOKEN, [DANA]))) == set()


def test_what_a_domain_may_do_is_told_although_nobody_lists_who_is_in_it() -> None:
    found = resolved((TARGET, "roles/iam.serviceAccountTokenCreator", ["domain:far.example"]))

    assert links(found, "may-become", "domain:far.example") == {(TARGET, True)}
    assert [row["why"] for row in found.coverage.iter_rows(named=True) if row["table"] == "groups"] == [
        "who has an account of far.example is not known"
    ]


def test_a_domain_is_of_those_who_have_an_account() -> None:
    given = (TARGET, "roles/iam.serviceAccountTokenCreator", ["allAuthenticatedUsers"])
    found = resolved(given, (PROD, "roles/viewer", ["domain:far.example"]))

    assert links(found, "member-of", "domain:far.example") == {("gcp:everyone-signed-in", True)}
