"""What is declared of the policies on resources, held against the shapes that the SDK knows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
import pytest

from posture.access.aws.shapes import type_of
from posture.access.kinds import kind_of
from posture.sources.aws.carrier import Carrier
from posture.sources.aws.carriers import CALLS, CARRIERS
from posture.sources.collectors import aws
from posture.sources.collectors.aws_asking import _TOKENS
from posture.sources.contract import Call

NOT_MODELLED = {
    "s3:GetBucketPolicy", "sns:GetTopicAttributes", "sqs:GetQueueAttributes",
    "sagemaker:GetModelPackageGroupPolicy", "s3control:GetAccessPointPolicy",
}  # fmt: skip
"""Calls whose errors the SDK's model does not name, or names otherwise than the service does."""
NO_TYPE = {"ecr:registry", "logs:resource-policy", "apigateway:restapi"}
"""Places for policies that IAM has no ARN of, or has under another service."""


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def operation(call: Call) -> Any:
    return model(call.service).operation_model(of_sdk(call.service, call.name.partition(":")[2]))


def of_sdk(service: str, name: str) -> str:
    """The operation as the SDK's model spells it."""
    return next(one for one in model(service).operation_names if one.lower() == name.lower())


def down(shape: Any, steps: list[str]) -> Any:
    """The shape at the end of `steps`; null where one of them does not exist."""
    for step in steps:
        if shape is None:
            return None
        if step == "*":
            shape = shape.member if shape.type_name == "list" else None
        elif shape.type_name == "map":
            shape = shape.value
        else:
            shape = shape.members.get(step) if shape.type_name == "structure" else None
    return shape


def named(call: Call) -> str:
    return f"{call.name} {call.each}"


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_a_call_takes_what_is_there_to_take(call: Call) -> None:
    made = operation(call)
    given = {*call.takes, *call.arguments}
    members = made.input_shape.members if made.input_shape else {}
    assert given <= set(members)
    assert set(made.input_shape.required_members if made.input_shape else ()) <= given
    if not call.each:
        return
    service, before, pointer = call.each.split(":", 2)
    assert service in (call.service, "sts")
    name = "".join(part.capitalize() for part in before.split("_"))
    item = down(model(service).operation_model(name).output_shape, pointer.split("/")[1:])
    for argument, taken in call.takes.items():
        if taken.startswith("request/"):
            assert taken.removeprefix("request/") in model(service).operation_model(name).input_shape.members
            continue
        found = down(item, taken.split("/")[1:])
        assert found is not None, (argument, taken)
        wanted = members[argument].member if call.batch else members[argument]
        assert found.type_name in ("string", "long", "integer")
        assert (found.type_name == "string") == (wanted.type_name == "string")
    for taken, values in call.only.items():
        assert set(values) <= set(down(item, taken.split("/")[1:]).enum)


@pytest.mark.parametrize("call", [call for call in CALLS if call.none], ids=named)
def test_an_error_that_says_there_is_none_is_one_that_the_service_gives(call: Call) -> None:
    errors = {shape.name for shape in operation(call).error_shapes}
    errors |= {str(shape.metadata.get("error", {}).get("code")) for shape in operation(call).error_shapes}
    if call.name not in NOT_MODELLED:
        assert set(call.none) <= errors


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda one: f"{one.type} {one.part}")
def test_a_text_stands_where_it_is_looked_for(carrier: Carrier) -> None:
    steps = carrier.text.split(".")
    top = down(operation(carrier.policy).output_shape, [carrier.entries, "*"] if carrier.entries else [])
    found = down(top, steps[:1])
    if found is not None and found.type_name == "list":
        found = down(found, ["*", *steps[1:]])
    else:
        found = down(top, steps)
    if found is not None and found.type_name == "map":
        found = found.value
    assert found is not None
    assert found.type_name == "string"


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda one: f"{one.type} {one.part}")
def test_an_arn_is_made_of_what_request_and_answer_hold(carrier: Carrier) -> None:
    made = operation(carrier.policy)
    entry = [carrier.entries, "*"] if carrier.entries else []
    fields = {"region", "account", "partition", *map(str.lower, down(made.output_shape, entry).members)}
    fields |= {name.lower() for name in (*carrier.policy.takes, *carrier.policy.arguments)}
    for way in carrier.made:
        assert set(re.findall(r"{(\w+)", way)) <= fields
    listing = carrier.listing
    if listing is None:
        return
    call = carrier.policy if carrier.entries else carrier.ways[-1]
    item = down(operation(call).output_shape, [listing.top])
    item = item.member if item.type_name == "list" else item
    wanted = [listing.arn, listing.name, *re.findall(r"{(\w+)}", listing.made)]
    members = item.members if item.type_name == "structure" else {}
    assert {name for name in wanted if name} - {"region", "account", "partition"} <= set(members)


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda one: f"{one.type} {one.part}")
def test_a_type_is_one_that_iam_knows(carrier: Carrier) -> None:
    made = re.sub(r"{(partition|region|account)}", r"\1", carrier.made[-1])
    made = re.sub(r"{[^}]*}", "x", made).replace("partition", "aws").replace("account", "111122223333")
    if made.startswith("arn:") and carrier.type not in NO_TYPE:
        assert type_of(made).lower() == carrier.type
    service, _, name = carrier.type.partition(":")
    # A stream of a table is listed as a stream, and access to it counts as access to the table.
    assert carrier.kind == ("stream" if carrier.type == "dynamodb:stream" else kind_of("aws", service, name))


def test_every_page_of_a_list_is_turned() -> None:
    session = botocore.session.get_session()
    for call in aws.declared():
        pages = session.get_component("data_loader").load_service_model(call.service, "paginators-1")
        output, asked = operation(call).output_shape, operation(call).input_shape
        tokens = {name for name in output.members if name.lower() in _MORE}
        if tokens and operation(call).name not in pages["pagination"]:
            # What the SDK does not turn itself has one field for it, called alike on both sides.
            assert tokens <= {*_TOKENS, "IsTruncated"}, call.name
            assert tokens & set(_TOKENS) <= set(asked.members), call.name


_MORE = {"nexttoken", "marker", "nextmarker", "position", "continuationtoken", "istruncated"}
