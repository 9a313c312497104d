"""Decoding and depth: what every reader of text files refuses before it parses."""

import pytest

from posture.model.errors import Unreadable
from posture.sources.reading import check_depth, decode


@pytest.mark.parametrize(
    "raw",
    [
        "größe\n".encode(),
        b"\xef\xbb\xbf" + "größe\n".encode(),
        b"\xff\xfe" + "größe\n".encode("utf-16-le"),
        b"\xfe\xff" + "größe\n".encode("utf-16-be"),
        "größe\r\n".encode(),
    ],
)
def test_decodes_what_editors_write(raw: bytes) -> None:
    assert decode(raw) == "größe\n"


@pytest.mark.parametrize("raw", [b"gr\xf6\xdfe", b"\xff\xfe\x00\x00a\x00\x00\x00", b"\xff\xfea", b"a\x00b"])
def test_refuses_other_encodings_with_a_reason(raw: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(raw)
    assert refused.value.reason


def test_depth_is_counted_without_recursion() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unreadable, match="nested more than 100 levels deep"):
        check_depth(deep)
    check_depth({"a": [{"b": [1]}]}, deepest=4)
    with pytest.raises(Unreadable):
        check_depth({"a": [{"b": [1]}]}, deepest=3)
