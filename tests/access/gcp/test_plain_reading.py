"""What resolving says of any estate is what a plain reading of its policies says, neither more nor less."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.gcp.resolve import resolve
from posture.access.resolved import Resolved
from tests.access.gcp.plain_reading import MAYBE, NO, YES, Binding, Firm, steps
from tests.access.gcp.small import AWAY, DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, estate

known = settings(derandomize=True, max_examples=400, deadline=None, database=None)

OUTER, INNER, ZOE = "group:crew@corp.example", "group:night@corp.example", "user:zoe@night.corp.example"
POOL = "//iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci"
JOB, WHOLE = f"principal:{POOL}/subject/main", f"principalSet:{POOL}/*"
ACCOUNTS = (TARGET, OTHER, AWAY)
WHO = (DANA, ZOE, JOB, *ACCOUNTS)
ANYONE, SIGNED_IN = "allUsers", "allAuthenticatedUsers"
MEMBERS = (
    *WHO, OUTER, INNER, "domain:corp.example", "domain:night.corp.example", WHOLE, ANYONE, SIGNED_IN,
    f"deleted:{DANA}?uid=1",
)  # fmt: skip
SCOPES = (ORG, FOLDER, PROD, LAB)
PARENTS = {FOLDER: ORG, PROD: FOLDER, LAB: ORG, TARGET: PROD, OTHER: PROD, AWAY: LAB}
HELD = {
    "token": ["iam.serviceAccounts.actAs", "iam.serviceAccounts.getAccessToken"],
    "act": ["iam.serviceAccounts.actAs"],
    "delegate": ["iam.serviceAccounts.implicitDelegation"],
    "deploy": ["run.services.create"],
    "build": ["storage.objects.get", "cloudbuild.builds.create"],
    "policy": ["resourcemanager.projects.setIamPolicy"],
    "folders": ["resourcemanager.folders.setIamPolicy"],
    "roles": ["iam.roles.update"],
    "lift": ["iam.denypolicies.delete"],
    "wake": ["iam.serviceAccounts.enable"],
}
ROLES = {f"organizations/7/roles/{name}": held for name, held in HELD.items()}
LATER = 'request.time < timestamp("2030-01-01T00:00:00Z")'
PAST = 'request.time < timestamp("2020-01-01T00:00:00Z")'
TAGGED = "resource.matchTag('7/env', 'prod')"
NO_BUCKET = 'resource.type != "storage.googleapis.com/Bucket"'
A_BUCKET = 'resource.type == "storage.googleapis.com/Bucket"'
GROUPS = {OUTER: [INNER, DANA], INNER: [ZOE, OUTER, OTHER]}


def holds(expression: str, permission: str) -> int:
    if expression in (NO_BUCKET, A_BUCKET):
        # None of the permissions here is about a bucket; of a binding alone nobody knows.
        return MAYBE if not permission else YES if expression == NO_BUCKET else NO
    return {LATER: YES, PAST: NO, TAGGED: MAYBE}[expression]


def names(who: str) -> set[str]:
    kind, _, name = who.partition(":")
    found = {who, ANYONE, "principalSet://goog/public:all"}
    if kind == "user":
        found |= {SIGNED_IN, f"domain:{name.partition('@')[2]}", f"principal://goog/subject/{name}"}
    elif kind == "serviceAccount":
        found |= {SIGNED_IN, f"principal://iam.googleapis.com/projects/-/serviceAccounts/{name}"}
    else:
        found.add(WHOLE)
    return found


def denied_as(who: str) -> str:
    kind, _, name = who.partition(":")
    return {
        "user": f"principal://goog/subject/{name}",
        "group": f"principalSet://goog/group/{name}",
        "serviceAccount": f"principal://iam.googleapis.com/projects/-/serviceAccounts/{name}",
    }.get(kind, who)


CHAIN: list[Binding] = [
    (TARGET, "organizations/7/roles/delegate", [DANA]),
    (OTHER, "organizations/7/roles/delegate", [TARGET]),
    (AWAY, "organizations/7/roles/token", [OTHER]),
    (FOLDER, "organizations/7/roles/act", [ZOE]),
    (PROD, "organizations/7/roles/build", [ZOE]),
    (ORG, "organizations/7/roles/roles", [JOB]),
    (FOLDER, "organizations/7/roles/folders", [OUTER]),
]
"""What chance alone would seldom join."""


WAYS: tuple[list[tuple[str, ...]], ...] = (
    [(TARGET, "act"), (PROD, "deploy")],
    [(FOLDER, "act"), (ORG, "build")],
    [(AWAY, "act"), (PROD, "build")],
    [(TARGET, "delegate"), (OTHER, "delegate", TARGET), (AWAY, "token", OTHER)],
    [(ORG, "policy")],
    [(FOLDER, "policy")],
    [(ORG, "folders")],
    [(ORG, "roles"), (PROD, "act")],
    [(PROD, "roles"), (PROD, "act")],
    [(FOLDER, "token")],
    [(FOLDER, "token"), (FOLDER, "lift")],
    [(TARGET, "token"), (ORG, "lift")],
    [(PROD, "policy"), (PROD, "lift")],
    [(TARGET, "token"), (PROD, "wake")],
    [(TARGET, "delegate"), (OTHER, "token", TARGET), (OTHER, "wake", TARGET)],
)
"""What each takes: a role on a node, and who holds it where it is not the one who gains."""


@st.composite
def bindings(draw: st.DrawFn) -> Binding:
    node = draw(st.sampled_from((*SCOPES, *ACCOUNTS)))
    role = draw(st.sampled_from(sorted(ROLES)))
    by_chance = (node, role, draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True)))
    one = draw(st.sampled_from([by_chance, by_chance, *CHAIN]))
    limit = draw(st.sampled_from(["", "", "", LATER, PAST, TAGGED, NO_BUCKET, A_BUCKET]))
    return (*one, limit) if limit else one


@st.composite
def rules(draw: st.DrawFn, held: list[Binding]) -> tuple[str, dict[str, Any]]:
    """A rule that means one of those who hold something, and what they hold, more often than not."""
    _node, role, members, *_limit = draw(st.sampled_from(held))
    everybody = [denied_as(one) for one in (*WHO, OUTER, INNER, WHOLE)]
    meant = [denied_as(one) for one in members if denied_as(one) in everybody]
    some = st.sampled_from([*meant, *meant, "principalSet://goog/public:all"]) | st.sampled_from(everybody)
    permission = draw(st.sampled_from(ROLES[role]))
    service, _, rest = permission.partition(".")
    host = {"resourcemanager": "cloudresourcemanager"}.get(service, service) + ".googleapis.com"
    kind, _, verb = rest.partition(".")
    forms = [f"{host}/{rest}", f"{host}/{rest}", f"{host}/{kind}.*", f"{host}/*.{verb}", f"{host}/*.*"]
    rule: dict[str, Any] = {
        "deniedPrincipals": [draw(some)],
        "deniedPermissions": [draw(st.sampled_from(forms))],
    }
    if draw(st.sampled_from([False, False, True])):
        rule["exceptionPrincipals"] = [draw(some)]
    if draw(st.sampled_from([False, False, True])):
        rule["exceptionPermissions"] = [f"{host}/{rest}"]
    if draw(st.sampled_from([False, False, True])):
        rule["denialCondition"] = {"expression": draw(st.sampled_from([LATER, PAST, TAGGED]))}
    return draw(st.sampled_from(SCOPES)), rule


@st.composite
def firms(draw: st.DrawFn) -> Firm:
    held = draw(st.lists(bindings(), min_size=1, max_size=3))
    # One whole way to gain something: all that its steps need.
    who = draw(st.sampled_from(MEMBERS))
    for node, role, *by in draw(st.sampled_from(WAYS)):
        held.append((node, f"organizations/7/roles/{role}", by or [who]))
    denied = draw(st.lists(rules(held[-3:]), max_size=2))
    idle = draw(st.sampled_from([(), (), (), (TARGET,), (OTHER,)]))
    return Firm(PARENTS, held, denied, ROLES, GROUPS, idle, names, holds)


def said(found: Resolved, sure: bool) -> dict[str, set[str]]:
    """By the links: whom each comes to act as and what it comes to administer."""
    onward: dict[str, set[str]] = {}
    columns = ("kind", "from", "to", "classes", "certain")
    for kind, start, to, classes, certain in found.links.select(columns).iter_rows():
        administers = kind == "may-act" and (classes or 0) & 16 and to.endswith(":control-plane")
        if (certain or not sure) and (kind in ("may-become", "contains", "member-of") or administers):
            onward.setdefault(start, set()).add(to.removesuffix(":control-plane"))
    return reached(onward)


def read(firm: Firm, sure: bool) -> dict[str, set[str]]:
    onward = {
        who: {
            what
            for what, answer in steps(firm, who, ACCOUNTS, ORG).items()
            if answer == YES or (not sure and answer)
        }
        for who in WHO
    }
    return reached(onward)


def reached(onward: dict[str, set[str]]) -> dict[str, set[str]]:
    for node, parent in PARENTS.items():
        onward.setdefault(parent, set()).add(node)
    found = {}
    for start in WHO:
        met, waiting = {start}, [start]
        while waiting:
            for to in onward.get(waiting.pop(), set()) - met:
                met.add(to)
                waiting.append(to)
        found[start] = {one for one in met if one in PARENTS or one == ORG}
    return found


PEOPLE = [{"key": ZOE, "scope": ORG, "kind": "user"}, {"key": JOB, "scope": PROD, "kind": "federated"}]


@known
@given(firms())
def test_reach_is_what_the_policies_say(firm: Firm) -> None:
    found = resolve(
        estate(
            *firm.bindings,
            denies=firm.denies,
            roles=ROLES,
            groups=GROUPS,
            off=firm.off,
            identities=PEOPLE,
        ),
        complete=True,
    )

    assert said(found, True) == read(firm, True)
    assert said(found, False) == read(firm, False)
