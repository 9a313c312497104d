"""How nodes are named: one place, so that two sources that mean one thing say one key."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.*)", re.S
)
ACCESS_KEY = "(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,124}"
"""The form of an AWS access key id."""
_ACCESS_KEY = re.compile(ACCESS_KEY)


def aws_scope(account: str) -> str:
    """Key of an AWS account."""
    return f"aws:{account}"


def aws_management(organisation: str) -> str:
    """Another name of the account that manages `organisation`, itself a scope key."""
    return f"{organisation}:management"


def gcp_scope(project: str) -> str:
    """Key of a Google Cloud project, folder or organisation, such as `gcp:my-project` or `gcp:folders/12`."""
    return f"gcp:{project}"


def arn_account(arn: str) -> str:
    """The account part of `arn`; empty where it has none or is no ARN."""
    match = _ARN.match(arn)
    return match["account"] if match else ""


def arn_parts(arn: str) -> tuple[str, str, str, str, str] | None:
    """partition, service, region, account, rest; null where `arn` is none."""
    match = _ARN.match(arn)
    if match is None:
        return None
    return match["partition"], match["service"], match["region"], match["account"], match["rest"]


def control_plane(scope: str) -> str:
    """Key of the control plane of `scope`, which an administrator of the scope reaches."""
    return f"{scope}:control-plane"


def system_pattern(scope: str, kind: str) -> str:
    """Key of the node that stands for every system of `kind` in `scope`."""
    return f"{scope}:{kind}:*"


def identity_pattern(scope: str, pattern: str) -> str:
    """Key of the node that stands for the identities of `scope` that `pattern` covers."""
    return f"{scope}:identities:{pattern}"


def service_account(email: str) -> str:
    """Key of a Google service account."""
    return f"serviceAccount:{email}"


def external_system(host: str) -> str:
    """Key of a remote end that belongs to nobody we know: `host:port`."""
    return f"saas:{host}"


def home_scope(root: str) -> str:
    """Key of the host scope that a home folder stands for."""
    return f"home:{root}"


def repo_scope(root: str) -> str:
    """Key of a repository."""
    return f"repo:{root}"


def agent(root: str, client: str, name: str = "") -> str:
    """Key of an agent or of the client that runs it."""
    return f"agent:{root}/{client}/{name}" if name else f"agent:{root}/{client}"


def tool(root: str, client: str, server: str, operation: str = "") -> str:
    """Key of a tool server of a client, or of one operation of it."""
    return f"tool:{root}/{client}/{server}" + (f"/{operation}" if operation else "")


def secret(label: str, pointer: str) -> str:
    """Key of a literal secret: the file's label (ROOT/path) and the place inside."""
    return f"secret:{label}#{pointer}"


def profile(root: str, name: str) -> str:
    """Key of a named profile of the AWS configuration in the home `root`, a way to authenticate."""
    return f"profile:{root}/aws/{name}"


def variable(root: str, name: str) -> str:
    """Key of the credential that the variable, prompt or stored secret `name` holds for `root`."""
    return f"variable:{root}/{name}"


def federated(issuer: str, subject: str) -> str:
    """Key of whoever an outside issuer vouches for under `subject`."""
    return f"federated:{issuer}/{subject}"


def stored_value(place: str) -> str:
    """Key of the credential that lies in `place`, a secret of a store, which is a system of its own."""
    return f"{place}#value"


def permission_set(account: str, name: str) -> str:
    """How a profile names the role of a permission set; an alias of the role that Identity Center made."""
    return f"aws:{account}:permission-set:{name}"


def unnamed_access_key(user: str, created: datetime) -> str:
    """Key of an access key whose id is not known: its user without the path, and the second it was made.

    A list of access keys gives this as an alias of the id, so that both sources mean one row.
    """
    kind, _, name = user.partition("/")
    short = f"{kind}/{name.rpartition('/')[2]}" if name else user
    return f"{short}#access-key@{created:%Y-%m-%dT%H:%M:%SZ}"


def is_access_key(text: str) -> bool:
    """Whether `text` is an AWS access key id, which is an identifier and no secret."""
    return _ACCESS_KEY.fullmatch(text) is not None


_GOOGLE = (".iam.gserviceaccount.com", ".gserviceaccount.com")


@lru_cache(maxsize=32_768)
def short(key: str) -> str:
    """The last telling part of `key`, for lists: `role/etl-runner`, `crm-mcp`, `ledger-prod`."""
    match = _ARN.match(key)
    if match:
        rest = match["rest"]
        kind, _, name = rest.partition("/")
        if rest == "root":
            return f"root of {match['account']}"
        return f"{kind}/{name.rsplit('/', 1)[-1]}" if name else rest
    if key.startswith("secret:"):
        return key.removeprefix("secret:")
    if key.startswith(("agent:", "tool:", "//")):
        return key.rsplit("/", 1)[-1]
    rest = key.partition(":")[2] or key
    if rest.endswith(":control-plane"):
        return f"control plane of {rest.removesuffix(':control-plane')}"
    if rest.endswith(":*") and not key.startswith("federated:"):
        scope, _, kind = rest.removesuffix(":*").rpartition(":")
        return f"every {kind} of {scope}" if scope else rest
    scope, middle, pattern = rest.partition(":identities:")
    if middle:
        return f"{pattern.partition(':')[0]} of {scope} by pattern"
    return next((rest.removesuffix(end) for end in _GOOGLE if rest.endswith(end)), rest)
