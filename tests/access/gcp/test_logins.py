"""Logging in to a machine, and constraints of the organisation: what the settings shut, open or leave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posture.access.gcp.resolve import resolve
from tests.access.gcp.small import DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, estate, links

ROLE, ACTING = "organizations/7/roles/exact", "projects/prod-app/roles/acting"
VM = "//compute.googleapis.com/projects/prod-app/zones/z/instances/x"
OWN, SHARED = "compute.instances.setMetadata", "compute.projects.setCommonInstanceMetadata"
OS, TUNNEL = "compute.instances.osLogin", "iap.tunnelInstances.accessViaIAP"
OUTSIDE = {"outside-address": True, "project-keys": True}
INSIDE = {"outside-address": False, "project-keys": True}
REQUIRED = {"compute.requireOsLogin": True}
KEYS, UPLOADS = "iam.disableServiceAccountKeyCreation", "iam.disableServiceAccountKeyUpload"
MANAGED = "iam.managed.disableServiceAccountKeyCreation"

Settings = dict[str, dict[str, bool | None]]


def gained(
    permissions: list[str],
    acting_on: str,
    settings: Settings,
    state: str = "active",
    complete: bool = True,
    made_in: str = PROD,
) -> set[tuple[str, bool]]:
    texts = {node: json.dumps(told) for node, told in settings.items()}
    given: dict[str, Any] = {
        "roles": {ROLE: permissions, ACTING: ["iam.serviceAccounts.actAs"]},
        "systems": {VM: (PROD, "compute", state)},
        "runs_as": {VM: TARGET},
        "extra": [
            {
                "key": f"{node}#setting",
                "scope": PROD,
                "kind": "setting",
                "attached_to": node,
                "document": node,
            }
            for node in texts
        ],
        "documents": [{"key": node, "text": text} for node, text in texts.items()],
    }
    bindings = [(made_in, ROLE, [DANA])] + ([(acting_on, ACTING, [DANA])] if acting_on else [])
    return links(resolve(estate(*bindings, **given), complete=complete), "may-become")


SURELY, PERHAPS, NOBODY = {(TARGET, True)}, {(TARGET, False)}, set[tuple[str, bool]]()


@pytest.mark.parametrize(
    ("permissions", "acting_on", "settings", "answer"),
    [
        # A key of its own: OS Login goes off with the same permission, unless it is required.
        ([OWN], TARGET, {VM: OUTSIDE}, SURELY),
        ([OWN], TARGET, {VM: OUTSIDE | {"os-login": True, "project-keys": False}}, SURELY),
        # Then a start-up script is left, for whenever the machine starts again.
        ([OWN], TARGET, {VM: OUTSIDE, PROD: REQUIRED}, PERHAPS),
        ([OWN], TARGET, {VM: OUTSIDE, ORG: REQUIRED}, PERHAPS),
        ([OWN], TARGET, {VM: OUTSIDE, ORG: {"compute.managed.requireOsLogin": True}}, PERHAPS),
        ([OWN], TARGET, {VM: OUTSIDE, ORG: REQUIRED, FOLDER: {"compute.requireOsLogin": False}}, SURELY),
        ([OWN], TARGET, {VM: OUTSIDE, ORG: REQUIRED, PROD: {"compute.requireOsLogin": None}}, PERHAPS),
        ([OWN], TARGET, {VM: OUTSIDE, LAB: REQUIRED}, SURELY),
        ([OWN], "", {VM: OUTSIDE}, NOBODY),
        ([OWN], OTHER, {VM: OUTSIDE}, NOBODY),
        # A way to the machine.
        ([OWN], TARGET, {VM: INSIDE}, PERHAPS),
        ([OWN], TARGET, {}, PERHAPS),
        ([OWN, TUNNEL], TARGET, {VM: INSIDE}, SURELY),
        # A key for all machines of the project.
        ([SHARED], PROD, {VM: OUTSIDE}, SURELY),
        ([SHARED], PROD, {VM: OUTSIDE, PROD: {"os-login": True}}, SURELY),
        ([SHARED], PROD, {VM: OUTSIDE | {"project-keys": False}}, NOBODY),
        ([SHARED], PROD, {VM: OUTSIDE | {"os-login": True}}, NOBODY),
        ([SHARED], PROD, {VM: OUTSIDE, ORG: REQUIRED}, NOBODY),
        ([SHARED], TARGET, {VM: OUTSIDE}, NOBODY),
        ([SHARED], PROD, {ORG: REQUIRED}, NOBODY),
        ([SHARED, TUNNEL], PROD, {}, PERHAPS),
        # OS Login, where the machine, its project or a constraint has it on.
        ([OS], TARGET, {VM: OUTSIDE | {"os-login": True}}, SURELY),
        ([OS], TARGET, {VM: OUTSIDE, PROD: {"os-login": True}}, SURELY),
        ([OS], TARGET, {VM: OUTSIDE | {"os-login": False}, PROD: {"os-login": True}}, NOBODY),
        ([OS], TARGET, {VM: OUTSIDE, PROD: {"os-login": False}}, NOBODY),
        ([OS], TARGET, {VM: OUTSIDE, FOLDER: REQUIRED}, SURELY),
        ([OS], TARGET, {VM: OUTSIDE}, NOBODY),
        ([OS, TUNNEL], TARGET, {}, PERHAPS),
        ([OS], "", {VM: OUTSIDE | {"os-login": True}}, NOBODY),
        (["compute.instances.osAdminLogin"], TARGET, {VM: OUTSIDE | {"os-login": True}}, SURELY),
    ],
)  # fmt: skip
def test_who_logs_in(
    permissions: list[str], acting_on: str, settings: Settings, answer: set[tuple[str, bool]]
) -> None:
    assert gained(permissions, acting_on, settings) == answer


def test_who_writes_constraints_lifts_what_requires_os_login() -> None:
    lifting = [OWN, "orgpolicy.policy.set"]
    assert gained(lifting, TARGET, {VM: OUTSIDE, ORG: REQUIRED}) == SURELY
    assert gained(lifting, TARGET, {VM: OUTSIDE, PROD: {"compute.requireOsLogin": None}}) == SURELY


def test_os_login_that_hangs_on_tags_is_in_doubt_both_ways() -> None:
    open_ = {PROD: {"compute.requireOsLogin": None}}
    assert gained([OS], TARGET, {VM: OUTSIDE, **open_}) == PERHAPS
    assert gained([OS], TARGET, {VM: OUTSIDE | {"os-login": False}, **open_}) == PERHAPS
    assert gained([SHARED], PROD, {VM: OUTSIDE, **open_}) == PERHAPS


def test_a_token_of_few_scopes_opens_who_knows_what() -> None:
    reset = [OWN, "compute.instances.reset"]
    assert gained(reset, TARGET, {VM: OUTSIDE | {"whole-token": False}}) == PERHAPS
    assert gained(reset, TARGET, {VM: OUTSIDE | {"whole-token": True}}) == SURELY
    # Another account comes with other scopes, and only to a machine that stands still.
    other = [OWN, "compute.instances.setServiceAccount", "compute.instances.start"]
    assert gained(other, TARGET, {VM: OUTSIDE | {"whole-token": False}}, state="paused") == SURELY
    few = {VM: OUTSIDE | {"whole-token": False}}
    assert gained(other, TARGET, few, state="paused", made_in=VM) == SURELY
    assert gained(other, OTHER, {VM: OUTSIDE}, state="paused") == {(OTHER, True)}
    assert gained(other, OTHER, {VM: OUTSIDE}) == NOBODY


def test_where_not_all_was_listed_the_project_may_have_os_login_on() -> None:
    assert gained([OS], TARGET, {VM: OUTSIDE}, complete=False) == PERHAPS
    assert gained([OS], TARGET, {VM: OUTSIDE, PROD: {}}, complete=False) == NOBODY


def test_nobody_logs_in_to_a_machine_that_stands_still() -> None:
    assert gained([OWN], TARGET, {VM: OUTSIDE}, state="paused") == NOBODY
    assert gained([OS], TARGET, {VM: OUTSIDE | {"os-login": True}}, state="paused") == NOBODY


@pytest.mark.parametrize(
    ("settings", "barred"),
    [
        ({}, False),
        ({ORG: {KEYS: True, UPLOADS: True}}, True),
        ({ORG: {MANAGED: True}, FOLDER: {UPLOADS: True}}, True),
        # The same permission hands in a key that one made oneself.
        ({ORG: {KEYS: True}}, False),
        ({ORG: {UPLOADS: True}}, False),
        ({ORG: {KEYS: True, UPLOADS: True}, PROD: {KEYS: False}}, False),
        ({LAB: {KEYS: True, UPLOADS: True}}, False),
    ],
)
def test_constraints_bar_keys_of_accounts(settings: Settings, barred: bool) -> None:
    everybody = {(TARGET, True), (OTHER, True)}
    assert gained(["iam.serviceAccountKeys.create"], "", settings) == (NOBODY if barred else everybody)
    assert gained(["iam.serviceAccounts.getAccessToken"], "", settings) == everybody


@pytest.mark.parametrize(
    ("settings", "lifts", "answer"),
    [
        ({ORG: {KEYS: True, UPLOADS: True}}, True, True),
        ({ORG: {KEYS: True, UPLOADS: True}}, False, None),
        ({ORG: {KEYS: True}, PROD: {UPLOADS: None}}, False, False),
        ({ORG: {KEYS: None, UPLOADS: None}}, True, True),
    ],
)
def test_constraints_are_lifted_or_hang_on_tags(settings: Settings, lifts: bool, answer: bool | None) -> None:
    found = gained(
        ["iam.serviceAccountKeys.create", *(["orgpolicy.policy.set"] if lifts else [])], "", settings
    )
    assert found == ({(TARGET, answer), (OTHER, answer)} if answer is not None else NOBODY)


AT_HOME = "iam.disableCrossProjectServiceAccountUsage"


@pytest.mark.parametrize(
    ("settings", "made_in", "acting_on", "answer"),
    [
        ({}, LAB, TARGET, NOBODY),
        ({PROD: {AT_HOME: False}}, LAB, TARGET, SURELY),
        ({ORG: {AT_HOME: False}}, LAB, TARGET, SURELY),
        ({LAB: {AT_HOME: False}}, LAB, TARGET, NOBODY),
        ({ORG: {AT_HOME: False}, FOLDER: {AT_HOME: True}}, LAB, TARGET, NOBODY),
        ({ORG: {AT_HOME: None}}, LAB, TARGET, PERHAPS),
        ({PROD: {AT_HOME: False}}, PROD, TARGET, SURELY),
        ({PROD: {AT_HOME: False}}, LAB, OTHER, {(OTHER, True)}),
        ({PROD: {AT_HOME: False}}, LAB, "", NOBODY),
    ],
)
def test_an_account_is_attached_in_another_project_where_that_is_allowed(
    settings: Settings, made_in: str, acting_on: str, answer: set[tuple[str, bool]]
) -> None:
    assert gained(["run.services.create"], acting_on, settings, made_in=made_in) == answer
    # What exists already is changed where it lies.
    assert gained(["run.services.update"], acting_on, settings, made_in=made_in) == NOBODY


def test_a_doubtful_right_to_lift_leaves_it_in_doubt() -> None:
    node, bars = f"{ORG}#setting", {KEYS: True, UPLOADS: True}
    lifting = (ORG, "roles/orgpolicy.policyAdmin", [DANA], "resource.matchTag('7/env', 'prod')")
    taking = {ROLE: ["iam.serviceAccountKeys.create"]}
    setting = {"key": node, "scope": ORG, "kind": "setting", "attached_to": ORG, "document": "bars"}
    given: dict[str, Any] = {"roles": taking, "extra": [setting]}
    given["documents"] = [{"key": "bars", "text": json.dumps(bars)}]
    found = resolve(estate((TARGET, ROLE, [DANA]), lifting, **given), complete=True)
    assert links(found, "may-become") == PERHAPS


RUN_OFF = {"api:run.googleapis.com": False}


@pytest.mark.parametrize(
    ("permissions", "settings", "answer"),
    [
        (["run.services.create"], {PROD: RUN_OFF}, NOBODY),
        (["run.services.create"], {LAB: RUN_OFF}, SURELY),
        (["run.services.create"], {PROD: {"api:compute.googleapis.com": False}}, SURELY),
        (["run.services.create", "serviceusage.services.enable"], {PROD: RUN_OFF}, SURELY),
        (["cloudbuild.builds.create"], {PROD: RUN_OFF}, SURELY),
        (
            [OWN, "compute.instances.reset"],
            {PROD: {"api:compute.googleapis.com": False}, VM: OUTSIDE},
            NOBODY,
        ),
        ([OWN, "compute.instances.setIamPolicy"], {PROD: {"api:compute.googleapis.com": False}}, NOBODY),
        # A token is asked for in whatever project one likes.
        (["iam.serviceAccounts.getAccessToken"], {PROD: {"api:iam.googleapis.com": False}}, SURELY),
    ],
)
def test_an_api_that_is_off_is_switched_on_first(
    permissions: list[str], settings: Settings, answer: set[tuple[str, bool]]
) -> None:
    found = gained(permissions, TARGET, settings)
    assert {one for one in found if one[0] == TARGET} == answer
