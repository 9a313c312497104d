"""Which two runs are compared: ids of a workspace, or JSON reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from posture.model.errors import UsageError

if TYPE_CHECKING:
    from posture.model.assessment import Assessment


def run(name: str, workspace: Path) -> Assessment:
    """The run or report that `name` means: a file, `latest`, or an id or its unique beginning."""
    from posture.workspace import runs

    file = Path(name)
    if file.is_file():
        from posture.reports.json_read import read

        return read(file)
    if name == "latest" and (last := runs.latest(workspace)):
        return runs.load(workspace, last)
    found = [run for run in runs.every(workspace) if run.startswith(name)]
    if len(found) == 1:
        return runs.load(workspace, found[0])
    hint = f"did you mean {', '.join(found)}?" if found else "`posture diff` without runs lists them"
    raise UsageError(f"run {name}: is neither one run of the workspace nor a file; {hint}")
