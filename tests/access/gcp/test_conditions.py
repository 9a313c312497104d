"""Conditions: what is known decides, what is not known stays open, and broken ones clear nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.access.gcp.cel_values import Wild
from posture.access.gcp.conditions import MAYBE, NO, YES, Asked, condition, now
from posture.access.wildcards import STEP

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
OBJECT = "projects/_/buckets/tiles/objects/a.png"
ASKED = Asked(
    {
        **now(AS_OF, False),
        "resource.name": OBJECT,
        "resource.type": "storage.googleapis.com/Object",
        "resource.service": "storage.googleapis.com",
    }
)

CASES = (
    ('request.time < timestamp("2026-07-10T00:00:00Z")', YES),
    ('request.time < timestamp("2024-01-01T00:00:00Z")', NO),
    ('request.time > timestamp("2026-06-01T00:00:00+02:00")', YES),
    ('timestamp("2026-06-01T00:00:00Z") <= request.time', YES),
    ('request.time < timestamp("2026-06-01T00:00:00Z") + duration("1000h")', YES),
    ('request.time < timestamp("2026-06-01T00:00:00Z") + duration("10h")', NO),
    ('resource.name.startsWith("projects/_/buckets/tiles")', YES),
    ('resource.name.startsWith("projects/_/buckets/other")', NO),
    ('resource.name.endsWith(".png")', YES),
    ('!resource.name.endsWith(".png")', NO),
    ('resource.name.contains("/tiles/")', YES),
    ('resource.name.extract("buckets/{b}/objects") == "tiles"', YES),
    ('resource.type == "storage.googleapis.com/Bucket"', NO),
    ('resource.type != "storage.googleapis.com/Bucket"', YES),
    ('resource.type in ["a", "storage.googleapis.com/Object"]', YES),
    ('resource.type in ["a", "b"]', NO),
    ('resource.service == "storage.googleapis.com" && resource.name.startsWith("projects/_/buckets/o")', NO),
    ('resource.service == "a" || resource.name.endsWith(".png")', YES),
    ('resource.service == "a" ? false : true', YES),
    ('(resource.service == "a") == false', YES),
    ("true", YES),
    ("false", NO),
    ("size(resource.name) > 3", YES),
    ('// a word\nresource.name.endsWith(".png") // and another', YES),
    # Hours and days of the week come round.
    ('request.time.getHours("Europe/Berlin") >= 9 && request.time.getHours("Europe/Berlin") < 17', YES),
    ('!(request.time.getHours("Europe/Berlin") < 9)', YES),
    ("request.time.getDayOfWeek() == 0", YES),
    ("request.time.getDayOfWeek() == 7", NO),
    ("request.time.getHours() > 17 && request.time.getHours() < 9", NO),
    ('request.time.getHours() >= 9 && request.time < timestamp("2025-01-01T00:00:00Z")', NO),
    ('request.time.getHours() >= 9 && resource.matchTag("7/env", "prod")', MAYBE),
    # A year is over for good.
    ("request.time.getFullYear() == 2026", YES),
    ("request.time.getFullYear() < 2026", NO),
    ('request.time.getFullYear("UTC") == 2030', NO),
    ('request.time.getFullYear("Europe/Berlin") == 2026 && request.time.getHours() >= 9', YES),
    # What nobody here knows.
    ("request.time.getMonth() == 11", MAYBE),
    ('request.time.getHours("Nowhere/Atall") >= 9', MAYBE),
    ('resource.matchTag("7/env", "prod")', MAYBE),
    ('!resource.matchTag("7/env", "prod")', MAYBE),
    ('request.path.startsWith("/secret")', MAYBE),
    ('destination.ip == "10.0.0.1"', MAYBE),
    ('"levels/trusted" in request.auth.access_levels', MAYBE),
    ('resource.name.matches("(a+)+$")', MAYBE),
    ("api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])", MAYBE),
    # An open part does not decide against a known one.
    ('resource.matchTag("7/env", "prod") || resource.name.endsWith(".png")', YES),
    ('resource.matchTag("7/env", "prod") && resource.name.endsWith(".jpg")', NO),
    ('resource.matchTag("7/env", "prod") && resource.name.endsWith(".png")', MAYBE),
    # What cannot be read holds perhaps.
    ("request.time <", MAYBE),
    ("a @ b", MAYBE),
    ("true true", MAYBE),
    ("(((", MAYBE),
    ("(" * 200 + "true" + ")" * 200, MAYBE),
    ("!" * 5000 + "true", MAYBE),
    ("-" * 5000 + "1", MAYBE),
    ("true" + " && true" * 1400, MAYBE),
    ("resource" + ".name" * 2000, MAYBE),
    ("resource.type in [" + ", ".join(['"a"'] * 1500) + "]", NO),
    ("1 + resource.name", MAYBE),
    ('"text"', MAYBE),
)


@pytest.mark.parametrize(("expression", "answer"), CASES)
def test_answer(expression: str, answer: int) -> None:
    assert condition("limit", expression).holds(ASKED) == answer


def test_a_broken_condition_says_so() -> None:
    assert condition("limit", "request.time <").broken == "ends too early"
    assert condition("limit", "x" * 13_000).broken == "is longer than Google allows"
    assert condition("limit", "true").broken == ""


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('request.time < timestamp("2026-06-30T00:00:00Z")', NO),
        ('request.time < timestamp("2026-07-10T00:00:00Z")', MAYBE),
        ('request.time > timestamp("2026-06-30T00:00:00Z")', YES),
        ('request.time > timestamp("2026-07-10T00:00:00Z")', MAYBE),
        ("request.time.getFullYear() == 2026", MAYBE),
    ],
)
def test_a_moment_that_is_only_a_lower_bound(expression: str, answer: int) -> None:
    assert condition("limit", expression).holds(Asked(now(AS_OF, True))) == answer


def test_no_moment_at_all_leaves_it_open() -> None:
    assert condition("limit", CASES[0][0]).holds(Asked(now(None, False))) == MAYBE


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(alphabet="ab.()[]!&|?:<>=\"' \\,1\n", max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert condition("limit", text).holds(ASKED) in (NO, MAYBE, YES)


def test_a_day_is_the_one_of_its_place() -> None:
    late = Asked(now(datetime(2026, 7, 5, 23, 30, tzinfo=UTC), False))  # a Sunday, and Monday in Berlin
    sunday = 'request.time.getDayOfWeek("{}") == 0 && request.time < timestamp("2026-07-06T00:00:00Z")'
    assert condition("", sunday.format("UTC")).holds(late) == YES


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('resource.name.startsWith("projects/_/")', NO),
        ('resource.name.startsWith("folders/70/x")', NO),
        ('resource.name.startsWith("folders/7")', MAYBE),
        ('!resource.name.startsWith("folders/7")', MAYBE),
        ('resource.name == "folders/7"', MAYBE),
        ('resource.name != "folders/7"', MAYBE),
        ('resource.name == "projects/x"', NO),
        ('resource.name != "projects/x"', YES),
        ('"a/" + resource.name == "a/folders/7"', MAYBE),
        ('"a/" + resource.name == "b/folders/7"', NO),
    ],
)
def test_one_name_of_a_form_is_not_every_name_of_it(expression: str, answer: int) -> None:
    one = Asked({"resource.name": Wild(f"folders/{STEP}", any=False)})
    assert condition("", expression).holds(one) == answer
