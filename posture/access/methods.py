"""Escalation methods of every provider in words: what each does, and which permissions it needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from posture.access.aws.methods import methods as aws_methods
from posture.access.gcp.methods import methods as gcp_methods


@lru_cache(maxsize=1)
def words() -> Mapping[str, str]:
    """Each method in words, by its id."""
    aws = {method.id: method.name for method in aws_methods()}
    return aws | {method.id: method.name for method in gcp_methods()}


@lru_cache(maxsize=1)
def needs() -> Mapping[str, tuple[str, ...]]:
    """The permissions that each method needs, by its id."""
    aws = {method.id: tuple(need.action for need in method.needs) for method in aws_methods()}
    gcp = {method.id: tuple(need.permission for need in method.needs) for method in gcp_methods()}
    return aws | gcp
