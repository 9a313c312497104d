"""The one pipeline: sources, estate, access, graph, checks, plan, score, assessment."""

from posture.assess.pipeline import Assessed, assess
from posture.assess.reading import Asked, Read, read

__all__ = ["Asked", "Assessed", "Read", "assess", "read"]
