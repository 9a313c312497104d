"""TOML: values, and errors that quote nothing."""

import pytest

from posture.model.errors import Unreadable
from posture.sources import toml_read


def test_reads_tables_with_a_byte_order_mark() -> None:
    assert toml_read.read(b'\xef\xbb\xbf[a]\r\nb = "c"\r\n').value == {"a": {"b": "c"}}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = 1\nb = \n", 2, "not valid TOML"),
        ("a = 1\na = 2\n", 2, "not valid TOML"),
        ("a = " + "[" * 150 + "]" * 150, None, "nested"),
        ("a = " + "[" * 100_000, None, "nested"),
    ],
)
def test_refuses_with_a_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refused:
        toml_read.read(text)
    assert refused.value.line == line


def test_the_text_hangs_on_no_exception() -> None:
    with pytest.raises(Unreadable) as refused:
        toml_read.read('token = "FAKED01-never-closed\n')
    error: BaseException | None = refused.value
    while error is not None:
        assert "FAKED01" not in repr(vars(error)) + str(error)
        error = error.__cause__ or error.__context__
