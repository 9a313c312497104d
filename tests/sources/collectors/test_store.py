"""A snapshot is whole at every moment, and one that was cut off goes on."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from posture.sources.collectors.store import Store, file_part

FIRST, LATER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)


def test_a_snapshot_that_was_cut_off_goes_on(tmp_path):
    first = Store(tmp_path, "aws", "111122223333", FIRST)
    first.write("a.json", "iam:A", {"a": 1}, FIRST)
    first.write("b.json", "iam:B", {"b": 1}, FIRST)
    (tmp_path / "b.json").write_text("half")
    again = Store(tmp_path, "aws", "111122223333", LATER)
    assert (again.done("a.json"), again.done("b.json")) == (True, False)
    again.finish()
    whole = json.loads((tmp_path / "manifest.json").read_text())
    assert (whole["complete"], whole["collected_at"]) == (True, "2026-07-01T00:00:00Z")
    assert [entry["path"] for entry in whole["files"]] == ["a.json"]


def test_a_finished_snapshot_is_collected_anew(tmp_path):
    first = Store(tmp_path, "aws", "111122223333", FIRST)
    first.write("a.json", "iam:A", {"a": 1}, FIRST)
    first.finish()
    assert not Store(tmp_path, "aws", "111122223333", LATER).done("a.json")


@pytest.mark.parametrize(
    ("code", "after", "kept"),
    [
        ("500", timedelta(minutes=59), True),
        ("EndpointConnectionError", timedelta(minutes=59), True),
        ("500", timedelta(hours=1), False),
        ("AccessDenied", timedelta(minutes=1), False),
    ],
)
def test_what_failed_is_asked_again_for_an_hour_and_the_rest_is_kept(tmp_path, code, after, kept):
    first = Store(tmp_path, "aws", "1", FIRST)
    first.write("a.json", "iam:A", {"a": 1}, FIRST)
    first.refused({"call": "iam:B", "code": code})
    first.finish()
    again = Store(tmp_path, "aws", "1", FIRST + after)
    assert again.done("a.json") is kept
    assert again.errors == ()


def test_no_half_written_file_is_left(tmp_path):
    store = Store(tmp_path, "aws", "1", FIRST)
    store.write("a.json", "iam:A", {"a": "ü"}, FIRST, "eu-west-1")
    store.refused({"call": "iam:B", "region": "", "code": "AccessDenied"})
    store.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "manifest.json"]
    assert (tmp_path / "a.json").read_text("utf-8") == '{\n    "a": "ü"\n}\n'
    assert store.errors == ({"call": "iam:B", "code": "AccessDenied"},)


def test_a_name_from_outside_stays_in_the_folder():
    assert file_part("a/../b") == "a%2F..%2Fb"
    assert file_part("..") == "%"
    assert file_part("team user+x@y") == "team user+x@y"


def test_what_a_run_finished_is_kept_while_the_run_goes_on(tmp_path):
    first = Store(tmp_path, "aws", "1", LATER)
    first.write("a.json", "iam:A", {"a": 1}, LATER)
    first.finish()
    assert Store(tmp_path, "aws", "1", LATER, since="2026-07-02T00:00:00Z").done("a.json")


def test_the_journal_of_a_run_that_was_killed_is_read_up_to_its_torn_end(tmp_path):
    first = Store(tmp_path, "aws", "1", FIRST)
    first.write("a.json", "iam:A", {"a": 1}, FIRST, "eu-west-1", {"Arn": "x"})
    first.none("b.json", "iam:B", FIRST)
    with (tmp_path / "manifest.journal").open("ab") as journal:
        journal.write(b'{"files": {"path": "c.js')
    (tmp_path / ".c.json.12-34").write_text("half")
    again = Store(tmp_path, "aws", "1", LATER)
    assert (again.done("a.json"), again.done("b.json"), again.done("c.json")) == (True, True, False)
    (entry,) = again.answers("iam:A")
    assert (entry["region"], entry["request"]) == ("eu-west-1", {"Arn": "x"})
    again.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "manifest.json"]


def test_a_manifest_from_elsewhere_takes_nothing_away_outside(tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text("{}")
    folder = tmp_path / "snapshot"
    folder.mkdir()
    stated = [{"path": "../kept.json", "call": "iam:A"}, {"path": str(kept), "call": "iam:A"}]
    whole = {"source": "aws", "scope": "1", "collected_at": "", "complete": True, "files": stated}
    (folder / "manifest.json").write_text(json.dumps(whole))
    Store(folder, "aws", "1", LATER).finish()
    assert kept.exists()


def test_what_an_earlier_snapshot_held_goes_even_after_a_stop(tmp_path):
    first = Store(tmp_path, "aws", "1", FIRST)
    first.write("gone.json", "iam:A", {}, FIRST)
    first.finish()
    Store(tmp_path, "aws", "1", LATER).write("a.json", "iam:A", {}, LATER)
    Store(tmp_path, "aws", "1", LATER).finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "manifest.json"]
    assert "earlier" not in json.loads((tmp_path / "manifest.json").read_text())
