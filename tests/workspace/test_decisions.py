"""No acknowledged decision is lost, none is counted twice, the last one holds, and disagreements are said."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posture.model.decided import Decided, On
from posture.model.errors import InputError
from posture.workspace import decisions
from posture.workspace.holding import holding
from tests.whole.running import CHECKOUT, posture, python

START = datetime(2026, 7, 1, 9, tzinfo=UTC)
BOT = "agent:desk/bot"
ROLE = ("fact", "agents", BOT, "purpose")


def purpose(author: str, text: str, minute: int = 0, subject: str = BOT) -> Decided:
    return Decided(
        kind="facts",
        on=(On(subject=subject, table="agents"),),
        author=author,
        decided=START + timedelta(minutes=minute),
        facts={"purpose": text},
    )


def undo(id_: str, minute: int) -> Decided:
    return Decided(kind="undo", author="ada", decided=START + timedelta(minutes=minute), undoes=id_)


def held(workspace: Path) -> dict[tuple[str, ...], str]:
    return {
        slot: record.says() for slot, record in holding(decisions.read(workspace).records).by_slot.items()
    }


def test_two_processes_and_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    ended = python("-m", "tests.workspace.killed_writers", tmp_path, 500, 200, 7, cwd=CHECKOUT)
    assert ended.code == 0, ended.err
    killed, *acknowledged = ended.out.decode().split()
    assert (int(killed), len(acknowledged)) == (200, 1000)
    stored = Counter(
        json.loads(line)["id"] for line in (tmp_path / "decisions.jsonl").read_bytes().splitlines()
    )
    assert stored == Counter(acknowledged)
    assert [record.id for record in decisions.read(tmp_path).records] == list(stored)


def test_a_last_line_cut_anywhere_is_set_aside_and_said(tmp_path: Path) -> None:
    decisions.append(tmp_path, [purpose("ada", "one"), purpose("ada", "two", 1)])
    log = tmp_path / "decisions.jsonl"
    first, second = log.read_bytes().splitlines(keepends=True)
    for cut in range(1, len(second)):
        (tmp_path / "decisions.torn").unlink(missing_ok=True)
        log.write_bytes(first + second[:cut])
        read = decisions.read(tmp_path)
        assert [record.says() for record in read.records] == ["purpose is one"]
        assert read.problems == (
            "decisions.jsonl: line 2: is cut off and set aside; make that decision again",
        )
        decisions.append(tmp_path, [purpose("ada", "three", 2)])
        assert (tmp_path / "decisions.torn").read_bytes() == second[:cut] + b"\n"
        after = decisions.read(tmp_path)
        assert [record.says() for record in after.records] == ["purpose is one", "purpose is three"]
        assert len(after.problems) == 1
        assert after.problems[0].startswith("decisions.torn: holds a decision that was cut off")


def test_a_line_changed_by_hand_does_not_count(tmp_path: Path) -> None:
    decisions.append(tmp_path, [purpose("ada", "one")])
    log = tmp_path / "decisions.jsonl"
    log.write_text(log.read_text().replace("one", "two") + "<<<<<<< HEAD\n")
    read = decisions.read(tmp_path)
    assert read.records == ()
    assert [problem.partition(":")[2][:8] for problem in read.problems] == [" line 1:", " line 2:"]


def test_the_same_decision_again_is_one_record(tmp_path: Path) -> None:
    first = decisions.append(tmp_path, [purpose("ada", "one")])
    assert decisions.append(tmp_path, [purpose("ada", "one")]) == first
    assert len(decisions.read(tmp_path).records) == 1


def test_the_last_record_holds_and_an_undo_brings_the_one_before_back(tmp_path: Path) -> None:
    decisions.append(tmp_path, [purpose("ada", "one")])
    (second,) = decisions.append(tmp_path, [purpose("ben", "two", 1)])
    assert held(tmp_path)[ROLE] == "purpose is two"
    (gone,) = decisions.append(tmp_path, [undo(second.id, 2)])
    assert held(tmp_path)[ROLE] == "purpose is one"
    decisions.append(tmp_path, [undo(gone.id, 3)])
    assert held(tmp_path)[ROLE] == "purpose is two"
    assert holding(decisions.read(tmp_path).records).disagreements == ()


def test_an_undo_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="decision 0123: is not in this workspace"):
        decisions.append(tmp_path, [undo("0123", 1)])


def test_the_order_of_the_lines_decides_nothing() -> None:
    first = purpose("ada", "one").identified()
    second = purpose("ben", "two", 1).identified((first.id,))
    third = purpose("cai", "three", 2).identified((first.id,))
    answers = {str(holding(order)) for order in itertools.permutations([first, second, third])}
    assert len(answers) == 1


def git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_two_peoples_logs_merge_in_git_and_their_one_disagreement_is_shown(tmp_path: Path) -> None:
    ada, ben = tmp_path / "ada", tmp_path / "ben"
    ada.mkdir()
    git(ada, "init", "-q", "-b", "main")
    decisions.append(ada / ".posture", [purpose("ada", "answers mail")])
    git(ada, "add", ".")
    git(ada, "commit", "-q", "-m", "decisions")
    git(tmp_path, "clone", "-q", str(ada), str(ben))

    decisions.append(
        ada / ".posture", [purpose("ada", "answers chat", 1), purpose("ada", "x", 2, "agent:a/1")]
    )
    decisions.append(ben / ".posture", [purpose("ben", "refunds", 3), purpose("ben", "y", 4, "agent:b/2")])
    for folder in (ada, ben):
        git(folder, "commit", "-q", "-a", "-m", "more")
    git(ada, "pull", "-q", "--no-rebase", "--no-edit", str(ben), "main")

    merged = decisions.read(ada / ".posture")
    assert (len(merged.records), merged.problems) == (5, ())
    (disagreement,) = holding(merged.records).disagreements
    assert (disagreement.kept.says(), disagreement.other.says()) == (
        "purpose is refunds",
        "purpose is answers chat",
    )
    assert disagreement.says == (
        f"{BOT}, purpose: ben decided 'purpose is refunds' ({disagreement.kept.id}) and ada "
        f"'purpose is answers chat' ({disagreement.other.id}) without knowing of each other; "
        "the later one holds until somebody decides again"
    )
    listed = posture("decide", "--list", "--workspace", ada / ".posture")
    assert (listed.code, listed.lines) == (0, [f"posture: {disagreement.says}"])
    decisions.append(ada / ".posture", [purpose("ada", "answers chat", 5)])
    assert holding(decisions.read(ada / ".posture").records).disagreements == ()
    assert held(ada / ".posture")[ROLE] == "purpose is answers chat"
