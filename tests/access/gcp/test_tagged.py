"""Conditions on tags hold where the tag lies, on what inherits it, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posture.access.gcp.cel_values import UNKNOWN, Tag, Tags
from tests.access.gcp.small import AWAY, DANA, FOLDER, LAB, ORG, OTHER, PROD, TARGET, links, resolved

TOKEN = "roles/iam.serviceAccountTokenCreator"
PRODUCTION, TRIAL = ["prod", "tagKeys/1", "tagValues/11"], ["trial", "tagKeys/1", "tagValues/12"]
ENV = "tag:7/env"
IS_PROD = 'resource.matchTag("7/env", "prod")'

Told = dict[str, dict[str, list[str]]]


def gained(where: str, expression: str, told: Told, **more: Any) -> set[tuple[str, bool]]:
    found = resolved(
        (where, TOKEN, [DANA], expression),
        extra=[
            {"key": f"{node}#tag", "scope": ORG, "kind": "setting", "attached_to": node, "document": node}
            for node in told
        ],
        documents=[{"key": node, "text": json.dumps(tags)} for node, tags in told.items()],
        **more,
    )
    return links(found, "may-become")


@pytest.mark.parametrize(
    ("where", "told", "sure", "perhaps"),
    [
        (PROD, {PROD: {ENV: PRODUCTION}}, {TARGET, OTHER}, set()),
        (PROD, {PROD: {ENV: TRIAL}}, set(), set()),
        (PROD, {LAB: {ENV: PRODUCTION}}, set(), set()),
        (PROD, {}, set(), {TARGET, OTHER}),
        (PROD, {FOLDER: {ENV: PRODUCTION}}, {TARGET, OTHER}, set()),
        (PROD, {ORG: {ENV: PRODUCTION}, FOLDER: {ENV: TRIAL}}, set(), set()),
        (PROD, {ORG: {ENV: TRIAL}, PROD: {ENV: PRODUCTION}}, {TARGET, OTHER}, set()),
        (PROD, {ORG: {ENV: PRODUCTION}, FOLDER: {"tag:7/tier": TRIAL}}, {TARGET, OTHER}, set()),
        # On part of what the role is held on.
        (PROD, {TARGET: {ENV: PRODUCTION}}, {TARGET}, set()),
        (ORG, {LAB: {ENV: PRODUCTION}}, {AWAY}, set()),
        (ORG, {FOLDER: {ENV: PRODUCTION}, LAB: {ENV: TRIAL}}, {TARGET, OTHER}, set()),
        (ORG, {ORG: {ENV: PRODUCTION}, LAB: {"tag:7/tier": TRIAL}}, {TARGET, OTHER, AWAY}, set()),
        (ORG, {ORG: {ENV: PRODUCTION}, LAB: {ENV: TRIAL}}, set(), {TARGET, OTHER, AWAY}),
        (
            ORG,
            {ORG: {ENV: PRODUCTION}, LAB: {ENV: TRIAL}, FOLDER: {ENV: PRODUCTION}},
            {TARGET, OTHER},
            {AWAY},
        ),
        (ORG, {FOLDER: {ENV: PRODUCTION}, PROD: {ENV: TRIAL}, TARGET: {ENV: PRODUCTION}}, {TARGET}, {OTHER}),
        (ORG, {FOLDER: {ENV: PRODUCTION}, OTHER: {ENV: TRIAL}}, set(), {TARGET, OTHER}),
    ],
)
def test_where_a_role_is_held(where: str, told: Told, sure: set[str], perhaps: set[str]) -> None:
    found = gained(where, IS_PROD, told)
    surely = {to for to, certain in found if certain}
    assert (surely, {to for to, _certain in found} - surely) == (sure, perhaps)


def test_the_rest_of_the_condition_counts_as_well() -> None:
    told: Told = {PROD: {ENV: PRODUCTION}}
    past = 'request.time < timestamp("2020-01-01T00:00:00Z")'
    bucket = 'resource.type == "storage.googleapis.com/Bucket"'
    account = 'resource.type != "storage.googleapis.com/Bucket"'
    assert gained(PROD, f"{IS_PROD} && {past}", told) == set()
    assert gained(PROD, f"{IS_PROD} && {bucket}", told) == set()
    assert gained(PROD, f"{IS_PROD} && {account}", told) == {(TARGET, True), (OTHER, True)}
    assert gained(PROD, f"!{IS_PROD} || {bucket}", told) == set()


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({PROD: {ENV: PRODUCTION}}, set()),
        ({PROD: {ENV: TRIAL}}, {(TARGET, True), (OTHER, True)}),
        ({TARGET: {ENV: PRODUCTION}}, {(OTHER, True)}),
        ({}, {(TARGET, False), (OTHER, False)}),
    ],
)
def test_where_a_deny_holds(told: Told, answer: set[tuple[str, bool]]) -> None:
    rule = {
        "deniedPrincipals": ["principal://goog/subject/dana@corp.example"],
        "deniedPermissions": ["iam.googleapis.com/serviceAccounts.*"],
        "denialCondition": {"expression": IS_PROD},
    }
    assert gained(PROD, "true", told, denies=[(ORG, rule)]) == answer


NAMED = Tag("7/env", "prod", "tagKeys/1", "tagValues/11")
BARE = Tag("tagValues/13", "", "", "tagValues/13")


@pytest.mark.parametrize(
    ("asked", "words", "named", "bare"),
    [
        ("matchTag", ("7/env", "prod"), True, UNKNOWN),
        ("matchTag", ("7/env", "trial"), False, UNKNOWN),
        ("matchTagId", ("tagKeys/1", "tagValues/11"), True, UNKNOWN),
        ("matchTagId", ("tagKeys/1", "tagValues/12"), False, UNKNOWN),
        ("hasTagKey", ("7/env",), True, UNKNOWN),
        ("hasTagKey", ("7/tier",), False, UNKNOWN),
        ("hasTagKeyId", ("tagKeys/1",), True, UNKNOWN),
        ("matchTag", (UNKNOWN, "prod"), UNKNOWN, UNKNOWN),
    ],
)
def test_what_tags_answer(asked: str, words: tuple[Any, ...], named: Any, bare: Any) -> None:
    assert Tags((NAMED,)).answer(asked, words) is named
    assert Tags((BARE,)).answer(asked, words) is bare
    assert Tags(()).answer(asked, words) is (UNKNOWN if UNKNOWN in words else False)
