"""Service last accessed: which of the services that it may use an identity did use."""

from __future__ import annotations

from posture.model import keys
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.items import asked, items, text
from posture.sources.contract import Call, Page, Rows, Source
from posture.sources.times import moment

SOURCE = Source(
    id="aws-last-accessed",
    title="AWS service last accessed",
    feeds=("grants", "uses"),
    by_hand="aws iam generate-service-last-accessed-details --arn ARN, then "
    "get-service-last-accessed-details --job-id ID",
    blind="which granted services an identity never uses",
    provider="aws",
    calls=tuple(
        Call(
            "iam",
            "get_service_last_accessed_details",
            ("iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails"),
            "iam-get-service-last-accessed-details-{item}.json",
            each=f"iam:get_account_authorization_details:/{listed}/*",
            takes={"Arn": "/Arn"},
            job="generate_service_last_accessed_details",
            hands="JobId",
        )
        for listed in ("UserDetailList", "RoleDetailList")
    ),
    opens=b"{[",
    rank=30,
)

_KNOWN = {"iam:GetServiceLastAccessedDetails": "ServicesLastAccessed"}
_TRACKED = 400
"""Days over which AWS keeps when a service was last accessed; less for an identity that is younger.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"""


def claims(page: Page) -> bool:
    """The report on one identity."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One grant per service that the identity may use: used within the tracking period, or not."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        subject = asked(answer, "Arn")
        if not subject:
            into.problem(
                keys.aws_scope(account),
                "grants",
                answer.at,
                "one report is set aside: nothing says of whom it is",
                "posture collect aws keeps the request beside the answer",
            )
            continue
        last = None
        for at, service in items(answer, "ServicesLastAccessed"):
            name = text(service, "ServiceNamespace")
            seen = moment(service.get("LastAuthenticated"))
            if not name or (seen is None and service.get("LastAuthenticated")):
                into.problem(
                    scope_of(subject, account), "grants", at, "one service is set aside: it cannot be read"
                )
                continue
            last = max(last, seen) if last and seen else last or seen
            into.add(
                "grants",
                at,
                subject=subject,
                service=name,
                granted=1,
                used=1 if seen else 0,
                window_days=_TRACKED,
            )
        if last:
            into.add("uses", answer.at, subject=subject, last=last)
        if _of_everybody(page):
            into.covered(scope_of(subject, account), "grants")


def _of_everybody(page: Page) -> bool:
    """Whether every identity of the account was asked about; one report alone speaks of one identity."""
    return (page.place.manifest or {}).get("complete") is True and str(page.path) in page.place.entries()
