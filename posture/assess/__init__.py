"""The one pipeline: sources, estate, access, graph, checks, plan, score, assessment."""

import os

# Its frames are many and small: a thread of each core that wakes for every one costs more than it saves.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from posture.assess.pipeline import Assessed, assess
from posture.assess.reading import Asked, Read, read

__all__ = ["Asked", "Assessed", "Read", "assess", "read"]
