"""What fields mean is read from under them, base classes included, and stands in the published schema."""

from __future__ import annotations

from posture.model.columns import Row
from posture.model.meanings import meanings
from posture.model.schema import of_table
from posture.settings import Limits, every


class Sample(Row):
    """A table."""

    key: str
    """Its name,
    over two lines."""
    silent: str = ""
    loud: int | None = None

    @property
    def said(self) -> str:
        """No field."""
        return self.key

    last: int = 0
    """The last one."""


def test_a_text_belongs_to_the_field_above_it_and_to_no_other() -> None:
    own = {name: text for name, text in meanings(Sample).items() if name not in meanings(Row)}
    assert own == {"key": "Its name, over two lines.", "last": "The last one."}
    assert set(meanings(Row)) == {"source", "file", "at", "collected_at"}


def test_the_published_schema_says_them_and_what_stands_beside() -> None:
    fields = of_table("credentials")["properties"]
    assert fields["ttl"]["description"] == "Seconds that one issue is valid."
    assert fields["has_ttl"]["description"] == "Whether `ttl` is there: null not known, false none."
    assert fields["holder_basis"]["description"] == "Where `holder` comes from."
    assert "description" not in fields["enabled"]


def test_a_setting_says_what_it_does() -> None:
    said = {setting.name: setting.meaning for setting in every()}
    assert said["limits.lease"] == "A vault lease longer than this is long-lived."
    assert {name for name in said if name.startswith("limits.") and not said[name]} == set()
    assert len(meanings(Limits)) == len(Limits.model_fields)
