"""Answers that only a live collection brings: each comes with its call, its region and its request."""

from typing import Any

import pytest

ACCOUNT = "111122223333"
SCOPE = f"aws:{ACCOUNT}"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ink"
USER = f"arn:aws:iam::{ACCOUNT}:user/press"
KEY = "AKIAFAKED21AAAAAAAAA"


@pytest.fixture
def answer(read):
    """Reads one answer as it lies in a snapshot."""

    def run(source: str, call: str, body: Any, **request: str):
        entry = {"path": "a.json", "call": call, "region": REGION, "request": request}
        manifest = {"source": "aws", "scope": ACCOUNT, "collected_at": "", "files": [entry]}
        return read(source, body, "a.json", kind="snapshot", manifest=manifest)

    return run


def test_a_key_was_last_used_or_never(answer):
    call = "iam:GetAccessKeyLastUsed"
    used = {"UserName": "press", "AccessKeyLastUsed": {"LastUsedDate": "2026-06-01T00:00:00+00:00"}}
    never = {"UserName": "press", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
    first = answer("aws_access_keys", call, used, AccessKeyId=KEY).of("credentials")[0]
    second = answer("aws_access_keys", call, never, AccessKeyId=KEY).of("credentials")[0]
    assert (first["key"], str(first["last_used"])) == (KEY, "2026-06-01 00:00:00+00:00")
    assert (second["key"], second["has_last_used"]) == (KEY, False)


def test_a_last_use_without_its_key_is_said(answer):
    found = answer("aws_access_keys", "iam:GetAccessKeyLastUsed", {"AccessKeyLastUsed": {}})
    assert found.of("credentials") == []
    assert found.of("coverage", "table", "state") == [("credentials", "partial")]


def test_a_credential_of_one_service_belongs_to_its_user(answer):
    entry = {
        "UserName": "press",
        "Status": "Inactive",
        "CreateDate": "2026-01-01T00:00:00+00:00",
        "ServiceSpecificCredentialId": "ACCAFAKED21EXAMPLE",
    }
    body = {
        "ServiceSpecificCredentials": [
            {**entry, "ServiceName": "codecommit.amazonaws.com"},
            {**entry, "ServiceName": "bedrock.amazonaws.com", "ExpirationDate": "2026-02-01T00:00:00+00:00"},
            {"UserName": "press"},
        ]
    }
    found = answer("aws_service_credentials", "iam:ListServiceSpecificCredentials", body)
    assert found.of("credentials", "kind", "enabled", "has_expires") == [
        ("password", False, False),
        ("api-key", False, None),
    ]
    assert found.of("links", "kind", "from", "to") == [
        ("authenticates", "ACCAFAKED21EXAMPLE", USER),
        ("authenticates", "ACCAFAKED21EXAMPLE", USER),
    ]
    assert found.of("coverage", "at", "state") == [("/ServiceSpecificCredentials/2", "partial")]


def test_an_issuer_is_a_trust_and_names_its_audiences(answer):
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.org"
    body = {"Url": "token.example.org", "ClientIDList": [], "ThumbprintList": [], "CreateDate": 0}
    call = "iam:GetOpenIDConnectProvider"
    found = answer("aws_identity_providers", call, body, OpenIDConnectProviderArn=arn)
    assert found.of("credentials", "key", "kind", "name", "audience_bound") == [
        (arn, "federated-trust", "token.example.org", False)
    ]


def test_a_saml_trust_ends(answer):
    arn = f"arn:aws:iam::{ACCOUNT}:saml-provider/people"
    body = {"SAMLProviderList": [{"Arn": arn, "ValidUntil": "2027-01-01T00:00:00+00:00"}, {}]}
    (row,) = answer("aws_identity_providers", "iam:ListSAMLProviders", body).of("credentials")
    assert (row["key"], str(row["expires"])) == (arn, "2027-01-01 00:00:00+00:00")


def test_services_that_were_never_used(answer):
    body = {
        "JobStatus": "COMPLETED",
        "ServicesLastAccessed": [
            {"ServiceNamespace": "s3", "LastAuthenticated": "2026-06-01T00:00:00+00:00"},
            {"ServiceNamespace": "kms"},
            {"ServiceNamespace": "sqs", "LastAuthenticated": "someday"},
        ],
    }
    found = answer("aws_last_accessed", "iam:GetServiceLastAccessedDetails", body, Arn=ROLE)
    assert found.of("grants", "subject", "service", "granted", "used", "window_days") == [
        (ROLE, "s3", 1, 1, 400),
        (ROLE, "kms", 1, 0, 400),
    ]
    assert [(row["subject"], str(row["last"])) for row in found.of("uses")] == [
        (ROLE, "2026-06-01 00:00:00+00:00")
    ]
    assert (SCOPE, "grants", "partial") in found.of("coverage", "scope", "table", "state")


def test_one_report_says_nothing_of_the_other_identities(read):
    body = {"ServicesLastAccessed": [{"ServiceNamespace": "s3"}]}
    path = "iam-get-service-last-accessed-details-press.json"
    call = {"path": path, "call": "iam:GetServiceLastAccessedDetails", "request": {"Arn": ROLE}}
    whole = {"source": "aws", "scope": ACCOUNT, "complete": True, "files": [call]}
    asked = {"service": "iam", "operation": "GetServiceLastAccessedDetails", "request": {"Arn": ROLE}}
    alone = [{**asked, "response": body}]
    assert read("aws_last_accessed", alone).of("coverage") == []
    for complete, expected in ((True, [(SCOPE, "grants", "complete")]), (False, [])):
        manifest = {**whole, "complete": complete}
        found = read("aws_last_accessed", body, path, kind="snapshot", manifest=manifest)
        assert found.of("grants", "subject", "service") == [(ROLE, "s3")]
        assert found.of("coverage", "scope", "table", "state") == expected


def finding(**more: Any) -> dict[str, Any]:
    return {"analyzedAt": "2026-06-30T00:00:00+00:00", "status": "ACTIVE", "resource": ROLE, **more}


def test_a_finding_says_what_nobody_used(answer):
    details = [
        {"unusedPermissionDetails": {"serviceNamespace": "s3", "lastAccessed": "2026-06-20T00:00:00+00:00"}},
        {"unusedIamRoleDetails": {}},
        {"unusedIamUserAccessKeyDetails": {"accessKeyId": KEY, "lastAccessed": "2026-01-01T00:00:00+00:00"}},
    ]
    body = finding(findingDetails=details)
    found = answer("aws_access_analyzer", "accessanalyzer:GetFindingV2", body)
    assert found.of("grants", "subject", "service", "granted", "used", "window_days") == [
        (ROLE, "s3", 1, 0, 10)
    ]
    assert found.of("identities", "key", "has_last_used") == [(ROLE, False)]
    assert found.of("credentials", "key", "last_used")[0][0] == KEY


def test_a_finding_says_what_is_public(answer):
    bucket = "arn:aws:s3:::plates"
    details = [{"externalAccessDetails": {"isPublic": True, "principal": {"AWS": "*"}}}]
    body = finding(resource=bucket, resourceType="AWS::S3::Bucket", findingDetails=details)
    call = "accessanalyzer:GetFindingV2"
    assert answer("aws_access_analyzer", call, body).of("systems", "key", "kind", "public") == [
        (bucket, "bucket", True)
    ]
    assert answer("aws_access_analyzer", call, {**body, "status": "RESOLVED"}).of("systems") == []


def test_certificates_lead_to_the_roles_of_a_profile(answer):
    arn = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:profile/p"
    entries = [
        {"profileArn": arn, "name": "plant", "enabled": True, "roleArns": [ROLE]},
        {"profileArn": f"{arn}2", "name": "old", "enabled": False, "roleArns": [ROLE]},
    ]
    found = answer("aws_roles_anywhere", "rolesanywhere:ListProfiles", {"profiles": entries})
    assert found.of("identities", "key", "kind", "enabled") == [
        (arn, "federated", True),
        (f"{arn}2", "federated", False),
    ]
    assert found.of("links", "kind", "from", "to", "certain") == [("may-become", arn, ROLE, False)]


TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all"


@pytest.mark.parametrize(
    ("selectors", "events"),
    [
        (
            {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
            {"secret-retrieval", "token-mint", "issuance", "denial"},
        ),
        (
            {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]},
            {"token-mint", "issuance", "denial"},
        ),
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}, set()),
        (
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Management"]},
                            {"Field": "readOnly", "Equals": ["true"]},
                        ]
                    }
                ]
            },
            {"secret-retrieval"},
        ),
        (
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Management"]},
                            {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
                        ]
                    }
                ]
            },
            set(),
        ),
    ],
)
def test_a_trail_records_what_it_selects(answer, selectors, events):
    found = answer("aws_cloudtrail", "cloudtrail:GetEventSelectors", {"TrailARN": TRAIL, **selectors})
    assert {row["event"] for row in found.of("log_events")} == events
    assert {row["log"] for row in found.of("log_events")} <= {TRAIL}


