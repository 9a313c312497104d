"""What conditions of a statement for everybody leave of it: fixed parties, fixed networks, or anyone."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from posture.access.aws.compile import Statement
from posture.access.aws.conditions import Test
from posture.access.aws.decision import Level
from posture.access.aws.looseness import binding
from posture.access.aws.match import has_variable
from posture.access.aws.principals import ACCOUNT_ID
from posture.model import keys

_ADDRESS = "aws:sourceip"
_FIXING = frozenset(
    {
        _ADDRESS,
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
"""Keys on which a fixed value keeps a policy of a bucket from being public, as S3 sees it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"""

_BROAD = {4: 8, 6: 32}
"""A network is as good as everybody if its prefix is shorter than this (same page)."""

_OF_ACCOUNT = ("aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount")
_OF_ARN = ("aws:principalarn", "aws:sourcearn")
_OF_ORGANISATION = ("aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths")
_POSITIVE = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}
)


def is_public(level: Level) -> bool:
    """Whether S3 would call a bucket's policy public: a statement is for everybody, held to nothing fixed."""
    return any(_opens(statement) for attached in level for statement in attached.document.statements)


def _opens(statement: Statement) -> bool:
    named = statement.principals
    if not statement.allows or named is None or not (named.everyone or named.excluding):
        return False
    return not any(test.operator in _POSITIVE and _fixes(test) for test in binding(statement))


def _fixes(test: Test) -> bool:
    if test.key not in _FIXING or not test.values:
        return False
    if test.key == _ADDRESS:
        return not any(is_broad(value) for value in test.values)
    return not any(_loose(test.key, value) for value in test.values)


def _loose(key: str, value: str) -> bool:
    if has_variable(value):
        return True
    if key in ("aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"):
        # An account is a fixed party, whatever of it is meant; a bucket's ARN names no account.
        parts = keys.arn_parts(value)
        if parts is not None and parts[3] and "*" not in parts[3] and "?" not in parts[3]:
            return False
    if key == "aws:principalorgpaths":
        value = value.partition("/")[0]
    return "*" in value or "?" in value


@lru_cache(maxsize=4096)
def is_broad(network: str) -> bool:
    """Whether a network is so large that strangers are in it; true where it cannot be read."""
    try:
        read = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return True
    return read.prefixlen < _BROAD[read.version]


@lru_cache(maxsize=4096)
def an_address_in(network: str) -> str:
    """Some address of a broad network; empty where it cannot be read."""
    try:
        return str(ipaddress.ip_network(network, strict=False)[1])
    except ValueError:
        return ""


def parties(statement: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """The accounts, and the organisations, that the conditions of a statement name."""
    accounts: set[str] = set()
    organisations: set[str] = set()
    for test in binding(statement):
        for value in test.values if test.operator in _POSITIVE else ():
            if test.key in _OF_ACCOUNT and ACCOUNT_ID.fullmatch(value):
                accounts.add(value)
            elif test.key in _OF_ARN and ACCOUNT_ID.fullmatch(keys.arn_account(value)):
                accounts.add(keys.arn_account(value))
            elif test.key in _OF_ORGANISATION and "*" not in (name := value.partition("/")[0]):
                organisations.add(name)
    return frozenset(accounts), frozenset(organisations)
