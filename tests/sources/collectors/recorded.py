"""Answers in AWS's shapes for calls that the cloud on this machine does not know."""

import json

JOB = b"""<GenerateServiceLastAccessedDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GenerateServiceLastAccessedDetailsResult><JobId>examplef-1305-c245-eba4-71fe298bcda7</JobId>
</GenerateServiceLastAccessedDetailsResult></GenerateServiceLastAccessedDetailsResponse>"""
DETAILS = b"""<GetServiceLastAccessedDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GetServiceLastAccessedDetailsResult><JobStatus>COMPLETED</JobStatus><JobType>SERVICE_LEVEL</JobType>
<JobCreationDate>2026-06-30T23:00:00.000Z</JobCreationDate>
<ServicesLastAccessed>
<member><ServiceName>Amazon S3</ServiceName><ServiceNamespace>s3</ServiceNamespace>
<LastAuthenticated>2026-06-01T10:00:00Z</LastAuthenticated>
<TotalAuthenticatedEntities>1</TotalAuthenticatedEntities></member>
<member><ServiceName>AWS KMS</ServiceName><ServiceNamespace>kms</ServiceNamespace>
<TotalAuthenticatedEntities>0</TotalAuthenticatedEntities></member>
</ServicesLastAccessed><JobCompletionDate>2026-06-30T23:00:01.000Z</JobCompletionDate>
</GetServiceLastAccessedDetailsResult></GetServiceLastAccessedDetailsResponse>"""
CREDENTIALS = b"""<ListServiceSpecificCredentialsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<ListServiceSpecificCredentialsResult><ServiceSpecificCredentials>
<member><UserName>press000</UserName><Status>Active</Status><ServiceUserName>press000-at-1</ServiceUserName>
<CreateDate>2026-01-01T00:00:00Z</CreateDate>
<ServiceSpecificCredentialId>ACCAFAKED44EXAMPLE01</ServiceSpecificCredentialId>
<ServiceName>codecommit.amazonaws.com</ServiceName></member>
</ServiceSpecificCredentials></ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>"""
ANALYZER = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/all"
FINDING = "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"
ROLE = "arn:aws:iam::123456789012:role/ink"
ANCHOR = "arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a1"
PROFILE = "arn:aws:rolesanywhere:eu-west-1:123456789012:profile/p1"

ANSWERS = {
    "GenerateServiceLastAccessedDetails": JOB,
    "GetServiceLastAccessedDetails": DETAILS,
    "ListServiceSpecificCredentials": CREDENTIALS,
    **{
        name: json.dumps(answer).encode()
        for name, answer in {
            "DescribeInstanceInformation": {"InstanceInformationList": []},
            "GET /analyzer": {
                "analyzers": [
                    {
                        "arn": ANALYZER,
                        "name": "all",
                        "type": "ACCOUNT_UNUSED_ACCESS",
                        "createdAt": "2026-01-01T00:00:00Z",
                        "status": "ACTIVE",
                    }
                ]
            },
            "POST /analyzer/findings": {},
            "POST /findingv2": {
                "findings": [
                    {
                        "id": FINDING,
                        "analyzedAt": "2026-06-30T00:00:00Z",
                        "createdAt": "2026-06-01T00:00:00Z",
                        "updatedAt": "2026-06-30T00:00:00Z",
                        "resource": ROLE,
                        "resourceType": "AWS::IAM::Role",
                        "resourceOwnerAccount": "123456789012",
                        "status": "ACTIVE",
                        "findingType": "UnusedPermission",
                    }
                ]
            },
            f"GET /findingv2/{FINDING}": {
                "id": FINDING,
                "analyzedAt": "2026-06-30T00:00:00Z",
                "createdAt": "2026-06-01T00:00:00Z",
                "updatedAt": "2026-06-30T00:00:00Z",
                "resource": ROLE,
                "resourceType": "AWS::IAM::Role",
                "resourceOwnerAccount": "123456789012",
                "status": "ACTIVE",
                "findingType": "UnusedPermission",
                "findingDetails": [
                    {
                        "unusedPermissionDetails": {
                            "serviceNamespace": "s3",
                            "lastAccessed": "2026-03-22T00:00:00Z",
                            "actions": [{"action": "DeleteBucket"}, {"action": "DeleteObject"}],
                        }
                    }
                ],
            },
            "GET /trustanchors": {
                "trustAnchors": [{"trustAnchorArn": ANCHOR, "name": "plant", "enabled": True}]
            },
            "GET /profiles": {
                "profiles": [{"profileArn": PROFILE, "name": "machines", "enabled": True, "roleArns": [ROLE]}]
            },
            "ListServices": {"ServiceSummaryList": []},
            "CodeBuild_20161006.ListReportGroups": {"reportGroups": []},
            "CodeBuild_20161006.GetResourcePolicy": {"policy": ""},
            "ListChannels": {"Channels": []},
            "ListEventDataStores": {"EventDataStores": []},
            "POST /v1/domains": {"domains": []},
            "POST /v1/repositories": {"repositories": []},
            "POST /ListSinks": {"Items": []},
            "GET /v1/registries": {"Registries": []},
            "GET /cluster": {"clusters": []},
            "GET /buckets": {"tableBuckets": []},
        }.items()
    },
}
