"""One of everything that carries a policy: made in moto where it can be, else as AWS would answer."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3

ACCOUNT, REGION = "123456789012", "eu-west-1"
FRIEND = "444455556666"
AT = f"{REGION}:{ACCOUNT}"


def text(action: str, resource: str = "*") -> str:
    """A policy that lets a friend in."""
    statement = {
        "Sid": "Friend",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{FRIEND}:root"},
        "Action": action,
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def furnish(endpoint: str) -> dict[str, str]:
    """The type of each resource that now carries a policy, by its key."""
    made: dict[str, str] = {}

    def of(service: str) -> Any:
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION)

    of("s3").create_bucket(Bucket="plates", CreateBucketConfiguration={"LocationConstraint": REGION})
    of("s3").put_bucket_policy(Bucket="plates", Policy=text("s3:GetObject", "arn:aws:s3:::plates/*"))
    made["arn:aws:s3:::plates"] = "s3:bucket"
    points = of("s3control")
    points.meta.events.register("before-sign.s3-control", lambda request, **_: _keep_host(endpoint, request))
    points.create_access_point(AccountId=ACCOUNT, Name="readers", Bucket="plates")
    point = f"arn:aws:s3:{AT}:accesspoint/readers"
    points.put_access_point_policy(
        AccountId=ACCOUNT, Name="readers", Policy=text("s3:GetObject", f"{point}/object/*")
    )
    made[point] = "s3:accesspoint"
    key = of("kms").create_key(Policy=text("kms:Decrypt"))["KeyMetadata"]["Arn"]
    made[key] = "kms:key"
    queue = f"arn:aws:sqs:{AT}:jobs"
    of("sqs").create_queue(QueueName="jobs", Attributes={"Policy": text("sqs:SendMessage", queue)})
    made[queue] = "sqs:queue"
    topic = of("sns").create_topic(Name="jobs", Attributes={"Policy": text("sns:Publish")})["TopicArn"]
    made[topic] = "sns:topic"
    secret = of("secretsmanager").create_secret(Name="db", SecretString="FAKED51-otter")["ARN"]
    of("secretsmanager").put_resource_policy(
        SecretId=secret, ResourcePolicy=text("secretsmanager:GetSecretValue")
    )
    made[secret] = "secretsmanager:secret"
    made |= _functions(of)
    ecr = of("ecr")
    ecr.create_repository(repositoryName="press")
    ecr.set_repository_policy(repositoryName="press", policyText=text("ecr:BatchGetImage"))
    ecr.put_registry_policy(
        policyText=text("ecr:CreateRepository", f"arn:aws:ecr:{AT}:repository/*"),
    )
    made |= {
        f"arn:aws:ecr:{AT}:repository/press": "ecr:repository",
        f"arn:aws:ecr:{AT}:registry": "ecr:registry",
    }
    files = of("efs").create_file_system(CreationToken="plates")
    of("efs").put_file_system_policy(
        FileSystemId=files["FileSystemId"], Policy=text("elasticfilesystem:ClientMount")
    )
    made[files["FileSystemArn"]] = "elasticfilesystem:file-system"
    of("events").put_permission(
        EventBusName="default", Action="events:PutEvents", Principal=FRIEND, StatementId="Friend"
    )
    made[f"arn:aws:events:{AT}:event-bus/default"] = "events:event-bus"
    of("glue").put_resource_policy(PolicyInJson=text("glue:GetTable"))
    made[f"arn:aws:glue:{AT}:catalog"] = "glue:rootcatalog"
    domain = of("opensearch").create_domain(DomainName="texts", AccessPolicies=text("es:ESHttpGet"))
    made[domain["DomainStatus"]["ARN"]] = "es:domain"
    made |= _tables(of)
    gates = of("apigateway").create_rest_api(
        name="orders", policy=text("execute-api:Invoke", "execute-api:/*")
    )
    made[f"arn:aws:execute-api:{AT}:{gates['id']}"] = "apigateway:restapi"
    mail = of("sesv2")
    mail.create_email_identity(EmailIdentity="press.example")
    mail.create_email_identity_policy(
        EmailIdentity="press.example", PolicyName="friend", Policy=text("ses:SendEmail")
    )
    made[f"arn:aws:ses:{AT}:identity/press.example"] = "ses:identity"
    bucket = of("s3vectors").create_vector_bucket(vectorBucketName="words")
    arn = f"arn:aws:s3vectors:{AT}:bucket/words"
    of("s3vectors").put_vector_bucket_policy(vectorBucketName="words", policy=text("s3vectors:QueryVectors"))
    assert bucket.get("vectorBucketArn", arn) == arn
    made[arn] = "s3vectors:vectorbucket"
    of("logs").put_resource_policy(policyName="friend", policyDocument=text("logs:PutLogEvents"))
    made[f"arn:aws:logs:{AT}:resource-policy:friend"] = "logs:resource-policy"
    logs = of("logs").put_destination(
        destinationName="away", targetArn=f"arn:aws:kinesis:{AT}:stream/jobs", roleArn="arn:aws:iam::1:role/x"
    )
    of("logs").put_destination_policy(destinationName="away", accessPolicy=text("logs:PutSubscriptionFilter"))
    made[logs["destination"]["arn"]] = "logs:destination"
    return made


def _arn(rest: str) -> str:
    service, _, name = rest.partition(":")
    return f"arn:aws:{service}:{AT}:{name}"


ANSWERED = {
    ("acm-pca:certificate-authority", _arn("acm-pca:certificate-authority/a1")): {
        "ACMPrivateCA.ListCertificateAuthorities": {
            "CertificateAuthorities": [{"Arn": _arn("acm-pca:certificate-authority/a1"), "Status": "ACTIVE"}]
        },
        "ACMPrivateCA.GetPolicy": {"Policy": text("acm-pca:IssueCertificate")},
    },
    ("aps:workspace", _arn("aps:workspace/ws-1")): {
        "GET /workspaces": {
            "workspaces": [
                {
                    "arn": _arn("aps:workspace/ws-1"),
                    "workspaceId": "ws-1",
                    "alias": "press",
                    "createdAt": 1780000000,
                    "status": {"statusCode": "ACTIVE"},
                    "tags": {},
                }
            ]
        },
        "GET /workspaces/ws-1/policy": {
            "policyDocument": text("aps:RemoteWrite"),
            "policyStatus": "ACTIVE",
            "revisionId": "1",
        },
    },
    ("backup:backupvault", _arn("backup:backup-vault:nightly")): {
        "GET /backup-vaults/": {
            "BackupVaultList": [
                {"BackupVaultName": "nightly", "BackupVaultArn": _arn("backup:backup-vault:nightly")}
            ]
        },
        "GET /backup-vaults/nightly/access-policy": {
            "BackupVaultName": "nightly",
            "BackupVaultArn": _arn("backup:backup-vault:nightly"),
            "Policy": text("backup:CopyIntoBackupVault"),
        },
    },
    ("bedrock:custom-model", _arn("bedrock:custom-model/titan.x/y")): {
        "GET /custom-models": {
            "modelSummaries": [
                {
                    "modelArn": _arn("bedrock:custom-model/titan.x/y"),
                    "modelName": "proof-reader",
                    "creationTime": "2026-01-01T00:00:00Z",
                    "baseModelArn": "arn:aws:bedrock:eu-west-1::foundation-model/titan",
                    "baseModelName": "titan",
                }
            ]
        },
        f"GET /resource-policy/{_arn('bedrock:custom-model/titan.x/y')}": {
            "resourcePolicy": text("bedrock:InvokeModel")
        },
    },
    ("bedrock-agentcore:runtime", _arn("bedrock-agentcore:runtime/desk")): {
        "POST /runtimes/": {
            "agentRuntimes": [
                {
                    "agentRuntimeArn": _arn("bedrock-agentcore:runtime/desk"),
                    "agentRuntimeId": "desk",
                    "agentRuntimeName": "desk",
                    "agentRuntimeVersion": "1",
                    "description": "",
                    "lastUpdatedAt": "2026-01-01T00:00:00Z",
                    "status": "READY",
                }
            ]
        },
        f"GET /resourcepolicy/{_arn('bedrock-agentcore:runtime/desk')}": {
            "policy": text("bedrock-agentcore:InvokeAgentRuntime")
        },
    },
    ("bedrock-agentcore:gateway", _arn("bedrock-agentcore:gateway/shop")): {
        "GET /gateways/": {
            "items": [
                {
                    "gatewayId": "shop",
                    "name": "shop",
                    "status": "READY",
                    "createdAt": "2026-01-01T00:00:00Z",
                    "updatedAt": "2026-01-01T00:00:00Z",
                    "authorizerType": "AWS_IAM",
                    "protocolType": "MCP",
                }
            ]
        },
        "GET /gateways/shop/": {
            "gatewayArn": _arn("bedrock-agentcore:gateway/shop"),
            "gatewayId": "shop",
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-01T00:00:00Z",
            "status": "READY",
            "name": "shop",
            "protocolType": "MCP",
            "authorizerType": "AWS_IAM",
        },
        f"GET /resourcepolicy/{_arn('bedrock-agentcore:gateway/shop')}": {
            "policy": text("bedrock-agentcore:InvokeGateway")
        },
    },
    ("cloudtrail:channel", _arn("cloudtrail:channel/c1")): {
        "ListChannels": {"Channels": [{"ChannelArn": _arn("cloudtrail:channel/c1"), "Name": "in"}]},
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetResourcePolicy": {
            "ResourcePolicy": text("cloudtrail-data:PutAuditEvents"),
        },
    },
    ("cloudtrail:eventdatastore", _arn("cloudtrail:eventdatastore/e1")): {
        "ListEventDataStores": {
            "EventDataStores": [{"EventDataStoreArn": _arn("cloudtrail:eventdatastore/e1"), "Name": "all"}]
        },
    },
    ("codeartifact:domain", _arn("codeartifact:domain/press")): {
        "POST /v1/domains": {
            "domains": [{"name": "press", "owner": ACCOUNT, "arn": _arn("codeartifact:domain/press")}]
        },
        "GET /v1/domain/permissions/policy": {
            "policy": {
                "resourceArn": _arn("codeartifact:domain/press"),
                "document": text("codeartifact:GetAuthorizationToken"),
            }
        },
    },
    ("codeartifact:repository", _arn("codeartifact:repository/press/pages")): {
        "POST /v1/repositories": {
            "repositories": [
                {
                    "name": "pages",
                    "domainName": "press",
                    "domainOwner": ACCOUNT,
                    "arn": _arn("codeartifact:repository/press/pages"),
                }
            ]
        },
        "GET /v1/repository/permissions/policy": {
            "policy": {
                "resourceArn": _arn("codeartifact:repository/press/pages"),
                "document": text("codeartifact:ReadFromRepository"),
            }
        },
    },
    ("codebuild:report-group", _arn("codebuild:report-group/proofs")): {
        "CodeBuild_20161006.ListReportGroups": {"reportGroups": [_arn("codebuild:report-group/proofs")]},
        "CodeBuild_20161006.GetResourcePolicy": {"policy": text("codebuild:BatchGetReports")},
    },
    ("codebuild:project", _arn("codebuild:project/press")): {
        "CodeBuild_20161006.ListProjects": {"projects": ["press"]},
        "CodeBuild_20161006.BatchGetProjects": {
            "projects": [{"name": "press", "arn": _arn("codebuild:project/press")}]
        },
    },
    ("dsql:cluster", _arn("dsql:cluster/c1")): {
        "GET /cluster": {"clusters": [{"identifier": "c1", "arn": _arn("dsql:cluster/c1")}]},
        "GET /cluster/c1/policy": {"policy": text("dsql:DbConnect"), "policyVersion": "1"},
    },
    ("glacier:vault", _arn("glacier:vaults/cellar")): {
        "GET /-/vaults": {"VaultList": [{"VaultName": "cellar", "VaultARN": _arn("glacier:vaults/cellar")}]},
        "GET /-/vaults/cellar/access-policy": {"Policy": text("glacier:InitiateJob")},
        "GET /-/vaults/cellar/lock-policy": {"Policy": text("glacier:DeleteArchive"), "State": "Locked"},
    },
    ("kafka:cluster", _arn("kafka:cluster/press/k1")): {
        "GET /api/v2/clusters": {
            "clusterInfoList": [{"clusterArn": _arn("kafka:cluster/press/k1"), "clusterName": "press"}]
        },
        f"GET /v1/clusters/{_arn('kafka:cluster/press/k1')}/policy": {
            "currentVersion": "1",
            "policy": text("kafka:CreateVpcConnection"),
        },
    },
    ("oam:sink", _arn("oam:sink/s1")): {
        "POST /ListSinks": {"Items": [{"Arn": _arn("oam:sink/s1"), "Id": "s1", "Name": "all"}]},
        "POST /GetSinkPolicy": {"SinkArn": _arn("oam:sink/s1"), "Policy": text("oam:CreateLink")},
    },
    ("s3tables:tablebucket", _arn("s3tables:bucket/sums")): {
        "GET /buckets": {
            "tableBuckets": [
                {
                    "arn": _arn("s3tables:bucket/sums"),
                    "name": "sums",
                    "ownerAccountId": ACCOUNT,
                    "createdAt": "2026-01-01T00:00:00Z",
                }
            ]
        },
        f"GET /buckets/{_arn('s3tables:bucket/sums')}/policy": {"resourcePolicy": text("s3tables:GetTable")},
    },
    ("sagemaker:model-package-group", _arn("sagemaker:model-package-group/proofs")): {
        "SageMaker.ListModelPackageGroups": {
            "ModelPackageGroupSummaryList": [
                {
                    "ModelPackageGroupName": "proofs",
                    "ModelPackageGroupArn": _arn("sagemaker:model-package-group/proofs"),
                    "CreationTime": 1780000000,
                    "ModelPackageGroupStatus": "Completed",
                }
            ]
        },
        "SageMaker.GetModelPackageGroupPolicy": {"ResourcePolicy": text("sagemaker:DescribeModelPackage")},
    },
    ("schemas:registry", _arn("schemas:registry/orders")): {
        "GET /v1/registries": {
            "Registries": [{"RegistryName": "orders", "RegistryArn": _arn("schemas:registry/orders")}]
        },
        "GET /v1/policy": {"Policy": text("schemas:DescribeSchema"), "RevisionId": "1"},
    },
    ("ssm:parameter", _arn("ssm:parameter/press")): {
        "AmazonSSM.DescribeParameters": {
            "Parameters": [
                {"Name": "press", "ARN": _arn("ssm:parameter/press"), "Type": "String", "Tier": "Advanced"},
                {"Name": "plain", "ARN": _arn("ssm:parameter/plain"), "Type": "String", "Tier": "Standard"},
            ]
        },
        "AmazonSSM.GetResourcePolicies": {
            "Policies": [{"PolicyId": "p", "PolicyHash": "h", "Policy": text("ssm:GetParameter")}]
        },
    },
    ("vpc-lattice:service", _arn("vpc-lattice:service/svc-1")): {
        "GET /services": {
            "items": [{"id": "svc-1", "name": "orders", "arn": _arn("vpc-lattice:service/svc-1")}]
        },
        f"GET /authpolicy/{_arn('vpc-lattice:service/svc-1')}": {
            "policy": text("vpc-lattice-svcs:Invoke"),
            "state": "Active",
        },
    },
    ("vpc-lattice:servicenetwork", _arn("vpc-lattice:servicenetwork/sn-1")): {
        "GET /servicenetworks": {
            "items": [{"id": "sn-1", "name": "shop", "arn": _arn("vpc-lattice:servicenetwork/sn-1")}]
        },
        f"GET /authpolicy/{_arn('vpc-lattice:servicenetwork/sn-1')}": {
            "policy": text("vpc-lattice-svcs:Invoke"),
            "state": "Active",
        },
    },
}
"""What moto does not know, as AWS puts it on the wire: by type and key, what leads to its policy."""


def _keep_host(endpoint: str, request: Any) -> None:
    # The stand-in has no name per account, as AWS has.
    request.url = f"{endpoint}/{request.url.partition('://')[2].partition('/')[2]}"


def _functions(of: Any) -> dict[str, str]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("press.py", "def run(event, context): pass")
    trust = {"Version": "2012-10-17", "Statement": []}
    role = of("iam").create_role(RoleName="ink", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    functions = of("lambda")
    code = {"ZipFile": archive.getvalue()}
    arn = functions.create_function(
        FunctionName="press", Runtime="python3.12", Role=role, Handler="press.run", Code=code
    )["FunctionArn"]
    functions.add_permission(
        FunctionName="press", StatementId="Friend", Action="lambda:InvokeFunction", Principal=FRIEND
    )
    layer = functions.publish_layer_version(LayerName="shared", Content=code)
    functions.add_layer_version_permission(
        LayerName="shared",
        VersionNumber=layer["Version"],
        StatementId="Friend",
        Action="lambda:GetLayerVersion",
        Principal=FRIEND,
    )
    return {arn: "lambda:function", layer["LayerVersionArn"]: "lambda:layerversion"}


def _tables(of: Any) -> dict[str, str]:
    tables = of("dynamodb")
    table = tables.create_table(
        TableName="prints",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    tables.put_resource_policy(ResourceArn=table["TableArn"], Policy=text("dynamodb:GetItem"))
    streams = of("kinesis")
    streams.create_stream(StreamName="jobs", ShardCount=1)
    stream = f"arn:aws:kinesis:{AT}:stream/jobs"
    streams.put_resource_policy(ResourceARN=stream, Policy=text("kinesis:GetRecords"))
    # The stand-in takes the last part of the name for the stream.
    reader = streams.register_stream_consumer(StreamARN=stream, ConsumerName="jobs")["Consumer"]
    streams.put_resource_policy(ResourceARN=reader["ConsumerARN"], Policy=text("kinesis:SubscribeToShard"))
    return {
        table["TableArn"]: "dynamodb:table",
        stream: "kinesis:stream",
        reader["ConsumerARN"]: "kinesis:consumer",
    }
