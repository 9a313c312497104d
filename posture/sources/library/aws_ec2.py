"""EC2 instances, the instance profiles they run with, and the deployments that reach them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from posture.model import keys
from posture.model.text import plain
from posture.sources import tags
from posture.sources.aws.accounts import is_account, partition_of, stated_account
from posture.sources.aws.answers import Recorded, unpacked
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.listed import tagged
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-ec2",
    title="AWS EC2 instances",
    feeds=("systems", "links", "tags"),
    by_hand="aws ec2 describe-instances; aws ec2 describe-iam-instance-profile-associations; "
    "aws ssm describe-instance-information",
    blind="which machine runs as which role, and which of them Systems Manager reaches",
    provider="aws",
    calls=(
        asks("ec2", "describe_instances"),
        asks("ec2", "describe_iam_instance_profile_associations"),
        asks("ssm", "describe_instance_information"),
    ),
    opens=b"{[",
    rank=30,
)

_INSTANCES = "ec2:DescribeInstances"
_ASSOCIATIONS = "ec2:DescribeIamInstanceProfileAssociations"
_MANAGED = "ssm:DescribeInstanceInformation"
_GROUP, _GROUPS = "codedeploy:GetDeploymentGroup", "codedeploy:BatchGetDeploymentGroups"
_KNOWN = {
    _INSTANCES: "Reservations",
    _ASSOCIATIONS: "IamInstanceProfileAssociations",
    _MANAGED: "InstanceInformationList",
    _GROUP: "deploymentGroupInfo",
    _GROUPS: "deploymentGroupsInfo",
}
_GONE = ("terminated", "shutting-down")


def claims(page: Page) -> bool:
    """A list of recorded answers, or one of those answers."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """One system per instance, linked to its instance profile, which is another name of the role in it."""
    account = stated_account(page)
    reader = tags.Tags(page.settings.names)
    scopes: set[str] = set()
    seen: list[tuple[str, Mapping[str, Any]]] = []
    groups: list[Recorded] = []
    for answer in calls(page, _KNOWN):
        if answer.call == _ASSOCIATIONS:
            _associations(answer, into)
            continue
        if answer.call == _MANAGED:
            _managed(answer, account, into)
            continue
        if answer.call in (_GROUP, _GROUPS):
            groups.append(answer)
            continue
        for at, owner, instance in _instances(answer, account):
            scope = keys.aws_scope(owner)
            scopes.add(scope)
            _instance(into, at, answer.region, owner, instance, reader)
            seen.append((owner, instance))
        if not scopes and account:
            scopes.add(keys.aws_scope(account))
        for scope in sorted(scopes):
            into.covered(scope, "systems/ec2:instance", why=answer.region)
    for answer in groups:
        for at, group in _groups(answer):
            _group(into, at, answer.region, group, account, seen)


def _instances(answer: Recorded, account: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    body = unpacked(answer.body)
    for n, reservation in _each(body, "Reservations"):
        owner = reservation.get("OwnerId")
        for m, instance in _each(reservation, "Instances"):
            named = owner if isinstance(owner, str) and is_account(owner) else account
            yield f"{answer.at}/Reservations/{n}/Instances/{m}", named, instance


def _instance(
    into: Rows, at: str, region: str, owner: str, instance: Mapping[str, Any], reader: tags.Tags
) -> None:
    key = _arn(region or _region(instance), owner, instance.get("InstanceId"))
    if not key:
        into.problem(
            keys.aws_scope(owner), "systems", at, "one instance is set aside: it has no id or no region"
        )
        return
    given = tags.pairs(instance.get("Tags"))
    state = (instance.get("State") or {}).get("Name") if isinstance(instance.get("State"), Mapping) else None
    into.add(
        "systems",
        at,
        key=key,
        scope=keys.aws_scope(owner),
        provider="aws",
        kind="compute",
        name=plain(dict(given).get("Name") or str(instance["InstanceId"])),
        state=_state(state),
        **reader.stated(given, tags.SYSTEM),
    )
    tagged(into, at, key, given)
    _runs_as(into, f"{at}/IamInstanceProfile", key, instance.get("IamInstanceProfile"))


def _associations(answer: Recorded, into: Rows) -> None:
    body = unpacked(answer.body)
    for n, association in _each(body, "IamInstanceProfileAssociations"):
        at = f"{answer.at}/IamInstanceProfileAssociations/{n}"
        profile = association.get("IamInstanceProfile")
        arn = profile.get("Arn") if isinstance(profile, Mapping) else None
        owner = keys.arn_account(arn) if isinstance(arn, str) else ""
        key = _arn(answer.region, owner, association.get("InstanceId"))
        if key:
            _runs_as(into, at, key, profile)
        else:
            into.problem(
                keys.aws_scope(owner),
                "links",
                at,
                "one association is set aside: it does not say its region",
                "aws ec2 describe-instances names the profile as well",
            )


def _managed(answer: Recorded, account: str, into: Rows) -> None:
    """Which machines Systems Manager reaches; those of other clouds are none of EC2."""
    for n, one in _each(unpacked(answer.body), "InstanceInformationList"):
        key = _arn(answer.region, account, one.get("InstanceId"))
        if key and str(one["InstanceId"]).startswith("i-"):
            at = f"{answer.at}/InstanceInformationList/{n}"
            into.add("systems", at, key=key, scope=keys.aws_scope(account), provider="aws", kind="compute",
                     managed=one.get("PingStatus") == "Online")  # fmt: skip
    if account:
        into.covered(keys.aws_scope(account), "systems/ssm:managed-instance", why=answer.region)


def _groups(answer: Recorded) -> Iterator[tuple[str, Mapping[str, Any]]]:
    body = unpacked(answer.body)
    one = body.get(_KNOWN[_GROUP]) if isinstance(body, Mapping) else None
    if isinstance(one, Mapping):
        yield f"{answer.at}/{_KNOWN[_GROUP]}", one
    for n, group in _each(body, _KNOWN[_GROUPS]):
        yield f"{answer.at}/{_KNOWN[_GROUPS]}/{n}", group


def _group(
    into: Rows,
    at: str,
    region: str,
    group: Mapping[str, Any],
    account: str,
    instances: Iterable[tuple[str, Mapping[str, Any]]],
) -> None:
    """A deployment group, and the profile of every instance that carries one of its tags."""
    application, name = group.get("applicationName"), group.get("deploymentGroupName")
    if not isinstance(application, str) or not isinstance(name, str) or not account or not region:
        return
    arn = f"arn:{partition_of(region)}:codedeploy:{region}:{account}:deploymentgroup:{application}/{name}"
    key = plain(arn, 2048)
    into.add(
        "systems",
        at,
        key=key,
        scope=keys.aws_scope(account),
        provider="aws",
        kind="pipeline",
        name=plain(name),
    )
    wanted = _wanted(group)
    for owner, instance in instances:
        carried = tags.pairs(instance.get("Tags"))
        if owner == account and wanted and all(any(_fits(f, carried) for f in one) for one in wanted):
            _runs_as(into, at, key, instance.get("IamInstanceProfile"))


def _wanted(group: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    """The sets of tag filters of a deployment group: an instance meets some filter of each set."""
    sets = group.get("ec2TagSet")
    listed = sets.get("ec2TagSetList") if isinstance(sets, Mapping) else None
    found = [[f for f in one if isinstance(f, Mapping)] for one in listed or () if isinstance(one, list)]
    plain_ones = [one for _, one in _each(group, "ec2TagFilters")]
    return [*found, plain_ones] if plain_ones else found


def _fits(wanted: Mapping[str, Any], carried: Iterable[tuple[str, str]]) -> bool:
    """Whether a tag filter, which may name a key, a value or both, meets one of the tags."""
    key, value = wanted.get("Key"), wanted.get("Value")
    return (key or value) is not None and any(
        key in (None, name) and value in (None, given) for name, given in carried
    )


def _runs_as(into: Rows, at: str, key: str, profile: object) -> None:
    arn = profile.get("Arn") if isinstance(profile, Mapping) else None
    if isinstance(arn, str) and arn:
        into.add("links", at, kind="runs-as", from_=key, to=plain(arn, 2048), because="its instance profile")


def _arn(region: str, owner: str, instance: object) -> str:
    if not region or not owner or not isinstance(instance, str) or not instance:
        return ""
    return plain(f"arn:{partition_of(region)}:ec2:{region}:{owner}:instance/{instance}", 2048)


def _region(instance: Mapping[str, Any]) -> str:
    placement = instance.get("Placement")
    zone = placement.get("AvailabilityZone") if isinstance(placement, Mapping) else None
    return zone.rstrip("abcdefghijklmnopqrstuvwxyz") if isinstance(zone, str) else ""


def _state(word: object) -> str | None:
    if not isinstance(word, str):
        return None
    return "deleted" if word in _GONE else "paused" if word in ("stopped", "stopping") else "active"


def _each(body: object, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    given = body.get(name) if isinstance(body, Mapping) else None
    for n, item in enumerate(given if isinstance(given, list) else ()):
        if isinstance(item, Mapping):
            yield n, item
