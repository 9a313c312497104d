"""AWS responses beside the authorization details as workloads and resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from posture.access.aws.account import Workload

Json = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response was read: what its ARNs are completed with."""

    account: str
    region: str

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


Read = Callable[[Json, Place], list[Pair]]


def listed(key: str, arn: str, role: str) -> Read:
    return lambda response, _: [(x.get(arn) or "", x.get(role) or "") for x in response.get(key) or ()]


def one(key: str, arn: str, *role: str) -> Read:
    def read(response: Json, _: Place) -> list[Pair]:
        found = response.get(key) or {} if key else response
        value: Any = found
        for step in role:
            value = (value or {}).get(step)
        return [(found.get(arn) or "", value or "")]

    return read


def named(key: str, name: str, role: str, service: str, prefix: str) -> Read:
    return lambda response, place: [
        (place.arn(service, prefix + x[name]), x.get(role) or "") for x in response.get(key) or ()
    ]


def single(key: str, read: Read) -> Read:
    """What `read` makes of a list of its own, for an answer that holds one of them under `key`."""
    return lambda response, place: read({"": [found] if (found := response.get(key)) else []}, place)


def nothing(_: Json, __: Place) -> list[Pair]:
    return []


def job_definitions(response: Json, _: Place) -> list[Pair]:
    return [
        (x.get("jobDefinitionArn") or "", (x.get("containerProperties") or {}).get("jobRoleArn") or "")
        for x in response.get("jobDefinitions") or ()
    ]


CODE, BROWSER, RUNTIME = (
    f"bedrock-agentcore:{name}" for name in ("code-interpreter-custom", "browser-custom", "runtime")
)
AGENTCORE = "bedrock-agentcore-control"
WORKLOADS: Mapping[str, tuple[str, Read]] = {
    "lambda:ListFunctions": ("lambda:function", listed("Functions", "FunctionArn", "Role")),
    "lambda:GetFunction": ("lambda:function", one("Configuration", "FunctionArn", "Role")),
    "lambda:GetFunctionConfiguration": ("lambda:function", one("", "FunctionArn", "Role")),
    "codebuild:BatchGetProjects": ("codebuild:project", listed("projects", "arn", "serviceRole")),
    "codebuild:ListProjects": ("codebuild:project", nothing),
    "cloudformation:DescribeStacks": ("cloudformation:stack", listed("Stacks", "StackId", "RoleARN")),
    "apprunner:ListServices": ("apprunner:service", nothing),
    "apprunner:DescribeService": (
        "apprunner:service",
        one("Service", "ServiceArn", "InstanceConfiguration", "InstanceRoleArn"),
    ),
    f"{AGENTCORE}:ListCodeInterpreters": (CODE, nothing),
    f"{AGENTCORE}:GetCodeInterpreter": (CODE, one("", "codeInterpreterArn", "executionRoleArn")),
    f"{AGENTCORE}:ListBrowsers": (BROWSER, nothing),
    f"{AGENTCORE}:GetBrowser": (BROWSER, one("", "browserArn", "executionRoleArn")),
    f"{AGENTCORE}:ListAgentRuntimes": (RUNTIME, nothing),
    f"{AGENTCORE}:GetAgentRuntime": (RUNTIME, one("", "agentRuntimeArn", "roleArn")),
    f"{AGENTCORE}:ListHarnesses": (RUNTIME, nothing),
    "sagemaker:ListNotebookInstances": ("sagemaker:notebook-instance", nothing),
    "sagemaker:DescribeNotebookInstance": (
        "sagemaker:notebook-instance",
        one("", "NotebookInstanceArn", "RoleArn"),
    ),
    "glue:GetDevEndpoints": (
        "glue:devendpoint",
        named("DevEndpoints", "EndpointName", "RoleArn", "glue", "devEndpoint/"),
    ),
    "glue:GetDevEndpoint": (
        "glue:devendpoint",
        single("DevEndpoint", named("", "EndpointName", "RoleArn", "glue", "devEndpoint/")),
    ),
    "glue:ListDevEndpoints": ("glue:devendpoint", nothing),
    "glue:GetJobs": ("glue:job", named("Jobs", "Name", "Role", "glue", "job/")),
    "glue:BatchGetJobs": ("glue:job", named("Jobs", "Name", "Role", "glue", "job/")),
    "glue:GetJob": ("glue:job", single("Job", named("", "Name", "Role", "glue", "job/"))),
    "glue:ListJobs": ("glue:job", nothing),
    "glue:ListSessions": ("glue:session", named("Sessions", "Id", "Role", "glue", "session/")),
    "glue:GetSession": ("glue:session", single("Session", named("", "Id", "Role", "glue", "session/"))),
    "batch:DescribeJobDefinitions": ("batch:job-definition", job_definitions),
    "stepfunctions:ListStateMachines": ("states:statemachine", nothing),
    "stepfunctions:DescribeStateMachine": ("states:statemachine", one("", "stateMachineArn", "roleArn")),
    "ecs:DescribeTaskDefinition": (
        "ecs:task-definition",
        one("taskDefinition", "taskDefinitionArn", "taskRoleArn"),
    ),
    "ec2:DescribeInstances": ("ec2:instance", nothing),
    "ecs:DescribeTasks": ("ecs:task", nothing),
    "ecs:ListTasks": ("ecs:task", nothing),
    "codedeploy:GetDeploymentGroup": ("codedeploy:deploymentgroup", nothing),
    "codedeploy:ListDeploymentGroups": ("codedeploy:deploymentgroup", nothing),
    "codepipeline:GetPipeline": ("codepipeline:pipeline", nothing),
}

