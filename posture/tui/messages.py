"""What threads tell the dashboard: how far reading is, and what was read, written or decided."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from posture.model.assessment import Assessment


class Told(Message):
    """The reading thread says how far it is."""

    def __init__(self, says: str, done: int, total: int) -> None:
        super().__init__()
        self.says, self.done, self.total = says, done, total


class Loaded(Message):
    """The assessment is there."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__()
        self.assessment = assessment


class Written(Message):
    """A report lies at `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class Decided(Message):
    """A decision is on the disk, or taken back, and `assessment` shows it."""

    def __init__(self, title: str, says: str, assessment: Assessment) -> None:
        super().__init__()
        self.title, self.says, self.assessment = title, says, assessment
