"""What the dashboard is handed: how to load an assessment and how to export it; where the sample lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import posture
from posture.cli.speaking import Progress
from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.assess import Asked
    from posture.model.assessment import Assessment


class Viewing:
    """The assessment that is on the screen: loaded when asked for, and again on refresh."""

    def __init__(self, make: Callable[[Progress], Assessment], workspace: Path, author: str) -> None:
        self._make = make
        self._workspace = workspace
        self._author = author
        self._shown: Assessment | None = None

    @classmethod
    def of(cls, asked: Asked, workspace: Path, author: str) -> Viewing:
        """Assesses `asked` at each load; `author` decides in `workspace`."""

        def make(progress: Progress) -> Assessment:
            from posture.assess import assess

            return assess(asked, progress).assessment

        return cls(make, workspace, author)

    def load(self, progress: Progress) -> Assessment:
        """The assessment, made anew, with what was decided; runs off the screen's thread."""
        self._shown = self._decided(self._make(progress))
        return self._shown

    def decide(self, said: Mapping[str, Any]) -> tuple[str, Assessment]:
        """Records what somebody decided on the screen; UsageError where a rule forbids it."""
        from posture.assess.deciding import Deciding, request
        from posture.cli import words
        from posture.workspace import decisions

        if self._shown is None:
            raise UsageError("nothing is loaded yet; wait for the assessment, then decide")
        given = {**said, "expires": words.moment(str(said.get("expires", "")), "until")}
        limits = words.asked(None).settings.limits
        deciding = Deciding(self._shown, limits, self._author, words.now("", ""))
        records = decisions.append(self._workspace, deciding.records(request(given)))
        self._shown = self._decided(self._shown)
        return "; ".join(f"{one.says()} ({one.id})" for one in records), self._shown

    def _decided(self, assessment: Assessment) -> Assessment:
        from posture.assess.showing import shown
        from posture.workspace import decisions

        return shown(assessment, decisions.read(self._workspace).records)

    def export(self, format: str, to: Path) -> Path:
        """Writes what is on the screen as `format` to the file `to`, whole or not at all.

        Without a suffix, a format of several tables fills the folder `to`.
        """
        if self._shown is None:
            raise UsageError("nothing is loaded yet; wait for the assessment, then export")
        from posture.reports.registry import named
        from posture.workspace import atomic

        tables = getattr(named(format), "tables", None)
        if tables is None or to.suffix:
            atomic.write(to, written(format, self._shown))
            return to
        for name, table in tables(self._shown).items():
            atomic.write(to / name, table)
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
