"""Everything that a policy may call a principal by: its groups, its domain, its pool, the sets it is in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

_ANY_POOL = re.compile(
    r"principal(?:Set)?:(?P<pool>//iam\.googleapis\.com/.+?/work(?:load|force)(?:Identity)?Pools/[^/]+)/"
)
"""Whoever comes in through a pool holds what all of the pool holds."""

OF_CLUSTER = re.compile(
    r"serviceAccount:(?P<project>[^\[\]]+)\.svc\.id\.goog\[(?P<space>[^\[\]/]+)/(?P<name>[^\[\]/]+)\]\Z"
)
_IN_CLUSTER = re.compile(
    r"principal:(?P<pool>//iam\.googleapis\.com/projects/[^/]+/locations/global/workloadIdentityPools/"
    r"(?P<project>[^/]+)\.svc\.id\.goog)/subject/ns/(?P<space>[^/]+)/sa/(?P<name>[^/]+)\Z"
)
"""The older and the newer name of an account of a cluster.
https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity"""

IN_POOL = re.compile(
    r"(?:principal(?:Set)?:)?//iam\.googleapis\.com/(?P<home>projects/[^/]+)/locations/[^/]+/"
    r"workloadIdentityPools/(?P<pool>[^/]+?)(?P<cluster>\.svc\.id\.goog)?/"
)
"""Somebody of a pool of a project, or one of its providers; who is in that of its clusters, they decide."""
IN_WORKFORCE = re.compile(r"(?:principal(?:Set)?:)?//iam\.googleapis\.com/locations/[^/]+/workforcePools/")

_ALL_OF = "principalSet://cloudresourcemanager.googleapis.com/"
"""https://cloud.google.com/iam/docs/principal-identifiers"""


def called(
    principal: str,
    groups: Collection[str],
    above: Sequence[str],
    numbers: Mapping[str, str],
    accounts: Collection[str],
) -> tuple[str, ...]:
    """The names, `principal` first. `above` is where an account lies, `numbers` knows projects by number."""
    found = [principal, *sorted(groups)]
    if principal.startswith("user:"):
        found.append(f"domain:{principal.partition('@')[2]}")
    elif cluster := OF_CLUSTER.match(principal):
        number = numbers.get(f"gcp:{cluster['project']}", f"projects/{cluster['project']}")
        pool = f"//iam.googleapis.com/{number}/locations/global/workloadIdentityPools/{cluster['project']}"
        newer = f"principal:{pool}.svc.id.goog/subject/ns/{cluster['space']}/sa/{cluster['name']}"
        found += [newer, *_sets_of_pool(newer)]
    elif principal.startswith("serviceAccount:"):
        kind = "ServiceAccount" if principal in accounts else "ServiceAgent"
        for scope in above[1:]:
            whole = f"{_ALL_OF}{numbers.get(scope, scope.removeprefix('gcp:'))}"
            found += [whole, f"{whole}/type/{kind}"]
    else:
        if cluster := _IN_CLUSTER.match(principal):
            found.append(
                f"serviceAccount:{cluster['project']}.svc.id.goog[{cluster['space']}/{cluster['name']}]"
            )
        found += _sets_of_pool(principal)
    return tuple(found)


def _sets_of_pool(principal: str) -> Iterator[str]:
    pool = _ANY_POOL.match(principal)
    if pool is None:
        return
    if cluster := _IN_CLUSTER.match(principal):
        yield f"principalSet:{pool['pool']}/namespace/{cluster['space']}"
    if principal != (whole := f"principalSet:{pool['pool']}/*"):
        yield whole
