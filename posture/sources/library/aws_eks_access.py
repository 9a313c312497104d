"""EKS access entries: which AWS identities may do what in a cluster."""

from __future__ import annotations

from collections.abc import Mapping

from posture.model import keys
from posture.model.classes import Classes
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import asked, items, text
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-eks-access",
    title="AWS EKS access entries",
    feeds=("systems", "links"),
    by_hand="aws eks list-associated-access-policies for each of list-access-entries",
    blind="which AWS identities administer a cluster without any IAM policy that says so",
    provider="aws",
    calls=(
        asks("eks", "list_access_entries", each="list_clusters:/clusters/*", takes={"clusterName": ""},
             none=("InvalidRequestException",)),
        asks("eks", "list_associated_access_policies", each="list_access_entries:/accessEntries/*",
             takes={"clusterName": "request/clusterName", "principalArn": ""}),
        asks("eks", "describe_access_entry", each="list_access_entries:/accessEntries/*",
             takes={"clusterName": "request/clusterName", "principalArn": ""}),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_POLICIES, _ENTRY = "eks:ListAssociatedAccessPolicies", "eks:DescribeAccessEntry"
_KNOWN = {
    "eks:ListAccessEntries": "accessEntries",
    _POLICIES: "associatedAccessPolicies",
    _ENTRY: "accessEntry",
}
_CHANGES = Classes.READ | Classes.WRITE | Classes.DESTRUCTIVE
_ALLOWS = {
    "AmazonEKSClusterAdminPolicy": Classes.ADMIN,
    "AmazonEKSAdminPolicy": Classes.ADMIN,
    "AmazonEKSEditPolicy": _CHANGES,
    "AmazonEKSViewPolicy": Classes.READ,
    "AmazonEKSAdminViewPolicy": Classes.READ,
    "AmazonEKSSecretReaderPolicy": Classes.READ,
}


def claims(page: Page) -> bool:
    """Entries of a cluster, one entry, or its policies."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A link per policy of AWS that an identity has in a cluster; what its groups may is Kubernetes' own."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        if answer.call == _POLICIES:
            _policies(into, answer, account)
        elif answer.call == _ENTRY:
            _entry(into, answer, account)


def _policies(into: Rows, answer: Recorded, account: str) -> None:
    body = unpacked(answer.body)
    if not isinstance(body, Mapping):
        return
    who, name = text(body, "principalArn"), text(body, "clusterName")
    cluster = _cluster(answer, name, account)
    for at, policy in items(answer, "associatedAccessPolicies"):
        title = text(policy, "policyArn").rpartition("/")[2]
        if not who or not cluster:
            why = "one access policy is set aside: nothing says of whom or in which region"
            into.problem(keys.aws_scope(account), "links", at, why)
            continue
        classes = _ALLOWS.get(title)
        into.add(
            "links",
            at,
            kind="may-act",
            from_=who,
            to=cluster,
            classes=int(classes if classes is not None else Classes.ADMIN),
            certain=classes is not None,
            because=f"access policy {title} of the cluster",
            depends_on=None if classes is not None else "what the access policy allows",
        )


def _entry(into: Rows, answer: Recorded, account: str) -> None:
    body = unpacked(answer.body)
    entry = body.get("accessEntry") if isinstance(body, Mapping) else None
    groups = entry.get("kubernetesGroups") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not groups:
        return
    at = f"{answer.at}/accessEntry"
    cluster = _cluster(answer, text(entry, "clusterName"), account)
    if cluster and text(entry, "principalArn"):
        into.add("links", at, kind="may-act", from_=text(entry, "principalArn"), to=cluster,
                 classes=int(Classes.ADMIN), certain=False, because="Kubernetes groups of its access entry",
                 depends_on="what the cluster binds to the groups")  # fmt: skip


def _cluster(answer: Recorded, name: str, account: str) -> str:
    given = name or asked(answer, "clusterName")
    arn = f"arn:aws:eks:{answer.region}:{account}:cluster/{given}"
    return arn if given and answer.region and scope_of(arn, account) else ""
