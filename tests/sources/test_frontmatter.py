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
    ("text", "line"), [("---\nname: a\n", 1), ("---\na: [1\n---\n", 3), ("---\na: b: c\n---\n", 2)]
)
def test_refuses_with_a_line_of_the_file(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        frontmatter.read(text)
    assert refused.value.line == line
