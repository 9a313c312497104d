"""Answers "what is owasp-nhi-top10/NHI7:2025?" from the TOML files of the frameworks folder."""

from posture.frameworks.catalogue import Frameworks, load
from posture.frameworks.records import Control, Framework
from posture.frameworks.references import Reference, parse

__all__ = ["Control", "Framework", "Frameworks", "Reference", "load", "parse"]
