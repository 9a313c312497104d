"""Which files of a repository git tracks, read from its index without running git."""

from __future__ import annotations

import re
import struct

from posture.model.errors import Unreadable

_ENTRY = 62
_EXTENDED = 0x4000
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_LETTERS = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}


def tracked_in_index(data: bytes) -> frozenset[str]:
    """Paths in a `.git/index` of version 2, 3 or 4; Unreadable where it is none or cut off."""
    if data[:4] != b"DIRC" or len(data) < 12:
        raise Unreadable("is no git index")
    version, count = struct.unpack(">II", data[4:12])
    if version not in (2, 3, 4):
        raise Unreadable(f"is a git index of version {version}, which is not known")
    paths: set[str] = set()
    position, path = 12, b""
    try:
        for _ in range(count):
            (flags,) = struct.unpack(">H", data[position + _ENTRY - 2 : position + _ENTRY])
            start = position + _ENTRY + (2 if version > 2 and flags & _EXTENDED else 0)
            if version == 4:
                drop, start = _offset(data, start)
                end = data.index(b"\0", start)
                path = path[: len(path) - drop] + data[start:end]
                position = end + 1
            else:
                end = data.index(b"\0", start)
                path = data[start:end]
                # Entries are padded with one to eight zero bytes to a multiple of eight.
                position = end + 8 - (end - position) % 8
            paths.add(path.decode("utf-8", "surrogateescape"))
    except (struct.error, ValueError, IndexError):
        raise Unreadable("is a git index that ends too early") from None
    return frozenset(paths)


def _offset(data: bytes, position: int) -> tuple[int, int]:
    byte = data[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = data[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1


def tracked_in_list(data: bytes) -> frozenset[str]:
    """Paths in the output of `git ls-files`, with or without `-z`; quoted names are unquoted."""
    lines = data.split(b"\0") if b"\0" in data else data.splitlines()
    return frozenset(_unquoted(line).decode("utf-8", "surrogateescape") for line in lines if line)


def _unquoted(line: bytes) -> bytes:
    if len(line) < 2 or line[:1] != b'"' or line[-1:] != b'"':
        return line
    return _ESCAPE.sub(lambda match: bytes([_byte(match.group(1))]), line[1:-1])


def _byte(escape: bytes) -> int:
    return _LETTERS[escape] if escape in _LETTERS else int(escape, 8) & 0xFF
