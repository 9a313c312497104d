"""Where data lies: buckets, tables, streams, file systems, keys, secrets; the calls for their policies."""

from __future__ import annotations

from posture.sources.aws.carrier import GONE, LOCAL, Carrier
from posture.sources.aws.declaring import asks

DATA = (
    Carrier(
        "s3:bucket", "bucket",
        asks("s3", "get_bucket_policy", each="list_buckets:/Buckets/*", takes={"Bucket": "/Name"},
             regional=False, none=("NoSuchBucketPolicy", "NoSuchBucket")),
        "Policy", ("arn:{partition}:s3:::{bucket}",), silent=False,
        ways=(asks("s3", "list_buckets", "s3:ListAllMyBuckets", regional=False),),
    ),
    Carrier(
        "kms:key", "key",
        asks("kms", "get_key_policy", each="list_keys:/Keys/*", takes={"KeyId": "/KeyArn"},
             arguments={"PolicyName": "default"}, none=("NotFoundException",)),
        "Policy", (f"arn:{{partition}}:kms:{LOCAL}:key/{{keyid}}",), silent=False,
        ways=(asks("kms", "list_keys"),),
    ),
    Carrier(
        "secretsmanager:secret", "secret",
        asks("secretsmanager", "get_resource_policy", each="list_secrets:/SecretList/*",
             takes={"SecretId": "/ARN"}, none=GONE),
        "ResourcePolicy", ("{arn}", f"arn:{{partition}}:secretsmanager:{LOCAL}:secret:{{secretid}}"),
    ),
    Carrier(
        "elasticfilesystem:file-system", "storage",
        asks("efs", "describe_file_system_policy", each="describe_file_systems:/FileSystems/*",
             takes={"FileSystemId": "/FileSystemId"}, none=("PolicyNotFound", "FileSystemNotFound")),
        "Policy", (f"arn:{{partition}}:elasticfilesystem:{LOCAL}:file-system/{{filesystemid}}",),
        ways=(asks("efs", "describe_file_systems"),), top="FileSystems", arn="FileSystemArn", name="Name",
    ),
    Carrier(
        "glue:rootcatalog", "pipeline",
        asks("glue", "get_resource_policy", none=("EntityNotFoundException",)),
        "PolicyInJson", (f"arn:{{partition}}:glue:{LOCAL}:catalog",), always=True,
    ),
    Carrier(
        "es:domain", "database",
        asks("opensearch", "describe_domains", each="list_domain_names:/DomainNames/*",
             takes={"DomainNames": "/DomainName"}, batch=5),
        "AccessPolicies", ("{arn}",), ways=(asks("opensearch", "list_domain_names"),),
        entries="DomainStatusList", top="DomainStatusList", arn="ARN", name="DomainName",
    ),
    Carrier(
        "dynamodb:stream", "stream",
        asks("dynamodb", "get_resource_policy", each="describe_table:/Table",
             takes={"ResourceArn": "/LatestStreamArn"}, none=(*GONE, "PolicyNotFoundException")),
        "Policy", ("{resourcearn}",), mark="/stream/",
    ),
    Carrier(
        "dynamodb:table", "table",
        asks("dynamodb", "get_resource_policy", each="describe_table:/Table",
             takes={"ResourceArn": "/TableArn"}, none=(*GONE, "PolicyNotFoundException")),
        "Policy", ("{resourcearn}",),
        ways=(asks("dynamodb", "list_tables"),
              asks("dynamodb", "describe_table", each="list_tables:/TableNames/*", takes={"TableName": ""},
                   none=GONE)),
        top="Table", arn="TableArn", name="TableName",
    ),
    Carrier(
        "kinesis:consumer", "stream",
        asks("kinesis", "get_resource_policy", each="list_stream_consumers:/Consumers/*",
             takes={"ResourceARN": "/ConsumerARN"}, none=GONE),
        "Policy", ("{resourcearn}",), mark="/consumer/",
        ways=(asks("kinesis", "list_stream_consumers", each="list_streams:/StreamSummaries/*",
                   takes={"StreamARN": "/StreamARN"}, none=GONE),),
        top="Consumers", arn="ConsumerARN", name="ConsumerName",
    ),
    Carrier(
        "kinesis:stream", "stream",
        asks("kinesis", "get_resource_policy", each="list_streams:/StreamSummaries/*",
             takes={"ResourceARN": "/StreamARN"}, none=GONE),
        "Policy", ("{resourcearn}",), ways=(asks("kinesis", "list_streams"),),
    ),
    Carrier(
        "backup:backupvault", "storage",
        asks("backup", "get_backup_vault_access_policy", each="list_backup_vaults:/BackupVaultList/*",
             takes={"BackupVaultName": "/BackupVaultName"}, none=GONE),
        "Policy", ("{backupvaultarn}", f"arn:{{partition}}:backup:{LOCAL}:backup-vault:{{backupvaultname}}"),
        ways=(asks("backup", "list_backup_vaults"),),
        top="BackupVaultList", arn="BackupVaultArn", name="BackupVaultName",
    ),
    Carrier(
        "glacier:vault", "bucket",
        asks("glacier", "get_vault_access_policy", each="list_vaults:/VaultList/*",
             takes={"vaultName": "/VaultName"}, arguments={"accountId": "-"}, none=GONE),
        "policy.Policy", (f"arn:{{partition}}:glacier:{LOCAL}:vaults/{{vaultname}}",),
        ways=(asks("glacier", "list_vaults", arguments={"accountId": "-"}),),
        top="VaultList", arn="VaultARN", name="VaultName",
    ),
    Carrier(
        "glacier:vault", "bucket",
        asks("glacier", "get_vault_lock", each="list_vaults:/VaultList/*",
             takes={"vaultName": "/VaultName"}, arguments={"accountId": "-"}, none=GONE),
        "Policy", (f"arn:{{partition}}:glacier:{LOCAL}:vaults/{{vaultname}}",), part="lock", always=True,
    ),
    Carrier(
        "s3tables:tablebucket", "table",
        asks("s3tables", "get_table_bucket_policy", each="list_table_buckets:/tableBuckets/*",
             takes={"tableBucketARN": "/arn"}, none=("NotFoundException",)),
        "resourcePolicy", ("{tablebucketarn}",), ways=(asks("s3tables", "list_table_buckets"),),
        top="tableBuckets", arn="arn", name="name",
    ),
    Carrier(
        "s3vectors:vectorbucket", "bucket",
        asks("s3vectors", "get_vector_bucket_policy", each="list_vector_buckets:/vectorBuckets/*",
             takes={"vectorBucketArn": "/vectorBucketArn"}, none=("NotFoundException",)),
        "policy", ("{vectorbucketarn}",), ways=(asks("s3vectors", "list_vector_buckets"),),
        top="vectorBuckets", arn="vectorBucketArn", name="vectorBucketName",
    ),
    Carrier(
        "dsql:cluster", "database",
        asks("dsql", "get_cluster_policy", each="list_clusters:/clusters/*",
             takes={"identifier": "/identifier"}, none=GONE),
        "policy", (f"arn:{{partition}}:dsql:{LOCAL}:cluster/{{identifier}}",),
        ways=(asks("dsql", "list_clusters"),), top="clusters", arn="arn", name="identifier",
    ),
    Carrier(
        "kafka:cluster", "stream",
        asks("kafka", "get_cluster_policy", each="list_clusters_v2:/ClusterInfoList/*",
             takes={"ClusterArn": "/ClusterArn"}, none=("NotFoundException",)),
        "Policy", ("{clusterarn}",), ways=(asks("kafka", "list_clusters_v2"),),
        top="ClusterInfoList", arn="ClusterArn", name="ClusterName",
    ),
    Carrier(
        "acm-pca:certificate-authority", "key",
        asks("acm-pca", "get_policy", each="list_certificate_authorities:/CertificateAuthorities/*",
             takes={"ResourceArn": "/Arn"}, none=GONE),
        "Policy", ("{resourcearn}",), ways=(asks("acm-pca", "list_certificate_authorities"),),
        top="CertificateAuthorities", arn="Arn",
    ),
    Carrier(
        "ssm:parameter", "parameter",
        asks("ssm", "get_resource_policies", each="describe_parameters:/Parameters/*",
             takes={"ResourceArn": "/ARN"}, only={"/Tier": ("Advanced", "Intelligent-Tiering")},
             none=GONE),
        "Policies.Policy", ("{resourcearn}",), several=True, always=True,
    ),
)  # fmt: skip
