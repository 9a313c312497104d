"""The index of git, made by hand in each version, and the output of git ls-files."""

import struct

import pytest

from posture.model.errors import Unreadable
from posture.sources.git_index import tracked_in_index, tracked_in_list

PATHS = ["README.md", "src/a.py", "src/bücher/ü.py", "x" * 300]


def index(version: int, paths: list[str], extended: bool = False) -> bytes:
    body, before = b"", b""
    for path in paths:
        name = path.encode()
        flags = min(len(name), 0xFFF) | (0x4000 if extended else 0)
        entry = bytes(40) + bytes(20) + struct.pack(">H", flags) + (b"\0\0" if extended else b"")
        if version == 4:
            shared = 0
            while shared < min(len(before), len(name)) and before[shared] == name[shared]:
                shared += 1
            body += entry + offset(len(before) - shared) + name[shared:] + b"\0"
            before = name
        else:
            entry += name
            body += entry + bytes(8 - len(entry) % 8)
    return b"DIRC" + struct.pack(">II", version, len(paths)) + body + bytes(20)


def offset(value: int) -> bytes:
    out = bytes([value & 0x7F])
    value >>= 7
    while value:
        value -= 1
        out = bytes([0x80 | value & 0x7F]) + out
        value >>= 7
    return out


@pytest.mark.parametrize(("version", "extended"), [(2, False), (3, True), (3, False), (4, False), (4, True)])
def test_versions(version, extended):
    assert tracked_in_index(index(version, PATHS, extended)) == frozenset(PATHS)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no git index"),
        (b"DIRC" + struct.pack(">II", 9, 0), "is a git index of version 9, which is not known"),
        (index(2, PATHS)[:100], "is a git index that ends too early"),
        (index(4, PATHS)[:90], "is a git index that ends too early"),
    ],
)
def test_what_is_no_index(data, said):
    with pytest.raises(Unreadable) as raised:
        tracked_in_index(data)
    assert str(raised.value) == said


def test_the_list_of_git():
    quoted = rb'"caf\303\251.md"'
    assert tracked_in_list(b"a.py\n" + quoted + b"\n\n") == frozenset({"a.py", "café.md"})
    assert tracked_in_list(b"a b.py\0c\n.py\0") == frozenset({"a b.py", "c\n.py"})
