"""Answers that name a thing elsewhere than in its own list: queues, templates, pools, tasks, deployments."""

from typing import Any

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
    group = {
        "AutoScalingGroupARN": f"arn:aws:autoscaling:{PLACE}:autoScalingGroup:1:autoScalingGroupName/web",
        "ServiceLinkedRoleARN": role(
            "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        ),
    }
    given = answers(("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [group]}))

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
    given = answers(
        group("exact", {"Key": "app", "Value": "orders", "Type": "KEY_AND_VALUE"}),
        group("by-key", {"Key": "app", "Type": "KEY_ONLY"}),
        group("none"),
        ("ec2", "DescribeInstances", {"Reservations": [{"OwnerId": ACCOUNT, "Instances": machines}]}),
    )
    place = f"arn:aws:codedeploy:{PLACE}:deploymentgroup:app"
    links = [link for link in read("aws_ec2", given).of("links", "from", "to") if "codedeploy" in link[0]]

    assert links == [
        (f"{place}/exact", profile("one")),
        (f"{place}/by-key", profile("one")),
        (f"{place}/by-key", profile("two")),
    ]
