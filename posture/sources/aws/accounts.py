"""Which account a page speaks of, and how its principals are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from posture.model import keys
from posture.sources.contract import Page

_ACCOUNT = re.compile(r"\d{12}\Z", re.ASCII)


def is_account(text: str) -> bool:
    """Whether `text` is an account id."""
    return _ACCOUNT.match(text) is not None


def account_of(page: Page, arns: Iterable[str] = ()) -> str:
    """The account the page is about: the one most ARNs name, else the snapshot's, else the nearest folder's.

    Empty where nothing says.
    """
    named = Counter(account for arn in arns if is_account(account := keys.arn_account(arn)))
    if named:
        return min(named, key=lambda account: (-named[account], account))
    return stated_account(page)


def stated_account(page: Page) -> str:
    """The account that the snapshot or the folders around the page name; empty where none does."""
    scope = (page.place.manifest or {}).get("scope")
    if isinstance(scope, str) and is_account(scope.removeprefix("aws:")):
        return scope.removeprefix("aws:")
    folders = (*page.place.above, *page.root.split("/"), *page.path.parts)
    return next((part for folder in reversed(folders) if (part := _account_in(folder))), "")


def _account_in(folder: str) -> str:
    match = re.search(r"(?<!\d)\d{12}(?!\d)", folder)
    return match.group() if match else ""


def scope_of(arn: str, otherwise: str) -> str:
    """Key of the account in `arn`; of `otherwise` where the ARN names none, as in scrubbed exports."""
    account = keys.arn_account(arn)
    return keys.aws_scope(account if is_account(account) else otherwise)


def partition_of(region: str) -> str:
    """The part of AWS that `region` belongs to, as ARNs name it."""
    apart = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for start, name in apart.items() if region.startswith(f"{start}-")), "aws")


def user_arn(account: str, name: str) -> str:
    """The ARN of a user without its path, which some answers do not give; an alias of the whole ARN."""
    return f"arn:aws:iam::{account}:user/{name}"
