"""Files are opened ahead of their turn; each keeps its own answer, and no handle stays open."""

import os

import pytest

from posture.model.errors import Unreadable
from posture.sources.ahead import heads, read_bytes


def told(found: list[bytes | Unreadable]) -> list[object]:
    return [one.reason if isinstance(one, Unreadable) else one for one in found]


def test_each_path_keeps_its_place(tmp_path):
    paths = []
    for n in range(100):
        path = tmp_path / f"{n:03}"
        path.write_bytes(b"%d" % n * (n % 7))
        paths.append(str(path))
    os.mkfifo(tmp_path / "pipe")
    paths[40:40] = [str(tmp_path / "gone"), str(tmp_path / "pipe"), str(tmp_path)]
    found = told(list(heads(paths, 5)))
    assert found[40:43] == [
        "cannot be read (no such file or directory)",
        "is no regular file",
        "is no regular file",
    ]
    assert found[:40] + found[43:] == [(b"%d" % n * (n % 7))[:5] for n in range(100)]


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 5000])
def test_no_more_than_asked_for(tmp_path, size):
    path = tmp_path / "file"
    path.write_bytes(b"a" * size)
    assert read_bytes(str(path), 100) == b"a" * min(size, 100)
    assert list(heads([str(path)], 100)) == [b"a" * min(size, 100)]


def test_a_file_that_states_a_wrong_size_is_read_to_its_end(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 5000)
    whole = path.stat()
    for stated in (0, 70, 9000):
        monkeypatch.setattr(
            os, "fstat", lambda _handle, stated=stated: os.stat_result((*whole[:6], stated, *whole[7:]))
        )
        assert read_bytes(str(path), 1 << 20) == b"a" * 5000


def test_leaving_early_closes_what_was_opened(tmp_path, monkeypatch):
    for n in range(50):
        (tmp_path / str(n)).write_bytes(b"x")
    opened: list[int] = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda *how: opened.append(real(*how)) or opened[-1])
    reading = heads([str(tmp_path / str(n)) for n in range(50)], 10)
    assert next(reading) == b"x"
    assert len(opened) == 32
    reading.close()
    for handle in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)
