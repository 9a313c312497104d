"""Workloads, machines, tasks and keys: what runs as whom, and what lies in their environment."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest

ACCOUNT = "111122223333"
SCOPE = f"aws:{ACCOUNT}"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:press"
# Made here, so that no text in the repository looks like a key's secret.
SECRET = "FAKED21" + b64encode(sha256(b"nobody's").digest()).decode()[:33].replace("=", "A")
KEY = "AKIAFAKED21AAAAAAAAA"


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def function(**variables: object) -> dict[str, object]:
    return {
        "Functions": [
            {
                "FunctionName": "press",
                "FunctionArn": FUNCTION,
                "Role": role("ink"),
                "Environment": {"Variables": variables},
            }
        ]
    }


def inventory(service: str, operation: str, response: object, **more: object) -> list[dict[str, object]]:
    return [{"service": service, "operation": operation, "region": "eu-west-1", "response": response, **more}]


def test_a_function_runs_as_its_role(read):
    found = read("aws_workloads", function(STAGE="production"))
    assert found.of("systems") == [
        {
            "at": "/Functions/0",
            "key": FUNCTION,
            "scope": SCOPE,
            "provider": "aws",
            "kind": "function",
            "name": "press",
            "state": None,
        }
    ]
    assert found.of("links") == [
        {
            "at": "/Functions/0/Role",
            "kind": "runs-as",
            "from": FUNCTION,
            "to": role("ink"),
            "because": "its execution role",
        }
    ]
    assert found.of("coverage", "scope", "table", "state") == [(SCOPE, "systems/lambda:function", "complete")]
    assert found.of("credentials") == []


def test_id_and_secret_side_by_side_are_one_key(read):
    found = read("aws_workloads", function(KEY_ID=KEY, KEY_SECRET=SECRET))
    at = "/Functions/0/Environment/Variables"
    assert found.of("credentials", "key", "kind", "exposure", "store", "at") == [
        (KEY, "access-key", "at-rest", "environment", f"{at}/KEY_ID"),
        (KEY, "access-key", "at-rest", "environment", f"{at}/KEY_SECRET"),
    ]
    assert (
        found.of("exposures", "credential", "surface", "place")
        == [(KEY, "runtime-environment", FUNCTION)] * 2
    )
    assert found.rows.fingerprints == {KEY: "same:40"}
    assert ("holds", FUNCTION, KEY) in found.of("links", "kind", "from", "to")
    assert ("stored-at", KEY, FUNCTION) in found.of("links", "kind", "from", "to")
    assert SECRET not in repr(found.rows.tables)


def test_a_secret_alone_is_named_by_its_place(read):
    found = read("aws_workloads", function(**{"DB/PASSWORD": "FAKED22-zebra-kiosk-91"}), "functions.json")
    key = f"secret:{ACCOUNT}/functions.json#/Functions/0/Environment/Variables/DB~1PASSWORD"
    assert found.of("credentials", "key", "kind", "name") == [(key, "password", "DB/PASSWORD")]
    assert "zebra" not in repr(found.rows.tables)


def test_masked_values_keep_shape_and_group(read):
    mask = {"posture": {"shape": "github_pat", "group": "1"}}
    found = read("aws_workloads", function(A=mask, B=mask, C={"posture": {"shape": None, "group": "2"}}))
    assert found.of("credentials", "name", "kind", "shape") == [
        ("A", "personal-token", "github_pat"),
        ("B", "personal-token", "github_pat"),
    ]
    assert len(set(found.rows.fingerprints.values())) == 1


def test_a_masked_secret_belongs_to_the_key_beside_it(read):
    mask = {"posture": {"shape": "aws_secret_access_key", "group": "1"}}
    found = read("aws_workloads", function(KEY_ID=KEY, KEY_SECRET=mask))
    assert found.of("credentials", "key") == [(KEY,), (KEY,)]


@pytest.mark.parametrize(
    ("call", "response", "key", "to"),
    [
        (
            "codebuild:BatchGetProjects",
            {
                "projects": [
                    {
                        "name": "p",
                        "arn": f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/p",
                        "serviceRole": role("b"),
                    }
                ]
            },
            f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/p",
            role("b"),
        ),
        (
            "glue:GetJobs",
            {"Jobs": [{"Name": "nightly", "Role": "glue-run"}]},
            f"arn:aws:glue:eu-west-1:{ACCOUNT}:job/nightly",
            role("glue-run"),
        ),
        (
            "sagemaker:DescribeNotebookInstance",
            {
                "NotebookInstanceArn": f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:notebook-instance/n",
                "NotebookInstanceName": "n",
                "RoleArn": role("study"),
            },
            f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:notebook-instance/n",
            role("study"),
        ),
        (
            "apprunner:DescribeService",
            {
                "Service": {
                    "ServiceArn": f"arn:aws:apprunner:eu-west-1:{ACCOUNT}:service/s/1",
                    "ServiceName": "s",
                    "InstanceConfiguration": {"InstanceRoleArn": role("web")},
                }
            },
            f"arn:aws:apprunner:eu-west-1:{ACCOUNT}:service/s/1",
            role("web"),
        ),
        (
            "gamelift:DescribeFleetAttributes",
            {
                "FleetAttributes": [
                    {
                        "FleetArn": f"arn:aws:gamelift:eu-west-1:{ACCOUNT}:fleet/f",
                        "InstanceRoleArn": role("g"),
                    }
                ]
            },
            f"arn:aws:gamelift:eu-west-1:{ACCOUNT}:fleet/f",
            role("g"),
        ),
    ],
)
def test_recorded_answers(read, call, response, key, to):
    found = read("aws_workloads", inventory(*call.split(":"), response), "inventory.json")
    assert found.of("systems", "key") == [(key,)]
    assert found.of("links", "kind", "from", "to") == [("runs-as", key, to)]


def test_an_empty_list_says_that_there_is_none(read):
    found = read("aws_workloads", {"Functions": []}, "lambda-list-functions.json")
    assert found.of("coverage", "scope", "table", "state") == [(SCOPE, "systems/lambda:function", "complete")]


def test_a_first_page_is_partial(read):
    found = read("aws_workloads", {"Functions": [], "NextMarker": "more"})
    assert found.of("coverage", "state", "why") == [("partial", "more follow on another page")]


def test_an_entry_without_an_arn_leaves_its_siblings(read):
    given = function()
    given["Functions"] = [{"FunctionName": "lost"}, *given["Functions"]]
    found = read("aws_workloads", given)
    assert found.of("systems", "key") == [(FUNCTION,)]
    assert found.of("coverage", "state", "at", "why")[0] == (
        "partial",
        "/Functions/0",
        "an entry of lambda:ListFunctions names no resource of its own",
    )


def test_queues_are_named_by_their_address(read):
    answer = {"QueueUrls": [f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/orders"]}
    found = read("aws_workloads", inventory("sqs", "ListQueues", answer))
    assert found.of("systems", "key", "kind") == [(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders", "queue")]


def test_a_machine_runs_as_its_profile(read):
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/loader"
    machine = {
        "InstanceId": "i-1",
        "State": {"Name": "stopped"},
        "Placement": {"AvailabilityZone": "eu-west-1b"},
        "IamInstanceProfile": {"Arn": profile},
        "Tags": [{"Key": "Name", "Value": "loader-1"}, {"Key": "Criticality", "Value": "high"}],
    }
    found = read(
        "aws_ec2", {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [machine, {"InstanceId": None}]}]}
    )
    key = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    assert found.of("systems", "key", "name", "state", "criticality", "criticality_basis") == [
        (key, "loader-1", "paused", 4, "tag")
    ]
    assert found.of("links", "kind", "from", "to") == [("runs-as", key, profile)]
    assert found.of("coverage", "table", "state") == [
        ("systems", "partial"),
        ("systems/ec2:instance", "complete"),
    ]


def test_an_association_says_its_region_only_when_recorded(read):
    profile = {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/loader"}
    answer = {"IamInstanceProfileAssociations": [{"InstanceId": "i-1", "IamInstanceProfile": profile}]}
    recorded = read("aws_ec2", inventory("ec2", "DescribeIamInstanceProfileAssociations", answer))
    assert recorded.of("links", "from") == [(f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1",)]
    bare = read("aws_ec2", answer)
    assert bare.of("links") == []
    assert bare.of("coverage", "why", "would_help") == [
        (
            "one association is set aside: it does not say its region",
            "aws ec2 describe-instances names the profile as well",
        )
    ]


def test_tasks_one_per_line(read):
    secret = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-a1b2c3"
    tasks = [
        {
            "taskDefinition": {
                "taskDefinitionArn": f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/t{n}:3",
                "family": f"t{n}",
                "status": "ACTIVE",
                "taskRoleArn": role("task"),
                "executionRoleArn": role("pull"),
                "containerDefinitions": [
                    {
                        "environment": [{"name": "STAGE", "value": "production"}],
                        "secrets": [{"name": "DB", "valueFrom": f"{secret}:password::"}],
                    }
                ],
            }
        }
        for n in (1, 2)
    ]
    found = read("aws_ecs", "\n".join(map(json.dumps, tasks)), "ecs-task-definitions.jsonl")
    first, second = (task["taskDefinition"]["taskDefinitionArn"] for task in tasks)
    assert found.of("links", "kind", "from", "to") == [
        ("runs-as", first, role("task")),
        ("holds", first, f"{secret}#value"),
        ("runs-as", second, role("task")),
        ("holds", second, f"{secret}#value"),
    ]
    assert found.of("systems", "key", "state") == [(first, "active"), (second, "active")]


def test_access_keys_of_a_user(read):
    given = {
        "AccessKeyMetadata": [
            {
                "UserName": "press",
                "AccessKeyId": KEY,
                "Status": "Inactive",
                "CreateDate": "2024-08-19T10:02:00Z",
            },
            {"UserName": "press"},
        ]
    }
    found = read("aws_access_keys", given)
    assert found.of("credentials", "key", "scope", "enabled", "has_expires") == [(KEY, SCOPE, False, False)]
    assert found.of("links", "kind", "from", "to") == [
        ("authenticates", KEY, f"arn:aws:iam::{ACCOUNT}:user/press")
    ]
    assert found.of("coverage", "at", "why") == [
        ("/AccessKeyMetadata/1", "one access key is set aside: it has no id")
    ]


def test_access_keys_of_nobody_known(read):
    given = {"AccessKeyMetadata": [{"UserName": "press", "AccessKeyId": KEY, "Status": "Active"}]}
    found = read("aws_access_keys", given, root="downloads")
    assert found.of("credentials", "key", "scope") == [(KEY, "")]
    assert found.of("links") == []
    assert found.of("coverage", "why", "would_help") == [
        (
            "nothing says which account these access keys belong to",
            "put the file in a folder named by the account id",
        )
    ]


def test_secrets_are_places_with_a_value_in_them(read):
    arn = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-a1b2c3"
    secret = {
        "ARN": arn,
        "Name": "db",
        "CreatedDate": "2024-01-01T00:00:00Z",
        "LastChangedDate": "2025-01-01T00:00:00Z",
        "RotationEnabled": False,
        "Tags": [{"Key": "owner", "Value": "finance"}],
    }
    found = read("aws_secrets_manager", {"SecretList": [secret, {"Name": "lost"}]})
    assert found.of("systems", "key", "kind", "owner", "owner_basis") == [(arn, "secret", "finance", "tag")]
    row = found.of("credentials")[0]
    assert (row["key"], row["exposure"], row["store"]) == (f"{arn}#value", "managed", "secret-manager")
    assert (row["rotation"], row["has_next_rotation"], row["has_last_used"]) == (False, False, False)
    assert row["rotated"].year == 2025
    assert found.of("links", "kind", "from", "to") == [("stored-at", f"{arn}#value", arn)]
    assert found.of("coverage", "table", "state") == [
        ("systems", "partial"),
        ("systems/secretsmanager:secret", "complete"),
    ]


def test_the_policy_of_a_bucket(read):
    text = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "arn:aws:s3:::inks/*"}]}
    answer = {"Policy": json.dumps(text)}
    by_request = inventory("s3", "GetBucketPolicy", answer, request={"Bucket": "press"})
    found = read("aws_resource_policies", by_request)
    assert found.of("policies", "key", "kind", "attached_to") == [
        ("arn:aws:s3:::press#resource", "resource", "arn:aws:s3:::press")
    ]
    by_text = read("aws_resource_policies", answer, "s3-get-bucket-policy.json")
    assert by_text.of("policies", "attached_to") == [("arn:aws:s3:::inks",)]


def test_a_resource_without_a_policy_of_its_own(read):
    queue, topic, secret = (
        f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{rest}"
        for service, rest in (("sqs", "orders"), ("sns", "jobs"), ("secretsmanager", "secret:ink-AbCdEf"))
    )
    found = {}
    for service, operation, answer, request in (
        ("sqs", "GetQueueAttributes", {"Attributes": {"QueueArn": queue}}, {"AttributeNames": ["Policy"]}),
        ("sns", "GetTopicAttributes", {"Attributes": {"TopicArn": topic}}, {}),
        ("secretsmanager", "GetResourcePolicy", {"ARN": secret, "Name": "ink"}, {}),
    ):
        page = inventory(service, operation, answer, request=request)
        found |= dict(read("aws_resource_policies", page).of("systems", "key", "own_policy"))
    assert found == dict.fromkeys((queue, topic, secret), False)
    # Whoever did not ask for the policy was not told that there is none.
    unasked = inventory("sqs", "GetQueueAttributes", {"Attributes": {"QueueArn": queue}})
    assert read("aws_resource_policies", unasked).of("systems") == []
    everything = {"Attributes": {"QueueArn": queue, "CreatedTimestamp": "1700000000"}}
    by_hand = read("aws_resource_policies", everything, "sqs-get-queue-attributes.json")
    assert by_hand.of("systems", "key", "own_policy") == [(queue, False)]


def test_the_organisation_and_what_binds_its_accounts(read):
    management = "999988887777"
    accounts = {
        "Accounts": [
            {
                "Id": ACCOUNT,
                "Arn": f"arn:aws:organizations::{management}:account/o-a1/{ACCOUNT}",
                "Name": "press-production",
            },
            {"Name": "lost"},
        ]
    }
    found = read("aws_organization", accounts, "list-accounts.json")
    assert found.of("scopes", "key", "kind", "name", "parent", "has_parent") == [
        (SCOPE, "account", "press-production", "aws:o-a1", None),
        ("aws:o-a1", "organisation", None, None, False),
    ]
    guard = {
        "PolicySummary": {
            "Id": "p-1",
            "Arn": f"arn:aws:organizations::{management}:policy/o-a1/service_control_policy/p-1",
            "Name": "Guard",
            "Type": "SERVICE_CONTROL_POLICY",
            "AwsManaged": False,
        },
        "Content": json.dumps({"Version": "2012-10-17", "Statement": []}),
    }
    scps = read("aws_organization", {"Policies": [guard], "Targets": {"r-ab12": ["p-1"], ACCOUNT: ["p-1"]}})
    assert scps.of("policies", "kind", "name", "attached_to", "level", "scope") == [
        ("scp", "Guard", SCOPE, None, "aws:o-a1"),
        ("scp", "Guard", "aws:r-ab12", 0, "aws:o-a1"),
    ]
    levels = {
        "organization_id": "o-a1",
        "management_account": management,
        "levels": [
            {"id": "r-ab12", "type": "ROOT", "policies": [guard]},
            {"id": ACCOUNT, "type": "ACCOUNT", "policies": [guard]},
        ],
    }
    down = read("aws_organization", levels)
    assert down.of("policies", "attached_to", "level") == [("aws:r-ab12", 0), (SCOPE, 1)]
    assert down.of("scopes", "key", "kind", "parent") == [
        ("aws:r-ab12", "folder", "aws:o-a1"),
        (SCOPE, "account", "aws:r-ab12"),
    ]
    assert down.of("aliases", "key", "alias") == [(f"aws:{management}", "aws:o-a1:management")]
