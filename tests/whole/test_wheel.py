"""The built wheel works in an empty environment: frameworks and sample are inside."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.whole.running import CHECKOUT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and the libraries of this one beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
             "--wheel-dir", str(folder), str(CHECKOUT)]  # fmt: skip
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("posture-*.whl")
    home = folder / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(
        subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                       check=True, capture_output=True, text=True).stdout.strip()
    )  # fmt: skip
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    # The libraries are those of this environment; the checkout itself must not be on the path.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`posture WORDS` from the wheel, outside the checkout."""
    return subprocess.run(
        [python, "-m", "posture", *words], cwd=python.parent, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, timeout=300,
    )  # fmt: skip


def test_it_is_the_wheel_that_runs(installed: Path) -> None:
    where = subprocess.run([installed, "-c", "import posture; print(posture.__file__)"], cwd=installed.parent,
                           capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert "env" in where
    assert str(CHECKOUT) not in where


def test_frameworks_are_inside(installed: Path) -> None:
    ended = run(installed, "frameworks", "owasp-nhi-top10/NHI7:2025")
    assert ended.returncode == 0, ended.stderr
    assert "Long-Lived Secrets" in ended.stdout


def test_the_sample_is_inside_and_can_be_assessed(installed: Path) -> None:
    ended = run(installed, "demo")
    assert ended.returncode == 0, ended.stderr
    assert "First steps" in ended.stdout
    where = [installed, "-c", "from posture.cli.viewing import sample; print(sample())"]
    said = subprocess.run(where, cwd=installed.parent, capture_output=True, text=True, check=True)
    sample = said.stdout.strip()
    assert str(CHECKOUT) not in sample
    assessed = run(installed, "assess", sample, "-f", "json", "--as-of", "2026-07-01T09:00:00Z")
    assert assessed.returncode == 0, assessed.stderr
    assert assessed.stdout.startswith("{")
