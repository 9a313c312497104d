"""A small company in the cloud on this machine: three accounts, each with a little of everything."""

import io
import json
import zipfile

import boto3

OWN = "123456789012"
REGION = "eu-west-1"
MARK = "FAKED44-zebra-kiosk-91"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def statement(**more: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **more}]})


def found(endpoint: str, users: int = 2) -> tuple[str, str]:
    """The two member accounts, after everything is made."""
    organizations = boto3.client("organizations", endpoint_url=endpoint)
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="press")["OrganizationalUnit"]["Id"]
    members = []
    for name in ("ink", "paper"):
        made = organizations.create_account(Email=f"{name}@example.org", AccountName=name)
        account = made["CreateAccountStatus"]["AccountId"]
        organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
        members.append(account)
    deny = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}],
        }
    )
    policy = organizations.create_policy(
        Content=deny, Description="", Name="keep", Type="SERVICE_CONTROL_POLICY"
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=unit)
    furnish(boto3.Session(region_name=REGION), endpoint, OWN, users)
    for account in members:
        furnish(inside(endpoint, account), endpoint, account, users)
    return members[0], members[1]


def inside(endpoint: str, account: str) -> boto3.Session:
    sts = boto3.client("sts", endpoint_url=endpoint)
    given = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole", RoleSessionName="make"
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=REGION,
    )


def furnish(session: boto3.Session, endpoint: str, account: str, users: int) -> None:
    def of(service: str):
        return session.client(service, endpoint_url=endpoint)

    iam = of("iam")
    for n in range(users):
        iam.create_user(UserName=f"press{n:03d}")
        iam.create_access_key(UserName=f"press{n:03d}")
    role = iam.create_role(RoleName="ink", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["0" * 40],
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("press.py", "def run(event, context): pass")
    functions = of("lambda")
    functions.create_function(
        FunctionName="press",
        Runtime="python3.12",
        Role=role,
        Handler="press.run",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": MARK}},
    )
    functions.add_permission(
        FunctionName="press", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    of("ecs").register_task_definition(
        family="press",
        taskRoleArn=role,
        containerDefinitions=[
            {
                "name": "press",
                "image": "press",
                "memory": 64,
                "environment": [{"name": "DB_PASSWORD", "value": MARK}],
            }
        ],
    )
    of("codebuild").create_project(
        name="press",
        source={"type": "S3", "location": "press/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "press", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=role,
    )
    buckets = of("s3")
    place = {"LocationConstraint": REGION}
    for name in (f"plates-{account}", f"proofs-{account}"):
        buckets.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    open_ = statement(
        Sid="Open", Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::plates-{account}/*"
    )
    buckets.put_bucket_policy(Bucket=f"plates-{account}", Policy=open_)
    of("kms").create_key(Description="plates")
    of("sqs").create_queue(QueueName="jobs")
    of("sns").create_topic(Name="jobs")
    of("secretsmanager").create_secret(Name="db", SecretString=MARK)
    of("ssm").put_parameter(Name="/press/db", Value=MARK, Type="SecureString")
    of("ecr").create_repository(repositoryName="press")
    of("cloudtrail").create_trail(Name="all", S3BucketName=f"plates-{account}")
    of("cloudtrail").start_logging(Name="all")
    of("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, UserData=MARK)
