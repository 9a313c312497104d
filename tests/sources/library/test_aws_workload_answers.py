"""Answers that name a thing elsewhere than in its own list: queues, templates, pools, tasks, deployments."""

from typing import Any

import pytest

ACCOUNT = "111122223333"
PLACE = f"eu-west-1:{ACCOUNT}"


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def answers(*given: tuple[str, str, object]) -> list[dict[str, object]]:
    return [
        {"service": service, "operation": operation, "region": "eu-west-1", "response": response}
        for service, operation, response in given
    ]


def profile(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:instance-profile/{name}"


def test_one_job_or_endpoint_that_was_asked_for_is_no_list_of_them(read: Any) -> None:
    given = answers(
        ("glue", "ListJobs", {"JobNames": ["night"]}),
        ("glue", "GetJob", {"Job": {"Name": "night", "Role": "loader"}}),
        ("glue", "GetDevEndpoint", {"DevEndpoint": {"EndpointName": "dev", "RoleArn": role("dev")}}),
    )
    found = read("aws_workloads", given)

    assert found.of("links", "kind", "from", "to") == [
        ("runs-as", f"arn:aws:glue:{PLACE}:job/night", role("loader")),
        ("runs-as", f"arn:aws:glue:{PLACE}:devEndpoint/dev", role("dev")),
    ]
    assert found.of("coverage", "table", "state") == [("systems/glue:job", "complete")]


def test_a_template_starts_machines_with_the_profile_of_its_default_version(read: Any) -> None:
    versions = [
        {"LaunchTemplateId": "lt-1", "VersionNumber": 1, "DefaultVersion": False,
         "LaunchTemplateData": {"IamInstanceProfile": {"Arn": profile("old")}}},
        {"LaunchTemplateId": "lt-1", "VersionNumber": 2, "DefaultVersion": True,
         "LaunchTemplateData": {"IamInstanceProfile": {"Name": "web"}}},
    ]  # fmt: skip
    found = read(
        "aws_workloads",
        answers(("ec2", "DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": versions})),
    )

    assert found.of("links", "kind", "from", "to") == [
        ("runs-as", f"arn:aws:ec2:{PLACE}:launch-template/lt-1", profile("web"))
    ]


def test_a_pool_that_lets_no_stranger_in_is_paused(read: Any) -> None:
    pools = [
        {
            "IdentityPoolId": f"eu-west-1:{n}",
            "IdentityPoolName": n,
            "AllowUnauthenticatedIdentities": n == "open",
        }
        for n in ("open", "shut")
    ]
    given = answers(*(("cognito-identity", "DescribeIdentityPool", pool) for pool in pools))

    assert read("aws_workloads", given).of("systems", "key", "state") == [
        (f"arn:aws:cognito-identity:{PLACE}:identitypool/eu-west-1:open", "active"),
        (f"arn:aws:cognito-identity:{PLACE}:identitypool/eu-west-1:shut", "paused"),
    ]


def test_nothing_runs_its_own_code_as_a_service_linked_role(read: Any) -> None:
    cluster = {
        "ClusterArn": f"arn:aws:dax:{PLACE}:cache/orders",
        "IamRoleArn": role("aws-service-role/dax.amazonaws.com/AWSServiceRoleForDAX"),
    }
    given = answers(("dax", "DescribeClusters", {"Clusters": [cluster]}))

    assert read("aws_workloads", given).of("systems") == []


def test_a_task_runs_as_its_definition_or_as_it_was_started(read: Any) -> None:
    definition = f"arn:aws:ecs:{PLACE}:task-definition/orders:3"

    def task(name: str, **more: object) -> dict[str, object]:
        return {"taskArn": f"arn:aws:ecs:{PLACE}:task/main/{name}", "taskDefinitionArn": definition, **more}

    tasks = [
        task("plain"),
        task("other", overrides={"taskRoleArn": role("other")}),
        task("closed", enableExecuteCommand=False),
    ]
    given = answers(
        ("ecs", "DescribeTasks", {"tasks": tasks}),
        (
            "ecs",
            "DescribeTaskDefinition",
            {"taskDefinition": {"taskDefinitionArn": definition, "taskRoleArn": role("orders")}},
        ),
    )

    assert read("aws_ecs", given).of("links", "from", "to") == [
        (definition, role("orders")),
        (f"arn:aws:ecs:{PLACE}:task/main/plain", role("orders")),
        (f"arn:aws:ecs:{PLACE}:task/main/other", role("other")),
    ]


def test_a_deployment_group_reaches_the_machines_with_its_tags(read: Any) -> None:
    def machine(name: str, **tags: str) -> dict[str, object]:
        return {
            "InstanceId": f"i-{name}",
            "IamInstanceProfile": {"Arn": profile(name)},
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }

    def group(name: str, *filters: dict[str, str]) -> tuple[str, str, object]:
        info = {"applicationName": "app", "deploymentGroupName": name, "ec2TagFilters": list(filters)}
        return ("codedeploy", "GetDeploymentGroup", {"deploymentGroupInfo": info})

    machines = [machine("one", app="orders"), machine("two", app="web")]
    sets = {
        "applicationName": "app",
        "deploymentGroupName": "sets",
        "ec2TagSet": {"ec2TagSetList": [[{"Key": "app"}], [{"Value": "web"}, {"Key": "none"}]]},
    }
    given = answers(
        group("exact", {"Key": "app", "Value": "orders", "Type": "KEY_AND_VALUE"}),
        group("by-key", {"Key": "app", "Type": "KEY_ONLY"}),
        group("none"),
        ("codedeploy", "BatchGetDeploymentGroups", {"deploymentGroupsInfo": [sets]}),
        ("ec2", "DescribeInstances", {"Reservations": [{"OwnerId": ACCOUNT, "Instances": machines}]}),
    )
    place = f"arn:aws:codedeploy:{PLACE}:deploymentgroup:app"
    links = [link for link in read("aws_ec2", given).of("links", "from", "to") if "codedeploy" in link[0]]

    assert links == [
        (f"{place}/exact", profile("one")),
        (f"{place}/by-key", profile("one")),
        (f"{place}/by-key", profile("two")),
        (f"{place}/sets", profile("two")),
    ]


