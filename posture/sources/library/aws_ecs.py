"""ECS task definitions and running tasks: the role of each, and secrets in its environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources import tags
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.listed import dig, entries, runs_as, system, variables
from posture.sources.aws.resources import Listing
from posture.sources.aws.secret_store import held_secret
from posture.sources.contract import Page, Rows, Source
from posture.sources.found_secret import Where, environment

SOURCE = Source(
    id="aws-ecs",
    title="AWS ECS task definitions",
    feeds=("systems", "links", "tags", "credentials", "exposures"),
    by_hand="aws ecs describe-task-definition --task-definition NAME",
    blind="which container runs as which role, and secrets in its environment",
    provider="aws",
    calls=(
        asks("ecs", "list_task_definitions", arguments={"status": "ACTIVE"}),
        asks(
            "ecs",
            "describe_task_definition",
            each="list_task_definitions:/taskDefinitionArns/*",
            takes={"taskDefinition": ""},
            arguments={"include": ["TAGS"]},
            masks=(
                "/taskDefinition/containerDefinitions/*/environment/*/value",
                "/taskDefinition/containerDefinitions/*/command/*",
                "/taskDefinition/containerDefinitions/*/entryPoint/*",
            ),
        ),
        asks("ecs", "list_clusters"),
        asks("ecs", "describe_clusters", each="list_clusters:/clusterArns/*", takes={"clusters": ""},
             batch=100),
        asks("ecs", "list_services", each="list_clusters:/clusterArns/*", takes={"cluster": ""}),
        asks("ecs", "describe_services", each="list_services:/serviceArns/*",
             takes={"cluster": "request/cluster", "services": ""}, batch=10),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_CALL = "ecs:DescribeTaskDefinition"
_RUNNING = "ecs:DescribeTasks"
_KNOWN = {_CALL: "taskDefinition", _RUNNING: "tasks"}
_TASK = Listing(
    _CALL,
    "taskDefinition",
    "ecs:task-definition",
    "cluster",
    "taskDefinitionArn",
    "family",
    state="status",
    retired=("INACTIVE", "DELETE_IN_PROGRESS"),
)


_RUN = Listing(
    _RUNNING,
    "tasks",
    "ecs:task",
    "cluster",
    "taskArn",
    state="lastStatus",
    retired=("DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"),
)


def claims(page: Page) -> bool:
    """One answer, or one per line."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One system per task definition, and what its containers hold."""
    account = stated_account(page)
    reader = tags.Tags(page.settings.names)
    roles: dict[str, str] = {}
    for answer in calls(page, {_CALL: _KNOWN[_CALL]}):
        body = unpacked(answer.body)
        task = body.get("taskDefinition") if isinstance(body, Mapping) else None
        at = f"{answer.at}/taskDefinition"
        arn = task.get("taskDefinitionArn") if isinstance(task, Mapping) else None
        if not isinstance(task, Mapping) or not isinstance(arn, str):
            into.problem(
                keys.aws_scope(account), "systems", at, "one task definition is set aside: it has no ARN"
            )
            continue
        key = plain(arn, 2048)
        scope = scope_of(key, account)
        system(into, at, key, scope, {**task, "tags": body.get("tags")}, _TASK, reader)
        # The execution role pulls the image; only the task role is in the container's hands.
        if isinstance(task.get("taskRoleArn"), str) and task["taskRoleArn"]:
            runs_as(into, f"{at}/taskRoleArn", key, task["taskRoleArn"], scope)
            roles[key] = task["taskRoleArn"]
        given = task.get("containerDefinitions")
        for n, container in enumerate(given if isinstance(given, list) else ()):
            if isinstance(container, Mapping):
                _container(page, into, f"{at}/containerDefinitions/{n}", container, key, scope)

    for answer in calls(page, {_RUNNING: _KNOWN[_RUNNING]}):
        for at, running in entries(answer, _RUN):
            if isinstance(running, Mapping):
                _running(into, at, running, roles, account, reader)


def _running(
    into: Rows,
    at: str,
    task: Mapping[str, Any],
    roles: Mapping[str, str],
    account: str,
    reader: tags.Tags,
) -> None:
    """A task that takes commands, and the role of its definition or the one that it was started with."""
    arn, definition = task.get("taskArn"), task.get("taskDefinitionArn")
    # One that takes no commands adds nothing to its definition.
    if not isinstance(arn, str) or task.get("enableExecuteCommand") is False:
        return
    key = plain(arn, 2048)
    scope = scope_of(key, account)
    system(into, at, key, scope, task, _RUN, reader)
    given = dig(task, "overrides.taskRoleArn")
    role = given if isinstance(given, str) and given else roles.get(str(definition), "")
    if role:
        runs_as(into, at, key, role, scope)


def _container(page: Page, into: Rows, at: str, container: Mapping[str, Any], key: str, scope: str) -> None:
    where = Where(scope, key, "at-rest", "environment", "runtime-environment")
    environment(page, into, variables(container.get("environment"), f"{at}/environment"), where)
    given = container.get("secrets")
    for n, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Mapping) and isinstance(item.get("valueFrom"), str):
            held_secret(into, f"{at}/secrets/{n}", key, item["valueFrom"])
