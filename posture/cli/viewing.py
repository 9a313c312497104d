"""What the dashboard is handed: how to load, export, try and decide; where the sample lies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

import posture
from posture.cli.speaking import Progress
from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.assess import Asked
    from posture.assess.cutting import Cutting
    from posture.assess.trying import Trying
    from posture.model.assessment import Assessment
    from posture.model.decided import Decided
    from posture.plan.cutting import Kept
    from posture.tui.desk import Run


class Viewing:
    """The assessment that is on the screen: loaded when asked for, tried, and decided on."""

    def __init__(
        self,
        make: Callable[[Progress], Assessment],
        workspace: Path,
        author: str,
        own_checks: Sequence[Path] = (),
        own_frameworks: Sequence[Path] = (),
    ) -> None:
        self._make = make
        self._workspace = workspace
        self._author = author
        self._own_checks, self._own_frameworks = tuple(own_checks), tuple(own_frameworks)
        self._made: Assessment | None = None
        """As it was assessed, ..."""
        self._shown: Assessment | None = None
        """... and with what was decided since."""
        self._decisions: list[str] = []
        """Ids of what was decided at these screens, without what was taken back."""
        self.pending = 0
        """How many decisions the figures do not show yet."""
        self.anew = "posture assess counts them"
        """How the figures come to show them."""
        self._lock = threading.Lock()
        self._trying: tuple[Assessment, Trying] | None = None
        self._cutting: tuple[Assessment, Cutting] | None = None

    @classmethod
    def of(cls, asked: Asked, workspace: Path, author: str) -> Viewing:
        """Assesses `asked` at each load, with what was decided in `workspace`; `author` decides there."""
        within = replace(asked, workspace=workspace)

        def make(progress: Progress) -> Assessment:
            from posture.assess import assess

            return assess(within, progress).assessment

        viewing = cls(make, workspace, author, asked.own_checks, asked.own_frameworks)
        viewing.anew = "r assesses anew"
        return viewing

    def load(self, progress: Progress) -> Assessment:
        """The assessment, made anew, with what was decided; runs off the screen's thread."""
        self._made = self._make(progress)
        return self._decided(self._made)

    @property
    def undoable(self) -> bool:
        """Whether anything was decided at these screens that can be taken back."""
        return bool(self._decisions)

    def decide(self, said: Mapping[str, Any]) -> tuple[str, Assessment]:
        """Records what somebody decided on the screen; UsageError where a rule forbids it."""
        from posture.assess.deciding import Deciding, request
        from posture.cli import words

        given = {**said, "expires": words.moment(str(said.get("expires", "")), "until")}
        limits = words.asked(None).settings.limits
        deciding = Deciding(self._seen("decide"), limits, self._author, words.now("", ""))
        return self._recorded(deciding.records(request(given)))

    def attest(self, said: Mapping[str, Any]) -> tuple[str, Assessment]:
        """Records what somebody answered to a question; UsageError where the questionnaire forbids it."""
        from posture.assess import attesting
        from posture.cli import words
        from posture.frameworks import load

        self._seen("answer")
        record = attesting.attestation(
            load(*self._own_frameworks).question(said["question"]),
            said["answer"],
            self._author,
            words.now("", ""),
            statement=said.get("statement", ""),
            respondent=said.get("respondent", ""),
            reviewer=said.get("reviewer", ""),
            shown=attesting.evidence([said["evidence"]] if said.get("evidence") else []),
        )
        return self._recorded((record,))

    def undo(self) -> tuple[str, Assessment]:
        """Takes the last decision of these screens back."""
        from posture.assess.deciding import Deciding, request
        from posture.cli import words
        from posture.workspace import decisions

        if not self._decisions:
            raise UsageError("nothing was decided at these screens; `posture decide --list` shows the rest")
        last = self._decisions[-1]
        deciding = Deciding(
            self._seen("undo"), words.asked(None).settings.limits, self._author, words.now("", "")
        )
        decisions.append(self._workspace, deciding.records(request({"kind": "undo", "undoes": last})))
        self._decisions.pop()
        (record,) = (one for one in decisions.read(self._workspace).records if one.id == last)
        return f"{record.says()} ({last})", self._again()

    def _recorded(self, made: Sequence[Decided]) -> tuple[str, Assessment]:
        from posture.workspace import decisions

        records = decisions.append(self._workspace, made)
        self._decisions.extend(one.id for one in records)
        return "; ".join(f"{one.says()} ({one.id})" for one in records), self._again()

    def _again(self) -> Assessment:
        return self._decided(self._made) if self._made is not None else self._seen("decide")

    def _decided(self, made: Assessment) -> Assessment:
        from posture.assess.showing import pending, shown
        from posture.workspace import decisions

        log = decisions.read(self._workspace)
        self.pending = pending(made, log)
        self._shown = shown(made, log.records)
        return self._shown

    def _seen(self, then: str) -> Assessment:
        if self._shown is None:
            raise UsageError(f"nothing is loaded yet; wait for the assessment, then {then}")
        return self._shown

    def trying(self) -> Trying:
        """The plan as it was assessed, ready for trying; made at the first question."""
        from posture.assess.trying import Trying
        from posture.checks.registry import every
        from posture.frameworks import load

        with self._lock:
            made = self._made or self._seen("try")
            if self._trying is None or self._trying[0] is not made:
                checks, catalogue = every(*self._own_checks), load(*self._own_frameworks)
                self._trying = made, Trying.of(made, checks=checks, catalogue=catalogue)
            return self._trying[1]

    def cutting(self, origin: str, links: Sequence[tuple[str, str]], nodes: Sequence[str]) -> Kept:
        """What `origin` reaches without `links` and `nodes`."""
        from posture.assess.cutting import Cutting

        with self._lock:
            made = self._made or self._seen("cut")
            if self._cutting is None or self._cutting[0] is not made:
                self._cutting = made, Cutting.of(made)
            return self._cutting[1].without(origin, links, nodes)

    def runs(self) -> tuple[Run, ...]:
        """The runs of the workspace, oldest first; those of another version are left out."""
        from posture.model.errors import InputError
        from posture.tui.desk import Run
        from posture.workspace import runs

        found = []
        for id_ in sorted(path.parent.name for path in (self._workspace / "runs").glob("*/overview.json")):
            try:
                found.append(Run.of(id_, runs.overview(self._workspace, id_)))
            except InputError:
                continue
        return tuple(sorted(found, key=lambda run: (str(run.as_of), run.id)))

    def export(self, format: str, to: Path) -> Path:
        """Writes what is on the screen as `format` to the file `to`, whole or not at all.

        Without a suffix, a format of several tables fills the folder `to`.
        """
        from posture.reports.registry import named
        from posture.workspace import atomic

        shown = self._seen("export")
        tables = getattr(named(format), "tables", None)
        if tables is None or to.suffix:
            atomic.write(to, written(format, shown, *self._own_frameworks))
            return to
        for name, table in tables(shown).items():
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
