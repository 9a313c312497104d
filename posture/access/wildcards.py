"""Whether two patterns share a text: whether a half-known subject can be the one that a trust names."""

from __future__ import annotations

STEP = "\1"


def overlap(left: str, right: str) -> bool:
    """Whether some text fits both patterns, in which `*` stands for anything and `?` for one letter.

    STEP stands for anything without a slash, such as the owner of a repository.
    """
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if i == len(left) and j == len(right):
            return True
        onward = []
        a = left[i] if i < len(left) else ""
        b = right[j] if j < len(right) else ""
        if a in ("*", STEP):
            onward += [(i + 1, j), *([(i, j + 1)] if b and (a == "*" or b != "/") else [])]
        if b in ("*", STEP):
            onward += [(i, j + 1), *([(i + 1, j)] if a and (b == "*" or a != "/") else [])]
        if a and b and (a == b or "?" in (a, b)):
            onward.append((i + 1, j + 1))
        for pair in onward:
            if pair not in reached:
                reached.add(pair)
                todo.append(pair)
    return False


def spelt_out(text: str) -> str:
    """A text whose `*` and `?` are letters and no pattern; no subject holds them."""
    return text.replace("*", "\0").replace("?", "\0").replace(STEP, "\0")
