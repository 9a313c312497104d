"""What policies on resources let in, keep out and leave open, through the project's own readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from posture import access
from posture.access.asking import can
from posture.access.resolved import Resolved
from posture.estate.build import build
from posture.estate.estate import Estate
from posture.settings import Settings
from posture.sources import registry
from posture.sources.gather import gather

ONE, TWO, OUTSIDE = "111122223333", "444455556666", "999988887777"
BUCKET = "arn:aws:s3:::ledger"
KEY = f"arn:aws:kms:eu-west-1:{ONE}:key/k1"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ONE}:function:press"
READ, WRITE = 1, 2


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def user(name: str, account: str = ONE) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def unblocked(restricts: bool = False) -> list[dict[str, Any]]:
    """What S3 Block Public Access says of the bucket and of the first account."""
    response = {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": restricts}}
    asked = (("s3", {"Bucket": "ledger"}), ("s3control", {"AccountId": ONE}))
    return [
        {"service": service, "operation": "GetPublicAccessBlock", "request": request, "response": response}
        for service, request in asked
    ]


class Company:
    """Two accounts with users, and the policies of some resources of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.users: dict[str, list[dict[str, Any]]] = {ONE: [], TWO: []}
        self.recorded: list[dict[str, Any]] = [
            {
                "service": "s3",
                "operation": "ListBuckets",
                "response": {"Buckets": [{"Name": "ledger"}, {"Name": "plates"}]},
            }
        ]

    def hire(self, name: str, *statements: Any, account: str = ONE) -> str:
        policies = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
        self.users[account].append(
            {"UserName": name, "Arn": user(name, account), "UserPolicyList": policies, "GroupList": []}
        )
        return user(name, account)

    def guard(self, service: str, operation: str, request: dict[str, str], *statements: Any) -> None:
        self.recorded.append(
            {
                "service": service,
                "operation": operation,
                "region": "eu-west-1",
                "request": request,
                "response": {"Policy": json.dumps(document(*statements))},
            }
        )

    def bucket(self, *statements: Any, block: bool | None = False) -> None:
        self.guard("s3", "GetBucketPolicy", {"bucket": "ledger"}, *statements)
        self.recorded += unblocked(block) if block is not None else []

    def estate(self) -> Estate:
        for account, users in self.users.items():
            folder = self.folder / account
            folder.mkdir(exist_ok=True)
            details = {"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
            (folder / "details.json").write_text(json.dumps(details))
        (self.folder / ONE / "inventory.json").write_text(json.dumps(self.recorded))
        rows = gather([self.folder], [], [], Settings()).rows
        return build(rows, [reader.SOURCE for reader in registry.every()], Settings()).estate


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def acts(company: Company) -> list[tuple[str, str, int, bool]]:
    found = access.resolve(company.estate())
    rows = found.links.filter(pl.col("kind") == "may-act").select("from", "to", "classes", "certain")
    return sorted(rows.iter_rows())


def resolved(company: Company) -> Resolved:
    return access.resolve(company.estate())


def test_a_policy_lets_in_who_has_no_policy_of_its_own(company: Company) -> None:
    ana = company.hire("ana")
    company.hire("bob")
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal={"AWS": ana}))

    assert acts(company) == [(ana, BUCKET, READ, True)]


def test_both_sides_have_to_allow_across_accounts(company: Company) -> None:
    both = company.hire("both", allow("s3:GetObject", f"{BUCKET}/*"), account=TWO)
    company.hire("named", account=TWO)
    company.hire("unnamed", allow("s3:GetObject", f"{BUCKET}/*"), account=TWO)
    company.bucket(
        allow("s3:GetObject", f"{BUCKET}/*", Principal={"AWS": [both, user("named", TWO)]}),
    )

    assert acts(company) == [(both, BUCKET, READ, True)]


