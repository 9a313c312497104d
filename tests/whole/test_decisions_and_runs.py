"""What people decided outlives re-imports, and two runs of the sample are told apart."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.whole.running import MOMENT, SAMPLE, Ended, posture

LATER = "2026-07-02T09:00:00Z"
AUTHOR = ("--author", "mara", "--decided-at", "2026-07-01T10:00:00Z")
DESK = "agent:customer-desk/claude-code"
DESK_ROLE = "arn:aws:iam::111122223333:role/customer-desk-runtime"
LEDGER = "arn:aws:dynamodb:eu-west-1:111122223333:table/ledger"


def assess(workspace: Path, *sources: Path, as_of: str = MOMENT, more: tuple[object, ...] = ()) -> Ended:
    words = ("--as-of", as_of, "--workspace", workspace, "-f", "json", "--quiet", *more)
    return posture("assess", *sources, *words)


def document(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def decide(workspace: Path, *words: object) -> Ended:
    return posture("decide", *words, *AUTHOR, "--workspace", workspace)


def findings(said: dict[str, Any], check: str) -> dict[str, dict[str, Any]]:
    return {row["subject"]: row for row in said["findings"] if row["check"] == check}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample under its own name, and a copy in which the desk's role may read the ledger too."""
    folder = tmp_path_factory.mktemp("estates")
    shutil.copytree(SAMPLE, folder / "first")
    shutil.copytree(SAMPLE, folder / "second")
    details = folder / "second" / "aws" / "111122223333" / "account-authorization-details.json"
    shown = json.loads(details.read_text())
    (role,) = [role for role in shown["RoleDetailList"] if role["Arn"] == DESK_ROLE]
    statement = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": LEDGER}
    role["RolePolicyList"][0]["PolicyDocument"]["Statement"].append(statement)
    details.write_text(json.dumps(shown))
    manifest = details.with_name("manifest.json")
    vouched = json.loads(manifest.read_text())
    (entry,) = [entry for entry in vouched["files"] if entry["path"] == details.name]
    data = details.read_bytes()
    entry.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    manifest.write_text(json.dumps(vouched))
    return folder


