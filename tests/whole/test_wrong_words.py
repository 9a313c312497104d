"""A name that is not there, an empty workspace, a place that takes no document: a plain line and its code."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.whole.running import CHECKOUT, MOMENT, SAMPLE, posture

SMALL = SAMPLE / "aws" / "444455556666"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("attest", "Q-99"), "posture: no question 'Q-99'; known are Q-01, "),
        (("frameworks", "nothing"), "posture: no framework 'nothing'; known are owasp-nhi-top10, "),
        (("frameworks", "csa-maestro/L99"), "posture: CSA MAESTRO has no 'L99'; "),
        (("plan", SMALL, "--quiet", "--without", "nothing"), "posture: nothing: is no step of this plan; "),
    ],
)
def test_a_name_that_is_not_there_is_a_wrong_word(
    words: tuple[object, ...], said: str, tmp_path: Path
) -> None:
    ended = posture(*words, cwd=tmp_path)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.lines[-1].startswith(said)


def test_a_wrong_option_points_to_the_help_of_its_command(tmp_path: Path) -> None:
    ended = posture("assess", "--frob", cwd=tmp_path)
    assert (ended.code, ended.lines[-1]) == (2, "posture: `posture assess --help` shows its words")
    ended = posture("frob", cwd=tmp_path)
    assert (ended.code, ended.lines[-1]) == (
        2,
        "posture: `posture --help` shows the commands and their words",
    )


def test_a_required_source_that_does_not_exist_is_said(tmp_path: Path) -> None:
    ended = posture("assess", SMALL, "--quiet", "--require", "aws-iamm", cwd=tmp_path)
    assert ended.code == 4
    assert ended.lines[-1] == (
        "posture: gate --require aws-iamm: there is no such source; `posture sources` lists them"
    )


def test_a_workspace_that_holds_nothing_says_so(tmp_path: Path) -> None:
    assert posture("diff", cwd=tmp_path).lines == [
        "posture: .posture: holds no run yet; `posture assess SOURCE --workspace DIR` saves one"
    ]
    assert posture("decide", "--list", cwd=tmp_path).lines == ["posture: .posture: holds no decision"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n[[robots]]\nkey = 'x'\n", "if.toml: line 2: there is no table robots; `posture schema`"),
        ("[[agents]]\nname = 'x'\n", "if.toml: line 1: an entry of agents needs either key or match; "),
        (None, "if.toml: cannot be read (No such file or directory); give tables of inventory.toml"),
    ],
)  # fmt: skip
def test_what_if_refuses_what_it_cannot_assume(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "if.toml"
    if text is not None:
        file.write_text(text)
    ended = posture("plan", SMALL, "--quiet", "--what-if", file, cwd=tmp_path)
    assert (ended.code, ended.out) == (3, b"")
    assert ended.lines[-1].startswith(f"posture: {said}")


@pytest.mark.parametrize("words", [("assess", SMALL, "--quiet", "--as-of", MOMENT), ("checks",)])
def test_a_full_disk_behind_stdout(words: tuple[object, ...], tmp_path: Path) -> None:
    with (tmp_path / "document").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "posture", *map(str, words)],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        )
    assert ended.returncode == 5
    assert ended.stderr.decode().splitlines()[-1] == (
        "posture: stdout: cannot be written (File too large); free the place or name another one"
    )


@pytest.mark.parametrize("name", ["taken", "file/below.md"])
def test_an_output_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "file").write_text("")
    ended = posture("assess", SMALL, "--quiet", "-f", "markdown", "-o", name, cwd=tmp_path)
    assert ended.code == 5
    assert ended.lines[-1].startswith(f"posture: {name}: cannot be written (")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "taken"]


def test_an_output_that_is_a_pipe_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reading = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reading.start()
    ended = posture("assess", SMALL, "--quiet", "--as-of", MOMENT, "-o", pipe, cwd=tmp_path)
    assert (ended.code, pipe.is_fifo()) == (0, True)
    reading.join(10)
    assert got == [posture("assess", SMALL, "--quiet", "--as-of", MOMENT, cwd=tmp_path).out]


def test_a_closed_stdout(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m posture assess {SMALL} --quiet >&-"],
        capture_output=True, cwd=tmp_path, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    assert done.returncode == 5
    assert b"posture: stdout: is closed; " in done.stderr


def test_a_run_of_another_version_is_told_and_stops_nothing(tmp_path: Path) -> None:
    first = posture("assess", SMALL, "--quiet", "--workspace", "kept", cwd=tmp_path)
    assert first.code == 0
    (run,) = (tmp_path / "kept" / "runs").iterdir()
    (run / "overview.json").write_text('{"of": "another version"}')
    listed = posture("diff", "--workspace", "kept", cwd=tmp_path)
    assert (listed.code, listed.out) == (0, b"")
    assert listed.lines == [f"posture: run {run.name}: was written by another version; assess again"]
    again = posture("assess", SMALL, "--quiet", "--workspace", "kept", cwd=tmp_path)
    assert (again.code, again.out) == (0, first.out)
    assert again.lines == [f"posture: run {run.name}: was written by another version; first dates start anew"]
    shown = posture("diff", "--workspace", "kept", cwd=tmp_path).out.decode()
    assert shown.endswith("latest\n")
    order = [word for word in ("critical", "high", "medium", "low") if f" {word}" in shown]
    assert order == sorted(order, key=shown.index)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("collect", "aws", "-o", "file/snapshot"), 5, "file/snapshot: cannot be written ("),
        (("collect", "aws", "-o", "s", "--endpoint-url", "host"), 2, "--endpoint-url host: is no address; "),
        (("assess", SMALL, "--quiet", "--workspace", "file/kept"), 5, "file/kept: cannot be written ("),
    ],
)
def test_a_folder_that_cannot_be_made(
    words: tuple[object, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ended = posture(*words, cwd=tmp_path)
    assert (ended.code, ended.out) == (code, b"")
    assert ended.lines[-1].startswith(f"posture: {said}")