def test_an_account_that_is_let_in_decides_for_itself(company: Company) -> None:
    wide = company.hire("wide", allow("s3:GetObject"), account=TWO)
    company.hire("none", account=TWO)
    company.bucket(allow("s3:*", [BUCKET, f"{BUCKET}/*"], Principal={"AWS": TWO}))

    assert (wide, BUCKET, READ, True) in acts(company)
    assert {start for start, to, _classes, _certain in acts(company) if to == BUCKET} == {wide}


def test_the_public_is_anyone_and_a_stranger_is_named(company: Company) -> None:
    company.hire("ana")
    company.bucket(
        allow("s3:GetObject", f"{BUCKET}/*", Principal="*"),
        allow("s3:PutObject", f"{BUCKET}/*", Principal={"AWS": OUTSIDE}),
    )
    rows = resolved(company).links.filter(pl.col("kind") == "may-act")

    assert sorted(rows.select("from", "to", "classes", "certain", "breadth").iter_rows()) == [
        ("*", BUCKET, READ, True, "any-tenant"),
        (f"arn:aws:iam::{ONE}:everyone", BUCKET, READ, True, None),
        (f"arn:aws:iam::{OUTSIDE}:root", BUCKET, WRITE, True, "exact"),
    ]
    assert resolved(company).identities.filter(pl.col("key") == "*")["kind"].to_list() == ["external"]


def test_a_public_policy_counts_for_nobody_outside_where_public_access_is_blocked(company: Company) -> None:
    company.hire("ana")
    statements = [
        allow("s3:GetObject", f"{BUCKET}/*", Principal="*"),
        allow("s3:PutObject", f"{BUCKET}/*", Principal={"AWS": OUTSIDE}),
    ]
    company.bucket(*statements, block=True)
    assert acts(company) == [(f"arn:aws:iam::{ONE}:everyone", BUCKET, READ, True)]


def test_it_is_conditional_where_nothing_says_whether_public_access_is_blocked(company: Company) -> None:
    company.hire("ana")
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*"), block=None)
    rows = resolved(company).links.filter(pl.col("from") == "*")
    assert rows.select("certain", "depends_on").rows() == [
        (False, "whether S3 Block Public Access restricts the bucket")
    ]


def test_a_policy_for_one_other_account_is_not_public_and_no_block_bears_on_it(company: Company) -> None:
    company.hire("ana")
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal={"AWS": OUTSIDE}), block=True)
    assert acts(company) == [(f"arn:aws:iam::{OUTSIDE}:root", BUCKET, READ, True)]


def test_everybody_of_an_organisation_hangs_on_whose_that_is(company: Company) -> None:
    company.hire("ana")
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    company.bucket(allow("s3:GetObject", f"{BUCKET}/*", Principal="*", Condition=condition))
    rows = resolved(company).links.filter(pl.col("kind") == "may-act", pl.col("breadth").is_not_null())

    assert rows.select("from", "certain", "breadth", "depends_on").rows() == [
        ("aws:o-1", False, "exact", "whether o-1 is the organisation that owns it")
    ]


def test_a_deny_of_the_resource_takes_it_off_a_wide_grant(company: Company) -> None:
    ana = company.hire("ana", allow("s3:GetObject"))
    bob = company.hire("bob", allow("s3:GetObject"))
    company.bucket(deny("s3:*", [BUCKET, f"{BUCKET}/*"], Principal={"AWS": ana}))
    found = resolved(company)
    rows = found.links.filter(pl.col("kind") == "may-act").select("from", "to", "certain").rows()
    to = dict(zip([start for start, _to, _c in rows], [to for _s, to, _c in rows], strict=True))
    members = {
        start: end
        for start, end in found.links.filter(pl.col("kind") == "contains").select("from", "to").iter_rows()
        if start == to[ana]
    }

    assert [certain for _start, _to, certain in sorted(rows)] == [True, True]
    assert to[bob] == f"aws:{ONE}:bucket:*"
    assert members == {to[ana]: "arn:aws:s3:::plates"}


