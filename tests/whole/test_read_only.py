"""While assessing nothing is started or dialled; headless runs load no screen and no cloud SDK."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.whole.running import CHECKOUT, MOMENT, SAMPLE, python

_WATCH = """
import sys
seen = []
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork",
             "pty.", "ftplib", "http.client", "urllib.Request", "smtplib", "os.startfile")
def hook(event, args):
    if event.startswith(FORBIDDEN):
        seen.append(event)
sys.addaudithook(hook)
from pathlib import Path
from datetime import datetime, UTC
from posture.assess import Asked, assess
assessed = assess(Asked(tuple(Path(p) for p in sys.argv[2:]), as_of=datetime.fromisoformat(sys.argv[1])))
from posture.frameworks import load
from posture.reports.registry import every
import io
for report in every():
    report.write(assessed.assessment, load(), io.BytesIO())
import json
print(json.dumps(sorted(set(seen))))
"""


def watched(*paths: Path) -> list[str]:
    ended = python("-c", _WATCH, MOMENT, *paths)
    assert ended.code == 0, ended.err
    return list(json.loads(ended.out))


def test_the_sample_is_read_without_a_socket_or_a_process() -> None:
    assert watched(SAMPLE) == []


def test_labelled_cases_are_read_without_a_socket_or_a_process() -> None:
    cases = CHECKOUT.parent / "shared" / "cases"
    if not cases.is_dir():
        pytest.skip("the labelled cases are not on this machine")
    assert watched(cases) == []


def test_the_watch_would_see_a_process() -> None:
    ended = python(
        "-c", _WATCH.replace("import io", "import io, subprocess; subprocess.run(['true'])"), MOMENT, SAMPLE
    )
    assert "subprocess.Popen" in json.loads(ended.out)


@pytest.mark.parametrize(
    ("program", "never"),
    [
        (
            "from posture.cli import app; app._register()",
            ("polars", "textual", "boto3", "google.cloud", "networkx", "scipy", "pydantic"),
        ),
        ("import posture.assess", ("textual", "boto3", "botocore", "google.cloud", "networkx")),
        ("from posture.sources import registry; registry.every()", ("yaml",)),
        ("import posture.reports.json_v1", ("posture.reports.json_v1.types",)),
    ],
    ids=["version", "headless", "readers", "reports"],
)
def test_heavy_imports_are_late(program: str, never: tuple[str, ...]) -> None:
    ended = python("-c", f"{program}; import sys, json; print(json.dumps(sorted(sys.modules)))")
    loaded = set(json.loads(ended.out))
    assert [name for name in never if name in loaded] == []
