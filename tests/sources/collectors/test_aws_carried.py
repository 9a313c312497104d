"""The policy of everything that carries one, from the provider's answer to the row, over the loopback."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posture.sources.aws.carriers import CALLS, CARRIERS, LEADING, LISTINGS, REQUIRED
from posture.sources.collectors import aws
from posture.sources.gather import gather
from tests.sources.aws.test_carriers import operation
from tests.sources.collectors import carried
from tests.sources.collectors.cloud import cloud

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": carried.REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
BESIDE = {
    "bedrock-agentcore-control:GetGateway", "bedrock-agentcore-control:ListAgentRuntimes",
    "bedrock-agentcore-control:ListGateways", "codebuild:BatchGetProjects", "codebuild:ListProjects",
    "lambda:ListFunctions", "secretsmanager:ListSecrets", "ssm:DescribeParameters", "sts:GetCallerIdentity",
}  # fmt: skip
"""Calls of other sources, which name what carries a policy."""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Path, Any]]:
    with pytest.MonkeyPatch.context() as patch, cloud() as (endpoint, door):
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
        made = carried.furnish(endpoint)
        for (type_, key), answers in carried.ANSWERED.items():
            made[key] = type_
            door.answers |= {name: json.dumps(answer).encode() for name, answer in answers.items()}
        calls = [*CALLS, *(call for call in aws.declared() if call.name in BESIDE)]
        out = tmp_path_factory.mktemp("carried")
        (done,) = aws.collect(
            out,
            endpoint_url=endpoint,
            regions=[carried.REGION],
            calls=calls,
            now=lambda: datetime(2026, 7, 1, tzinfo=UTC),
            sleep=lambda _seconds: None,
        )
        yield made, out, done


def test_no_call_is_refused(collected) -> None:
    assert collected[2].errors == ()


def test_every_type_carries_its_policy(collected) -> None:
    made, out, _done = collected
    rows = gather([out]).rows.tables
    texts = {row["key"]: row["text"] for row in rows["documents"]}
    found = {
        row["attached_to"]: texts[row["document"]]
        for row in rows["policies"]
        if row["kind"] == "resource" and carried.FRIEND in texts.get(row["document"], "")
    }
    assert {key: made[key] for key in found} == made
    # What moto can give no policy to, and what AWS answers by the same call as another.
    assert {carrier.type for carrier in CARRIERS} - set(made.values()) == {"dynamodb:stream"}


def test_every_list_is_told_and_no_other(collected) -> None:
    _made, out, _done = collected
    rows = gather([out]).rows.tables["coverage"]
    listed = {row["table"].removeprefix("systems/") for row in rows if row["state"] == "complete"}
    assert set(REQUIRED) <= listed
    assert {*(one.type for one in LISTINGS.values()), *LEADING.values()} <= listed


def test_a_policy_in_the_words_of_its_api_names_the_resource(collected) -> None:
    made, out, _done = collected
    rows = gather([out]).rows.tables
    key = next(key for key, type_ in made.items() if type_ == "apigateway:restapi")
    document = next(row["document"] for row in rows["policies"] if row["attached_to"] == key)
    (statement,) = json.loads(next(row["text"] for row in rows["documents"] if row["key"] == document))[
        "Statement"
    ]
    assert statement["Resource"] == f"{key}/*"


def test_only_what_may_have_a_policy_is_asked_for_one(collected) -> None:
    (asked,) = collected[2].folder.glob("ssm-get-resource-policies-*")
    assert "parameter%2Fpress" in asked.name


@pytest.mark.parametrize("answers", carried.ANSWERED.values(), ids=lambda one: next(iter(one)))
def test_what_stands_in_for_aws_has_its_shape(answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        shapes = list(_shapes(name))
        assert shapes, name
        assert any(_fits(answer, shape) for shape in shapes), name


def _shapes(name: str) -> Iterator[Any]:
    """The shape of the answer of every declared call that the stand-in's name may mean."""
    for call in aws.declared():
        made = operation(call)
        target = made.service_model.metadata.get("targetPrefix", "")
        method, _, path = name.partition(" ")
        if path:
            uri = "[^/]+".join(
                map(re.escape, re.split(r"{[^}]+}", made.http["requestUri"].partition("?")[0]))
            )
            same = method == made.http["method"] and re.fullmatch(uri.replace("[^/]+", ".+"), path)
        else:
            same = made.name == name.rpartition(".")[2] and name.rpartition(".")[0] in ("", target)
        if same:
            yield made.output_shape


def _fits(value: Any, shape: Any) -> bool:
    """Whether a value of the wire has the shape; what is wrapped whole is taken out of its wrapper."""
    if shape.type_name == "structure":
        payload = shape.serialization.get("payload")
        if payload:
            return _fits(value, shape.members[payload])
        by_name = {inner.serialization.get("name", name): inner for name, inner in shape.members.items()}
        return (
            isinstance(value, dict)
            and set(value) <= set(by_name)
            and set(shape.required_members) <= {name for name, one in shape.members.items()
                                                if one.serialization.get("name", name) in value}
            and all(_fits(inner, by_name[name]) for name, inner in value.items())
        )  # fmt: skip
    if shape.type_name == "list":
        return isinstance(value, list) and all(_fits(inner, shape.member) for inner in value)
    if shape.type_name == "map":
        return isinstance(value, dict) and all(_fits(inner, shape.value) for inner in value.values())
    if shape.type_name == "string":
        return isinstance(value, str) and (not shape.enum or value in shape.enum)
    return shape.type_name == "timestamp" or isinstance(value, int | float | bool)
