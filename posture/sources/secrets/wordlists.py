"""Reads the word lists that stand in the code as running text."""


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())
