"""Broken exports that no source recognises: one line each, and their absence is no health."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.sources.gather import gather
from posture.sources.library import aws_access_keys

DO = "export it again; if it is no export, leave it out"
BROKEN = b'{"Users": [\n  {"Arn": "arn:aws:iam::111122223333:user/a"\n  "UserName": "a"}]}'


def _put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BROKEN, "opens like JSON and breaks off at line 3, column 3"),
        (b'[{"a": 1}, ', "opens like JSON and breaks off at line 1, column 12"),
        (b'\xef\xbb\xbf {"a": "\n', "opens like JSON and breaks off at line 1, column 9"),
        (b'{"a": ' + b" " * 70_000 + b"!}", "opens like JSON and breaks off at line 1, column 70007"),
        (b'{"a": "\xff"}', "opens like JSON and is neither UTF-8 nor UTF-16 with a byte order mark"),
        (b'{"a": 1}\n{"a": 2}\n', ""),
        (b'// note\n{"a": [1,],}', ""),
        (b'{"a": [1,],} // note', ""),
        (b'"a" b', ""),
    ],
)
def test_a_broken_export_has_a_line(tmp_path: Path, data: bytes, why: str) -> None:
    _put(tmp_path / "111122223333" / "things.json", data)
    found = gather([tmp_path])
    told = [(item.file, item.outcome, item.why, item.do) for item in found.inputs if "things" in item.file]
    missing = [
        (row["scope"], row["table"], row["state"], row["why"])
        for row in found.rows.frame("coverage").iter_rows(named=True)
    ]
    if not why:
        assert [outcome for _file, outcome, _why, _do in told] == ["skipped"]
        assert missing == []
        return
    assert told == [("111122223333/things.json", "failed", why, DO)]
    assert found.problems == (f"111122223333/things.json: {why}; {DO}",)
    assert missing == [
        ("aws:111122223333", table, "unread", f"111122223333/things.json: {why}")
        for table in ("identities", "policies", "credentials", "systems")
    ]


def test_a_file_named_like_an_export_lacks_what_its_source_gives(tmp_path: Path) -> None:
    _put(tmp_path / "app" / ".git" / "HEAD", b"x")
    _put(tmp_path / "app" / "aws" / "iam-list-access-keys-ana.json", b'{"AccessKeyMeta')
    _put(tmp_path / "app" / "tsconfig.json", b'{"a": ')
    found = gather([tmp_path])
    assert [(item.file, item.outcome) for item in found.inputs] == [
        ("app", "skipped"),
        ("app/aws/iam-list-access-keys-ana.json", "failed"),
    ]
    missing = found.rows.frame("coverage").select("source", "scope", "table", "state").rows()
    assert sorted(missing) == [
        ("aws-access-keys", "repo:app", table, "unread") for table in sorted(aws_access_keys.SOURCE.feeds)
    ]


def test_a_value_of_a_broken_export_is_not_quoted(tmp_path: Path) -> None:
    _put(tmp_path / "in" / "x.json", b'{"SecretAccessKey": "FAKED77wJalr" "x"}')
    assert "FAKED77" not in repr(gather([tmp_path]))
