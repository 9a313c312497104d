"""Bad input gets one clear line, a coverage entry where something remains, and the right exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole.running import CHECKOUT, MOMENT, SAMPLE, Ended, posture

ACCOUNT = SAMPLE / "aws" / "111122223333" / "account-authorization-details.json"


def assess(*words: object, **environment: str) -> Ended:
    return posture("assess", *words, "--as-of", MOMENT, "--quiet", **environment)


def told(ended: Ended) -> str:
    """What was said, when it was one line."""
    assert len(ended.lines) == 1, ended.err
    return ended.lines[0]


def test_an_empty_folder(tmp_path: Path) -> None:
    ended = assess(tmp_path)
    assert (ended.code, ended.out) == (3, b"")
    assert told(ended) == "posture: nothing could be read; `posture sources` lists what can be read"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    ended = assess(tmp_path / "nowhere")
    assert ended.code == 2
    assert told(ended).endswith("nowhere: does not exist; name a file, a folder or a snapshot")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("export.json", b"", "is empty; export it again"),
        ("export.json", ACCOUNT.read_bytes()[:5000], "line "),
        ("export.json", b'\xff\xfe\x00{"UserDetailList"', ""),
        ("letter.json", b'{"dear": "sir"}', "no source knows this shape"),
        ("inventory.toml", b"[[agents]]\nkey = \n", "line 2"),
    ],
    ids=["0 bytes", "truncated", "wrong encoding", "unknown file", "a TOML mistake"],
)
def test_one_bad_file_alone(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    ended = assess(tmp_path / name)
    assert (ended.code, ended.out) == (3, b"")
    assert name in told(ended)
    assert words in told(ended)


@pytest.mark.parametrize("data", [b"", ACCOUNT.read_bytes()[:5000]], ids=["0 bytes", "truncated"])
def test_one_bad_file_among_good_ones(tmp_path: Path, data: bytes) -> None:
    shutil.copy(ACCOUNT, tmp_path / "good.json")
    (tmp_path / "bad.json").write_bytes(data)
    ended = assess(tmp_path, "-f", "json")
    assert ended.code == 0
    assert [line for line in ended.lines if "bad.json" in line]
    document = json.loads(ended.out)
    outcomes = {Path(item["file"]).name: item["outcome"] for item in document["inputs"]}
    assert outcomes["good.json"] in ("read", "partial")
    assert outcomes["bad.json"] == "failed"


def test_the_same_account_twice_is_said(tmp_path: Path) -> None:
    shutil.copy(ACCOUNT, tmp_path / "one.json")
    shutil.copy(ACCOUNT, tmp_path / "two.json")
    ended = assess(tmp_path, "-f", "json")
    assert ended.code == 0
    assert [line for line in ended.lines if "was read from" in line]


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    shutil.copy(ACCOUNT, tmp_path / "good.json")
    (tmp_path / "posture.toml").write_text("[reading]\nexport_bytes = 1000\n")
    ended = assess(tmp_path / "good.json", "--settings", tmp_path / "posture.toml")
    assert ended.code == 3
    assert "is larger than" in told(ended)


def test_an_unreadable_file(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Root may read everything, so a folder in place of a file stands for what cannot be opened.
        (tmp_path / "inventory.toml").mkdir()
        ended = assess(tmp_path)
        assert ended.code == 3
        return
    path = tmp_path / "inventory.toml"
    path.write_text("")
    path.chmod(0)
    ended = assess(tmp_path)
    assert ended.code == 3
    assert "inventory.toml" in ended.err


def test_contradictory_declarations_are_both_told(tmp_path: Path) -> None:
    (tmp_path / "inventory.toml").write_text(
        '[[agents]]\nkey = "agent:x"\nautonomy = "semi"\n'
        '[[agents]]\nkey = "agent:x"\nautonomy = "autonomous"\n'
    )
    ended = assess(tmp_path, "-f", "json")
    assert ended.code == 0
    assert told(ended) == (
        "posture: agents agent:x: autonomy is declared as semi (inventory.toml) "
        "and as autonomous (inventory.toml); keep one"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('frameworks = ["iso-99999"]\n', "iso-99999"),
        ("[limits]\nkey_age = 'old'\n", "setting limits.key_age"),
        ("[limits\n", "line 1"),
        ("[limits]\nkey_agee = 1\n", "setting limits.key_agee"),
    ],
    ids=["unknown framework", "wrong value", "broken", "unknown name"],
)
def test_settings_that_are_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "posture.toml").write_text(text)
    ended = assess(SAMPLE, "--settings", tmp_path / "posture.toml")
    assert (ended.code, ended.out) == (3, b"")
    assert words in told(ended)


_SLOW = """
import time
import posture.assess.reading as reading

real = reading.gather

def slow(*words, **named):
    print("reading", flush=True)
    time.sleep(30)
    return real(*words, **named)

reading.gather = slow
from posture.cli import main

main()
"""


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    running = subprocess.Popen(
        [sys.executable, "-c", _SLOW, "assess", str(SAMPLE), "-f", "json", "-o", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.decode().splitlines() == ["posture: interrupted; nothing half-written was left behind"]
    assert not out.exists()
    assert list(tmp_path.iterdir()) == []