Names = Callable[[Json, Place], Iterable[str]]
RESOURCES: Mapping[str, tuple[str, Names]] = {
    "ecs:DescribeClusters": ("ecs:cluster", lambda r, _: [c["clusterArn"] for c in r.get("clusters") or ()]),
    "ecs:ListClusters": ("ecs:cluster", lambda r, _: r.get("clusterArns") or ()),
    "ecs:ListContainerInstances": (
        "ecs:container-instance",
        lambda r, _: r.get("containerInstanceArns") or (),
    ),
    "ecs:ListTaskDefinitions": ("ecs:task-definition", lambda r, _: r.get("taskDefinitionArns") or ()),
    "ecs:DescribeServices": ("ecs:service", lambda r, _: [s["serviceArn"] for s in r.get("services") or ()]),
    "ecs:ListServices": ("ecs:service", lambda r, _: r.get("serviceArns") or ()),
    "sqs:ListQueues": ("sqs:queue", lambda r, _: r.get("QueueUrls") or ()),
    "kinesis:ListStreams": ("kinesis:stream", lambda r, _: r.get("StreamNames") or ()),
    "dynamodbstreams:ListStreams": (
        "dynamodb:stream",
        lambda r, _: [s["StreamArn"] for s in r.get("Streams") or ()],
    ),
    "batch:DescribeJobQueues": (
        "batch:job-queue",
        lambda r, _: [q["jobQueueArn"] for q in r.get("jobQueues") or ()],
    ),
    "cloudformation:ListStackSets": (
        "cloudformation:stackset",
        lambda r, p: [
            p.arn("cloudformation", f"stackset/{s['StackSetId']}") for s in r.get("Summaries") or ()
        ],
    ),
    "cloudformation:DescribeStackSet": (
        "cloudformation:stackset",
        lambda r, _: [r["StackSet"]["StackSetARN"]] if r.get("StackSet") else [],
    ),
    "ec2:DescribeLaunchTemplates": (
        "ec2:launch-template",
        lambda r, p: [
            p.arn("ec2", f"launch-template/{t['LaunchTemplateId']}") for t in r.get("LaunchTemplates") or ()
        ],
    ),
    "cognito-identity:ListIdentityPools": (
        "cognito-identity:identitypool",
        lambda r, p: [
            p.arn("cognito-identity", f"identitypool/{i['IdentityPoolId']}")
            for i in r.get("IdentityPools") or ()
        ],
    ),
    "cognito-identity:DescribeIdentityPool": (
        "cognito-identity:identitypool",
        lambda r, p: [p.arn("cognito-identity", f"identitypool/{r['IdentityPoolId']}")],
    ),
    "emr-serverless:ListApplications": (
        "emr-serverless:application",
        lambda r, _: [a["arn"] for a in r.get("applications") or ()],
    ),
}


def read(
    account: str, inventory: Iterable[Json], profiles: Mapping[str, str]
) -> tuple[dict[str, tuple[Workload, ...]], dict[str, tuple[str, ...]]]:
    """Workloads and other resources by type. `profiles`: the role of each instance profile, by ARN."""
    answers = [
        (f"{x['service']}:{x['operation']}", x.get("response") or {}, Place(account, x.get("region") or ""))
        for x in inventory
    ]
    started = set(_started(answers))
    workloads: dict[str, list[Workload]] = {}
    resources: dict[str, list[str]] = {}
    for name, response, place in answers:
        if name in WORKLOADS:
            type_, reader = WORKLOADS[name]
            found = workloads.setdefault(type_, [])
            for arn, role in reader(response, place):
                if arn and role:
                    full = role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}"
                    found.append(Workload(arn, full, arn in started))
        if name in RESOURCES:
            type_, names = RESOURCES[name]
            resources.setdefault(type_, []).extend(names(response, place))
    _machines(answers, workloads, profiles)
    _templates(answers, workloads, profiles)
    _open_pools(answers, resources)
    _tasks(answers, workloads)
    _deployments(answers, workloads)
    if "ecs:task-definition" in workloads:
        resources.setdefault("ecs:task-definition", []).extend(
            w.arn for w in workloads["ecs:task-definition"]
        )
    return (
        {type_: tuple(dict.fromkeys(found)) for type_, found in workloads.items()},
        {type_: tuple(dict.fromkeys(found)) for type_, found in resources.items()},
    )


