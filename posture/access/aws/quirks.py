"""Where a service departs from the general rules of evaluation, each with the page that says so."""

from __future__ import annotations

ALWAYS_ALLOWED = frozenset({"sts:getcalleridentity"})
"""Needs no permission and cannot be denied.
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

RESOURCE_POLICY_DECIDES = frozenset({"kms"})
"""Services whose resource policy has to allow even inside the account: identity policies count only where
the key
policy lets the account in. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"""

WITHOUT_KEY_POLICY = frozenset(
    {
        "kms:connectcustomkeystore",
        "kms:createcustomkeystore",
        "kms:createkey",
        "kms:deletecustomkeystore",
        "kms:describecustomkeystores",
        "kms:disconnectcustomkeystore",
        "kms:generaterandom",
        "kms:listaliases",
        "kms:listkeys",
        "kms:listretirablegrants",
        "kms:updatecustomkeystore",
    }
)
"""KMS actions on no particular key, which no key policy can speak of.
https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html"""

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)
"""Decided by the role's trust policy, which has to allow them inside the account too.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html"""

TOKEN_ACTIONS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Called with somebody else's token and no AWS identity: the trust policy alone decides.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""

RCP_SERVICES = frozenset(
    {
        "s3",
        "sts",
        "kms",
        "sqs",
        "secretsmanager",
        "cognito-identity",
        "cognito-idp",
        "logs",
        "dynamodb",
        "ecr",
        "aoss",
    }
)
"""The services that resource control policies bind.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"""

WITHOUT_RCP = frozenset({"kms:retiregrant"})
"""Actions of these services that no resource control policy restricts (same page)."""

ROOT_KEEPS = frozenset({"s3:deletebucketpolicy", "s3:getbucketpolicy", "s3:putbucketpolicy"})
"""What the root user of a bucket's own account may do whatever the bucket's policy denies it.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html"""

UNSIGNED = frozenset({"s3", "sqs", "sns"})
"""Services that take requests without a signature where a policy lets in everybody.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html"""

BETWEEN = {
    # https://docs.aws.amazon.com/efs/latest/ug/network-access.html
    "elasticfilesystem": "who reaches a mount target in its network",
    # https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html
    "kafka": "who reaches its network",
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
    "es": "who reaches its endpoint, and what its own access control asks for",
    # https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html
    "vpc-lattice": "which networks it is shared with, and whether it asks for a signature",
    "vpc-lattice-svcs": "which networks it is shared with, and whether it asks for a signature",
}
"""What stands between a policy and whoever it lets in from outside, by service: the policy is not all."""

POINT = ":accesspoint/"
"""What tells the ARN of an S3 access point."""
AT_POINT = "whether the policy of its bucket lets in what comes through it"
"""What stands between the policy of an access point and others: both have to allow.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html"""

UNASKED = {
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    "execute-api": "which authorization its methods ask for, and whether it is private",
}
"""The same where the policy lets in everybody."""
