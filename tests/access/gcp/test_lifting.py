"""Whoever may delete or rewrite a deny policy is not held up by it, unless it withholds that as well."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.access.gcp.small import DANA, FOLDER, LAB, ORG, PROD, TARGET, admin, links, resolved

TOKEN, LIFTS = "roles/iam.serviceAccountTokenCreator", "organizations/7/roles/lifts"
ME = "principal://goog/subject/dana@corp.example"
TAGGED = "resource.matchTag('7/env', 'prod')"
SURELY, PERHAPS, NOBODY = {(TARGET, True)}, {(TARGET, False)}, set[tuple[str, bool]]()
DELETE, UPDATE = "iam.denypolicies.delete", "iam.denypolicies.update"


def denied(*permissions: str) -> dict[str, Any]:
    return {
        "deniedPrincipals": [ME],
        "deniedPermissions": [f"iam.googleapis.com/{one.removeprefix('iam.')}" for one in permissions],
    }


TOKENS = denied("iam.serviceAccounts.*")


def gained(*lifting: Any, denies: list[tuple[str, dict[str, Any]]], permission: str = DELETE) -> Any:
    bindings = [(node, LIFTS, [DANA], *condition) for node, *condition in lifting]
    return resolved((TARGET, TOKEN, [DANA]), *bindings, roles={LIFTS: [permission]}, denies=denies)


@pytest.mark.parametrize(
    ("lifting", "denies", "answer"),
    [
        ([], [(PROD, TOKENS)], NOBODY),
        ([(PROD,)], [(PROD, TOKENS)], SURELY),
        ([(ORG,)], [(PROD, TOKENS)], SURELY),
        ([(PROD,)], [(FOLDER, TOKENS)], NOBODY),
        ([(LAB,)], [(PROD, TOKENS)], NOBODY),
        ([(PROD, TAGGED)], [(PROD, TOKENS)], PERHAPS),
        ([(PROD,)], [(PROD, TOKENS), (ORG, TOKENS)], NOBODY),
        ([(ORG,)], [(PROD, TOKENS), (ORG, TOKENS)], SURELY),
        # The rule keeps its own deletion, or that of the other.
        ([(PROD,)], [(PROD, denied("iam.serviceAccounts.*", DELETE, UPDATE))], NOBODY),
        ([(PROD,)], [(PROD, TOKENS), (ORG, denied(DELETE))], NOBODY),
        # First the one above, then the one that it kept.
        ([(ORG,)], [(PROD, TOKENS), (PROD, denied(DELETE)), (FOLDER, denied(UPDATE))], NOBODY),
        ([(ORG,)], [(PROD, TOKENS), (FOLDER, denied("iam.roles.get"))], SURELY),
    ],
)
def test_who_lifts_what_is_denied(
    lifting: list[Any], denies: list[tuple[str, dict[str, Any]]], answer: set[tuple[str, bool]]
) -> None:
    assert links(gained(*lifting, denies=denies), "may-become") == answer


def test_rewriting_is_as_good_as_deleting() -> None:
    assert links(gained((PROD,), denies=[(PROD, TOKENS)], permission=UPDATE), "may-become") == SURELY
    kept = [(PROD, denied("iam.serviceAccounts.*", DELETE))]
    assert links(gained((PROD,), denies=kept, permission=UPDATE), "may-become") == SURELY


def test_one_goes_so_that_the_other_can() -> None:
    # Rewriting the second, which withholds deleting, opens the first.
    denies = [(PROD, denied("iam.serviceAccounts.*", UPDATE)), (FOLDER, denied(DELETE))]
    bindings = [(ORG, LIFTS, [DANA])]
    found = resolved((TARGET, TOKEN, [DANA]), *bindings, roles={LIFTS: [DELETE, UPDATE]}, denies=denies)
    assert links(found, "may-become") == SURELY


def test_the_evidence_names_the_role_that_lifts() -> None:
    found = gained((PROD,), denies=[(PROD, TOKENS)])
    (because,) = found.links.filter(pl.col("kind") == "may-become", pl.col("from") == DANA)["because"]
    assert because.startswith(f"{TARGET}#0 / {TOKEN}; {PROD}#1 / {LIFTS}")


def test_a_scope_is_administered_once_the_deny_is_gone() -> None:
    rule = {
        "deniedPrincipals": [ME],
        "deniedPermissions": ["cloudresourcemanager.googleapis.com/*.setIamPolicy"],
    }
    given = [(PROD, "roles/resourcemanager.projectIamAdmin", [DANA]), (ORG, LIFTS, [DANA])]
    roles = {LIFTS: [DELETE]}
    assert admin(resolved(*given[:1], denies=[(PROD, rule)])) == set()
    assert admin(resolved(*given, roles=roles, denies=[(PROD, rule)])) == {(PROD, True)}
