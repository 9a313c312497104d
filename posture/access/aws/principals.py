"""Who a statement speaks of: the Principal and NotPrincipal elements, and how near they name the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from posture.access.remembered import remembered

ACCOUNT_ID = re.compile(r"\d{12}")
_ROOT = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")
_SESSION = re.compile(r"(arn:([\w-]+):sts::(\d{12})):assumed-role/([^/]+)/(.+)")


class Named(IntEnum):
    """How a Principal element names the caller. What follows from it differs: see `evaluate`."""

    NOT = 0
    ACCOUNT = 1
    """By its account: the account's own policies still have to allow."""
    ROLE = 2
    """By its role: boundary and session policies of the role still bind."""
    DIRECT = 3
    """Itself: a user, a session, a service, or everyone. Boundary and session policies of whoever comes
    among everyone do not bind.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""


class Caller(Struct, frozen=True):
    """A principal as requests carry it, taken apart once."""

    arn: str
    account: str = ""
    kind: str = ""
    """user, role, session, root, federated-user, service, federated, canonical or anonymous."""
    role_arn: str = ""
    """For a session: the ARN of its role, with its path where the estate knows it."""
    service_linked: bool = False
    bounded: bool = False
    """Whether it has a permissions boundary."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.arn, self.role_arn) if self.role_arn else (self.arn,)


@remembered(65536)
def caller(principal: str, role_arn: str = "", bounded: bool = False) -> Caller:
    """The caller that `principal` writes: an ARN, an account id, a service name, a canonical id, or `*`."""
    if bounded:
        return replace(caller(principal, role_arn), bounded=True)
    if principal == "*":
        return Caller("*", kind="anonymous")
    if ACCOUNT_ID.fullmatch(principal):
        return Caller(f"arn:aws:iam::{principal}:root", principal, "root")
    parts = principal.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")):
            return Caller(principal, kind="service")
        return Caller(
            principal, kind="canonical" if re.fullmatch(r"[0-9a-f]{64}", principal) else "federated"
        )
    account, rest = parts[4], parts[5]
    if rest == "root":
        return Caller(principal, account, "root")
    session = _SESSION.fullmatch(principal)
    if session:
        role = role_arn or f"arn:{session.group(2)}:iam::{account}:role/{session.group(4)}"
        return Caller(principal, account, "session", role, _service_linked(role))
    kind = rest.partition("/")[0]
    if kind in ("oidc-provider", "saml-provider"):
        return Caller(principal, account, "federated")
    return Caller(principal, account, kind, service_linked=_service_linked(principal))


def _service_linked(arn: str) -> bool:
    return ":role/aws-service-role/" in arn


_OF_A_REGION = re.compile(r"([\w.-]+?)\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")


def everywhere(service: str) -> str:
    """The name of a service without a region or a partition: in a region that one opted into it needs one.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    regional = _OF_A_REGION.fullmatch(service)
    return f"{regional.group(1)}.amazonaws.com" if regional else service.removesuffix(".cn")


class Principals(Struct, frozen=True):
    """A compiled Principal (or, `excluding`, NotPrincipal) element."""

    arns: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()
    canonical: frozenset[str] = frozenset()
    everyone: bool = False
    excluding: bool = False
    doubt: str = ""

    def names(self, who: Caller) -> Named:
        """How the statement names `who`; for NotPrincipal, DIRECT where it is not among the excluded."""
        if self.excluding:
            return Named.NOT if self._excluded(who) else Named.DIRECT
        return self._nearest(who)

    def _excluded(self, who: Caller) -> bool:
        # A request carries its account beside its user, role and session. Naming only some of them does not
        # take it out of a NotPrincipal (IAM User Guide, "NotPrincipal").
        if self.everyone:
            return True
        if who.kind in ("user", "role", "session"):
            return who.account in self.accounts and all(name in self.arns for name in who.names)
        return self._nearest(who) > Named.NOT

    def _nearest(self, who: Caller) -> Named:
        # Everyone is services too: a deny for everyone has to leave out those that it does not mean.
        # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
        if who.kind == "service":
            named = who.arn in self.services or who.arn in self.federated or "*" in self.services
            return Named.DIRECT if named or self.everyone else Named.NOT
        if who.kind == "federated":
            return Named.DIRECT if self.everyone or who.arn in self.federated else Named.NOT
        if who.kind == "canonical":
            return Named.DIRECT if self.everyone or who.arn in self.canonical else Named.NOT
        if self.everyone:
            return Named.DIRECT
        if who.arn in self.arns:
            return Named.ROLE if who.kind == "role" else Named.DIRECT
        if who.role_arn and self._has_role(who):
            return Named.ROLE
        return Named.ACCOUNT if who.account in self.accounts else Named.NOT

    def _has_role(self, who: Caller) -> bool:
        if who.role_arn in self.arns:
            return True
        # A session's ARN does not carry the path of its role.
        name = who.role_arn.rpartition("/")[2]
        return any(
            arn.rpartition("/")[2] == name and f"::{who.account}:role/" in arn for arn in self.arns
        ) and who.role_arn.endswith(f":role/{name}")


def compile_principals(element: object, excluding: bool = False) -> Principals:
    """The compiled form of a Principal or NotPrincipal element; one that cannot be read carries its doubt."""
    if element == "*":
        return Principals(everyone=True, excluding=excluding)
    if not isinstance(element, Mapping):
        return Principals(excluding=excluding, doubt="the Principal element cannot be read")
    arns: list[str] = []
    found: dict[str, set[str]] = {"AWS": set(), "Service": set(), "Federated": set(), "CanonicalUser": set()}
    everyone, doubt = False, ""
    for kind, names in element.items():
        if kind not in found:
            doubt = f"principals of kind {kind} are not known"
            continue
        for name in names if isinstance(names, list | tuple) else (names,):
            if name is None:
                continue
            text = str(name)
            if kind != "AWS":
                found[kind].add(text)
            elif text == "*":
                everyone = True
            elif ACCOUNT_ID.fullmatch(text):
                found["AWS"].add(text)
            elif root := _ROOT.fullmatch(text):
                found["AWS"].add(root.group(1))
            else:
                arns.append(text)
    return Principals(
        tuple(arns),
        frozenset(found["AWS"]),
        frozenset(found["Service"]),
        frozenset(found["Federated"]),
        frozenset(found["CanonicalUser"]),
        everyone,
        excluding,
        doubt,
    )