@pytest.mark.parametrize(("logging", "logs"), [(True, [(TRAIL, SCOPE)]), (False, [])])
def test_a_trail_that_was_stopped_is_no_log(answer, logging, logs):
    found = answer("aws_cloudtrail", "cloudtrail:GetTrailStatus", {"IsLogging": logging}, Name=TRAIL)
    assert found.of("logs", "key", "scope") == logs


def test_a_function_that_anybody_can_call(answer):
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:press"
    entries = [
        {"FunctionArn": f"{arn}:live", "AuthType": "NONE"},
        {"FunctionArn": arn, "AuthType": "AWS_IAM"},
    ]
    body = {"FunctionUrlConfigs": entries}
    found = answer("aws_function_urls", "lambda:ListFunctionUrlConfigs", body)
    assert found.of("systems", "key", "public") == [(arn, True)]


@pytest.mark.parametrize(
    ("policy", "classes", "certain"),
    [("AmazonEKSClusterAdminPolicy", 16, True), ("AmazonEKSViewPolicy", 1, True), ("NewPolicy", 16, False)],
)
def test_an_access_policy_of_a_cluster(answer, policy, classes, certain):
    body = {
        "clusterName": "main",
        "principalArn": ROLE,
        "associatedAccessPolicies": [{"policyArn": f"arn:aws:eks::aws:cluster-access-policy/{policy}"}],
    }
    found = answer("aws_eks_access", "eks:ListAssociatedAccessPolicies", body)
    assert found.of("links", "kind", "from", "to", "classes", "certain") == [
        ("may-act", ROLE, f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/main", classes, certain)
    ]


def test_an_encrypted_parameter_is_a_stored_secret(answer):
    entries = [
        {"Name": "/press/db", "Type": "SecureString", "LastModifiedDate": "2026-01-01T00:00:00+00:00"},
        {"Name": "stage", "Type": "String"},
    ]
    found = answer("aws_parameters", "ssm:DescribeParameters", {"Parameters": entries})
    first = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/press/db"
    assert found.of("systems", "key") == [(first,), (f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/stage",)]
    assert found.of("credentials", "key", "store", "rotation") == [
        (f"{first}#value", "secret-manager", False)
    ]


def test_a_list_that_only_leads_on_says_that_it_is_whole(answer):
    found = answer("aws_workloads", "codebuild:ListProjects", {"projects": []})
    assert found.of("coverage", "scope", "table", "state") == [
        (SCOPE, "systems/codebuild:project", "complete")
    ]


def test_the_tree_of_an_organisation(answer):
    def organisation(call: str, body: Any, **request: str) -> Any:
        return answer("aws_organization", f"organizations:{call}", body, **request)

    roots = {"Roots": [{"Id": "r-ab12", "Arn": f"arn:aws:organizations::{ACCOUNT}:root/o-1/r-ab12"}]}
    assert organisation("ListRoots", roots).of("scopes", "key", "kind", "parent") == [
        ("aws:r-ab12", "folder", "aws:o-1")
    ]
    unit = {"Id": "ou-ab12-1", "Arn": f"arn:aws:organizations::{ACCOUNT}:ou/o-1/ou-ab12-1", "Name": "press"}
    units = organisation(
        "ListOrganizationalUnitsForParent", {"OrganizationalUnits": [unit]}, ParentId="r-ab12"
    )
    assert units.of("scopes", "key", "parent") == [("aws:ou-ab12-1", "aws:r-ab12")]
    below = organisation(
        "ListAccountsForParent", {"Accounts": [{"Id": "444455556666"}]}, ParentId="ou-ab12-1"
    )
    assert below.of("scopes", "key", "parent") == [("aws:444455556666", "aws:ou-ab12-1")]
    arn = f"arn:aws:organizations::{ACCOUNT}:policy/o-1/service_control_policy/p-1"
    summary = {"Id": "p-1", "Arn": arn, "Name": "keep", "Type": "SERVICE_CONTROL_POLICY"}
    attached = organisation("ListPoliciesForTarget", {"Policies": [summary]}, TargetId="ou-ab12-1")
    assert attached.of("policies", "key", "kind", "attached_to", "document") == [
        (arn, "scp", "aws:ou-ab12-1", None)
    ]
    assert attached.of("coverage") == []
    text = '{"Version": "2012-10-17", "Statement": []}'
    found = organisation("DescribePolicy", {"Policy": {"PolicySummary": summary, "Content": text}})
    assert found.of("policies", "key", "attached_to") == [(arn, "")]
    assert len(found.of("documents")) == 1
