"""Environment files, line by line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from posture.sources import dotenv

TEXT = """# local run only
export A=plain # a comment
B="two\\nlines and a # mark"
C='raw $X'
D="spans
lines"
this is no entry
E=
F = spaced value
G=a#b
H="never closed
"""


def test_entries_with_lines_and_what_was_not_read() -> None:
    read = dotenv.read(TEXT)
    assert [(entry.name, entry.value, entry.line) for entry in read.entries] == [
        ("A", "plain", 2),
        ("B", "two\nlines and a # mark", 3),
        ("C", "raw $X", 4),
        ("D", "spans\nlines", 5),
        ("E", "", 8),
        ("F", "spaced value", 9),
        ("G", "a#b", 10),
        ("H", '"never closed', 11),
    ]
    assert read.unread == (7,)


def test_an_entry_shows_no_value() -> None:
    assert "FAKED01" not in repr(dotenv.read("KEY=FAKED01abcdefgh"))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet="AB=\"'#\\ \n\r\tx$é", max_size=60))
def test_any_text_is_read(text: str) -> None:
    read = dotenv.read(text)
    assert all(1 <= entry.line <= text.count("\n") + 1 for entry in read.entries)
