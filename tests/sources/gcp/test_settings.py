"""Settings of machines, projects and organisations, as their assets say them."""

from __future__ import annotations

from typing import Any

import pytest

from posture.sources.gcp.settings import api, bucket, constraint, of_machine, of_project


def machine(*items: tuple[str, str], **more: Any) -> dict[str, bool]:
    return of_machine({"metadata": {"items": [{"key": key, "value": value} for key, value in items]}, **more})


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], {"project-keys": True}),
        ([("enable-oslogin", "TRUE")], {"os-login": True, "project-keys": True}),
        ([("enable-oslogin", "yes")], {"os-login": True, "project-keys": True}),
        ([("enable-oslogin", "1")], {"os-login": True, "project-keys": True}),
        ([("enable-oslogin", "false")], {"os-login": False, "project-keys": True}),
        ([("block-project-ssh-keys", "true")], {"project-keys": False}),
        ([("block-project-ssh-keys", "false"), ("ssh-keys", "true")], {"project-keys": True}),
    ],
)
def test_what_metadata_say(items: list[tuple[str, str]], told: dict[str, bool]) -> None:
    assert machine(*items) == told


@pytest.mark.parametrize(
    ("faces", "told"),
    [
        ([], {}),
        ([{"networkIP": "10.0.0.2"}], {"outside-address": False}),
        ([{"accessConfigs": []}], {"outside-address": False}),
        ([{"accessConfigs": [{"type": "ONE_TO_ONE_NAT"}]}], {"outside-address": True}),
        ([{"accessConfigs": [{"natIP": "192.0.2.7"}]}], {"outside-address": True}),
        ([{}, {"accessConfigs": [{"natIP": "192.0.2.7"}]}], {"outside-address": True}),
        ([{"ipv6AccessConfigs": [{"externalIpv6": "2001:db8::7"}]}], {"outside-address": True}),
    ],
)
def test_an_address_outside(faces: list[dict[str, Any]], told: dict[str, bool]) -> None:
    assert machine(networkInterfaces=faces) == {"project-keys": True, **told}


ALL, READING = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/devstorage.read_only",
)


@pytest.mark.parametrize(
    ("accounts", "told"),
    [
        ([{"email": "a@b", "scopes": [READING, ALL]}], {"whole-token": True}),
        ([{"email": "a@b", "scopes": [READING]}], {"whole-token": False}),
        ([{"email": "a@b"}], {}),
        ([], {}),
    ],
)
def test_what_the_scopes_of_a_token_open(accounts: list[dict[str, Any]], told: dict[str, bool]) -> None:
    assert machine(serviceAccounts=accounts) == {"project-keys": True, **told}


def test_what_a_project_says_of_all_its_machines() -> None:
    items = [{"key": "enable-oslogin", "value": "True"}, {"key": "block-project-ssh-keys", "value": "true"}]
    assert of_project({"commonInstanceMetadata": {"items": items}}) == {"os-login": True}
    assert of_project({"commonInstanceMetadata": {}}) == {}
    assert of_project({"commonInstanceMetadata": ["no object"]}) == {}


NAME = "//orgpolicy.googleapis.com/folders/70/policies/compute.requireOsLogin"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"rules": [{"enforce": True}]}, True),
        ({"rules": [{"enforce": False}]}, False),
        ({"reset": True}, False),
        ({"rules": [{"enforce": True, "condition": {"expression": "x"}}, {"enforce": False}]}, None),
    ],
)
def test_a_constraint_that_is_on_or_off(spec: dict[str, Any], told: bool | None) -> None:
    assert constraint(NAME, {"spec": spec}) == ("folders/70", {"compute.requireOsLogin": told})


@pytest.mark.parametrize(
    ("full", "data"),
    [
        (NAME, {}),
        (NAME, {"spec": {"rules": []}}),
        (NAME, {"spec": {"rules": [{"values": {"allowedValues": ["in:x"]}}]}}),
        (
            "//orgpolicy.googleapis.com/folders/70/customConstraints/x",
            {"spec": {"rules": [{"enforce": True}]}},
        ),
    ],
)
def test_what_is_no_such_constraint_is_passed_over(full: str, data: dict[str, Any]) -> None:
    assert constraint(full, data) is None


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("gs://flows/dags", "//storage.googleapis.com/flows"),
        ("flows", "//storage.googleapis.com/flows"),
        ("gs:///dags", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_the_bucket_that_code_lies_in(prefix: Any, told: str) -> None:
    assert bucket({"config": {"dagGcsPrefix": prefix}}, "config.dagGcsPrefix") == told
    assert bucket({"config": {"dag_gcs_prefix": prefix}}, "config.dagGcsPrefix") == told
    assert bucket({"config": {"dagGcsPrefix": prefix}}, "") == ""


@pytest.mark.parametrize(
    ("state", "told"), [("DISABLED", {"api:run.googleapis.com": False}), ("ENABLED", {}), (None, {})]
)
def test_an_api_that_is_off(state: str | None, told: dict[str, bool]) -> None:
    full = "//serviceusage.googleapis.com/projects/12/services/run.googleapis.com"
    assert api(full, {"state": state}) == told
