"""What the types of the JSON document have in common."""

from __future__ import annotations

from pydantic import ConfigDict

CLOSED = ConfigDict(extra="forbid", use_attribute_docstrings=True)
Words = list[str]
