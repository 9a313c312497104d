"""Functions, projects, stacks, notebooks and other workloads of an AWS account, and the roles they run as."""

from __future__ import annotations

from posture.sources.aws.answers import is_inventory, recorded
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.carriers import LISTINGS
from posture.sources.aws.declaring import asks
from posture.sources.aws.listed import read_leading, read_listing
from posture.sources.aws.resources import AMBIGUOUS, BY_CALL, LEADING
from posture.sources.aws.unlisted import read_unlisted
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-workloads",
    title="AWS workloads",
    feeds=("systems", "links", "tags", "credentials", "exposures"),
    by_hand="aws lambda list-functions, aws codebuild batch-get-projects, and their like",
    blind="which function, project, stack or notebook runs as which role, and secrets in their environment",
    provider="aws",
    calls=(
        asks("lambda", "list_functions", masks=("/Functions/*/Environment/Variables/*",)),
        asks("lambda", "list_event_source_mappings"),
        asks("codebuild", "list_projects"),
        asks("codebuild", "batch_get_projects", each="list_projects:/projects/*", takes={"names": ""},
             batch=100, masks=("/projects/*/environment/environmentVariables/*/value",
                               "/projects/*/source/buildspec")),
        asks("cloudformation", "describe_stacks",
             masks=("/Stacks/*/Parameters/*/ParameterValue", "/Stacks/*/Outputs/*/OutputValue")),
        asks("glue", "get_jobs", masks=("/Jobs/*/DefaultArguments/*",
                                        "/Jobs/*/NonOverridableArguments/*")),
        asks("glue", "get_dev_endpoints"),
        asks("sagemaker", "list_notebook_instances"),
        asks("sagemaker", "describe_notebook_instance",
             each="list_notebook_instances:/NotebookInstances/*",
             takes={"NotebookInstanceName": "/NotebookInstanceName"}),
        asks("sagemaker", "list_domains"),
        asks("sagemaker", "describe_domain", each="list_domains:/Domains/*",
             takes={"DomainId": "/DomainId"}),
        asks("apprunner", "list_services"),
        asks("apprunner", "describe_service", each="list_services:/ServiceSummaryList/*",
             takes={"ServiceArn": "/ServiceArn"},
             masks=(
                 "/Service/SourceConfiguration/ImageRepository/ImageConfiguration/"
                 "RuntimeEnvironmentVariables/*",
                 "/Service/SourceConfiguration/CodeRepository/CodeConfiguration/CodeConfigurationValues/"
                 "RuntimeEnvironmentVariables/*",
             )),
        asks("batch", "describe_job_definitions", arguments={"status": "ACTIVE"},
             masks=("/jobDefinitions/*/containerProperties/environment/*/value",
                    "/jobDefinitions/*/containerProperties/command/*")),
        asks("stepfunctions", "list_state_machines", "states:ListStateMachines"),
        asks("stepfunctions", "describe_state_machine", "states:DescribeStateMachine",
             each="list_state_machines:/stateMachines/*", takes={"stateMachineArn": "/stateMachineArn"},
             masks=("/definition",)),
        asks("codepipeline", "list_pipelines"),
        asks("codepipeline", "get_pipeline", each="list_pipelines:/pipelines/*", takes={"name": "/name"},
             masks=("/pipeline/stages/*/actions/*/configuration/*",)),
        asks("eks", "list_clusters"),
        asks("eks", "describe_cluster", each="list_clusters:/clusters/*", takes={"name": ""}),
        asks("eks", "list_pod_identity_associations", each="list_clusters:/clusters/*",
             takes={"clusterName": ""}),
        asks("eks", "describe_pod_identity_association",
             each="list_pod_identity_associations:/associations/*",
             takes={"clusterName": "/clusterName", "associationId": "/associationId"}),
        asks("bedrock-agentcore-control", "list_code_interpreters", "bedrock-agentcore:ListCodeInterpreters"),
        asks("bedrock-agentcore-control", "get_code_interpreter", "bedrock-agentcore:GetCodeInterpreter",
             each="list_code_interpreters:/codeInterpreterSummaries/*",
             takes={"codeInterpreterId": "/codeInterpreterId"}),
        asks("bedrock-agentcore-control", "list_agent_runtimes", "bedrock-agentcore:ListAgentRuntimes"),
        asks("bedrock-agentcore-control", "get_agent_runtime", "bedrock-agentcore:GetAgentRuntime",
             each="list_agent_runtimes:/agentRuntimes/*", takes={"agentRuntimeId": "/agentRuntimeId"},
             masks=("/environmentVariables/*",)),
        asks("bedrock-agent", "list_agents", "bedrock:ListAgents"),
        asks("bedrock-agent", "get_agent", "bedrock:GetAgent", each="list_agents:/agentSummaries/*",
             takes={"agentId": "/agentId"}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_KNOWN = {
    **{call: "" if listing.top in AMBIGUOUS else listing.top for call, listing in BY_CALL.items()},
    **{call: top for call, (top, _type) in LEADING.items()},
}

_READ = {
    *_KNOWN,
    *LISTINGS,
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ec2:DescribeInstances",
    "ec2:DescribeIamInstanceProfileAssociations",
    "ssm:DescribeInstanceInformation",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:BatchGetDeploymentGroups",
    "secretsmanager:ListSecrets",
}
"""Calls that this or another source reads field by field."""


def claims(page: Page) -> bool:
    """A list of recorded answers, or the answer of one call that lists workloads."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One system per resource, a link to its role, and a credential for each secret in its environment."""
    for answer in calls(page, _KNOWN):
        if answer.call in LEADING:
            read_leading(page, answer, LEADING[answer.call][1], into)
        else:
            read_listing(page, answer, BY_CALL[answer.call], into)
    if is_inventory(page):
        for answer in recorded(page):
            if answer.call not in _READ:
                read_unlisted(page, answer, into)