def test_a_deny_under_a_condition_leaves_the_one_resource_open(company: Company) -> None:
    ana = company.hire("ana", allow("s3:GetObject"))
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    company.bucket(deny("s3:*", [BUCKET, f"{BUCKET}/*"], Principal="*", Condition=condition))

    found = acts(company)
    assert (ana, BUCKET, READ, False) in found
    assert [certain for _start, to, _classes, certain in found if to != BUCKET] == [True]


def test_many_denies_under_conditions_are_one_link(company: Company) -> None:
    ana = company.hire("ana", allow("s3:GetObject"))
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    names = [f"plates{n}" for n in range(5)]
    company.recorded[0]["response"]["Buckets"] += [{"Name": name} for name in names]
    for name in names:
        whole = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        statement = deny("s3:*", whole, Principal="*", Condition=condition)
        company.guard("s3", "GetBucketPolicy", {"bucket": name}, statement)
    found = resolved(company)
    doubted = found.links.filter((pl.col("kind") == "may-act") & ~pl.col("certain"))

    assert doubted["from"].to_list() == [ana]
    inside = found.links.filter((pl.col("kind") == "contains") & (pl.col("from") == doubted["to"][0]))
    assert sorted(inside["to"]) == [f"arn:aws:s3:::{name}" for name in names]


def test_who_is_denied_everything_has_no_link(company: Company) -> None:
    company.hire("ana", allow("s3:*Object", [f"{BUCKET}/*"]))
    company.bucket(deny("s3:*", [BUCKET, f"{BUCKET}/*"], Principal={"AWS": user("ana")}))

    assert acts(company) == []


def test_a_deny_of_calls_without_tls_keeps_nobody_out(company: Company) -> None:
    ana = company.hire("ana", allow("s3:GetObject"))
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    company.bucket(deny("s3:*", [BUCKET, f"{BUCKET}/*"], Principal="*", Condition=condition))

    assert acts(company) == [(ana, f"aws:{ONE}:bucket:*", READ, True)]


def test_a_key_that_does_not_leave_it_to_the_account(company: Company) -> None:
    ana = company.hire("ana", allow("kms:Decrypt", KEY))
    bob = company.hire("bob", allow("kms:Decrypt", KEY))
    company.guard("kms", "GetKeyPolicy", {"keyId": "k1"}, allow("kms:*", Principal={"AWS": bob}))

    assert {start for start, to, _classes, _certain in acts(company) if to == KEY} == {bob}
    assert ana not in {start for start, _to, _classes, _certain in acts(company)}


def test_a_key_that_leaves_it_to_the_account(company: Company) -> None:
    ana = company.hire("ana", allow("kms:Decrypt", KEY))
    root = f"arn:aws:iam::{ONE}:root"
    company.guard("kms", "GetKeyPolicy", {"keyId": "k1"}, allow("kms:*", Principal={"AWS": root}))

    assert [(start, to, certain) for start, to, _classes, certain in acts(company)] == [(ana, KEY, True)]


def test_a_function_that_another_account_may_call(company: Company) -> None:
    caller = company.hire("caller", allow("lambda:InvokeFunction", FUNCTION), account=TWO)
    company.guard(
        "lambda",
        "GetPolicy",
        {"functionName": "press"},
        allow("lambda:InvokeFunction", FUNCTION, Principal={"AWS": TWO}),
    )

    assert [(start, to, certain) for start, to, _classes, certain in acts(company)] == [
        (caller, FUNCTION, True)
    ]


def test_a_resource_of_another_account_without_its_policy_stays_open(company: Company) -> None:
    away = f"arn:aws:sqs:eu-west-1:{TWO}:jobs"
    ana = company.hire("ana", allow("sqs:SendMessage", away))

    assert [(start, to, certain) for start, to, _classes, certain in acts(company)] == [(ana, away, False)]