def test_systems_manager_reaches_the_machines_that_are_online(read: Any) -> None:
    listed = [
        {"InstanceId": "i-1", "PingStatus": "Online"},
        {"InstanceId": "i-2", "PingStatus": "ConnectionLost"},
        {"InstanceId": "mi-3", "PingStatus": "Online"},
    ]
    found = read(
        "aws_ec2", answers(("ssm", "DescribeInstanceInformation", {"InstanceInformationList": listed}))
    )

    assert found.of("systems", "key", "managed") == [
        (f"arn:aws:ec2:{PLACE}:instance/i-1", True),
        (f"arn:aws:ec2:{PLACE}:instance/i-2", False),
    ]
    assert found.of("coverage", "table", "state") == [("systems/ssm:managed-instance", "complete")]


def test_what_is_closed_or_stands_still_is_said_to_be_so(read: Any) -> None:
    cluster = f"arn:aws:ecs:{PLACE}:cluster"
    queue = f"arn:aws:batch:{PLACE}:job-queue"
    given = answers(
        ("ecs", "DescribeClusters", {"clusters": [
            {"clusterArn": f"{cluster}/main", "status": "ACTIVE"},
            {"clusterArn": f"{cluster}/gone", "status": "INACTIVE"},
        ]}),
        ("batch", "DescribeJobQueues", {"jobQueues": [
            {"jobQueueArn": f"{queue}/on", "state": "ENABLED"},
            {"jobQueueArn": f"{queue}/off", "state": "DISABLED"},
        ]}),
        ("sagemaker", "DescribeNotebookInstance", {
            "NotebookInstanceArn": f"arn:aws:sagemaker:{PLACE}:notebook-instance/n",
            "NotebookInstanceStatus": "Stopped",
        }),
        ("cloudformation", "ListStackSets", {"Summaries": [
            {"StackSetName": "base", "StackSetId": "base:1", "Status": "ACTIVE"},
            {"StackSetName": "old", "StackSetId": "old:2", "Status": "DELETED"},
        ]}),
        ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [
            {"AutoScalingGroupARN": f"arn:aws:autoscaling:{PLACE}:autoScalingGroup:1:autoScalingGroupName/a"},
        ]}),
    )  # fmt: skip

    assert read("aws_workloads", given).of("systems", "key", "state") == [
        (f"{cluster}/main", "active"),
        (f"{cluster}/gone", "deleted"),
        (f"{queue}/on", "active"),
        (f"{queue}/off", "paused"),
        (f"arn:aws:sagemaker:{PLACE}:notebook-instance/n", "paused"),
        (f"arn:aws:cloudformation:{PLACE}:stackset/base:1", "active"),
        (f"arn:aws:cloudformation:{PLACE}:stackset/old:2", "deleted"),
        (f"arn:aws:autoscaling:{PLACE}:autoScalingGroup:1:autoScalingGroupName/a", None),
    ]


def test_a_task_that_stopped_takes_no_commands(read: Any) -> None:
    tasks = [
        {"taskArn": f"arn:aws:ecs:{PLACE}:task/main/{status}", "lastStatus": status}
        for status in ("RUNNING", "STOPPED")
    ]
    found = read("aws_ecs", answers(("ecs", "DescribeTasks", {"tasks": tasks})))

    assert [(key[-7:], state) for key, state in found.of("systems", "key", "state")] == [
        ("RUNNING", "active"),
        ("STOPPED", "deleted"),
    ]


def test_the_tags_of_what_is_listed_are_kept(read: Any) -> None:
    project = f"arn:aws:codebuild:{PLACE}:project/web"
    given = answers(
        ("codebuild", "BatchGetProjects", {"projects": [
            {"name": "web", "arn": project, "tags": [{"key": "team", "value": "pay"}]},
        ]}),
    )  # fmt: skip

    assert read("aws_workloads", given).of("tags", "subject", "name", "value") == [(project, "team", "pay")]


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
def test_what_bears_no_arn_gets_one_of_its_own_partition(read: Any, region: str, partition: str) -> None:
    given = answers(
        ("ec2", "DescribeInstances", {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [
            {"InstanceId": "i-1"}]}]}),
    ) + answers(
        ("glue", "GetJobs", {"Jobs": [{"Name": "night", "Role": "loader"}]}),
        ("sqs", "ListQueues", {"QueueUrls": [f"https://sqs.{region}.amazonaws.com/{ACCOUNT}/q"]}),
        ("ec2", "DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": [
            {"LaunchTemplateId": "lt-1", "DefaultVersion": True,
             "LaunchTemplateData": {"IamInstanceProfile": {"Name": "web"}}}]}),
    )  # fmt: skip
    for one in given:
        one["region"] = region
    place = f"{region}:{ACCOUNT}"
    listed = read("aws_workloads", given)

    assert read("aws_ec2", given).of("systems", "key") == [(f"arn:{partition}:ec2:{place}:instance/i-1",)]
    assert listed.of("systems", "key") == [
        (f"arn:{partition}:glue:{place}:job/night",),
        (f"arn:{partition}:sqs:{place}:q",),
        (f"arn:{partition}:ec2:{place}:launch-template/lt-1",),
    ]
    assert listed.of("links", "to") == [
        (role("loader"),),
        (f"arn:{partition}:iam::{ACCOUNT}:instance-profile/web",),
    ]
