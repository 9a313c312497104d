"""Front matter of Markdown."""

import pytest

from posture.model.errors import Unreadable
from posture.sources import frontmatter


def test_yaml_front_matter_counts_lines_in_the_file() -> None:
    found = frontmatter.read("---\nname: triage\ntools: Bash\n---\nBody.\n")
    assert found.document is not None
    assert found.document.value == {"name": "triage", "tools": "Bash"}
    assert found.document.lines["/tools"] == 3
    assert (found.body, found.body_line) == ("Body.\n", 5)


def test_toml_front_matter_and_none() -> None:
    toml = frontmatter.read('+++\nname = "a"\n+++\nx')
    assert toml.document is not None
    assert toml.document.value == {"name": "a"}
    assert frontmatter.read("# Title\n---\n") == frontmatter.FrontMatter(None, "# Title\n---\n", 1)


@pytest.mark.parametrize(
    ("text", "line"), [("---\nname: a\n", 1), ("---\na: [1\n---\n", 3), ("---\na: b: c\ne: 'f\n---\n", 2)]
)
def test_refuses_with_a_line_of_the_file(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        frontmatter.read(text)
    assert refused.value.line == line


def test_a_colon_in_a_text_costs_no_other_entry() -> None:
    found = frontmatter.read(
        '---\n# who\nname: triage\ndescription: Use when: it broke. user: "help"\ntools:\n- Read\n\n'
        "hooks:\n  Stop: [a]\nname: again\n---\nBody: x\n"
    )
    assert found.document is not None
    assert found.document.value == {
        "name": "again",
        "description": 'Use when: it broke. user: "help"',
        "tools": ["Read"],
        "hooks": {"Stop": ["a"]},
    }
    assert found.loose == ("/description",)
    assert found.document.lines == {"/name": 10, "/description": 4, "/tools": 5, "/hooks": 8}
    assert [(one.pointer, one.line) for one in found.document.duplicates] == [("/name", 10)]
    assert found.document.replaced == (("/name", "triage"),)
    assert (found.body, found.body_line) == ("Body: x\n", 12)


@pytest.mark.parametrize(
    "entry",
    ["tools: [Read", 'mode: "plan', "tools: {a: b", "x: a: b\n  - c", "just text", "x: *gone", "  y: 1"],
)
def test_what_an_entry_was_to_say_is_not_guessed(entry: str) -> None:
    with pytest.raises(Unreadable):
        frontmatter.read(f"---\n{entry}\nname: a: b\n---\n")
