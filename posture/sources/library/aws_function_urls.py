"""Addresses under which Lambda functions can be called without going through an API of AWS."""

from __future__ import annotations

from posture.model import keys
from posture.sources.aws.accounts import scope_of, stated_account
from posture.sources.aws.calls import calls, claims_any
from posture.sources.aws.declaring import asks
from posture.sources.aws.items import items, text
from posture.sources.contract import Page, Rows, Source

SOURCE = Source(
    id="aws-function-urls",
    title="AWS Lambda function URLs",
    feeds=("systems",),
    by_hand="aws lambda list-function-url-configs --function-name NAME",
    blind="which functions anybody on the internet can call",
    provider="aws",
    calls=(
        asks("lambda", "list_function_url_configs", each="list_functions:/Functions/*",
             takes={"FunctionName": "/FunctionArn"}, none=("ResourceNotFoundException",)),
    ),
    opens=b"{[",
    rank=30,
)  # fmt: skip

_KNOWN = {"lambda:ListFunctionUrlConfigs": "FunctionUrlConfigs"}


def claims(page: Page) -> bool:
    """The addresses of one function."""
    return claims_any(page, _KNOWN)


def read(page: Page, into: Rows) -> None:
    """A function whose address asks for no signature is open to anybody."""
    account = stated_account(page)
    for answer in calls(page, _KNOWN):
        for at, entry in items(answer, "FunctionUrlConfigs"):
            arn = text(entry, "FunctionArn")
            # An alias or a version has its own address, and is the same function.
            key = ":".join(arn.split(":")[:7])
            if not arn:
                into.problem(
                    keys.aws_scope(account), "systems", at, "one address is set aside: it names no function"
                )
            elif text(entry, "AuthType") == "NONE":
                into.add("systems", at, key=key, scope=scope_of(key, account), provider="aws",
                         kind="function", public=True)  # fmt: skip