def test_a_decision_outlives_a_renamed_folder_and_reordered_files(sample: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    first = document(assess(workspace, sample / "first"))
    boundary, signing = findings(first, "no-boundary"), findings(first, "interactive-enabled")
    assert {row["state"] for row in (*boundary.values(), *signing.values())} == {"open"}
    (signing_id,) = [row["id"] for row in signing.values()]
    accept = ("--accept", "--reason", "until the move", "--approver", "ines", "--expires", "2026-09-01")
    for words in (
        ("--check", "no-boundary", "--triage", "planned"),
        ("--finding", signing_id, *accept),
        (DESK, "--owner", "desk-team", "--reason", "asked in the stand-up"),
    ):
        ended = decide(workspace, *words)
        assert ended.code == 0, ended.err

    moved = tmp_path / "of-today" / "elsewhere"
    shutil.copytree(sample / "first", moved)
    (moved / "aws").rename(moved / "zz-amazon")
    parts = sorted(moved.iterdir(), reverse=True)
    again = document(assess(workspace, *parts, as_of=LATER))

    states = {key: row["state"] for key, row in findings(again, "no-boundary").items()}
    assert states == dict.fromkeys(boundary, "planned")
    (held,) = findings(again, "interactive-enabled").values()
    assert (held["id"], held["result"], held["state"]) == (signing_id, "accepted", "accepted")
    assert {row["first_seen"] for row in findings(again, "no-boundary").values()} == {MOMENT}
    (desk,) = [row for row in again["inventory"]["agents"] if row["key"] == DESK]
    assert (desk["owner"], desk["owner_basis"]) == ("desk-team", "declared")
    decided = [row["reason"] for row in again["exceptions"] if row["source"] == "decisions"]
    assert decided == ["until the move"]
    assert [row["outcome"] for row in again["inputs"] if row["file"] == "decisions.jsonl"] == ["read"]

    over = document(assess(workspace, sample / "first", as_of="2026-09-02T00:00:00Z"))
    (held,) = findings(over, "interactive-enabled").values()
    assert (held["result"], held["state"]) == ("gap", "open")


def test_the_diff_of_two_runs_in_which_one_agent_gained_a_system(sample: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    before = assess(workspace, sample / "first")
    (tmp_path / "before.json").write_bytes(before.out)
    after = assess(workspace, sample / "second", as_of=LATER)
    (tmp_path / "after.json").write_bytes(after.out)
    says = [row["says"] for row in document(after)["trend"] if row["mark"] == "+"]
    assert [line for line in says if "now reaches" in line] == ["customer-desk now reaches table/ledger"]

    runs = [line.split()[0] for line in posture("diff", "--workspace", workspace).out.decode().splitlines()]
    by_run = posture("diff", *runs, "--workspace", workspace)
    by_report = posture("diff", tmp_path / "before.json", tmp_path / "after.json", "--workspace", workspace)
    for ended in (by_run, by_report):
        assert ended.code == 0, ended.err
        lines = ended.out.decode().splitlines()
        start = lines.index("What changed in the estate")
        reach = [line for line in lines[start + 1 :] if line.startswith("  + agent:")]
        assert reach == [f"  + {DESK} gained: {LEDGER} (read; certain)"]
        assert not [line for line in lines if "no longer read" in line or "newly read" in line]
    back = posture("diff", *reversed(runs), "--workspace", workspace).out.decode().splitlines()
    assert f"  - {DESK} lost: {LEDGER} (read; certain)" in back


def test_less_that_was_read_is_no_improvement(sample: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    document(assess(workspace, sample / "first"))
    rest = [path for path in sorted((sample / "first").iterdir()) if path.name != "gcp"]
    shown = document(assess(workspace, *rest, as_of=LATER))
    says = [(row["mark"], row["says"]) for row in shown["trend"]]
    assert not [line for line in says if line[0] == "-"], says
    assert [line for line in says if line[0] == "~" and "no longer seen" in line[1]]
    assert [line for line in says if line[1].startswith("no longer read: gcp-")]


def test_gates_on_new_findings_only(sample: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    gates = ("--fail-on", "low", "--new-only")
    assert assess(workspace, sample / "first", more=gates).code == 1
    same = assess(workspace, sample / "first", as_of="2026-07-01T09:00:01Z", more=gates)
    assert (same.code, [line for line in same.lines if "gate" in line]) == (0, [])
    assert assess(workspace, sample / "first", more=("--fail-on", "low")).code == 1
    alone = posture("assess", sample / "first", *gates)
    assert (alone.code, alone.lines) == (
        2,
        ["posture: --new-only: there is nothing to compare with; give --baseline or --workspace"],
    )


DECISIONS = """
[[decide]]
kind = "facts"
things = ["quillhaven-ledger"]
set = { criticality = 5, sensitivity = "restricted" }

[[decide]]
kind = "triage"
check = "mcp-unpin*"
triage = "needs-data"
reason = "asked the vendor"
"""


def test_decisions_from_toml_answers_and_taking_back(sample: Path, tmp_path: Path) -> None:
    workspace, toml = tmp_path / "w", tmp_path / "decisions.toml"
    report = tmp_path / "first.json"
    report.write_bytes(assess(workspace, sample / "first").out)
    unpinned = len(findings(json.loads(report.read_text()), "mcp-unpinned"))
    assert unpinned
    toml.write_text(DECISIONS)
    made = decide(workspace, "--from", toml).out.decode().splitlines()
    assert [line.split("  ", 1)[1] for line in made] == [
        "facts on 1: criticality is 5, sensitivity is restricted",
        f"triage on {unpinned}: needs-data",
    ]
    taken_back = decide(workspace, "--undo", made[1].split()[0])
    assert taken_back.code == 0, taken_back.err
    mandate = tmp_path / "mandate.pdf"
    mandate.write_bytes(b"signed")
    answer = ("--answer", "yes", "--statement", "the CISO", "--evidence", f"wiki/mandate={mandate}")
    answered = posture("attest", "Q-06", *answer, *AUTHOR, "--workspace", workspace)
    assert answered.code == 0, answered.err
    assert "Q-06: answered yes until 2027-07-01" in answered.out.decode()

    facts = tmp_path / "decided.inventory.toml"
    assert posture("decide", "--write-facts", facts, "--workspace", workspace).code == 0
    assert facts.read_text() == (
        '[[systems]]\nkey = "arn:aws:s3:::quillhaven-ledger"\ncriticality = 5\nsensitivity = "restricted"\n'
    )
    later = document(assess(workspace, sample / "first", as_of=LATER))
    assert {row["state"] for row in later["findings"] if row["check"] == "mcp-unpinned"} == {"open"}
    (attested,) = later["attestations"]
    assert attested["evidence"] == f"wiki/mandate {hashlib.sha256(b'signed').hexdigest()}"
    status = {
        row["control"]: row["status"] for row in later["controls"] if row["framework"] == "nist-ai-rmf-1.0"
    }
    assert status["GOVERN 2.3"] == "attested"

    changed = json.loads(report.read_text())
    changed["findings"].pop()
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    refused = posture("diff", tmp_path / "changed.json", report)
    assert (refused.code, refused.lines) == (
        3, ["posture: changed.json: was changed after it was written; give it as it was"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--list",), 0, "holds no decision"),
        ((), 2, "nothing was decided; give --owner, --set, --triage, --accept, --undo or --from FILE"),
        (
            ("--triage", "later", "--check", "x"),
            2,
            "triage: input should be 'open', 'confirmed'",
        ),
        (("--triage", "open", "--check", "x"), 2, "holds no run yet"),
        (("--set", "criticality", "x"), 2, "--set criticality: write it as COLUMN=VALUE"),
        (("--accept", "--compensation", "hope"), 2, "--compensation hope: choose vaulted, scope-reduced"),
        (("--from", "nowhere.toml"), 3, "nowhere.toml: cannot be read"),
    ],
)
def test_words_that_decide_nothing(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ended = decide(tmp_path / "w", *words)
    assert (ended.code, len(ended.lines)) == (code, 1 if said else 0), ended.err
    assert said in ended.err
    assert not (tmp_path / "w").exists()
