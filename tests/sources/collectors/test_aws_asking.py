"""Asking one call: the pages that the SDK does not turn by itself."""

from __future__ import annotations

from typing import Any

import pytest

from posture.sources.aws.declaring import asks
from posture.sources.collectors.aws_asking import Clients, Refusal, Sessions, ask
from posture.sources.collectors.tasks import Task


class Service:
    """A service whose list goes on as its tokens say."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def can_paginate(self, _operation: str) -> bool:
        return False

    def list_things(self, **_arguments: Any) -> dict[str, Any]:
        token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        return {"Things": [token], "NextToken": token}


def asked(service: Service) -> dict[str, Any] | None:
    call = asks("some", "list_things")
    clients = Clients(Sessions(None), None, {("some", "eu-west-1"): service})
    return ask(clients, Task(call, "some.json", {}, "eu-west-1"), lambda _seconds: None)


def test_every_page_is_turned() -> None:
    assert asked(Service("one", "two", "")) == {"Things": ["one", "two", ""]}


def test_a_list_that_never_ends_is_a_failure() -> None:
    with pytest.raises(Refusal) as refused:
        asked(Service("one", "two", "one"))

    assert refused.value.said == {"call": "some:ListThings", "region": "eu-west-1", "code": "PaginationError"}
