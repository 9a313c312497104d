"""The report that an IAM lead hands in, as Markdown."""

from __future__ import annotations

from typing import BinaryIO

from posture.frameworks import Frameworks
from posture.model.assessment import Assessment
from posture.reports.pages import (
    agents,
    appendix,
    controls,
    credentials,
    gaps,
    inventory,
    life,
    plan,
    standing,
    ways,
)
from posture.reports.registry import Format

FORMAT = Format(id="markdown", suffix=".md", title="the report for people")

SECTIONS = (
    standing.title,
    standing.decision,
    standing.changed,
    standing.scope,
    inventory.freshness,
    inventory.summary,
    ways.paths,
    agents.agents,
    credentials.secrets,
    life.cycle,
    plan.steps,
    gaps.findings,
    controls.frameworks,
    gaps.attestations,
    gaps.exceptions,
    appendix.limitations,
    appendix.evidence,
    appendix.sign_off,
    appendix.glossary,
)
"""Order of sections; each takes the assessment and the frameworks and returns Markdown, or nothing."""


def write(assessment: Assessment, frameworks: Frameworks, out: BinaryIO) -> None:
    """Every section that has something to say."""
    written = (section(assessment, frameworks).strip() for section in SECTIONS)
    out.write(("\n\n".join(part for part in written if part) + "\n").encode())
