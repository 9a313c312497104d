"""posture: non-human identities, agents, what they reach, and what to fix first."""

__version__ = "0.1.0"
