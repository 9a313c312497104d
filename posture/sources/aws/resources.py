"""What runs in an account and as which role, for each call that tells; a new workload is one entry here."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Environment = Literal["", "map", "list"]


class Listing(Struct, frozen=True):
    """Where the answer of one call names its resources."""

    call: str
    """`service:Operation`."""
    top: str
    """Key at the top of the answer: the list or object of resources, or the field that tells the answer."""
    type: str
    """Such as `lambda:function`."""
    kind: str
    """Kind of the system."""
    arn: str = ""
    """Field with the resource's own ARN; empty where the entry is the ARN."""
    name: str = ""
    roles: tuple[str, ...] = ()
    """Fields, dotted, that name the role or the instance profile it runs as."""
    variables: str = ""
    """Field, dotted, of its environment: an object, or a list of name and value."""
    itself: bool = False
    """Whether the answer is one resource."""
    made: str = ""
    """How an ARN is made where the answer has none: from {region}, {account} and fields of the entry."""
    state: str = ""
    retired: tuple[str, ...] = ()
    """Words of `state` for something that no longer runs."""
    paused: tuple[object, ...] = ()
    """Values of `state` for something that is there and takes no work."""
    only: str = ""
    """Field that says, where it is false, that the entry is not the one in use."""


_STACK_SET = "arn:{partition}:cloudformation:{region}:{account}:stackset/{StackSetId}"

