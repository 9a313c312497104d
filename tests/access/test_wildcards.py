"""Two patterns share a text, or not."""

import pytest

from posture.access.wildcards import STEP, overlap, spelt_out


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a*c", "ab?", True), ("a*", "*b", True), ("a?", "abc", False), ("", "*", True), ("", "?", False),
        ("repo:*/x:*", "repo:y/x", False), ("**", "", True),
    ],
)  # fmt: skip
def test_two_patterns_overlap_where_some_text_fits_both(left: str, right: str, expected: bool) -> None:
    assert overlap(left, right) is overlap(right, left) is expected


def test_a_step_ends_at_a_slash() -> None:
    assert overlap(f"{STEP}/shop", "corp/shop")
    assert not overlap(f"{STEP}/shop", "corp/other/shop")
    assert overlap("corp/*", f"{STEP}/shop")


def test_letters_that_only_look_like_a_pattern_fit_no_subject() -> None:
    assert overlap("repo:*/x", spelt_out("repo:a/x"))
    assert not overlap("repo:*/x", spelt_out("repo:*"))