Answers = list[tuple[str, Json, Place]]


def _started(answers: Answers) -> Iterator[str]:
    for name, response, _ in answers:
        if name == "lambda:ListEventSourceMappings":
            for mapping in response.get("EventSourceMappings") or ():
                if mapping.get("State") in (None, "Enabled", "Enabling"):
                    yield mapping.get("FunctionArn") or ""


def _instances(answers: Answers) -> Iterator[tuple[Json, Place]]:
    for name, response, place in answers:
        if name == "ec2:DescribeInstances":
            for reservation in response.get("Reservations") or ():
                for instance in reservation.get("Instances") or ():
                    yield instance, place


def _machines(answers: Answers, workloads: dict[str, list[Workload]], profiles: Mapping[str, str]) -> None:
    managed: set[str] | None = None
    for name, response, _ in answers:
        if name == "ssm:DescribeInstanceInformation":
            listing = response.get("InstanceInformationList") or ()
            managed = (managed or set()) | {
                i["InstanceId"] for i in listing if i.get("PingStatus") in (None, "Online")
            }
    associated = {
        one.get("InstanceId"): (one.get("IamInstanceProfile") or {}).get("Arn")
        for name, response, _ in answers
        if name == "ec2:DescribeIamInstanceProfileAssociations"
        for one in response.get("IamInstanceProfileAssociations") or ()
    }
    for instance, place in _instances(answers):
        profile = (instance.get("IamInstanceProfile") or {}).get("Arn")
        role = profiles.get(profile or associated.get(instance["InstanceId"]) or "")
        if role and (instance.get("State") or {}).get("Name") not in ("terminated", "shutting-down"):
            id_ = instance["InstanceId"]
            known = None if managed is None else id_ in managed
            workloads["ec2:instance"].append(Workload(place.arn("ec2", f"instance/{id_}"), role, True, known))


def _templates(answers: Answers, workloads: dict[str, list[Workload]], profiles: Mapping[str, str]) -> None:
    """A launch template starts machines with the instance profile of its default version."""
    by_name = {arn.rpartition("/")[2]: role for arn, role in profiles.items()}
    for name, response, place in answers:
        if name != "ec2:DescribeLaunchTemplateVersions":
            continue
        for version in response.get("LaunchTemplateVersions") or ():
            given = (version.get("LaunchTemplateData") or {}).get("IamInstanceProfile") or {}
            role = profiles.get(given.get("Arn") or "") or by_name.get(given.get("Name") or "")
            if role and version.get("DefaultVersion") is not False:
                arn = place.arn("ec2", f"launch-template/{version['LaunchTemplateId']}")
                workloads.setdefault("ec2:launch-template", []).append(Workload(arn, role, True))


def _open_pools(answers: Answers, resources: dict[str, list[str]]) -> None:
    """Leaves out the identity pools that let no stranger in."""
    shut = {
        response.get("IdentityPoolId")
        for name, response, _ in answers
        if name == "cognito-identity:DescribeIdentityPool"
        and response.get("AllowUnauthenticatedIdentities") is False
    }
    pools = resources.get("cognito-identity:identitypool")
    if pools and shut:
        pools[:] = [arn for arn in pools if arn.rpartition("/")[2] not in shut]


def _tasks(answers: Answers, workloads: dict[str, list[Workload]]) -> None:
    roles = {w.arn: w.role for w in workloads.get("ecs:task-definition", ())}
    for name, response, _ in answers:
        if name == "ecs:DescribeTasks":
            for task in response.get("tasks") or ():
                overridden = (task.get("overrides") or {}).get("taskRoleArn")
                role = overridden or roles.get(task.get("taskDefinitionArn") or "")
                if role and task.get("enableExecuteCommand") is not False:
                    workloads["ecs:task"].append(Workload(task["taskArn"], role, True))


def _deployments(answers: Answers, workloads: dict[str, list[Workload]]) -> None:
    """A deployment group runs code on every machine that carries one of its tags."""
    role_of = {w.arn.rpartition("/")[2]: w.role for w in workloads.get("ec2:instance", ())}
    for name, response, place in answers:
        if name != "codedeploy:GetDeploymentGroup":
            continue
        group = response.get("deploymentGroupInfo") or {}
        arn = place.arn(
            "codedeploy", f"deploymentgroup:{group.get('applicationName')}/{group.get('deploymentGroupName')}"
        )
        wanted = {(f.get("Key"), f.get("Value")) for f in group.get("ec2TagFilters") or ()}
        for instance, _ in _instances(answers):
            tags = {(t.get("Key"), t.get("Value")) for t in instance.get("Tags") or ()}
            role = role_of.get(instance["InstanceId"])
            if role and wanted & tags:
                workloads["codedeploy:deploymentgroup"].append(Workload(arn, role, True))
