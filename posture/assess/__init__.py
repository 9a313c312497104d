"""The one pipeline: sources, estate, access, graph, checks, plan, score, assessment."""

from posture.assess.pipeline import Asked, Assessed, assess

__all__ = ["Asked", "Assessed", "assess"]
