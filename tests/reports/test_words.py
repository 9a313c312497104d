"""Foreign text in Markdown: readable where it is harmless, inert where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.reports.pages.words import code, count, effort, figure, percent, safe, table
from tests.reports.given import parser

_PARSER = parser()
_TEXT = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "text_special", "softbreak"}


def kinds(markdown: str) -> set[str]:
    """Every kind of token, inline ones included."""
    found: set[str] = set()
    for token in _PARSER.parse(markdown):
        found.add(token.type)
        found.update(child.type for child in token.children or ())
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("quillhaven-production", "quillhaven-production"),
        ("snake_case_name", "snake_case_name"),
        (".mcp.json", ".mcp.json"),
        ("role/etl-runner (ARN)", "role/etl-runner (ARN)"),
        ("_under_", r"\_under\_"),
        ("# heading", r"\# heading"),
        ("1. item", r"1\. item"),
        ("- item", r"\- item"),
        ("lab@x.example (read)", "`lab@x.example` (read)"),
        ("see https://x.example/a now", "see `https://x.example/a` now"),
        ("a | b", r"a \| b"),
    ],
)
def test_harmless_text_stays_and_markup_is_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "**bold**", "_em_", "~~gone~~", "`code`", "[a](https://x.example)", "![a](b)", "<b>x</b>",
        "<!-- c -->", "# h", "> q", "- a", "+ a", "* a", "1. a", "1) a", "| a | b |", "&lt;",
        "www.x.example", "ftp://x.example", "bob@x.example", "mailto:bob@x.example", "a\n# b", "a\r\nb",
        "\x1b[31mred",
        "\u202egnp", "= a", "---", "``x``", "[x]: https://x.example", "\\", "a`b@c.d`e", "$x$",
    ],
)  # fmt: skip
def test_foreign_text_makes_no_markup(text: str) -> None:
    assert kinds(safe(text)) <= _TEXT
    assert kinds(f"- {safe(text)}") <= _TEXT | {
        "bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close",
    }  # fmt: skip
    assert kinds(code(text)) <= _TEXT


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(alphabet="ab_*`[]()<>|~#+-=.!&$\\@:/w1\n\t ", max_size=24))
def test_no_text_makes_markup_or_another_cell(text: str) -> None:
    assert kinds(f"x {safe(text)}") <= _TEXT
    rows = _PARSER.parse(table(("a", "b"), [(safe(text), code(text))]))
    assert sum(token.type == "td_open" for token in rows) == 2


def test_counts_and_hours_are_said_as_people_do() -> None:
    assert (count(1, "step"), count(1200, "step")) == ("1 step", "1,200 steps")
    assert (effort(0.5), effort(2), effort(168)) == ("30 min", "2 h", "168 h")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0 %"), (0.0004, "<0.1 %"), (0.001, "0.1 %"), (0.31, "31 %"), (0.9996, "99.9 %"), (1.0, "100 %")],
)
def test_a_share_is_neither_nothing_nor_all_where_it_is_not(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(("value", "said"), [(0.0, "0"), (0.02, "<0.1"), (0.3, "0.3"), (4851.2, "4,851")])
def test_a_figure_of_risk_is_nothing_only_where_it_is_none(value: float, said: str) -> None:
    assert figure(value) == said