def organisation(company: Company) -> None:
    arn = f"arn:aws:organizations::{ONE}:policy/o-1/service_control_policy/p-1"
    summary = {"Id": "p-1", "Arn": arn, "Name": "keep", "Type": "SERVICE_CONTROL_POLICY"}
    root = {"Id": "r-ab12", "Arn": f"arn:aws:organizations::{ONE}:root/o-1/r-ab12", "Name": "Root"}
    accounts = [
        {"Id": number, "Arn": f"arn:aws:organizations::{ONE}:account/o-1/{number}"} for number in (ONE, TWO)
    ]
    text = json.dumps(document(allow("*"), deny("s3:GetObject", "*")))
    for operation, request, response in (
        ("DescribeOrganization", {}, {"Organization": {"Id": "o-1", "MasterAccountId": ONE}}),
        ("ListRoots", {}, {"Roots": [root]}),
        ("ListAccountsForParent", {"ParentId": "r-ab12"}, {"Accounts": accounts}),
        ("ListPoliciesForTarget", {"TargetId": "r-ab12"}, {"Policies": [summary]}),
        ("DescribePolicy", {"PolicyId": "p-1"}, {"Policy": {"PolicySummary": summary, "Content": text}}),
    ):
        entry = {"service": "organizations", "operation": operation, "request": request, "response": response}
        company.recorded.append(entry)


def test_a_policy_of_the_organisation_does_not_limit_the_account_that_manages_it(company: Company) -> None:
    ana = company.hire("ana", allow("s3:GetObject"))
    bob = company.hire("bob", allow("s3:GetObject"), account=TWO)
    organisation(company)

    assert acts(company) == [(ana, f"aws:{ONE}:bucket:*", READ, True)]
    estate = company.estate()
    assert can(estate, ana, "s3:GetObject", f"{BUCKET}/x", {}).answer == "Allowed"
    assert can(estate, bob, "s3:GetObject", "arn:aws:s3:::own/x", {}).answer == "ExplicitlyDenied"


def test_what_bulk_is_sure_of_a_single_question_confirms(company: Company) -> None:
    asked = {READ: ("s3:GetObject", f"{BUCKET}/x"), WRITE: ("s3:PutObject", f"{BUCKET}/x")}
    ana = company.hire("ana", allow("s3:*"))
    bob = company.hire("bob", allow("s3:GetObject"), account=TWO)
    company.hire("eve", allow("s3:*"))
    company.bucket(
        allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*", Principal={"AWS": [bob, ana]}),
        deny("s3:*", [BUCKET, f"{BUCKET}/*"], Principal={"AWS": user("eve")}),
    )
    estate = company.estate()
    for start, to, classes, certain in acts(company):
        if to == BUCKET and classes in asked:
            action, resource = asked[classes]
            answer = can(estate, start, action, resource, {}).answer
            assert (answer == "Allowed") or not certain, (start, action, answer)
    assert can(estate, bob, "s3:GetObject", f"{BUCKET}/x", {}).answer == "Allowed"


@pytest.mark.parametrize("many", [12, 40])
def test_one_of_many_for_whom_a_bucket_has_a_part_each(company: Company, many: int) -> None:
    team = [company.hire(f"u{n}") for n in range(many)]
    company.bucket(
        *(allow("s3:GetObject", f"{BUCKET}/{n}/*", Principal={"AWS": one}) for n, one in enumerate(team))
    )

    assert acts(company) == [(one, BUCKET, READ, True) for one in sorted(team)]


def test_where_not_every_place_in_a_bucket_is_asked_about_it_stays_open(company: Company) -> None:
    reads = [allow("s3:GetObject", f"{BUCKET}/{n}/*") for n in range(40)]
    ana = company.hire("ana", *reads, account=TWO)
    company.bucket(allow("s3:GetObject", f"{BUCKET}/here/*", Principal={"AWS": ana}))

    assert acts(company) == [(ana, BUCKET, READ, False)]