LISTINGS = (
    Listing("lambda:ListFunctions", "Functions", "lambda:function", "function", arn="FunctionArn",
            name="FunctionName", roles=("Role",), variables="Environment.Variables"),
    Listing("lambda:GetFunction", "Configuration", "lambda:function", "function", arn="FunctionArn",
            name="FunctionName", roles=("Role",), variables="Environment.Variables"),
    Listing("lambda:GetFunctionConfiguration", "FunctionArn", "lambda:function", "function",
            arn="FunctionArn", name="FunctionName", roles=("Role",), variables="Environment.Variables",
            itself=True),
    Listing("lambda:ListEventSourceMappings", "EventSourceMappings", "lambda:event-source-mapping",
            "function", name="FunctionArn",
            made="arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}", state="State",
            retired=("Disabled",)),
    Listing("ecs:ListClusters", "clusterArns", "ecs:cluster", "cluster"),
    Listing("ecs:ListTaskDefinitions", "taskDefinitionArns", "ecs:task-definition", "cluster"),
    Listing("ecs:ListServices", "serviceArns", "ecs:service", "cluster"),
    Listing("ecs:DescribeClusters", "clusters", "ecs:cluster", "cluster", arn="clusterArn",
            name="clusterName", state="status", retired=("INACTIVE", "DEPROVISIONING", "FAILED")),
    Listing("ecs:ListContainerInstances", "containerInstanceArns", "ecs:container-instance", "cluster"),
    Listing("ecs:DescribeContainerInstances", "containerInstances", "ecs:container-instance", "cluster",
            arn="containerInstanceArn", name="ec2InstanceId", state="status", retired=("INACTIVE",)),
    Listing("codebuild:BatchGetProjects", "projects", "codebuild:project", "pipeline", arn="arn",
            name="name", roles=("serviceRole",), variables="environment.environmentVariables"),
    Listing("cloudformation:DescribeStacks", "Stacks", "cloudformation:stack", "pipeline", arn="StackId",
            name="StackName", roles=("RoleARN",), state="StackStatus", retired=("DELETE_COMPLETE",)),
    Listing("cloudformation:ListStackSets", "Summaries", "cloudformation:stackset", "pipeline",
            name="StackSetName", made=_STACK_SET, state="Status", retired=("DELETED",)),
    Listing("cloudformation:DescribeStackSet", "StackSet", "cloudformation:stackset", "pipeline",
            name="StackSetName", made=_STACK_SET, state="Status", retired=("DELETED",)),
    Listing("glue:GetDevEndpoints", "DevEndpoints", "glue:devEndpoint", "pipeline", name="EndpointName",
            roles=("RoleArn",), made="arn:{partition}:glue:{region}:{account}:devEndpoint/{EndpointName}"),
    Listing("glue:GetJobs", "Jobs", "glue:job", "pipeline", name="Name", roles=("Role",),
            variables="DefaultArguments", made="arn:{partition}:glue:{region}:{account}:job/{Name}"),
    Listing("glue:BatchGetJobs", "Jobs", "glue:job", "pipeline", name="Name", roles=("Role",),
            variables="DefaultArguments", made="arn:{partition}:glue:{region}:{account}:job/{Name}"),
    Listing("glue:GetJob", "Job", "glue:job", "pipeline", name="Name", roles=("Role",),
            variables="DefaultArguments", made="arn:{partition}:glue:{region}:{account}:job/{Name}"),
    Listing("glue:GetDevEndpoint", "DevEndpoint", "glue:devEndpoint", "pipeline", name="EndpointName",
            roles=("RoleArn",), made="arn:{partition}:glue:{region}:{account}:devEndpoint/{EndpointName}"),
    Listing("sagemaker:ListNotebookInstances", "NotebookInstances", "sagemaker:notebook-instance",
            "model", arn="NotebookInstanceArn", name="NotebookInstanceName", state="NotebookInstanceStatus",
            retired=("Deleting",), paused=("Stopped", "Stopping")),
    Listing("sagemaker:DescribeNotebookInstance", "NotebookInstanceArn", "sagemaker:notebook-instance",
            "model", arn="NotebookInstanceArn", name="NotebookInstanceName", roles=("RoleArn",),
            itself=True, state="NotebookInstanceStatus", retired=("Deleting",),
            paused=("Stopped", "Stopping")),
    Listing("sagemaker:DescribeDomain", "DomainArn", "sagemaker:domain", "model", arn="DomainArn",
            name="DomainName", roles=("DefaultUserSettings.ExecutionRole",), itself=True),
    Listing("apprunner:ListServices", "ServiceSummaryList", "apprunner:service", "compute",
            arn="ServiceArn", name="ServiceName", state="Status", retired=("DELETED",), paused=("PAUSED",)),
    Listing("apprunner:DescribeService", "Service", "apprunner:service", "compute", arn="ServiceArn",
            name="ServiceName", roles=("InstanceConfiguration.InstanceRoleArn",),
            variables="SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables",
            state="Status", retired=("DELETED",), paused=("PAUSED",)),
    Listing("bedrock-agentcore-control:ListCodeInterpreters", "codeInterpreterSummaries",
            "bedrock-agentcore:code-interpreter-custom", "model", arn="codeInterpreterArn", name="name"),
    Listing("bedrock-agentcore-control:GetCodeInterpreter", "codeInterpreterArn",
            "bedrock-agentcore:code-interpreter-custom", "model", arn="codeInterpreterArn", name="name",
            roles=("executionRoleArn",), itself=True),
    Listing("bedrock-agentcore-control:GetAgentRuntime", "agentRuntimeArn", "bedrock-agentcore:runtime",
            "model", arn="agentRuntimeArn", name="agentRuntimeName", roles=("roleArn",),
            variables="environmentVariables", itself=True),
    Listing("stepfunctions:DescribeStateMachine", "stateMachineArn", "states:stateMachine", "pipeline",
            arn="stateMachineArn", name="name", roles=("roleArn",), itself=True),
    Listing("codepipeline:GetPipeline", "pipeline", "codepipeline:pipeline", "pipeline", name="name",
            roles=("roleArn",), made="arn:{partition}:codepipeline:{region}:{account}:{name}"),
    Listing("batch:DescribeJobDefinitions", "jobDefinitions", "batch:job-definition", "compute",
            arn="jobDefinitionArn", name="jobDefinitionName", roles=("containerProperties.jobRoleArn",),
            variables="containerProperties.environment", state="status", retired=("INACTIVE",)),
    Listing("batch:DescribeJobQueues", "jobQueues", "batch:job-queue", "queue", arn="jobQueueArn",
            name="jobQueueName", state="state", paused=("DISABLED",)),
    Listing("ec2:DescribeLaunchTemplates", "LaunchTemplates", "ec2:launch-template", "compute",
            name="LaunchTemplateName",
            made="arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}"),
    Listing("ec2:DescribeLaunchTemplateVersions", "LaunchTemplateVersions", "ec2:launch-template", "compute",
            name="LaunchTemplateName",
            roles=("LaunchTemplateData.IamInstanceProfile.Arn",
                   "LaunchTemplateData.IamInstanceProfile.Name"),
            made="arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}",
            only="DefaultVersion"),
    Listing("cognito-identity:ListIdentityPools", "IdentityPools", "cognito-identity:identitypool",
            "other", name="IdentityPoolName",
            made="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}"),
    Listing("cognito-identity:DescribeIdentityPool", "IdentityPoolId", "cognito-identity:identitypool",
            "other", name="IdentityPoolName",
            made="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
            itself=True, state="AllowUnauthenticatedIdentities", paused=(False,)),
    Listing("emr:DescribeCluster", "Cluster", "elasticmapreduce:cluster", "cluster", arn="ClusterArn",
            name="Name", roles=("Ec2InstanceAttributes.IamInstanceProfile", "ServiceRole")),
    Listing("emr-serverless:ListApplications", "applications", "emr-serverless:application", "cluster",
            arn="arn", name="name", state="state", retired=("TERMINATED",)),
    Listing("emr-serverless:GetApplication", "application", "emr-serverless:application", "cluster",
            arn="arn", name="name", state="state", retired=("TERMINATED",)),
    Listing("emr-containers:ListVirtualClusters", "virtualClusters", "emr-containers:virtualCluster",
            "cluster", arn="arn", name="name", state="state", retired=("TERMINATED",)),
    Listing("autoscaling:DescribeAutoScalingGroups", "AutoScalingGroups", "autoscaling:autoScalingGroup",
            "compute", arn="AutoScalingGroupARN", name="AutoScalingGroupName"),
    Listing("elasticbeanstalk:DescribeEnvironments", "Environments", "elasticbeanstalk:environment",
            "compute", arn="EnvironmentArn", name="EnvironmentName", state="Status",
            retired=("Terminated", "Terminating")),
    Listing("rds:DescribeDBClusters", "DBClusters", "rds:cluster", "database", arn="DBClusterArn",
            name="DBClusterIdentifier"),
    Listing("redshift:DescribeClusters", "Clusters", "redshift:cluster", "database",
            name="ClusterIdentifier",
            made="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}"),
    Listing("transfer:ListServers", "Servers", "transfer:server", "storage", arn="Arn", name="ServerId"),
    Listing("mq:ListBrokers", "BrokerSummaries", "mq:brokers", "queue", arn="BrokerArn", name="BrokerName"),
    Listing("ecs:DescribeServices", "services", "ecs:service", "cluster", arn="serviceArn",
            name="serviceName", state="status", retired=("INACTIVE",)),
    Listing("eks:DescribeCluster", "cluster", "eks:cluster", "cluster", arn="arn", name="name"),
    Listing("bedrock-agent:GetAgent", "agent", "bedrock:agent", "model", arn="agentArn", name="agentName",
            roles=("agentResourceRoleArn",)),
    Listing("sns:ListTopics", "Topics", "sns:topic", "topic", arn="TopicArn"),
    Listing("kms:ListKeys", "Keys", "kms:key", "key", arn="KeyArn", name="KeyId"),
    Listing("ecr:DescribeRepositories", "repositories", "ecr:repository", "registry", arn="repositoryArn",
            name="repositoryName"),
    Listing("eks:DescribePodIdentityAssociation", "association", "eks:podidentityassociation", "cluster",
            arn="associationArn", name="serviceAccount", roles=("roleArn",)),
    Listing("sqs:ListQueues", "QueueUrls", "sqs:queue", "queue"),
    Listing("dynamodbstreams:ListStreams", "Streams", "dynamodb:stream", "stream", arn="StreamArn",
            name="TableName"),
    Listing("kinesis:ListStreams", "StreamSummaries", "kinesis:stream", "stream", arn="StreamARN",
            name="StreamName"),
    Listing("s3:ListBuckets", "Buckets", "s3:bucket", "bucket", name="Name", made="arn:aws:s3:::{Name}"),
)  # fmt: skip
"""Every call whose answer lists resources of one type, with what they run as."""

LEADING = {
    "glue:ListJobs": ("JobNames", "glue:job"),
    "glue:ListDevEndpoints": ("DevEndpointNames", "glue:devEndpoint"),
    "codebuild:ListProjects": ("projects", "codebuild:project"),
    "sagemaker:ListDomains": ("Domains", "sagemaker:domain"),
    "stepfunctions:ListStateMachines": ("stateMachines", "states:stateMachine"),
    "codepipeline:ListPipelines": ("pipelines", "codepipeline:pipeline"),
    "eks:ListClusters": ("clusters", "eks:cluster"),
    "eks:ListPodIdentityAssociations": ("associations", "eks:podidentityassociation"),
    "bedrock-agent:ListAgents": ("agentSummaries", "bedrock:agent"),
    "bedrock-agentcore-control:ListAgentRuntimes": ("agentRuntimes", "bedrock-agentcore:runtime"),
}
"""Calls that only name what another call describes: the key at the top of each, and the type it lists."""

AMBIGUOUS = frozenset({"Summaries", "StackSet", "application", "applications", "Clusters", "Environments"})
"""Keys at the top that other answers have as well: there only the manifest or the name of the file tells."""

BY_CALL = {listing.call: listing for listing in LISTINGS}
