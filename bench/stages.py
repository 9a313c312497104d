"""One assessment, stage by stage: CPU seconds and peak memory. Run `python -m bench.stages SOURCE`.

Prints one JSON object; `bench` starts it and reads that. `result` counts from the start of the process to the
assessment with graph, paths and plan; `total` goes on to both reports and what they load. With a second path
the run is saved there.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from pathlib import Path

from posture.model.collector import seldom_collected


@seldom_collected()
def main(source: Path, into: Path | None) -> None:
    """Assesses `source`, prints what each stage took, and saves the run into a workspace."""
    from posture.assess.pipeline import assess
    from posture.assess.reading import Asked

    stage, began = "reading", time.process_time()
    took: dict[str, float] = {"imports": began}

    def enter(what: str, _done: int, _of: int) -> None:
        nonlocal stage, began
        if what != stage:
            now = time.process_time()
            took[stage] = took.get(stage, 0.0) + now - began
            stage, began = what, now

    found = assess(Asked((source,), fingerprint_key=b"bench"), enter)
    enter("reports", 0, 0)
    result = began

    from posture import frameworks
    from posture.reports import json_v1, markdown

    sizes = {}
    for name, write in (("json", json_v1.write), ("markdown", markdown.write)):
        out = io.BytesIO()
        write(found.assessment, frameworks.load(), out)
        sizes[name] = out.tell()
    enter("end", 0, 0)
    overview = found.assessment.overview
    print(
        json.dumps(
            {
                "stages": took,
                "result": result,
                "total": time.process_time(),
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "sizes": sizes,
                "identities": sum(overview.identities.values()) + overview.agents,
                "gaps": sum(overview.gaps.values()),
            }
        )
    )
    if into is not None:
        from posture.workspace import runs

        runs.save(into, found.assessment)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
