"""What the dashboard is handed: how to load an assessment and how to export it; where the sample lies."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import posture
from posture.cli.speaking import Progress
from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.assess import Asked
    from posture.model.assessment import Assessment


class Viewing:
    """The assessment that is on the screen: loaded when asked for, and again on refresh."""

    def __init__(self, make: Callable[[Progress], Assessment]) -> None:
        self._make = make
        self._shown: Assessment | None = None

    @classmethod
    def of(cls, asked: Asked) -> Viewing:
        """Assesses `asked` at each load."""

        def make(progress: Progress) -> Assessment:
            from posture.assess import assess

            return assess(asked, progress).assessment

        return cls(make)

    def load(self, progress: Progress) -> Assessment:
        """The assessment, made anew; runs off the screen's thread."""
        self._shown = self._make(progress)
        return self._shown

    def export(self, format: str, to: Path) -> Path:
        """Writes what is on the screen as `format` to the file `to`, whole or not at all."""
        if self._shown is None:
            raise UsageError("nothing is loaded yet; wait for the assessment, then export")
        from posture.workspace import atomic

        atomic.write(to, written(format, self._shown))
        return to


def written(format: str, assessment: Assessment, *own_frameworks: Path) -> bytes:
    """`assessment` in the format that `-f` calls by this word."""
    from posture.frameworks import load
    from posture.reports.registry import named

    out = BytesIO()
    named(format).write(assessment, load(*own_frameworks), out)
    return out.getvalue()


def sample() -> Path:
    """The sample inventory: inside the installed package, else beside it in a checkout."""
    package = Path(posture.__file__).parent
    inside = package / "sample"
    return inside if inside.is_dir() else package.parent / "sample_inventory"
